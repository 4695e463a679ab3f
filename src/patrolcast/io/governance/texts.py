"""The texts that a department edits: shipped as explained templates, checked for what is still open."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from patrolcast.domain.errors import GovernanceError, shown
from patrolcast.domain.governance.prohibited import ENFORCED
from patrolcast.domain.settings.reasons import LEAST_LETTERS, LEAST_WORDS, words_of
from patrolcast.io.governance.facts import FORMS, facts_template, place_of
from patrolcast.io.safe_files import write_file

TEXTS = ("usage-policy", "disagreement", "training", "privacy", "security", "fairness", "ai-assisted-development")
_SLOT = re.compile(r"^[ \t]*\[WRITE\b|\[WRITE\s*:", re.MULTILINE | re.IGNORECASE)
_EXPLAINED = re.compile(r"^> How to use this template\b", re.MULTILINE)
_ROW = re.compile(r"^\|\s*([^|]+?)\s*\|\s*([^|]*?)\s*\|\s*$", re.MULTILINE)
_PROHIBITED = "## What it is never used for"
_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]", re.MULTILINE)
_VACUOUS = re.compile(
    r"\W*(?:to ?do|tb[adc]|n ?/? ?a|none|not applicable|(?:see|as|same as) (?:above|below|policy|the policy)|ditto)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TextState:
    """A text: its hash, and what of the template still stands in it, one phrase each."""

    name: str
    sha256: str
    still: tuple[str, ...]


def write_templates(folder: Path) -> list[Path]:
    """Writes every file that is not there yet, facts and texts; those that are there stay as they are."""
    wanted = {f"{name}.toml": facts_template(name) for name in FORMS} | {f"{name}.md": shipped(name) for name in TEXTS}
    return [write_file(folder / name, text.encode()) for name, text in wanted.items() if not (folder / name).exists()]


def has_any(folder: Path) -> bool:
    """True where a city has a folder of its own."""
    return folder.is_dir()


def shipped(name: str) -> str:
    """The template of a text."""
    return files("patrolcast.io.governance").joinpath(f"texts/{name}.md").read_text(encoding="utf-8")


def text_states(folder: Path) -> list[TextState]:
    """Every text with what is still open in it. Raises GovernanceError: one is missing or is no text."""
    states = []
    for name in TEXTS:
        path = folder / f"{name}.md"
        try:
            data = path.read_bytes()
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            got = "no such file" if isinstance(error, FileNotFoundError) else shown(str(error))
            cure = "`patrolcast governance init` writes an explained template"
            raise GovernanceError(place_of(path), got=got, rule="a text that the department edits", cure=cure) from None
        states.append(TextState(name, hashlib.sha256(data).hexdigest(), tuple(_still(name, text))))
    return states


def require_own_texts(folder: Path) -> list[TextState]:
    """The same. Raises GovernanceError: a text still holds template text, or a prohibited use that nothing enforces."""
    states = text_states(folder)
    for state in states:
        if state.still:
            rule, cure = "the department writes it", "replace those lines; `patrolcast check` lists all of them"
            raise GovernanceError(place_of(folder / f"{state.name}.md"), got=state.still[0], rule=rule, cure=cure)
    return states


def prohibited_uses(text: str) -> list[tuple[str, str]]:
    r"""Prohibited uses of a usage policy with the check that each names; the check may be empty.

    >>> prohibited_uses("## What it is never used for\n| Use | Check |\n|---|---|\n| Lists | group_audit |\n")
    [('Lists', 'group_audit')]
    """
    section = text.partition(_PROHIBITED)[2].partition("\n## ")[0]
    rows = [(match[1], match[2].strip("` ")) for match in _ROW.finditer(section)]
    return [row for row in rows[1:] if set(row[0]) - set("-: ")]


def _still(name: str, text: str) -> list[str]:
    if text == shipped(name):
        return ["the template, unchanged"]
    lines = [text[: match.start()].count("\n") + 1 for match in _SLOT.finditer(text)]
    still = [f"a line to write, line {line}" for line in lines]
    still += _policy_faults(text) if name == "usage-policy" else []
    still += _thin_parts(shipped(name), text)
    return still + ["the explanation of the template"] * bool(_EXPLAINED.search(text))


def _policy_faults(text: str) -> list[str]:
    known, uses = {check.name for check in ENFORCED}, prohibited_uses(text)
    section = text.partition(_PROHIBITED)[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.lstrip().startswith("|")]
    faults = [f"the prohibited use {shown(use)} with no known check" for use, check in uses if check not in known]
    faults += [f"the row {shown(line)}, which is not use and check" for line in rows if not _ROW.fullmatch(line)]
    faults += ["a list of prohibited uses beside the table, which no check enforces"] * bool(_BULLET.search(section))
    return faults + ["no table of prohibited uses"] * (not uses)


def _thin_parts(template: str, text: str) -> list[str]:
    """Parts of the template that the text lacks or says too little in; where words are asked for, its own count."""
    thin, parts = [], _parts(text)
    for head, template_lines in _parts(template).items():
        if not any(line.strip() for line in template_lines):
            continue
        named = f"the part {shown(head)}" if head else "the opening"
        if head not in parts:
            thin.append(f"{named} is missing")
            continue
        mine = [line for line in parts[head] if line.strip()]
        if empty := next((line.strip() for line in mine if _VACUOUS.fullmatch(line)), None):
            thin.append(f"{named} says {shown(empty)}")
        written = (
            [line for line in mine if line not in template_lines] if any(map(_SLOT.search, template_lines)) else mine
        )
        words = words_of(" ".join(written))
        if len(set(words)) < LEAST_WORDS or sum(map(len, words)) < LEAST_LETTERS:
            thin.append(f"{named} says too little of the department's own")
    return thin


def _parts(text: str) -> dict[str, list[str]]:
    """Heading -> lines below it, without quoted ones; "" -> those before the first, whatever the title."""
    parts: dict[str, list[str]] = {"": []}
    head = ""
    for line in text.splitlines():
        if line.startswith("## "):
            head = line[3:].strip()
            parts.setdefault(head, [])
        elif not line.startswith((">", "# ")):
            parts[head].append(line)
    return parts
