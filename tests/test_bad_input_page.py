"""docs/bad-input.md names only tests and cases that exist, and leaves out no item of the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "bad-input.md"
GAPS: set[str] = set()
"""Items that the page itself calls a known gap."""


def rows(text: str) -> dict[str, str]:
    """Item number -> its row."""
    return dict(re.findall(r"^\| (\d+) \| (.*)$", text, flags=re.MULTILINE))


def missing(text: str) -> list[str]:
    """Tests and cases that a page names and the repository has not."""
    wrong = []
    for path, name, case in re.findall(r"`([\w/.]+\.py)::(\w+)(?:\[(.+?)\])?`", text):
        file = ROOT / path
        source = file.read_text(encoding="utf-8") if file.exists() else ""
        if f"def {name}(" not in source or f'"{case}"' not in (f'{source}""' if not case else source):
            wrong.append(f"{path}::{name}[{case}]")
    return wrong


def test_every_test_that_the_page_names_exists() -> None:
    assert missing(PAGE.read_text(encoding="utf-8")) == []


def test_every_item_has_a_row_and_a_test_or_is_called_a_gap() -> None:
    found = rows(PAGE.read_text(encoding="utf-8"))
    assert sorted(found, key=int) == [str(n) for n in range(1, 81)]
    assert {number for number, row in found.items() if "::" not in row} == GAPS
    assert all("known gap" in found[number] for number in GAPS)


def test_a_name_or_a_case_that_is_not_there_is_caught() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert missing(text.replace("test_hostile_text", "test_friendly_text", 1))
    assert missing(text.replace("[1 empty]", "[1 full]"))
    assert missing(text.replace("test_page.py", "test_sides.py", 1))
