"""Text from files is printed clean and aligned."""

from __future__ import annotations

from patrolcast.cli import console


def test_a_table_is_aligned_and_clean() -> None:
    rows = [{"cell": "a\x1b", "why": "one"}, {"cell": "bbb", "why": "two"}]
    assert console.table_lines(rows) == ["cell   why", "a\\x1b  one", "bbb    two"]
