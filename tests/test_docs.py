"""Docs cannot drift: every verb, key, exit code and emitted column has its line; no page names what is not there."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from patrolcast.cli.app import app
from patrolcast.domain import errors

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def named(text: str) -> set[str]:
    """Everything in backticks, split at commas and blanks."""
    return {word for ticked in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"[,\s]+", ticked)}


def test_the_page_of_config_keys_is_what_the_types_say() -> None:
    spec = importlib.util.spec_from_file_location("config_reference", ROOT / "tools" / "config_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert page("config.md") == module.page(), "run tools/config_reference.py"


def test_every_decision_has_a_number_of_its_own_and_opens_with_it() -> None:
    files = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in files]
    assert numbers == list(range(1, len(files) + 1))
    titles = [path.read_text(encoding="utf-8").partition("\n")[0] for path in files]
    assert [int(re.match(r"# 0*(\d+)[.:] ", title)[1]) for title in titles] == numbers  # type: ignore[index]


def test_every_error_class_and_its_exit_code_is_documented() -> None:
    text = page("exit-codes.md")
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.PatrolcastError)]
    missing = [
        f"{c.__name__} {c.exit_code}"
        for c in classes
        if c is not errors.PatrolcastError and not re.search(rf"^\| {c.exit_code} \|.*`{c.__name__}`", text, re.M)
    ]
    assert missing == []


def verbs() -> list[str]:
    names = [c.name or c.callback.__name__.replace("_", "-") for c in app.registered_commands]
    return names + [group.name for group in app.registered_groups]


def test_every_verb_of_the_command_line_is_documented_and_not_as_planned() -> None:
    lines = {line.split("`")[1].split()[0]: line for line in page("verbs.md").splitlines() if line.startswith("| `")}
    lines |= {"resume": lines["pause"]}
    assert [v for v in verbs() if v not in lines or "(planned)" in lines[v]] == []


def test_no_documented_verb_is_missing_from_the_command_line() -> None:
    there = set(verbs())
    lines = [line for line in page("verbs.md").splitlines() if line.startswith("| `") and "(planned)" not in line]
    assert [line for line in lines if line.split("`")[1].split()[0] not in there] == []


def columns_made_in(source: Path) -> set[str]:
    """Keys of every table that the source makes, and every column it adds by name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Dict):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in {"DataFrame", "GeoDataFrame"}:
                found |= {key.value for key in node.args[0].keys if isinstance(key, ast.Constant)}
        if isinstance(node, ast.Assign):
            targets = [
                t for target in node.targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])
            ]
            found |= {
                t.slice.value for t in targets if isinstance(t, ast.Subscript) and isinstance(t.slice, ast.Constant)
            }
    return {str(name) for name in found}


def test_every_emitted_column_is_documented() -> None:
    made = columns_made_in(ROOT / "src" / "patrolcast" / "runs" / "pipeline" / "suggestions.py")
    assert {"rank", "reasons", "expected_incidents"} <= made, (
        "the columns are made elsewhere now: point this test there"
    )
    assert sorted(made - named(page("columns.md"))) == []


def test_a_planted_undocumented_column_is_caught(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("t = pd.DataFrame({'rank': r, 'secret': s})\nt['hidden'] = 1", encoding="utf-8")
    assert columns_made_in(planted) - named(page("columns.md")) == {"secret", "hidden"}


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=lambda p: p.name)
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = set(re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {target for target in told if not re.search(rf"^{target}:", makefile, re.M)} == set()


def test_the_documented_rooms_of_the_house_are_the_rooms_there_are() -> None:
    text = page("architecture.md")
    rooms = {p.name for p in (ROOT / "src" / "patrolcast").iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert [room for room in rooms if room not in text] == []
