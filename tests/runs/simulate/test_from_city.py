"""The closed loop in a config's own city: what is fitted, what is played, and what is not made of it."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely
from tests.runs.tiny_city import NOW, write_city

from patrolcast.audit.feedback.loop_verdict import LoopVerdict
from patrolcast.cli import main
from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.domain.settings import Residents, Settings
from patrolcast.domain.tables import WGS84
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import evidence_path
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.simulate import from_city
from patrolcast.runs.simulate import simulate as simulating
from patrolcast.runs.simulate.city import HISTORY_DAYS
from patrolcast.runs.simulate.from_city import FittedCity, build_fitted_city, fit_city, fitted_settings
from patrolcast.runs.simulate.scenario import LoopTask, simulate_pair
from patrolcast.runs.simulate.simulate import FROM_CITY, evidence_document, simulate
from patrolcast.synthetic.loop import World, simulate_night
from patrolcast.synthetic.scenarios import scenario

ROOT = Path(__file__).parents[3]
NAMES = {"mixed": "mixed", "apart": "apart"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadedCity, Settings]:
    """The tiny city with two groups: one lives in the west, one everywhere."""
    settings = read_settings(write_city(tmp_path_factory.mktemp("tiny"))).settings
    areas = [shapely.box(-87.70 + 0.01 * i, 41.80, -87.69 + 0.01 * i, 41.85) for i in range(5)]
    counts = {"area": list("abcde"), "mixed": [400] * 5, "apart": [500, 300, 0, 0, 0], "total": [1000] * 5}
    residents = gpd.GeoDataFrame(counts, geometry=areas, crs=WGS84)
    city = load_city(settings, as_of=None, now=NOW)
    named = Residents(path=Path("x"), area_id="area", groups=NAMES, total="total", vintage="made up")
    city = dataclasses.replace(city, tables=dataclasses.replace(city.tables, residents=residents))
    return city, settings.model_copy(update={"residents": named})


@pytest.fixture(scope="module")
def fitted(tiny: tuple[LoadedCity, Settings]) -> FittedCity:
    return fit_city(*tiny)


def test_the_rates_are_those_of_the_citys_mature_reports(tiny: tuple[LoadedCity, Settings], fitted: FittedCity) -> None:
    """Recomputed from the table of incidents, without the panel."""
    city, settings = tiny
    table = city.tables.incidents.table
    local = table["occurred_at"].dt.tz_convert("America/Chicago")
    # A shift before 06:00 belongs to the day before.
    day = (local - np.timedelta64(6, "h")).dt.tz_localize(None).dt.normalize()
    end = np.datetime64("2026-03-01") - np.timedelta64(settings.model.maturity_days, "D")
    used = (day < end) & (day >= end - np.timedelta64(settings.model.training_days, "D"))
    cell = [h3.latlng_to_cell(a, b, 8) for a, b in zip(table["latitude"][used], table["longitude"][used], strict=True)]
    inside = np.isin(cell, fitted.cells["cell"])
    assert (fitted.reports, fitted.nights) == (int(inside.sum()), settings.model.training_days)
    per_night = fitted.rate.sum(axis=(2, 3)).mean(axis=1)
    told = table.loc[used.to_numpy(), "category"].astype(str)[inside].value_counts() / fitted.nights
    assert per_night == pytest.approx([told[name] for name in fitted.names], rel=0.02)
    busiest = fitted.cells["cell"].iloc[int(fitted.rate.sum(axis=(0, 1, 2)).argmax())]
    names, n = np.unique(np.array(cell)[inside], return_counts=True)
    assert busiest == names[n.argmax()]


def test_the_group_reported_apart_is_the_one_that_lives_most_apart_unless_another_is_named(
    tiny: tuple[LoadedCity, Settings], fitted: FittedCity
) -> None:
    assert fitted.group == "apart"
    assert fit_city(*tiny, group="mixed").group == "mixed"
    assert fitted.of_group.sum() == pytest.approx(0.16 * fitted.residents.sum(), rel=0.05)


def test_weekdays_stand_where_the_calendar_has_them(tiny: tuple[LoadedCity, Settings], fitted: FittedCity) -> None:
    settings = tiny[1]
    monday = np.zeros_like(fitted.rate)
    monday[:, 0] = 1.0
    cut = fitted_settings(settings, fitted, cadence_nights=7, rounds=10)
    gridded = build_fitted_city(cut, dataclasses.replace(fitted, rate=monday), seed=1, nights=7)
    first = gridded.calendar.groupby("shift_day")["weekday"].first().to_numpy()
    for night in range(-HISTORY_DAYS, 7):
        records = len(simulate_night(gridded.city, World(), np.zeros(gridded.city.rate.shape[1:]), night=night).cell)
        assert (records > 0) == (first[HISTORY_DAYS + night] == 0)


def test_the_citys_grid_places_and_categories_are_played_and_the_budget_follows_its_size(
    tiny: tuple[LoadedCity, Settings], fitted: FittedCity
) -> None:
    cut = fitted_settings(tiny[1], fitted, cadence_nights=7, rounds=10)
    assert (fitted.resolution, cut.area.resolution) == (8, 8)
    assert set(cut.places) == set(fitted.places) == {"stops", "bars"}
    assert set(fitted.names) == {"theft", "burglary"}
    reached = cut.patrol.minutes_per_district / (cut.patrol.visit_minutes * cut.patrol.visits_per_cell)
    assert reached == max(1, round(len(fitted.cells) * 14 / 271))


def test_a_large_city_is_played_on_coarser_cells(
    tiny: tuple[LoadedCity, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_city, "MOST_CELLS", 20)
    assert fit_city(*tiny).resolution == 7


def simulated(fitted: FittedCity, settings: Settings, name: str):
    return simulate_pair(LoopTask(scenario(name), 1, 28, 14, 15), settings, fitted=fitted)


def test_closed_and_open_agree_to_the_last_bit_in_the_own_city_too(
    tiny: tuple[LoadedCity, Settings], fitted: FittedCity
) -> None:
    found = simulated(fitted, tiny[1], "neutral")
    assert (found.gain, found.belief_difference) == (0.0, 0.0)


def test_and_a_leak_that_is_put_there_parts_them(tiny: tuple[LoadedCity, Settings], fitted: FittedCity) -> None:
    assert simulated(fitted, tiny[1], "everything_counted").gain > 0


def test_a_test_in_the_own_city_judges_no_neutral_city_and_plays_no_made_up_rates(
    tiny: tuple[LoadedCity, Settings], fitted: FittedCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.runs.simulate.test_simulate import fake

    monkeypatch.setattr(simulating, "simulate_pair", lambda task, settings, fitted: fake(task, settings))
    test = simulate(tiny[1], parts=tmp_path, nights=56, cities=3, every=True, fitted=fitted)
    assert {"homogeneous", "segregated"}.isdisjoint(test.outcomes)
    assert {len(one) for one in test.outcomes.values()} == {3}
    assert "loop_neutral" not in {one.name for one in test.checks}
    assert test.verdict is LoopVerdict.OPEN
    document = evidence_document(test, tiny[1])
    assert (document["kind"], document["fitted"]["group"]) == (FROM_CITY, "apart")
    json.dumps(document, allow_nan=False)
    again = simulate(
        tiny[1], parts=tmp_path, nights=56, cities=3, fitted=dataclasses.replace(fitted, rate=fitted.rate * 2)
    )
    assert again.reused == 0


def test_a_city_without_residents_cannot_be_its_own_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(write_city(tmp_path)), "--from-city"]) == 10
    assert capsys.readouterr().err == (
        "patrolcast: [residents]: got none; a loop in the city itself needs its residents as groups; add [residents], "
        "or simulate without --from-city\n"
    )


def test_a_group_that_is_not_there_is_named_with_those_that_are(tiny: tuple[LoadedCity, Settings]) -> None:
    with pytest.raises(ConfigError) as caught:
        fit_city(*tiny, group="martians")
    assert str(caught.value) == ("--group: got 'martians'; must be one of [residents] groups; one of mixed, apart")


def test_a_group_means_nothing_in_made_up_cities(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(write_city(tmp_path)), "--group", "apart"]) == 10
    assert capsys.readouterr().err == (
        "patrolcast: --group: got 'apart'; only with --from-city; made-up cities have no groups with names\n"
    )


def test_too_few_nights_are_refused(tiny: tuple[LoadedCity, Settings]) -> None:
    city, settings = tiny
    early = dataclasses.replace(city, as_of=datetime.fromisoformat("2025-09-20T05:00:00-05:00"))
    with pytest.raises(DataRefusedError, match="nights of mature reports; 56 or more to fit a week to"):
        fit_city(early, settings)


def test_the_sample_city_is_its_own_truth_end_to_end_and_its_evidence_stays_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.runs.simulate.test_simulate import fake

    config = ROOT / "configs" / "sample.toml"
    stored = evidence_path(read_settings(config), "loop").read_bytes()
    monkeypatch.setattr(simulating, "simulate_pair", lambda task, settings, fitted: fake(task, settings))
    command = ["simulate", str(config), "--from-city", "--nights", "56", "--out", str(tmp_path), "--workers", "1"]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "Verdict: open. 12 replays of this city per scenario, 56 nights." in printed
    assert "on 889 cells of H3 resolution 9. Group b: Group B, 34 % of residents." in printed
    assert "not stored as evidence" in printed
    assert evidence_path(read_settings(config), "loop").read_bytes() == stored
    page = (tmp_path / "feedback.html").read_text(encoding="utf-8")
    assert "In this city, too, patrol that followed the forecast did not change it" in page
    assert "group b is Group B residents (34\u00a0%), group a is everybody else" in page.replace(" %)", "\u00a0%)")
