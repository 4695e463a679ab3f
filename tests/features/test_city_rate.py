"""The city's rate: its half-life is the one that forecast its own past weeks best, and it never looks ahead."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.city_rate import HALF_LIVES_DAYS, at_city_rate, city_rate

N_DAYS = 1200


def spread(total: np.ndarray) -> np.ndarray:
    """Counts of one day in a few cells, uint16 as the panel makes them."""
    return np.stack([total // 2, total - total // 2], axis=1).astype(np.uint16)


def decayed_by_hand(total: np.ndarray, half_life: float) -> float:
    weight = 0.5 ** (np.arange(len(total))[::-1] / half_life)
    return float((weight * total).sum() / weight.sum())


def best_by_hand(total: np.ndarray, *, skip_days: int) -> float:
    """The half-life with the least Poisson deviance over the weeks from ``skip_days`` on, week by week."""

    def loss(half_life: float) -> float:
        summed = 0.0
        for day in range(skip_days, len(total) - 7):
            expected, came = 7 * decayed_by_hand(total[: day + 1], half_life), float(total[day + 1 : day + 8].sum())
            summed += expected - came * np.log(expected)
        return summed

    return min(HALF_LIVES_DAYS, key=loss)


def test_a_rate_that_moves_with_the_season_gets_the_shortest_half_life() -> None:
    rng = np.random.default_rng(1)
    total = rng.poisson(400.0 * (1.0 + 0.5 * np.sin(2 * np.pi * np.arange(N_DAYS) / 180.0)))
    assert city_rate(spread(total))[-1] == pytest.approx(decayed_by_hand(total, min(HALF_LIVES_DAYS)))


def test_a_rate_that_is_only_chance_gets_the_longest_half_life() -> None:
    total = np.random.default_rng(2).poisson(2.0, N_DAYS)
    assert city_rate(spread(total))[-1] == pytest.approx(decayed_by_hand(total, max(HALF_LIVES_DAYS)))


def test_before_anything_is_known_the_middle_half_life_is_used() -> None:
    total = np.random.default_rng(3).poisson(5.0, 30)
    assert city_rate(spread(total))[-1] == pytest.approx(decayed_by_hand(total, 28.0))


def test_no_day_of_the_rate_depends_on_a_later_day() -> None:
    total = np.random.default_rng(4).poisson(50.0, 400)
    other = total.copy()
    other[300:] *= 7
    assert np.array_equal(city_rate(spread(total))[:300], city_rate(spread(other))[:300])
    assert not np.array_equal(city_rate(spread(total))[300:], city_rate(spread(other))[300:])


def test_weeks_before_the_warm_up_do_not_choose_the_half_life() -> None:
    """Weeks of 800 and of none in turn favour a long half-life, the growth after them a short one: only this counts."""
    in_turn = 800 * (np.arange(28) % 14 < 7)
    total = np.concatenate([in_turn, np.linspace(400, 700, 40).round().astype(np.int64)])
    assert best_by_hand(total, skip_days=28) != best_by_hand(total, skip_days=0)
    assert city_rate(spread(total))[-1] == pytest.approx(decayed_by_hand(total, best_by_hand(total, skip_days=28)))


@pytest.mark.parametrize("floor", [0.01, 0.001])
def test_the_rates_sum_to_the_city_and_no_cell_is_impossible(floor: float) -> None:
    rates = np.array([[0.0, 1.0, 3.0, 0.0]])
    brought = at_city_rate(rates, np.array([8.0]), floor=floor)
    assert brought.sum() == pytest.approx(8.0)
    assert brought[0, 0] == pytest.approx(floor * 2.0, rel=0.05)
    assert brought[0, 2] / brought[0, 1] == pytest.approx(3.0)
