"""Intervals of districts and groups know that weeks differ, as the city's does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from patrolcast.forecast import calibration, skill
from patrolcast.forecast.peers import PEERS
from patrolcast.numerics.arrays import Int32Array
from patrolcast.runs.backtest.scoring import FORECAST, START, Windows, _spans, best_peer, by_group, by_part, score

N_WINDOWS, N_CELLS, SHARES = 40, 60, (0.02, 0.05)


def windows(*, busy: bool, n_windows: int = N_WINDOWS) -> Windows:
    """A city whose weeks are busy or quiet all over, or alike."""
    rng = np.random.default_rng(3)
    mean = np.tile(rng.gamma(1.0, 2.0, N_CELLS), (n_windows, 1))
    week = rng.gamma(4.0, 0.25, (n_windows, 1)) if busy else np.ones((n_windows, 1))
    methods = dict.fromkeys([FORECAST, START, *PEERS], mean)
    shape, training = np.full(mean.shape, 1e4), np.zeros(n_windows, dtype=np.int64)
    observed = rng.poisson(mean * week)
    return Windows(methods, observed, observed, np.ones(N_CELLS), shape, np.zeros(n_windows), 0.25, training)


def ties(one: Windows) -> Int32Array:
    return skill.several_orders(*one.observed.shape, rng=np.random.default_rng(2))


def scores(one: Windows) -> dict[str, Any]:
    return score(one, shares=SHARES, ties=ties(one), rng=np.random.default_rng(0))


def width(told: dict[str, Any]) -> float:
    return float(told["upper"] - told["lower"])


def grouped(one: Windows, weight: float) -> dict[str, Any]:
    residents = {"some": np.full(N_CELLS, weight)}
    told = by_group(one, residents, shares=SHARES, ties=ties(one), rng=np.random.default_rng(0))
    return dict(told["some"]["calibration"])


@pytest.mark.parametrize(("busy", "wider"), [(True, True), (False, False)])
def test_busy_and_quiet_weeks_widen_the_interval_of_a_district(busy: bool, wider: bool) -> None:
    one = windows(busy=busy)
    parts = np.repeat(np.array(["east", "west"], dtype=object), N_CELLS // 2)
    told = by_part(one, parts, shares=SHARES, seed=1)["west"]["calibration"]
    alone = vars(calibration.measure_reliability(1, told["predicted"], told["observed"]))
    assert (width(told) > 2.0 * width(alone)) == wider
    assert width(told) >= 0.999 * width(alone)


@pytest.mark.parametrize("busy", [True, False])
def test_a_group_spread_evenly_is_as_certain_as_the_city(busy: bool) -> None:
    """A quarter of the residents of every cell: the same ratio, from the same incidents."""
    one = windows(busy=busy)
    city = scores(one)["calibration"]["overall"]
    group = grouped(one, 0.25)
    assert group["ratio"] == pytest.approx(city["ratio"], rel=1e-4)
    assert width(group) == pytest.approx(width(city), rel=0.1)
    as_whole_counts = vars(calibration.measure_reliability(1, group["predicted"], group["observed"]))
    assert busy or width(as_whole_counts) > 1.5 * width(group)


def test_a_group_without_residents_is_reported_without_an_interval_or_a_crash() -> None:
    assert grouped(windows(busy=False), 0.0)["ratio"] is None


@pytest.mark.parametrize(("n_windows", "is_told"), [(7, False), (8, True)])
def test_few_windows_give_no_interval_to_anyone(n_windows: int, is_told: bool) -> None:
    one = windows(busy=False, n_windows=n_windows)
    told = scores(one)
    ends = [
        grouped(one, 0.5)["lower"],
        told["calibration"]["overall"]["lower"],
        told["against"]["counting"][1]["lower"],
    ]
    assert [end is not None for end in ends] == [is_told] * 3


def test_a_district_is_scored_on_its_own_land_and_incidents() -> None:
    one = windows(busy=False)
    parts = np.array(["east"] * 20 + ["west"] * 40, dtype=object)
    told = by_part(one, parts, shares=(0.05, 1.0), seed=1)
    for name, own in (("east", slice(0, 20)), ("west", slice(20, 60))):
        assert told[name]["incidents"] == one.observed[:, own].sum()
        assert told[name]["calibration"]["predicted"] == pytest.approx(one.expected[FORECAST][:, own].sum())
        assert told[name]["hit_rate"][1] == pytest.approx(1.0)


def test_sums_as_long_as_stated_are_of_four_weeks_and_never_of_two_trainings() -> None:
    one = replace(windows(busy=False, n_windows=8), training=np.array([0, 0, 0, 0, 0, 1, 1, 1]))
    _, number = np.unique(_spans(one), return_inverse=True)
    assert number.tolist() == [0, 0, 0, 0, 1, 2, 2, 2]


def test_the_best_peer_is_the_one_with_most_hits_at_one_two_and_five_per_cent() -> None:
    def caught(*hits: float) -> skill.Caught:
        by_share = np.array(hits)[:, None]
        return skill.Caught(np.array([0.005, 0.01, 0.02, 0.05]), by_share, by_share, np.ones(1))

    found = dict.fromkeys(PEERS, caught(0.0, 1.0, 2.0, 3.0))
    assert best_peer(found | {"promap": caught(0.0, 1.5, 2.0, 3.0), FORECAST: caught(9.0, 9.0, 9.0, 9.0)}) == "promap"
    assert best_peer(found | {"promap": caught(9.0, 1.0, 2.0, 2.0)}) != "promap"
