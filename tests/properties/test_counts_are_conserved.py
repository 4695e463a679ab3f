"""From incidents to the panel nothing is lost, doubled or moved, whatever the incidents are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from tests.properties.panels import RECORDS, incidents_of, known_by_as_of, panel_of

from patrolcast.domain.shifts import to_instants
from patrolcast.grid.panel import Panel


def check_conserved(panel: Panel, records: list[dict[str, Any]]) -> None:
    """Every known incident is counted once, in the shift that holds it, or named as having no place."""
    known = [one for one in records if known_by_as_of(one)]
    inside = [one for one in known if one["cell"] >= 0]
    assert panel.n_known == len(known)
    assert panel.uncounted["outside the grid"] == len(known) - len(inside)
    assert sum(int(panel.occurred(k).sum()) for k in range(len(panel.categories))) == len(inside)
    for k, name in enumerate(panel.categories):
        wanted = sum(one["category"] == name for one in inside)
        assert panel.occurred(k).sum() == panel.known(k).sum() == wanted
        assert panel.known_by_hour_of_week(k, n_slots=3).sum() == wanted
    np.testing.assert_array_equal(
        sum(panel.known(k).astype(int) for k in range(len(panel.categories))), panel.known(None)
    )
    inside.sort(key=lambda one: one["category"])  # a panel holds its incidents category by category
    start, end = to_instants(panel.calendar["shift_start"]), to_instants(panel.calendar["shift_end"])
    occurred = to_instants(incidents_of(inside)[0].table["occurred_at"]) if inside else np.array([], dtype=np.int64)
    where = [np.flatnonzero((start <= at) & (at < end)).tolist() for at in occurred]
    assert where == [[s] for s in panel.shift]
    assert panel.cell.tolist() == [one["cell"] for one in inside]


@given(RECORDS)
@settings(max_examples=60, deadline=None)
def test_every_known_incident_is_counted_once_in_the_shift_that_holds_it(records: list[dict[str, Any]]) -> None:
    assume(any(known_by_as_of(one) for one in records))
    check_conserved(panel_of(records), records)


@given(RECORDS)
@settings(max_examples=20, deadline=None)
def test_it_holds_where_the_clock_changes_by_half_an_hour(records: list[dict[str, Any]]) -> None:
    assume(any(known_by_as_of(one) for one in records))
    check_conserved(panel_of(records, timezone="Australia/Lord_Howe"), records)


RECORDED = [
    {"minutes_before": 60 * 24 * day, "delay": 30, "cell": day % 7, "category": "theft"} for day in range(1, 120)
]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda p: replace(p, cell=p.cell[1:], category=p.category[1:], shift=p.shift[1:],
                                       known_day=p.known_day[1:]), id="one lost"),
        pytest.param(lambda p: replace(p, shift=np.maximum(p.shift - 1, 0)), id="the shift before"),
        pytest.param(lambda p: replace(p, cell=(p.cell + 1) % 7), id="the next cell"),
        pytest.param(lambda p: replace(p, uncounted={**p.uncounted, "outside the grid": 1}), id="one named twice"),
    ],
)  # fmt: skip
def test_a_panel_that_loses_or_moves_an_incident_is_caught(spoil: Any) -> None:
    panel = panel_of(RECORDED)
    check_conserved(panel, RECORDED)
    with pytest.raises(AssertionError):
        check_conserved(spoil(panel), RECORDED)
