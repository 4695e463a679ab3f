"""docs/nightly.md lists the 24 promises of an unattended night, each with tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.test_bad_input_page import missing, rows

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
ALL = [str(n) for n in range(1, 25)]


def test_every_test_that_the_page_names_exists() -> None:
    assert len(re.findall(r"\.py::", PAGE)) > 40
    assert missing(PAGE) == []


def test_each_promise_has_a_row_with_a_test_and_none_is_put_off() -> None:
    found = rows(PAGE)
    assert sorted(found, key=int) == ALL
    assert [number for number, row in found.items() if "::" not in row or "Not yet" in row] == []


def test_a_test_that_is_gone_and_a_row_that_is_gone_are_caught() -> None:
    assert missing(PAGE.replace("::test_a_stopped_timer_is_seen_by_age", "::test_a_stopped_timer_is_overlooked"))
    assert missing(PAGE.replace("tests/runs/nightly/test_health.py", "tests/runs/nightly/test_wellness.py"))
    assert sorted(rows(PAGE.replace("| 7 | Killed", "| seven | Killed")), key=int) != ALL
