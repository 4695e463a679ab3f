"""The trees say where and when; how much in all is the city's own late level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.records import Progress
from patrolcast.features.level import city_rate
from patrolcast.features.matrix import starting_rate_by_shift
from patrolcast.forecast import gbm
from patrolcast.forecast.validation import MODEL
from patrolcast.grid.panel import Panel
from patrolcast.io.settings_file import read_settings
from patrolcast.runs.forecasting import Forecast
from patrolcast.runs.inputs import category_inputs, inputs_from
from patrolcast.runs.load import load_city
from patrolcast.runs.pipeline import Grid, admit_features, count, forecast_panel, lay_grid
from patrolcast.runs.plan import Plan, plan_windows

Made = tuple[Panel, Grid, Plan, Forecast]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    settings = read_settings(write_city(tmp_path_factory.mktemp("forecasting"))).settings
    tables = load_city(settings, as_of=None, now=NOW).tables
    grid = lay_grid(tables, settings)
    panel = count(tables, grid, settings, as_of=NOW)
    plan = plan_windows(panel, settings.model, as_of=NOW, n_slots=3)
    forecast = forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress())
    return panel, grid, plan, forecast


def test_over_the_validation_window_the_model_expects_what_its_start_expects(made: Made) -> None:
    panel, grid, plan, forecast = made
    shared = inputs_from(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    by_model = [code for code, one in enumerate(forecast.skill) if one.used == MODEL]
    assert by_model
    for code in by_model:
        own, _ = category_inputs(code, panel, shared, grid.spreading, forecast.stacks[code], plan)
        start = starting_rate_by_shift(shared, own, plan.validation.shifts, plan.validation.origins)
        assert forecast.validated[code].sum() == pytest.approx(start.sum(), rel=1e-4)


def test_the_level_stands_in_the_starting_rate_so_that_contributions_still_sum(made: Made) -> None:
    panel, grid, plan, forecast = made
    shared = inputs_from(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    for code, matrix in enumerate(forecast.matrices):
        own, _ = category_inputs(code, panel, shared, grid.spreading, forecast.stacks[code], plan)
        start = starting_rate_by_shift(shared, own, plan.horizon.shifts, plan.horizon.origins)
        np.testing.assert_allclose(np.exp(matrix.offset), start.reshape(-1) * forecast.trusted[code].level, rtol=1e-4)
        if forecast.skill[code].used == MODEL:
            np.testing.assert_allclose(
                gbm.predict(forecast.model, matrix, threads=1), forecast.expected[code].reshape(-1)
            )


def test_the_level_follows_what_was_known_and_nothing_later(made: Made) -> None:
    panel = made[0]
    early = replace(panel, known_day=np.where(panel.known_day > panel.n_days - 30, 10_000, panel.known_day))
    kept = early.known_day < 10_000
    early = replace(
        early, cell=early.cell[kept], category=early.category[kept], shift=early.shift[kept],
        known_day=early.known_day[kept],
    )  # fmt: skip
    upto = slice(0, panel.n_days - 30)
    assert np.array_equal(city_rate(panel.known(0))[upto], city_rate(early.known(0))[upto])
