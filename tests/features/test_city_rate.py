"""The level of the city forgets as fast as its own past weeks ask for, and never looks ahead."""

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


def test_a_level_that_moves_with_the_season_is_followed_fast() -> None:
    rng = np.random.default_rng(1)
    total = rng.poisson(400.0 * (1.0 + 0.5 * np.sin(2 * np.pi * np.arange(N_DAYS) / 180.0)))
    assert city_rate(spread(total))[-1] == pytest.approx(decayed_by_hand(total, min(HALF_LIVES_DAYS)))


def test_a_level_that_is_only_chance_is_remembered_long() -> None:
    total = np.random.default_rng(2).poisson(2.0, N_DAYS)
    assert city_rate(spread(total))[-1] == pytest.approx(decayed_by_hand(total, max(HALF_LIVES_DAYS)))


def test_before_anything_is_known_the_middle_half_life_is_used() -> None:
    total = np.random.default_rng(3).poisson(5.0, 30)
    assert city_rate(spread(total))[-1] == pytest.approx(decayed_by_hand(total, 28.0))


def test_no_day_of_the_level_depends_on_a_later_day() -> None:
    total = np.random.default_rng(4).poisson(50.0, 400)
    other = total.copy()
    other[300:] *= 7
    assert np.array_equal(city_rate(spread(total))[:300], city_rate(spread(other))[:300])
    assert not np.array_equal(city_rate(spread(total))[300:], city_rate(spread(other))[300:])


@pytest.mark.parametrize("floor", [0.01, 0.001])
def test_the_rates_sum_to_the_city_and_no_cell_is_impossible(floor: float) -> None:
    rates = np.array([[0.0, 1.0, 3.0, 0.0]])
    brought = at_city_rate(rates, np.array([8.0]), floor=floor)
    assert brought.sum() == pytest.approx(8.0)
    assert brought[0, 0] == pytest.approx(floor * 2.0, rel=0.05)
    assert brought[0, 2] / brought[0, 1] == pytest.approx(3.0)
