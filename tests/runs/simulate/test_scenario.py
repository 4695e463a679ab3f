"""What one pair of runs is compared with, by hand; the pairs themselves are in `test_simulate`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.simulate.city import GriddedCity, build_loop_city, loop_settings
from patrolcast.runs.simulate.scenario import LoopTask, oracle_log_ratio, task_settings
from patrolcast.synthetic.loop import LoopCity, World
from patrolcast.synthetic.scenarios import scenario

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return read_settings(ROOT / "configs" / "sample.toml").settings


@pytest.fixture(scope="module")
def gridded(settings: Settings) -> GriddedCity:
    cut = loop_settings(settings, cadence_nights=7, rounds=20)
    return build_loop_city(cut, World(), seed=3, nights=7, radius=3)


def test_the_oracle_ratio_is_that_of_visits_to_the_cells_with_the_highest_true_rates(
    settings: Settings, gridded: GriddedCity
) -> None:
    """37 cells of 100 residents; the 14 with the highest rates get 2 visits each: 10 of them all of group b, 4 of a.

    Group b has 12 cells in all, group a 25: log((10 * 2 / 12) / (4 * 2 / 25)).
    """
    share_b = np.zeros(37)
    share_b[:12] = 1.0
    level = np.r_[np.full(10, 9.0), np.full(2, 0.1), np.full(4, 8.0), np.full(21, 0.2)]
    n_slots = gridded.n_slots
    city = LoopCity(np.tile(level / n_slots, (1, n_slots, 1)), share_b, np.full(37, 100.0), 1, ("theft",))
    cut = loop_settings(settings, cadence_nights=7, rounds=20)
    found = oracle_log_ratio(replace(gridded, city=city), cut, even=False)
    assert found == pytest.approx(np.log((10 / 12) / (4 / 25)))
    assert oracle_log_ratio(replace(gridded, city=city), cut, even=True) == 0.0


def test_a_task_keeps_the_agencys_settings_and_cuts_only_what_costs_time(settings: Settings) -> None:
    cut = task_settings(LoopTask(scenario("neutral"), 1, 28, 14, 15), settings, None)
    assert (cut.model.horizon_days, cut.model.rounds, cut.model.threads) == (14, 15, 1)
    assert (cut.places, cut.residents, dict(cut.patrol.weights)) == ({}, None, {})
    assert cut.patrol.minutes_per_district == 14 * cut.patrol.visits_per_cell * cut.patrol.visit_minutes
    assert (cut.shifts, cut.features, cut.policy) == (settings.shifts, settings.features, settings.policy)


def test_all_that_decides_a_pair_is_in_the_plain_values_of_its_task() -> None:
    task = LoopTask(scenario("lift_20"), 5, 28, 14, 15, 6)
    values = task.as_dict()
    assert {key: values[key] for key in ("seed", "nights", "cadence_nights", "rounds", "radius")} == {
        "seed": 5, "nights": 28, "cadence_nights": 14, "rounds": 15, "radius": 6,
    }  # fmt: skip
    assert values["scenario"]["world"]["lift"] == 0.2  # type: ignore[index]
