"""Exposure by hand: the clock stands still on days without records, and each cell has its own clock."""

from __future__ import annotations

import numpy as np

from patrolcast.numerics.arrays import CountArray, Float32Array, FloatArray, IntArray
from patrolcast.numerics.exposure import WHOLE, ExposedPart, Exposure

COUNTS: CountArray = np.array([[1, 1], [2, 2], [9, 9], [3, 3], [4, 4]], dtype=np.uint16)


def running_sum(counts: CountArray, first: int) -> Float32Array:
    return np.cumsum(counts, axis=0, dtype=np.float32)[first:]


def at(counts: CountArray, days: IntArray) -> FloatArray:
    return np.cumsum(counts, axis=0, dtype=np.float64)[days]


def part(cells: list[int], exposed: list[int]) -> ExposedPart:
    return ExposedPart(np.array(cells), np.array(exposed, dtype=bool))


def test_without_parts_the_statistic_sees_every_day() -> None:
    assert WHOLE.is_whole
    assert WHOLE.over_days(COUNTS, 0, running_sum)[:, 0].tolist() == [1, 3, 12, 15, 19]


def test_a_day_that_is_left_out_shows_what_the_day_before_showed() -> None:
    exposure = Exposure((part([0], [1, 1, 0, 1, 1]), part([1], [1, 1, 1, 1, 1])))
    assert exposure.over_days(COUNTS, 0, running_sum).T.tolist() == [[1, 3, 3, 6, 10], [1, 3, 12, 15, 19]]
    assert exposure.over_days(COUNTS, 3, running_sum).T.tolist() == [[6, 10], [15, 19]]
    assert exposure.at_days(COUNTS, np.array([2, 4]), at).T.tolist() == [[3, 10], [12, 19]]


def test_before_the_first_exposed_day_nothing_is_known() -> None:
    exposure = Exposure((part([0, 1], [0, 0, 1, 1, 1]),))
    assert exposure.over_days(COUNTS, 0, running_sum)[:, 0].tolist() == [0, 0, 9, 12, 16]
    assert exposure.at_days(COUNTS, np.array([1, 3]), at)[:, 0].tolist() == [0, 12]


def test_cells_that_never_have_a_record_have_none() -> None:
    exposure = Exposure((part([0], [0, 0, 0, 0, 0]), part([1], [1, 1, 1, 1, 1])))
    assert exposure.over_days(COUNTS, 3, running_sum).T.tolist() == [[0, 0], [15, 19]]
    assert Exposure((part([0, 1], [0] * 5),)).over_days(COUNTS, 3, running_sum).tolist() == [[0, 0], [0, 0]]
    few = Exposure((part([0], [1, 1, 1, 1, 1]), part([1], [0, 0, 0, 0, 0])))  # most cells have records
    assert few.over_days(COUNTS, 3, running_sum).T.tolist() == [[15, 19], [0, 0]]


def test_what_came_on_a_day_that_is_left_out_changes_nothing() -> None:
    exposure = Exposure((part([0, 1], [1, 1, 0, 1, 1]),))
    other = COUNTS.copy()
    other[2] = 777
    assert np.array_equal(exposure.over_days(COUNTS, 0, running_sum), exposure.over_days(other, 0, running_sum))
