"""One closed and one open run around the real pipeline, on one small city."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.simulate.city import HISTORY_DAYS, GriddedCity, build_loop_city, city_tables, loop_settings
from patrolcast.runs.simulate.loop import LoopRun, allocate_at_random, run_loop, simulate_history
from patrolcast.synthetic.loop import World

ROOT = Path(__file__).parents[3]
NIGHTS, CADENCE = 14, 7


@pytest.fixture(scope="module")
def settings() -> Settings:
    read = read_settings(ROOT / "configs" / "sample.toml").settings
    return loop_settings(read, cadence_nights=CADENCE, rounds=20)


@pytest.fixture(scope="module")
def gridded(settings: Settings) -> GriddedCity:
    return build_loop_city(settings, World(), seed=3, nights=NIGHTS, radius=5)


def simulated(gridded: GriddedCity, settings: Settings, world: World, *, closed: bool) -> LoopRun:
    return run_loop(gridded, world, settings, nights=NIGHTS, cadence_nights=CADENCE, closed=closed)


@pytest.fixture(scope="module")
def pair(gridded: GriddedCity, settings: Settings) -> tuple[LoopRun, LoopRun]:
    return simulated(gridded, settings, World(), closed=False), simulated(gridded, settings, World(), closed=True)


def test_with_citizens_reports_alone_closed_and_open_believe_the_same_to_the_last_bit(
    pair: tuple[LoopRun, LoopRun],
) -> None:
    opened, closed = pair
    assert opened.belief.shape == (NIGHTS // CADENCE + 1, CADENCE * 3, 91)
    assert np.array_equal(opened.belief, closed.belief)
    assert np.array_equal(opened.planned, closed.planned)
    assert not np.array_equal(opened.delivered, closed.delivered)


@pytest.fixture(scope="module")
def leaking(gridded: GriddedCity, settings: Settings) -> tuple[LoopRun, LoopRun]:
    """Open and closed where everything that patrol discovers is counted."""
    world = World(mislabelled=1.0)
    return simulated(gridded, settings, world, closed=False), simulated(gridded, settings, world, closed=True)


def test_when_everything_discovered_is_counted_they_part(leaking: tuple[LoopRun, LoopRun]) -> None:
    opened, closed = leaking
    assert np.array_equal(closed.belief[0], opened.belief[0]), "both have the same history"
    assert not np.array_equal(closed.belief[1], opened.belief[1])


def test_the_closed_run_patrols_what_was_suggested_and_the_open_one_as_much_elsewhere(
    pair: tuple[LoopRun, LoopRun], settings: Settings
) -> None:
    opened, closed = pair
    assert (closed.delivered <= closed.suggested).all()
    visits = settings.patrol.minutes_per_district // settings.patrol.visit_minutes
    assert (closed.suggested.sum(axis=2) == visits).all()
    for run in pair:
        assert abs(run.delivered.mean() - 0.8 * closed.suggested.mean()) < 0.15 * closed.suggested.mean()
    assert (opened.delivered > opened.suggested).any()


def test_every_record_of_the_nights_reaches_the_tables_on_its_side_of_the_wall(
    gridded: GriddedCity, settings: Settings
) -> None:
    nights = simulate_history(gridded.city, World(mislabelled=0.2), settings, n_slots=gridded.n_slots)
    tables = city_tables(gridded, nights)
    labelled = sum(int(night.labelled_citizen.sum()) for _, night in nights)
    assert len(tables.incidents.table) == labelled
    assert len(tables.set_aside.table) == sum(len(night.cell) for _, night in nights) - labelled
    for table in (tables.incidents.table, tables.set_aside.table):
        assert (table["reported_at"] >= table["occurred_at"]).all()
        assert (table["occurred_at"] >= gridded.calendar["shift_start"].iloc[0]).all()
        assert (table["occurred_at"] < gridded.as_of(0)).all()


def test_the_plans_are_made_at_the_begin_of_a_night_and_history_lies_before(gridded: GriddedCity) -> None:
    assert gridded.as_of(0) == gridded.calendar["shift_start"].iloc[HISTORY_DAYS * gridded.n_slots]
    assert (gridded.as_of(7) - gridded.as_of(0)).days == 7


def test_patrol_that_follows_nothing_leans_to_a_group_only_on_request(gridded: GriddedCity, settings: Settings) -> None:
    def share(lean: float) -> float:
        doses = [allocate_at_random(gridded.city, 3, settings.patrol, night=n, lean=lean) for n in range(100)]
        total = np.sum(doses, axis=(0, 1))
        return float((total * gridded.city.share_b).sum() / total.sum())

    even = float(gridded.city.share_b.mean())
    assert share(1.0) == pytest.approx(even, abs=0.02)
    assert share(3.0) > even + 0.05


def test_the_agencys_shifts_policy_and_visits_stay_its_own() -> None:
    read = read_settings(ROOT / "configs" / "sample.toml").settings
    made = loop_settings(read, cadence_nights=14, rounds=20)
    for section in ("shifts", "features", "policy", "gates"):
        assert getattr(made, section) == getattr(read, section)
    kept = {"visit_minutes", "visits_per_cell"}
    assert {key: getattr(made.patrol, key) for key in kept} == {key: getattr(read.patrol, key) for key in kept}
    policy = read.policy.model_copy(update={"excluded_features": ["any_*"]})
    changed = read.model_copy(update={"policy": policy})
    assert loop_settings(changed, cadence_nights=14, rounds=20).policy == changed.policy


def test_a_run_is_the_same_when_it_is_run_again_and_a_shorter_one_is_its_beginning(
    gridded: GriddedCity, settings: Settings, leaking: tuple[LoopRun, LoopRun]
) -> None:
    again = run_loop(gridded, World(mislabelled=1.0), settings, nights=7, cadence_nights=CADENCE, closed=True)
    assert np.array_equal(again.belief, leaking[1].belief[:2])
    assert np.array_equal(again.delivered, leaking[1].delivered[:7])
