"""One word, one meaning: words of a private dialect stay out of code, pages and docs; public names mean one thing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "patrolcast"
GLOSSARY = ROOT / "docs" / "glossary.md"

BANNED = {
    "told": "reported, shown, summary",
    "tells": "reports, shows, says",
    "telling": "reporting",
    "deal": "allocate",
    "deals": "allocates",
    "dealt": "allocated",
    "dealing": "allocation",
    "dealer": "allocator",
    "judge": "assess, decide, validate",
    "judged": "assessed",
    "judges": "assesses",
    "judging": "assessment",
    "lesson": "training stage",
    "lessons": "training stages",
    "remembered": "decayed",
    "memories": "decayed counts",
    "ground": "reason, land, block",
    "grounds": "reasons, blocks",
    "kept from fitting": "held out",
}
"""Word -> what to say instead. `docs/glossary.md` lists them for people."""

QUOTED = (
    r"no ground to( stop|$)",  # the advisory notice: the law's word, printed on every page and in every file
    r"[\"'`]ground[\"'`]",  # the codebook's column, a promise to whoever keeps codebooks
    r"provenance, ?ground\b|\{place\} ground\b",  # the same, in a list of the columns and in an error about one
    r"computer memory|[Mm]emory",
)
"""Where a banned word is somebody else's word."""


def words_of(text: str) -> str:
    """The text with names taken apart (``told_by``, ``ToldBy``), in lower case, line by line.

    >>> words_of("class ToldBy: told_by = 1")
    'class told by: told by = 1'
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).replace("_", " ")
    return apart.lower()


def banned_in(text: str) -> list[str]:
    """Every banned word with its line number."""
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, BANNED)) + r")\b")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for quoted in QUOTED:
            line = re.sub(quoted, "", line)
        found += [f"line {number}: {match} (say: {BANNED[match]})" for match in pattern.findall(words_of(line))]
    return found


ASSETS = {".html", ".js", ".css", ".txt"}


def pages() -> list[Path]:
    """Sources, templates, styles and scripts of our own, docs: all that people read, but not the history of changes."""
    assets = [p for p in SOURCES.rglob("*") if p.suffix in ASSETS and "leaflet" not in p.name]
    docs = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted({*SOURCES.rglob("*.py"), *assets, *docs} - {ROOT / "CHANGELOG.md", GLOSSARY})


def test_pages_of_every_door_are_read() -> None:
    folders = {path.parent.relative_to(ROOT).as_posix() for path in pages()}
    templates = {path.parent.relative_to(ROOT).as_posix() for path in SOURCES.rglob("*.html")}
    assert len(templates) > 1
    assert templates <= folders


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_or_source_uses_a_word_of_a_private_dialect(path: Path) -> None:
    assert banned_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text", ["the share is told", "def told_by(): ...", "class Dealer:", "its grounds", "kept from fitting", "# judge"]
)
def test_a_planted_word_is_found(text: str) -> None:
    assert len(banned_in(text)) == 1


def test_a_word_of_others_is_no_word_of_ours() -> None:
    assert banned_in("it is no ground to stop anyone\nthe column `ground`\nbackground, untold, ideal") == []


def test_the_glossary_names_every_banned_word() -> None:
    text = GLOSSARY.read_text(encoding="utf-8")
    listed = set(re.findall(r"[a-z]+(?: [a-z]+)*", text.split("## Words we do not use")[1].lower()))
    assert [word for word in BANNED if word not in listed] == []


SAME_MEANING: dict[str, str] = {
    "simulate": "the verb and what it calls",
    "Change": "what is to be otherwise than it was: of a suggestion, of data",
    "decide": "the verb and what it calls",
    "deliver": "the verb and what it calls",
    "pause": "the verb and what it calls",
    "resume": "the verb and what it calls",
    "result_lines": "what a verb prints of its result, in each verb",
    "main": "where a process begins: the command, and the child that reads a model",
    "fit": "the field's word: each model fits itself",
    "contradiction_in": "what in stored evidence does not follow from the rest of it, for each kind of evidence",
}
"""Public functions and classes that stand in several modules and mean the same in each, and why they do."""


def public_names(sources: Iterable[Path]) -> dict[str, list[str]]:
    """Public function or class -> the modules that define it."""
    where: dict[str, list[str]] = defaultdict(list)
    for path in sources:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(
                    path.relative_to(SOURCES).as_posix() if path.is_relative_to(SOURCES) else path.name
                )
    return dict(where)


def test_no_public_name_has_two_meanings() -> None:
    where = public_names(sorted(SOURCES.rglob("*.py")))
    assert {name: modules for name, modules in where.items() if len(modules) > 1 and name not in SAME_MEANING} == {}


def test_a_name_with_two_meanings_is_found(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("def fit(): ...\n", encoding="utf-8")
    assert public_names(sorted(tmp_path.glob("*.py"))) == {"fit": ["a.py", "b.py"]}


FILLERS = {"asked", "found", "its", "looked", "one", "other", "own", "said", "some", "such", "thing", "this", "told"}
"""Names that say nothing of what a function does or a class holds: a noun or a verb of the field stands there."""


def filler_names(text: str) -> list[str]:
    """Functions and classes, at any depth, whose whole name is a filler."""
    nodes = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.ClassDef))
    return [node.name for node in nodes if node.name.strip("_").lower() in FILLERS]


def test_no_function_or_class_is_called_by_a_filler() -> None:
    texts = {path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")}
    found = {f"{name}: {filler}" for name, text in texts.items() for filler in filler_names(text)}
    assert found == set()


def test_a_filler_for_a_name_is_found() -> None:
    assert filler_names("def f():\n    def _one(): ...\nclass Asked: ...\ndef found_at(): ...") == ["Asked", "_one"]


EMPTY_VARIABLES = {"one", "found", "said", "told", "own", "asked"}
"""Names of variables and parameters that say nothing of what they hold."""

STORED_NAMES = {
    "domain/governance/year.py: said",
    "domain/trail/review_events.py: asked",
    "io/portals/snapshot.py: asked",
}
"""Fields that files on disk are read by."""


def empty_variables(text: str) -> set[str]:
    """Variables, parameters and fields, at any depth, whose whole name is empty of meaning."""
    nodes = list(ast.walk(ast.parse(text)))
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return (stored | {n.arg for n in nodes if isinstance(n, ast.arg)}) & EMPTY_VARIABLES


def test_a_variable_says_what_it_holds() -> None:
    texts = {path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")}
    assert {f"{file}: {name}" for file, text in texts.items() for name in empty_variables(text)} == STORED_NAMES


def test_a_variable_that_says_nothing_is_found() -> None:
    assert empty_variables("def f(one): return [told for told in one if (said := told)]\nfound_at = oneself = 1") == {
        "one", "told", "said"
    }  # fmt: skip


def test_no_name_is_excused_that_stands_once() -> None:
    where = public_names(sorted(SOURCES.rglob("*.py")))
    assert [name for name in SAME_MEANING if len(where.get(name, [])) < 2] == []
