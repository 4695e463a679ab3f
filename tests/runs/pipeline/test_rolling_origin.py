"""Rolling origins see exactly what a nightly run at that origin would have seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import from_instants
from patrolcast.domain.tables import CitizenIncidents, CityTables
from patrolcast.grid.gaps import Gap
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import build_grid, count_incidents
from patrolcast.runs.pipeline.rolling_origin import (
    fold_panel,
    fold_windows,
    known_by,
    last_nights,
    night_shifts,
    split_folds,
)
from patrolcast.runs.pipeline.run import admit_features, forecast_panel, run_pipeline


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[CityTables, Settings]:
    settings = read_settings(write_city(tmp_path_factory.mktemp("rolling"))).settings
    return load_city(settings, as_of=None, now=NOW).tables, settings


def forecast_of(tables: CityTables, settings: Settings, *, n_nights: int = 12) -> np.ndarray:
    grid = build_grid(tables, settings)
    panel = count_incidents(tables, grid, settings, as_of=NOW)
    nights = last_nights(panel, n_nights=n_nights, maturity_days=settings.model.maturity_days)
    fold = split_folds(nights, n_folds=2)[0]
    plan = fold_windows(panel, fold, settings.model, n_slots=3)
    made = forecast_panel(fold_panel(panel, fold), grid, plan, admit_features(settings), settings, progress=Progress())
    return made.expected


def test_the_first_night_of_a_fold_is_the_run_that_night_would_have_made(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    grid = build_grid(tables, settings)
    panel = count_incidents(tables, grid, settings, as_of=NOW)
    night = int(split_folds(last_nights(panel, n_nights=12, maturity_days=7), n_folds=2)[0].nights[0])
    moment = from_instants(panel.origins[[night]])[0].to_pydatetime()
    nightly = run_pipeline(tables, settings, as_of=moment).forecast["expected_incidents"].to_numpy()
    rolled = forecast_of(tables, settings)[:, :3].reshape(-1)
    np.testing.assert_allclose(rolled, nightly, rtol=1e-5)


def test_reports_that_came_in_after_the_fold_change_nothing(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    grid = build_grid(tables, settings)
    panel = count_incidents(tables, grid, settings, as_of=NOW)
    last = int(split_folds(last_nights(panel, n_nights=12, maturity_days=7), n_folds=2)[0].nights[-1])
    moment = from_instants(panel.origins[[last]])[0]
    table = tables.incidents.table
    late = (table["reported_at"] > moment).to_numpy()
    assert late.any()
    moved = table.copy()
    moved.loc[late, "longitude"] = moved.loc[late, "longitude"].to_numpy()[::-1]
    moved.loc[late, "latitude"] = 41.801
    other = replace(tables, incidents=CitizenIncidents(moved))
    np.testing.assert_array_equal(forecast_of(tables, settings), forecast_of(other, settings))


def test_reports_known_by_the_fold_do_change_it(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    moved = tables.incidents.table.copy()
    moved["latitude"] = 41.801
    other = replace(tables, incidents=CitizenIncidents(moved))
    assert not np.allclose(forecast_of(tables, settings), forecast_of(other, settings))


def test_targets_are_those_known_at_the_training_and_features_go_on(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    panel = count_incidents(tables, build_grid(tables, settings), settings, as_of=NOW)
    fold = split_folds(last_nights(panel, n_nights=12, maturity_days=7), n_folds=2)[0]
    seen = fold_panel(panel, fold)
    trained = known_by(panel, fold.trained_at)
    n = trained.n_shifts
    np.testing.assert_array_equal(seen.occurred(0)[:n], trained.occurred(0))
    assert seen.known(0).sum() > trained.known(0).sum()


def test_each_night_has_its_own_shifts_and_each_shift_one_night(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    panel = count_incidents(tables, build_grid(tables, settings), settings, as_of=NOW)
    nights = last_nights(panel, n_nights=30, maturity_days=7)
    window = night_shifts(panel, nights)
    assert len(window) == 90
    assert (np.diff(window.shifts) == 1).all()
    assert sorted(set(window.origins)) == list(nights)


def test_a_longer_horizon_forecasts_from_the_night_it_was_made(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    panel = count_incidents(tables, build_grid(tables, settings), settings, as_of=NOW)
    fold = split_folds(last_nights(panel, n_nights=12, maturity_days=7), n_folds=1)[0]
    weekly = settings.model.model_copy(update={"horizon_days": 7})
    plan = fold_windows(panel, fold, weekly, n_slots=3)
    assert sorted(set(plan.horizon.origins - fold.trained_at)) == [0, 7]


def test_too_short_a_history_is_refused_in_one_line(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    panel = count_incidents(tables, build_grid(tables, settings), settings, as_of=NOW)
    with pytest.raises(DataRefusedError, match="ask for fewer nights"):
        last_nights(panel, n_nights=5000, maturity_days=7)


def test_a_night_of_whose_shifts_records_are_missing_is_passed_over(city: tuple[CityTables, Settings]) -> None:
    tables, settings = city
    panel = count_incidents(tables, build_grid(tables, settings), settings, as_of=NOW)
    whole = last_nights(panel, n_nights=12, maturity_days=7)
    days = [panel.first_day + timedelta(days=int(night)) for night in whole]
    hole = Gap("hole", days[4], days[5], None, None, left_out=True)
    nights = last_nights(replace(panel, gaps=(hole,)), n_nights=12, maturity_days=7)
    passed_over = {int(night) for night in set(whole) - set(nights)}
    assert passed_over <= set(range(int(whole[3]), int(whole[5]) + 1))
    assert 2 <= len(passed_over) <= 3, "the shifts of two days are those of two or three nights"
    assert len(nights) == 12
    event = replace(hole, kind="event")
    assert np.array_equal(last_nights(replace(panel, gaps=(event,)), n_nights=12, maturity_days=7), whole)
