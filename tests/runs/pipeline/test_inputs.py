"""What a category's start is made of: what was known by each origin, of days that count; and what it is fitted on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import inf
from typing import NamedTuple

import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.features.matrix import CategoryInputs, starting_rate, starting_rate_by_shift
from patrolcast.features.rows import dense_rows
from patrolcast.forecast.stacked_rates import FittedStart
from patrolcast.grid.gaps import Gap
from patrolcast.grid.panel import Panel
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import Grid, build_grid, count_incidents
from patrolcast.runs.pipeline.inputs import _incidents, category_inputs, shared_inputs
from patrolcast.runs.pipeline.rolling_origin import known_by
from patrolcast.runs.pipeline.windows import TimeWindows, plan_windows


class City(NamedTuple):
    """A panel, its grid and windows, and the fitted start of its first category."""

    panel: Panel
    grid: Grid
    plan: TimeWindows
    start: FittedStart


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    settings = read_settings(write_city(tmp_path_factory.mktemp("inputs"))).settings
    tables = load_city(settings, as_of=None, now=NOW).tables
    grid = build_grid(tables, settings)
    panel = count_incidents(tables, grid, settings, as_of=NOW)
    weekly = settings.model.model_copy(update={"horizon_days": 7})
    plan = plan_windows(panel, weekly, as_of=NOW, n_slots=3)
    shared = shared_inputs(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    return City(panel, grid, plan, category_inputs(0, panel, shared, grid.kernels, None, plan)[1])


def test_the_strength_of_the_share_learns_from_what_the_training_may_know(city: City) -> None:
    """Twin: without a limit it learns from more, so that the limit is what this test sees."""
    panel, window = city.panel, city.plan.training
    early = panel.with_targets_known_by(int(window.origins[len(window) // 2]))
    n = [len(_incidents(one.of(0), window).cell) for one in (panel, early)]
    assert n == [int(one.occurred(0)[window.shifts].sum()) for one in (panel, early)]
    assert 0 < n[1] < n[0]


def test_each_incident_is_seen_from_the_origin_from_which_its_shift_is_forecast(city: City) -> None:
    panel, window = city.panel, city.plan.training
    learned = _incidents(panel.of(0), window)
    own = panel.of(0)
    shift = own.shift[np.isin(own.shift, window.shifts)]
    origin_of = dict(zip(window.shifts.tolist(), window.origins.tolist(), strict=True))
    assert learned.known_day.tolist() == [origin_of[one] for one in shift.tolist()]
    start = panel.calendar["shift_start"].dt.as_unit("us").astype("int64").to_numpy()
    assert (panel.origins[learned.known_day] <= start[shift]).all()


def starts_of(panel: Panel, city: City, start: FittedStart | None, *, upto: int | None = None) -> CategoryInputs:
    """The first category's inputs, of the panel as it stood at origin ``upto``."""
    seen = panel if upto is None else known_by(panel, upto)
    shared = shared_inputs(seen, city.grid.near, city.plan.first_day, by_shift={}, by_cell={})
    return category_inputs(0, seen, shared, city.grid.kernels, start, city.plan)[0]


def test_no_part_of_the_start_knows_a_report_before_it_was_made(city: City) -> None:
    """Reports come up to a month late here. Twin: the night after knows more."""
    delay = np.random.default_rng(4).integers(0, 30, len(city.panel.cell))
    late = replace(city.panel, known_day=np.minimum(city.panel.known_day + delay, city.panel.n_days).astype(np.int32))
    late = late.only(late.known_day < late.n_days)
    whole, day = starts_of(late, city, city.start), city.panel.n_days - 10 - (city.panel.n_days - 10) % 7
    for origin in range(day, day + 8):
        cut, row = starts_of(late, city, city.start, upto=origin), origin - city.plan.first_day
        assert np.array_equal(whole.start[row], cut.start[row])
        assert not np.array_equal(whole.start[row + 1], cut.start[row])
        assert np.array_equal(whole.profile[origin], cut.profile[origin])
        for slot in range(3):
            assert np.array_equal(
                whole.shift_share.of_cells(origin, 0, slot), cut.shift_share.of_cells(origin, 0, slot)
            )
    before = whole.shift_share.of_cells(day - 1, 0, 0)
    assert not np.array_equal(whole.shift_share.of_cells(day, 0, 0), before), "renewed on this night"


def test_days_that_are_left_out_say_nothing_of_a_place_s_hours(city: City) -> None:
    """Their reports moved to another shift change nothing; twin: not left out, they do."""
    first, last = (city.panel.first_day + timedelta(days=days) for days in (100, 120))
    day = city.panel.day_of_shift()[city.panel.shift]
    moved = replace(city.panel, shift=np.where((day >= 100) & (day < 120), city.panel.shift + 1, city.panel.shift))
    for left_out in (True, False):
        gap = Gap("declared", first, last, None, None, left_out=left_out)
        one, other = (
            starts_of(replace(panel, gaps=(gap,)), city, city.start).shift_share.factor for panel in (city.panel, moved)
        )
        assert np.array_equal(one, other) is left_out


@pytest.mark.parametrize("strength", [10.0, 160.0])
def test_a_place_s_share_is_drawn_as_far_as_the_start_was_fitted(city: City, strength: float) -> None:
    """By hand, from the reports known on the first night of the last origin's week."""
    made = starts_of(city.panel, city, replace(city.start, share_strength=(strength, inf)))
    last = city.panel.n_days - 1
    own = city.panel.of(0).only(city.panel.of(0).known_day <= last - last % 7)
    slot = own.calendar["slot"].to_numpy()[own.shift]
    night = np.bincount(own.cell[slot == 2], minlength=own.n_cells)
    everything = np.bincount(own.cell, minlength=own.n_cells)
    usual = (night.sum() + 200 / 3) / (everything.sum() + 200)
    wanted = (night + strength * usual) / (everything + strength) / usual
    np.testing.assert_allclose(made.shift_share.of_cells(last, 1, 2), wanted, rtol=1e-6)


def test_rows_start_from_what_their_own_origin_knew_however_far_ahead(city: City) -> None:
    """Up to a week ahead, row by row and shift by shift alike. Twin: from the night before each shift they differ."""
    window, n = city.plan.training, city.panel.n_cells
    shared = shared_inputs(city.panel, city.grid.near, city.plan.first_day, by_shift={}, by_cell={})
    own = starts_of(city.panel, city, city.start)
    rows = dense_rows(window.shifts, window.origins, None, n_cells=n)
    by_shift = starting_rate_by_shift(shared, own, window.shifts, window.origins)
    np.testing.assert_allclose(starting_rate(shared, own, rows).reshape(-1, n), by_shift, rtol=1e-5)
    latest = shared.latest_origin[window.shifts]
    assert (latest - window.origins).max() == 6
    assert not np.allclose(starting_rate_by_shift(shared, own, window.shifts, latest), by_shift, rtol=1e-5)
