"""Records and rows of the log on the same cells: counting and finding, against plain loops and by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.audit.feedback.dosage_log import Records, count_within, row_at

RECORDS = st.lists(st.tuples(st.integers(0, 40), st.integers(-1, 3)), max_size=30)
WINDOWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 45), st.integers(0, 20)), min_size=1, max_size=10)


def records(pairs: list[tuple[int, int]]) -> Records:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Records(table[:, 0], table[:, 1])


@settings(max_examples=100, deadline=None)
@given(RECORDS, WINDOWS)
def test_records_are_counted_as_a_loop_over_them_would(pairs: list[tuple[int, int]], windows: list) -> None:
    cell, begin, length = (np.array(column, dtype=np.int64) for column in zip(*windows, strict=True))
    counted = count_within(records(pairs), cell, begin, begin + length)
    expected = [sum(c == at and b <= t < b + n for t, c in pairs) for at, b, n in windows]
    assert counted.tolist() == expected


def test_a_window_holds_its_first_moment_and_not_its_last() -> None:
    log = records([(10, 0), (20, 0)])
    zero = np.zeros(3, dtype=np.int64)
    assert count_within(log, zero, np.array([10, 11, 0]), np.array([20, 21, 10])).tolist() == [1, 1, 0]


def test_records_outside_the_grid_are_left_out_of_a_time_span() -> None:
    inside = records([(10, 0), (12, -1), (15, 2), (20, 1)]).within(10, 20)
    assert (inside.moment.tolist(), inside.cell.tolist()) == ([10, 15], [0, 2])


def test_the_row_of_a_place_and_moment_is_the_shift_that_holds_it() -> None:
    """Cell 5 in shifts [0, 8) and [8, 16), cell 7 in [0, 8)."""
    cell, start, end = np.array([5, 5, 7]), np.array([8, 0, 0]), np.array([16, 8, 8])
    where, when = np.array([5, 5, 5, 7, 7, 6, -1]), np.array([0, 8, 16, 7, 8, 3, 3])
    assert row_at(cell, start, end, where, when).tolist() == [1, 0, -1, 2, -1, -1, -1]


def test_without_rows_or_places_nothing_is_found() -> None:
    empty = np.zeros(0, dtype=np.int64)
    assert row_at(empty, empty, empty, np.array([1]), np.array([1])).tolist() == [-1]
    assert row_at(np.array([1]), np.array([0]), np.array([8]), empty, empty).tolist() == []
