"""What a gap leaves out of a panel: origins, shifts and cells, by category and district, and what is scored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.grid.test_panel import panel

from patrolcast.domain.errors import DataRefusedError
from patrolcast.grid.exposed import (
    NOTHING_EXPECTED,
    complete_shifts,
    exposed_days,
    exposed_hours_of_week,
    exposed_share,
    exposed_shifts,
    require_exposed,
    shifts_in_holes,
    targets,
    with_gaps,
)
from patrolcast.grid.gaps import DeclaredGap, Gap, GapKind, GapRule
from patrolcast.grid.panel import Panel

FIRST, LAST = date(2026, 3, 3), date(2026, 3, 4)


def gap(kind: GapKind = "hole", *, category: str | None = None, district: str | None = None, out: bool = True) -> Gap:
    return Gap(kind, FIRST, LAST, category, district, out)


def made(*gaps: Gap) -> Panel:
    """Ten days from 1 March 2026 on, one report a day at noon in the first cell, known the next morning."""
    rows = [(f"2026-03-{day:02}T18:00:00Z", f"2026-03-{day:02}T18:00:00Z") for day in range(1, 9)]
    districts = np.array(["west", "west", "east", "east", "east", "east", "east"])
    return replace(panel(rows), gaps=gaps, district=districts)


def days_out(one: Panel, category: int | None, cell: int = 0) -> list[int]:
    """Origin days that are left out for a cell."""
    for part in exposed_days(one, category).parts:
        if cell in part.cells:
            return [int(day) for day in np.flatnonzero(~part.exposed)]
    return []


def test_without_gaps_every_day_is_exposed() -> None:
    assert exposed_days(made(), 0).is_whole
    assert exposed_shifts(made(), 0) is None
    assert exposed_share(made(), 0, np.arange(3, dtype=np.int32)).tolist() == [[1.0]]
    assert np.array_equal(targets(made(), 0), made().occurred(0))


def test_a_hole_leaves_out_its_days_until_their_reports_would_have_come_in() -> None:
    # The third and fourth of March are days 2 and 3; what occurs on the fourth is known by the origin of the fifth.
    assert days_out(made(gap()), 0) == [2, 3, 4]
    assert days_out(made(gap()), None) == [2, 3, 4]


def test_a_gap_that_is_not_left_out_changes_nothing() -> None:
    assert exposed_days(made(gap(out=False)), 0).is_whole


def test_a_gap_of_another_category_is_none_of_this_ones_but_of_all_together() -> None:
    other = made(gap(category="assault"))
    assert exposed_days(other, 0).is_whole
    assert days_out(other, None) == [2, 3, 4]


def test_a_late_start_of_a_category_takes_no_day_from_all_together() -> None:
    late = made(gap("late start", category="theft"))
    assert days_out(late, 0) == [2, 3, 4]
    assert exposed_days(late, None).is_whole


def test_a_gap_of_a_district_is_that_of_its_cells() -> None:
    east = made(gap(district="east"))
    assert (days_out(east, 0, cell=0), days_out(east, 0, cell=6)) == ([], [2, 3, 4])
    both = made(gap(district="east"), replace(gap(), first=date(2026, 3, 7), last=date(2026, 3, 7)))
    assert (days_out(both, 0, cell=0), days_out(both, 0, cell=6)) == ([6, 7], [2, 3, 4, 6, 7])


def test_shifts_without_any_record_are_refused_as_a_window() -> None:
    one = made(gap())
    inside = np.flatnonzero((one.day_of_shift() == 2) | (one.day_of_shift() == 3)).astype(np.int32)
    with pytest.raises(DataRefusedError) as caught:
        require_exposed(one, inside, what="the validation window")
    assert str(caught.value) == (
        "the validation window: got only days that are left out; some days with records are needed; "
        "wait until records have come in for some weeks, or lengthen [model] validation_days"
    )
    require_exposed(one, np.append(inside, inside[-1] + 1).astype(np.int32), what="the validation window")
    require_exposed(made(gap(district="east")), inside, what="the validation window")


def test_targets_in_a_gap_are_none_and_next_to_nothing_is_expected_there() -> None:
    west = made(gap(district="west"))
    day = west.day_of_shift()
    inside = (day == 2) | (day == 3)
    assert made().occurred(0)[inside].sum() == 2, "else this test shows nothing"
    assert targets(west, 0)[inside].sum() == 0
    assert np.array_equal(targets(west, 0)[~inside], west.occurred(0)[~inside])
    share = exposed_share(west, 0, np.flatnonzero(inside).astype(np.int32))
    assert (share[:, :2] == NOTHING_EXPECTED).all()
    assert (share[:, 2:] == 1.0).all()


def test_what_occurred_in_a_gap_makes_no_hour_of_the_week_a_busy_one() -> None:
    whole, hole = (exposed_hours_of_week(one, 0, n_slots=3).sum(axis=(0, 2)) for one in (made(), made(gap())))
    assert whole.tolist() == [1, 1, 1, 1, 1, 1, 2]  # 1 March 2026 is a Sunday
    assert hole.tolist() == [1, 0, 0, 1, 1, 1, 2]
    assert exposed_hours_of_week(made(gap(district="east")), 0, n_slots=3).sum() == 8, "the incidents lie in the west"


@pytest.mark.parametrize(("kind", "days"), [("hole", [2, 3]), ("declared", [2, 3]), ("event", []), ("late start", [])])
def test_forecasts_are_not_scored_in_holes_but_in_events(kind: GapKind, days: list[int]) -> None:
    one = made(gap(kind))
    assert np.unique(one.day_of_shift()[shifts_in_holes(one)]).tolist() == days


def test_gaps_are_found_by_the_rule_of_the_panel() -> None:
    rule = GapRule(declared=(DeclaredGap(FIRST, LAST, None, None, True, "server moved"),))
    assert [one.kind for one in with_gaps(replace(made(), gap_rule=rule)).gaps] == ["declared"]
    assert with_gaps(made()).gaps == ()


def test_shifts_are_complete_where_the_records_of_every_category_came_in() -> None:
    one = made(gap(district="west", category="theft"), gap("surge", out=False), gap("late start"))
    shifts = np.flatnonzero(np.isin(one.day_of_shift(), [1, 2, 3, 4])).astype(np.int32)
    complete = complete_shifts(one, shifts)
    within = np.isin(one.day_of_shift()[shifts], [2, 3])
    west = one.district == "west"
    assert not complete[np.ix_(within, west)].any()
    assert complete[np.ix_(~within, west)].all()
    assert complete[:, ~west].all(), "a surge that counts, and a category that began late, are no gap here"


def test_a_gap_of_a_district_in_a_panel_without_districts_is_no_gap_of_everywhere() -> None:
    nowhere = replace(made(gap(district="west")), district=np.array([], dtype=str))
    with pytest.raises(ValueError, match="does not say which cell lies in which"):
        exposed_days(nowhere, 0)
