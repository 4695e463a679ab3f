"""What "last-report" means, and that one mistyped year does not move it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.intake.builders import NOW, load, row, settings

from patrolcast.runs.load.city import load_city


def rows(*more: str) -> list[str]:
    """Three reports a day through January and February 2025, and some more."""
    days = [f"2025-{1 + i // 90:02d}-{1 + i // 3 % 28:02d} {8 + i % 3 * 4:02d}:{i % 60:02d}:00" for i in range(168)]
    good = [row(str(i), day, "", day, f"{-87.69 + i * 1e-5:.5f}") for i, day in enumerate(days)]
    return [*good, *(row(str(900 + i), at, "", at) for i, at in enumerate(more))]


def last(folder: Path, *more: str) -> tuple[datetime, tuple[str, ...], int]:
    load(folder, rows(*more))
    city = load_city(settings(folder), as_of="last-report", now=NOW)
    return city.as_of.astimezone(UTC), city.notes, len(city.tables.incidents.table)


def test_last_report_is_the_newest_report_of_a_counted_incident(tmp_path: Path) -> None:
    moment, notes, n = last(tmp_path)
    assert (moment, n) == (datetime(2025, 2, 28, 22, 47, tzinfo=UTC), 168)
    assert not any("newest report" in note for note in notes)


@pytest.mark.parametrize("typo", ["2025-12-26 16:47:00", "2062-02-26 16:47:00", "2025-07-26 16:47:00"])
def test_a_mistyped_year_or_month_does_not_move_it_and_is_said(typo: str, tmp_path: Path) -> None:
    moment, notes, n = last(tmp_path, typo)
    assert (moment, n) == (datetime(2025, 2, 28, 22, 47, tzinfo=UTC), 168)
    [note] = [note for note in notes if "ignored when the newest report is determined" in note]
    assert note.startswith(f"1 report is dated {typo[:10]}, ")


def test_a_stale_feed_is_not_made_fresh_by_one_mistyped_report(tmp_path: Path) -> None:
    load(tmp_path, rows("2026-02-28 16:00:00"))
    city = load_city(settings(tmp_path), as_of="now", now=NOW)
    assert city.newest_report == datetime(2025, 2, 28, 22, 47, tzinfo=UTC)
