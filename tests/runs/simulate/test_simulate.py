"""The closed-loop test over two small cities on the real pipeline; parts, workers, and what breaks it on purpose."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.audit.feedback.loop_verdict import LoopVerdict, Summary, loop_gates, summarise_outcomes
from patrolcast.domain.records import GateVerdict, Progress, RunResult
from patrolcast.domain.settings import PlaceLayer, Settings
from patrolcast.domain.tables import WGS84, CitizenIncidents, CityTables
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.pipeline.run import run_pipeline
from patrolcast.runs.simulate import simulate as simulating
from patrolcast.runs.simulate.loop import Delivered, Planner
from patrolcast.runs.simulate.scenario import LoopTask, simulate_pair
from patrolcast.runs.simulate.simulate import LoopTest, evidence_document, simulate
from patrolcast.synthetic.loop import World
from patrolcast.synthetic.scenarios import Role, Scenario, scenario

ROOT = Path(__file__).parents[3]
RADIUS, NIGHTS, CADENCE, ROUNDS = 5, 28, 14, 20


@pytest.fixture(scope="module")
def settings() -> Settings:
    read = read_settings(ROOT / "configs" / "sample.toml").settings
    return read.model_copy(
        update={"loop": read.loop.model_copy(update={"cadence_nights": CADENCE, "rounds": ROUNDS, "seed": 11})}
    )


def played(settings: Settings, name: str, seed: int = 11) -> LoopOutcome:
    return simulate_pair(LoopTask(scenario(name), seed, NIGHTS, CADENCE, ROUNDS, RADIUS), settings)


def played_by(planner: Planner, settings: Settings, name: str) -> LoopOutcome:
    """One city, three plans: a lag of the log has something to learn from in the third only."""
    return simulate_pair(LoopTask(scenario(name), 11, NIGHTS, CADENCE, ROUNDS, RADIUS), settings, planner=planner)


# --- two cities on the real pipeline


@pytest.fixture(scope="module")
def two_cities(settings: Settings) -> dict[str, list[LoopOutcome]]:
    return {name: [played(settings, name, seed) for seed in (11, 12)] for name in ("neutral", "reporting_a_more")}


def test_with_citizens_reports_alone_the_gain_is_0_in_both_cities(two_cities: dict[str, list[LoopOutcome]]) -> None:
    for name in ("neutral", "reporting_a_more"):
        assert [(one.gain, one.belief_difference) for one in two_cities[name]] == [(0.0, 0.0)] * 2


@pytest.mark.parametrize("seed", [11, pytest.param(12, marks=pytest.mark.long)])
def test_when_everything_discovered_is_counted_the_control_fires(settings: Settings, seed: int) -> None:
    assert played(settings, "everything_counted", seed).gain > 0.10


def test_who_reports_more_gets_more_patrol_closed_and_open_alike(two_cities: dict[str, list[LoopOutcome]]) -> None:
    lean = [
        a.excess_closed - n.excess_closed
        for a, n in zip(*map(two_cities.get, ("reporting_a_more", "neutral")), strict=True)
    ]
    assert np.mean(lean) < 0
    assert [one.excess_closed - one.excess_open for one in two_cities["reporting_a_more"]] == [0.0, 0.0]


# --- broken on purpose: each is caught, and by the check that is named here


def with_layer(tables: CityTables, settings: Settings, points: pd.DataFrame, as_of: object) -> RunResult:
    """A run in which points of patrol pass as a place layer of the environment."""
    layer = gpd.GeoDataFrame(geometry=gpd.points_from_xy(points["longitude"], points["latitude"]), crs=WGS84)
    place = PlaceLayer(path=Path("made-up"), measure="count", source="smuggled in by a test")
    smuggling = settings.model_copy(update={"places": {"landmarks": place}})
    return run_pipeline(replace(tables, places={"landmarks": layer}), smuggling, as_of=as_of)  # type: ignore[arg-type]


def officers_feature(tables: CityTables, settings: Settings, as_of: object, _: Delivered) -> RunResult:
    """A feature of officers' records, past admission because the config calls its layer environment."""
    return with_layer(tables, settings, tables.set_aside.table, as_of)


def reads_its_own_log(tables: CityTables, settings: Settings, as_of: object, past: Delivered) -> RunResult:
    """A lag of the suggestion log: the cells that were named in the last week, as points."""
    cells = run_pipeline(tables, settings, as_of=as_of).cells  # type: ignore[arg-type]
    visits = past.named[-7:].sum(axis=(0, 1)).astype(int) if len(past.named) else np.zeros(len(cells), dtype=int)
    return with_layer(tables, settings, cells.loc[np.repeat(np.arange(len(cells)), visits)], as_of)


def ignores_call_sources(tables: CityTables, settings: Settings, as_of: object, _: Delivered) -> RunResult:
    """Every record counts as a citizen's."""
    every = pd.concat([tables.incidents.table, tables.set_aside.table], ignore_index=True)
    every["provenance"] = pd.Categorical(["citizen"] * len(every))
    return run_pipeline(replace(tables, incidents=CitizenIncidents(every)), settings, as_of=as_of)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "planner", [reads_its_own_log, ignores_call_sources, pytest.param(officers_feature, marks=pytest.mark.long)]
)
def test_what_is_broken_on_purpose_is_caught_by_loop_open(
    settings: Settings, planner: Callable[..., RunResult]
) -> None:
    found = played_by(planner, settings, "neutral")
    (caught,) = (
        one for one in loop_gates({"neutral": [found]}, silent=frozenset({"neutral"})) if one.name == "loop_open"
    )
    assert caught.verdict is GateVerdict.FAIL
    assert caught.value is not None
    assert caught.value > 1e-6


def sees_nothing_new(tables: CityTables, settings: Settings, as_of: object, _: Delivered) -> RunResult:
    """A harness that is blind: every plan is made from the history alone."""
    table = tables.incidents.table
    old = table[table["occurred_at"] < pd.Timestamp("2025-05-06", tz="UTC")].reset_index(drop=True)
    return run_pipeline(replace(tables, incidents=CitizenIncidents(old)), settings, as_of=as_of)  # type: ignore[arg-type]


def test_a_blind_harness_is_caught_by_its_own_control(settings: Settings) -> None:
    found = played_by(sees_nothing_new, settings, "everything_counted")
    checks = {one.name: one for one in loop_gates({"everything_counted": [found] * 12}, silent=frozenset())}
    assert found.belief_difference == 0.0
    assert checks["loop_control_everything_counted"].verdict is GateVerdict.FAIL


# --- parts, workers, the document


def fake(task: LoopTask, settings: Settings) -> LoopOutcome:
    gain = {Role.SILENT: 0.0, Role.REPORTING: 0.0, Role.LEAK: -0.05 if task.scenario.name == "deterrence" else 0.2}
    lean = {"reporting_a_more": -0.4, "reporting_b_more": 0.4}.get(task.scenario.name, 0.01 * (-1) ** task.seed)
    made = gain.get(task.scenario.role, 0.0) + (0.001 * task.seed if task.scenario.role is Role.LEAK else 0.0)
    return LoopOutcome(made, abs(made), lean, 0.0, 0.1, 20.0, 21.0, 0.9, 0.8)


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch) -> list[LoopTask]:
    calls: list[LoopTask] = []

    def counted(task: LoopTask, settings: Settings) -> LoopOutcome:
        calls.append(task)
        return fake(task, settings)

    monkeypatch.setattr(simulating, "simulate_pair", counted)
    return calls


def test_every_scenario_has_as_many_cities_and_the_default_is_enough_for_a_verdict(
    settings: Settings, faked: list[LoopTask], tmp_path: Path
) -> None:
    test = simulate(settings, parts=tmp_path)
    assert {len(found) for found in test.outcomes.values()} == {12}
    assert (test.cities, test.nights, test.verdict) == (12, 56, LoopVerdict.OPEN)
    few = simulate(settings, parts=tmp_path, cities=11)
    assert few.verdict is LoopVerdict.UNKNOWN
    assert len({(task.scenario.name, task.seed) for task in faked}) == len(faked)


def test_an_interrupted_test_goes_on_where_it_stopped_and_ends_the_same(
    settings: Settings, faked: list[LoopTask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = evidence_document(simulate(settings, parts=tmp_path / "whole", nights=56, cities=3), settings)
    before = len(faked)

    def stop(name: str, done: int, total: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(settings, parts=tmp_path / "again", nights=56, cities=3, progress=Progress(stop))
    assert len(faked) == before + 10
    resumed = simulate(settings, parts=tmp_path / "again", nights=56, cities=3)
    assert len(faked) == 2 * before
    assert resumed.reused == 10
    assert evidence_document(resumed, settings) == whole


def test_a_damaged_part_is_played_again(settings: Settings, faked: list[LoopTask], tmp_path: Path) -> None:
    simulate(settings, parts=tmp_path, nights=14, cities=2)
    played_once = len(faked)
    part = sorted(tmp_path.iterdir())[0]
    for damage in ("", "[]", '{"gain": "much"}', '{"gain": 1.0}'):
        part.write_text(damage)
        simulate(settings, parts=tmp_path, nights=14, cities=2)
        played_once += 1
        assert len(faked) == played_once


def test_a_part_of_another_config_size_or_code_is_not_used(
    settings: Settings, faked: list[LoopTask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(settings, parts=tmp_path, nights=14, cities=2)
    n = len(faked)
    for changed in (
        settings.model_copy(update={"patrol": settings.patrol.model_copy(update={"visits_per_cell": 3})}),
        settings.model_copy(update={"loop": settings.loop.model_copy(update={"rounds": 21})}),
    ):
        assert simulate(changed, parts=tmp_path, nights=14, cities=2).reused == 0
    assert simulate(settings, parts=tmp_path, nights=28, cities=2).reused == 0
    monkeypatch.setattr(simulating.run_identity, "code_sha256", lambda: "another")
    assert simulate(settings, parts=tmp_path, nights=14, cities=2).reused == 0
    assert len(faked) == 5 * n


def test_threads_are_no_reason_to_play_again(settings: Settings, faked: list[LoopTask], tmp_path: Path) -> None:
    simulate(settings, parts=tmp_path, nights=14, cities=2)
    more = settings.model_copy(update={"model": settings.model.model_copy(update={"threads": 7})})
    assert simulate(more, parts=tmp_path, nights=14, cities=2).reused == len(faked)


def test_every_scenario_is_played_when_asked_for_and_the_verdict_stays_the_same(
    settings: Settings, faked: list[LoopTask], tmp_path: Path
) -> None:
    few = simulate(settings, parts=tmp_path, nights=56, cities=3)
    every = simulate(settings, parts=tmp_path, nights=56, cities=3, every=True)
    assert set(few.outcomes) < set(every.outcomes)
    assert every.verdict is few.verdict


def test_the_document_holds_no_clock_and_no_path_and_is_json(
    settings: Settings, faked: list[LoopTask], tmp_path: Path
) -> None:
    documents = [
        json.dumps(
            evidence_document(simulate(settings, parts=tmp_path / name, nights=56, cities=3), settings), allow_nan=False
        )
        for name in ("a", "b")
    ]
    assert documents[0] == documents[1]
    assert str(tmp_path) not in documents[0]


def test_a_leak_of_a_made_up_scenario_reaches_the_world(settings: Settings) -> None:
    names = {field.name for field in dataclasses.fields(World)}
    assert {"mislabelled", "lift", "deterrence", "compliance", "over_patrol"} <= names
    one = Scenario("x", "X", "made up", World(lift=0.5), Role.SHOWN)
    assert LoopTask(one, 1, 14, 7, 20).as_dict()["scenario"]["world"]["lift"] == 0.5  # type: ignore[index]


@pytest.mark.long
def test_two_workers_find_what_one_finds(settings: Settings, tmp_path: Path) -> None:
    documents = [
        evidence_document(
            simulate(settings, parts=tmp_path / str(n), nights=14, cities=2, radius=4, workers=n), settings
        )
        for n in (1, 2)
    ]
    assert documents[0] == documents[1]


@pytest.fixture(scope="module")
def sweep() -> LoopTest:
    """12 cities, 168 nights, a model trained anew every 14: about 15 minutes on two idle cores.

    Its parts lie where `patrolcast simulate` keeps them: an interrupted sweep goes on, and one that was played on the
    same code, libraries and settings is judged without being played again.
    """
    settings = read_settings(ROOT / "configs" / "sample.toml").settings
    return simulate(settings, parts=ROOT / "simulated" / "parts", nights=168, cities=12, workers=2)


@pytest.mark.long
def test_twelve_cities_on_the_real_pipeline_show_what_the_issue_asks_for(sweep: LoopTest) -> None:
    told = {one.name: (one.verdict, one.value) for one in sweep.checks}
    assert sweep.verdict is LoopVerdict.OPEN, told
    assert told["loop_open"][1] == 0.0
    assert told["loop_reporting_reporting_a_more"][0] is GateVerdict.WARN
    assert told["loop_reporting_reporting_b_more"][0] is GateVerdict.WARN


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("everything_counted", lambda gain: gain.mean >= 0.10 and gain.lower > 0),
        ("mislabelled_5", lambda gain: gain.mean >= 0.03 and gain.lower > 0),
        ("lift_20", lambda gain: gain.lower > 0),
        ("deterrence", lambda gain: gain.upper < 0),
    ],
)
def test_each_planted_leak_shows_beyond_its_standard_error_over_twelve_cities(
    sweep: LoopTest, name: str, rule: Callable[[Summary], bool]
) -> None:
    gain = summarise_outcomes(sweep.outcomes[name])["gain"]
    assert gain.n == 12
    assert rule(gain), gain


@pytest.mark.long
def test_the_neutral_city_is_even_and_unequal_reporting_leans_the_right_way(sweep: LoopTest) -> None:
    excess = {name: summarise_outcomes(found)["excess_closed"] for name, found in sweep.outcomes.items()}
    assert -0.15 <= excess["neutral"].lower <= excess["neutral"].upper <= 0.15
    assert excess["reporting_a_more"].upper < 0 < excess["reporting_b_more"].lower
