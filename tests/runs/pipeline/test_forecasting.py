"""The trees say where and when; how much in all is the city's own late level."""

from __future__ import annotations

from dataclasses import replace

import lightgbm as lgb
import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Features, Settings
from patrolcast.features.catalogue import catalogue
from patrolcast.features.city_rate import MOST_LEAD_DAYS, city_level
from patrolcast.features.matrix import category_matrices, starting_rate_by_shift
from patrolcast.features.rows import dense_rows
from patrolcast.features.weekly_rows import first_alike, speaks_of_a_week
from patrolcast.forecast import gbm
from patrolcast.forecast.validation import MODEL
from patrolcast.grid.panel import Panel
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.forecasting import expected_by_model
from patrolcast.runs.pipeline.inputs import category_inputs, shared_inputs
from patrolcast.runs.pipeline.run import Grid, admit_features, build_grid, count_incidents, forecast_panel, panel_inputs
from patrolcast.runs.pipeline.windows import TimeWindows, Window, plan_windows

Made = tuple[Panel, Grid, TimeWindows, Forecast]
SPECS = {one.name: one for one in catalogue({}, Features(holidays="US", paydays=[1]))}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return read_settings(write_city(tmp_path_factory.mktemp("forecasting"))).settings


@pytest.fixture(scope="module")
def made(settings: Settings) -> Made:
    tables = load_city(settings, as_of=None, now=NOW).tables
    grid = build_grid(tables, settings)
    panel = count_incidents(tables, grid, settings, as_of=NOW)
    plan = plan_windows(panel, settings.model, as_of=NOW, n_slots=3)
    forecast = forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress())
    return panel, grid, plan, forecast


def test_over_the_validation_window_the_model_expects_what_its_start_expects(made: Made) -> None:
    panel, grid, plan, forecast = made
    shared = shared_inputs(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    by_model = [code for code, one in enumerate(forecast.skill) if one.used == MODEL]
    assert by_model
    for code in by_model:
        own, _ = category_inputs(code, panel, shared, grid.kernels, forecast.stacks[code], plan)
        start = starting_rate_by_shift(shared, own, plan.validation.shifts, plan.validation.origins)
        assert forecast.validated[code].sum() == pytest.approx(start.sum(), rel=1e-4)


def test_the_level_stands_in_the_starting_rate_so_that_contributions_still_sum(made: Made) -> None:
    panel, grid, plan, forecast = made
    shared = shared_inputs(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    for code, matrix in enumerate(forecast.matrices):
        own, _ = category_inputs(code, panel, shared, grid.kernels, forecast.stacks[code], plan)
        start = starting_rate_by_shift(shared, own, plan.horizon.shifts, plan.horizon.origins)
        np.testing.assert_allclose(
            np.exp(matrix.offset), start.reshape(-1) * forecast.shrinkages[code].level, rtol=1e-4
        )
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
    days = panel.days_of_year(MOST_LEAD_DAYS)
    assert np.array_equal(city_level(panel.known(0), days).rate[upto], city_level(early.known(0), days).rate[upto])


def test_weeks_are_learned_first_and_nothing_of_a_single_shift_is_split_on_there(made: Made) -> None:
    forecast = made[3]
    told = forecast.training
    assert 0 < told["weekly_rounds"] < told["rounds"]
    booster = lgb.Booster(model_str=forecast.model.text)
    of_shifts = [name for name in forecast.model.names if name in SPECS and not speaks_of_a_week(SPECS[name])]
    used = dict(zip(forecast.model.names, _splits(booster, told["weekly_rounds"]), strict=True))
    assert of_shifts
    assert sum(used.values()) > 0
    assert not any(used[name] for name in of_shifts)
    everything = dict(zip(forecast.model.names, _splits(booster, told["rounds"]), strict=True))
    assert any(everything[name] for name in of_shifts), "else this test shows nothing"


def test_without_weekly_rounds_there_is_one_lesson_with_all_the_rows(made: Made, settings: Settings) -> None:
    panel, grid, plan, forecast = made
    settings = settings.model_copy(update={"model": settings.model.model_copy(update={"weekly_rounds": 0})})
    alone = forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress())
    assert alone.training["weekly_rows"] == alone.training["weekly_rounds"] == 0
    assert alone.training["rows"] > forecast.training["rows"]
    assert alone.model.text != forecast.model.text


def test_a_history_too_short_for_a_week_to_stop_by_has_its_shifts_only(made: Made, settings: Settings) -> None:
    panel, grid, plan, _ = made
    short = replace(plan, validation=Window(plan.validation.shifts[:18], plan.validation.origins[:18]))
    made_of_shifts = forecast_panel(panel, grid, short, admit_features(settings), settings, progress=Progress())
    assert made_of_shifts.training["weekly_rows"] == 0


def _splits(booster: lgb.Booster, rounds: int) -> list[int]:
    return [int(n) for n in booster.feature_importance("split", iteration=rounds)]


def test_asking_the_first_lesson_once_a_week_changes_no_value(made: Made, settings: Settings) -> None:
    """Every cell over the validation window, against the same rows asked one by one."""
    panel, grid, plan, forecast = made
    shared = panel_inputs(panel, grid, settings, first_day=plan.first_day)
    own, _ = category_inputs(0, panel, shared, grid.kernels, forecast.stacks[0], plan)
    window, admission = plan.validation, admit_features(settings)
    together = expected_by_model(window, own, shared, admission, forecast.model, panel.n_cells, 1)
    rows = dense_rows(window.shifts, window.origins, None, n_cells=panel.n_cells)
    matrix = category_matrices(shared, own, admission, [rows])[0]
    alike = first_alike(shared, window.shifts, window.origins, n_cells=panel.n_cells)
    assert len(np.unique(alike)) == len(np.unique(window.origins)) * panel.n_cells
    np.testing.assert_array_equal(together.reshape(-1), gbm.predict(forecast.model, matrix, threads=1))
