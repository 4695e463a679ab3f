"""The trees say where and when; how much in all is the city's own late level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.features.city_rate import MOST_LEAD_DAYS, city_level
from patrolcast.features.matrix import starting_rate_by_shift
from patrolcast.features.shift_share import ShareStrength, ShiftCounts, ShiftShare
from patrolcast.forecast import gbm
from patrolcast.grid.panel import Panel
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import Grid, build_grid, count_incidents
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.inputs import category_inputs, shared_inputs
from patrolcast.runs.pipeline.run import admit_features, compare_panel, forecast_panel
from patrolcast.runs.pipeline.windows import N_HALVES, TimeWindows, plan_windows

Made = tuple[Panel, Grid, TimeWindows, Forecast]


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
        own, _ = category_inputs(code, panel, shared, grid.kernels, forecast.starts[code], plan)
        start = starting_rate_by_shift(shared, own, plan.validation.shifts, plan.validation.origins)
        assert forecast.validated[code].sum() == pytest.approx(start.sum(), rel=1e-4)


def test_the_level_stands_in_the_starting_rate_so_that_contributions_still_sum(made: Made) -> None:
    panel, grid, plan, forecast = made
    shared = shared_inputs(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    for code, matrix in enumerate(forecast.matrices):
        own, _ = category_inputs(code, panel, shared, grid.kernels, forecast.starts[code], plan)
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


def test_without_trees_other_trainings_are_other_weights_of_the_start(made: Made, settings: Settings) -> None:
    panel, grid, plan, _ = made
    settings = settings.model_copy(update={"model": settings.model.model_copy(update={"kind": "start"})})
    run = forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress(), halves=True)
    by_start = [one.used == MODEL for one in run.skill]
    assert any(by_start)
    assert len(run.validated_by_halves) == N_HALVES
    for half in run.validated_by_halves:
        apart = np.abs(half - run.validated).max(axis=(1, 2))
        assert (apart[by_start] > 0).all()
        assert half.sum() == pytest.approx(run.validated.sum(), rel=0.05)


@pytest.mark.parametrize(("kind", "followed"), [("start", {0.0}), ("boosted", {1.0})])
def test_trees_are_followed_as_the_config_says(made: Made, settings: Settings, kind: str, followed: set[float]) -> None:
    panel, grid, plan, _ = made
    settings = settings.model_copy(update={"model": settings.model.model_copy(update={"kind": kind})})
    told = forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress())
    assert {one.weight for one in told.shrinkages} == followed
    assert (told.training["kind"], bool(told.model.text)) == (kind, kind != "start")
    assert [matrix.names for matrix in told.matrices] == [told.model.names] * len(panel.categories)


def test_the_share_of_the_shift_is_part_of_the_start_and_sums_to_the_same_day(made: Made) -> None:
    """Twin: with other factors the start is another, by exactly these factors."""
    panel, grid, plan, forecast = made
    shared = shared_inputs(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    own, _ = category_inputs(0, panel, shared, grid.kernels, forecast.starts[0], plan)
    window = plan.validation
    start = starting_rate_by_shift(shared, own, window.shifts, window.origins)
    flat = replace(own, shift_share=replace(own.shift_share, factor=np.ones_like(own.shift_share.factor)))
    without = starting_rate_by_shift(shared, flat, window.shifts, window.origins)
    weekend, slot = (panel.calendar[name].to_numpy()[window.shifts] for name in ("weekend", "slot"))
    factor = np.array([own.shift_share.of_cells(*at) for at in zip(window.origins, weekend, slot, strict=True)])
    np.testing.assert_allclose(start, without * factor, rtol=1e-5)
    assert factor.std() > 0, "else this test shows nothing"
    np.testing.assert_allclose(start.sum(axis=0), without.sum(axis=0), rtol=0.05)


@pytest.mark.parametrize("kind", ["auto", "start"])
@pytest.mark.parametrize("out", [["hours_of_place"], []], ids=["excluded", "admitted"])
def test_the_hours_of_places_move_nothing_where_the_policy_excludes_them(
    made: Made, settings: Settings, kind: str, out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twin: where it admits them, other hours give another forecast."""
    panel, grid, plan, _ = made
    policy = settings.policy.model_copy(update={"excluded_features": out, "reason": "places differ by who is out"})
    settings = settings.model_copy(update={"model": settings.model.model_copy(update={"kind": kind}), "policy": policy})

    def forecast() -> Forecast:
        return forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress())

    def other_hours(counts: ShiftCounts, strength: ShareStrength) -> ShiftShare:
        drawn = np.random.default_rng(int(strength.shift)).uniform(0.2, 2.0, counts.counts.shape)
        return ShiftShare(drawn.astype(np.float32), counts.first_week)

    before = forecast()
    monkeypatch.setattr(ShiftCounts, "shares", other_hours)
    after = forecast()
    assert np.array_equal(before.expected, after.expected) is bool(out)
    assert before.training["hours"] == ("city" if out else "place")


def test_of_several_admissions_each_gives_what_it_gives_alone(made: Made, settings: Settings) -> None:
    panel, grid, plan, whole = made
    out = settings.policy.model_copy(update={"excluded_features": ["hours_of_place"], "reason": "a trial"})
    less = admit_features(settings.model_copy(update={"policy": out}))
    for admissions in ((less, admit_features(settings)), (admit_features(settings), less)):
        together = compare_panel(panel, grid, plan, admissions, settings, compared=None)
        by_hours = {one.training["hours"]: one for one in together}
        alone = forecast_panel(panel, grid, plan, less, settings, progress=Progress())
        assert np.array_equal(by_hours["place"].expected, whole.expected)
        assert np.array_equal(by_hours["city"].expected, alone.expected)
        assert not np.array_equal(alone.expected, whole.expected)
