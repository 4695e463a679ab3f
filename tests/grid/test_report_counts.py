"""Counts for reasons: by cell, span, slot and neighbours, hand-worked; days that are left out are out and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from scipy import sparse
from tests.grid.test_panel import panel

from patrolcast.grid.gaps import Gap
from patrolcast.grid.panel import Panel
from patrolcast.grid.report_counts import ReportCounts, count_reports

NEXT_DOOR = sparse.csr_array(np.eye(7, k=1) + np.eye(7, k=-1))


def made(first_day: date = date(2025, 1, 1)) -> Panel:
    """Five reports in the first cell, a sixth in the second; known as of 10 March 2026, 10:00 UTC."""
    times = [
        "2025-03-09T18:00:00Z",  # of a shift that began 365 days and 23 hours before
        "2025-03-10T18:00:00Z",  # 364 days and 23 hours
        "2026-02-09T18:00:00Z",  # 28 days and 22 hours
        "2026-02-10T18:00:00Z",  # 27 days and 22 hours
        "2026-03-06T05:30:00Z",  # half an hour before midnight on the fifth
        "2026-03-07T18:00:00Z",
    ]
    one = panel([(time, time) for time in times], first_day=first_day)
    return replace(one, cell=np.array([0, 0, 0, 0, 0, 1][-len(one.cell) :], dtype=np.int32))


def counts(one: Panel, *cells: int, slot: int = 0) -> ReportCounts:
    return count_reports(one, 0, np.array(cells), np.full(len(cells), slot), NEXT_DOOR)


def test_reports_are_counted_by_cell_span_slot_and_neighbours() -> None:
    found = counts(made(), 0, 1, 2)
    assert (found.year.tolist(), found.recent.tolist()) == ([4, 1, 0], [2, 1, 0])
    assert (found.in_slot.tolist(), found.next_door.tolist()) == ([3, 1, 0], [1, 4, 1])
    assert counts(made(), 0, slot=2).in_slot.tolist() == [1]
    assert (found.days, found.left_out.tolist()) == (365, [False, False, False])


def test_days_that_are_left_out_are_not_counted_and_the_rows_they_touch_are_named() -> None:
    hole = Gap("hole", date(2026, 2, 10), date(2026, 2, 11), None, None, left_out=True)
    found = counts(replace(made(), gaps=(hole,)), 0, 1, 2)
    assert (found.year.tolist(), found.recent.tolist()) == ([3, 1, 0], [1, 1, 0])
    assert found.left_out.tolist() == [True, True, False]
    noted = replace(hole, left_out=False)
    assert counts(replace(made(), gaps=(noted,)), 0).year.tolist() == [4]


def test_a_history_shorter_than_a_year_says_how_long_it_is() -> None:
    assert counts(made(date(2026, 3, 1)), 0).days == 8
