"""From scores to visits: what the allocator of a run, of its audit and of a comparison does, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from tests.runs.hand_panel import hand_panel

from patrolcast.domain.settings import Patrol
from patrolcast.runs.pipeline.allocation import PatrolAllocator, ShiftSchedule, build_allocator

CELLS = gpd.GeoDataFrame({"cell": list("abcdef"), "district": ["north"] * 3 + ["south"] * 3})
SCORE = np.array([[3.0, 2.0, 1.0, 1.0, 5.0, 4.0]])
NO_PAST = np.zeros((0, 6), dtype=bool)
STARTS = ["06:00", "14:00", "22:00"]


def allocator(**patrol: Any) -> PatrolAllocator:
    settings = {"minutes_per_district": 30, "visit_minutes": 10, "visits_per_cell": 2, **patrol}
    return build_allocator(CELLS, ("burglary", "theft"), Patrol.model_validate(settings), starts=STARTS, seed=1)


def schedule(n_shifts: int, *, shifts_a_night: int = 1) -> ShiftSchedule:
    shift = np.arange(n_shifts, dtype=np.int64)
    return ShiftSchedule(shift * 28_800_000_000, shift // shifts_a_night, NO_PAST, shift % len(STARTS))


def test_each_district_gives_its_budget_to_its_own_cells_best_first() -> None:
    allocation = allocator().allocate(SCORE, schedule(1))
    assert allocation.ranks.tolist() == [[1, 2, 3, 3, 1, 2]]
    assert allocation.visits.tolist() == [[2, 1, 0, 0, 2, 1]]
    assert allocation.role.tolist() == [["suggested", "suggested", "", "", "suggested", "suggested"]]
    assert (allocation.propensity == 1.0).all()


def test_a_score_weighs_the_categories_and_a_category_that_is_not_named_has_1() -> None:
    incidents = np.zeros((2, 1, 6))
    incidents[0, 0, :2] = 0.5
    incidents[1, 0, 0] = 0.25
    patrol = allocator(weights={"burglary": 3.0})
    assert patrol.score(incidents, schedule(1)).tolist() == [[1.75, 1.5, 0, 0, 0, 0]]
    assert patrol.ranked.tolist() == [True, True]
    assert allocator(weights={"burglary": 0.0}).ranked.tolist() == [False, True]


def test_the_leading_category_adds_most_to_the_score_and_not_most_incidents() -> None:
    incidents = np.zeros((2, 1, 6))
    incidents[:, 0, 0] = 0.25, 0.5
    incidents[:, 0, 1] = 0.1, 0.5
    leading = allocator(weights={"burglary": 3.0}).leading_category(incidents, schedule(1))
    assert leading[0, :2].tolist() == [0, 1]


def test_each_shift_is_weighed_by_the_weights_of_its_part_of_the_day() -> None:
    incidents = np.ones((2, 3, 6))
    patrol = replace(allocator(), weights=np.array([[1.0, 1.0, 300.0], [2.0, 0.0, 1.0]]))
    assert patrol.score(incidents, schedule(3))[:, 0].tolist() == [3.0, 1.0, 301.0]
    assert patrol.leading_category(incidents, schedule(3))[:, 0].tolist() == [1, 0, 0]
    assert patrol.ranked.tolist() == [True, True]


def test_incidents_of_other_shifts_than_the_schedules_are_a_defect() -> None:
    with pytest.raises(ValueError) as error:
        allocator().score(np.zeros((2, 3, 6)), schedule(1))
    assert str(error.value) == "3 shifts of incidents for a schedule of 1"


def test_equal_cells_keep_the_order_that_the_seed_draws() -> None:
    equal, drawn = np.ones((1, 6)), allocator()
    assert sorted(drawn.tie_order) == list(range(6))
    assert drawn.tie_order.tolist() == allocator().tie_order.tolist()
    assert replace(drawn, tie_order=np.arange(6)).rank(equal).tolist() == [[1, 2, 3, 1, 2, 3]]
    assert replace(drawn, tie_order=np.arange(6)[::-1]).rank(equal).tolist() == [[3, 2, 1, 3, 2, 1]]


def test_a_cap_looks_back_on_the_nights_before_and_on_the_shifts_of_no_other() -> None:
    capped = allocator(minutes_per_district=10, visits_per_cell=1, caps={"most_nights": 1, "of_nights": 2})
    score = np.tile(SCORE, (4, 1))
    visits = capped.allocate(score, schedule(4, shifts_a_night=2)).visits
    assert visits.tolist() == [[1, 0, 0, 0, 1, 0]] * 2 + [[0, 1, 0, 0, 0, 1]] * 2
    suggested_last_night = np.array([[True, False, False, False, True, False]])
    rested = capped.allocate(SCORE, replace(schedule(1), past=suggested_last_night)).visits
    assert rested.tolist() == [[0, 1, 0, 0, 0, 1]]


def test_a_draw_belongs_to_the_shift_and_not_to_the_run() -> None:
    drawn = allocator(minutes_per_district=20, visits_per_cell=1, exploration={"half_width": 1})
    together = drawn.allocate(np.tile(SCORE, (3, 1)), schedule(3))
    last = ShiftSchedule(schedule(3).starts[2:], np.array([0]), NO_PAST, np.array([2]))
    alone = drawn.allocate(SCORE, last)
    assert together.role[2].tolist() == alone.role[0].tolist()
    # Of three cells, the second and third are the band around the budget's end: a coin decides which one is visited.
    assert together.propensity.tolist() == [[1.0, 0.5, 0.5, 0.5, 1.0, 0.5]] * 3
    assert together.visits.sum(axis=1).tolist() == [4, 4, 4]


def test_a_schedule_holds_the_instants_and_nights_of_a_panels_shifts() -> None:
    panel = hand_panel(n_cells=6, starts=["00:00", "12:00"])
    found = ShiftSchedule.without_past(panel, np.array([1, 2, 4], dtype=np.int32))
    assert np.diff(found.starts).tolist() == [43_200_000_000, 86_400_000_000]
    assert (found.night - found.night[0]).tolist() == [0, 1, 2]
    assert found.past.shape == (0, 6)
