"""The city's rate: its half-life is the one that forecast its own past weeks best, and it never looks ahead."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.city_rate import (
    HALF_LIVES_DAYS,
    MOST_LEAD_DAYS,
    CityLevel,
    _relative_rates,
    at_city_rate,
    city_level,
)
from patrolcast.numerics.exposure import WHOLE, ExposedPart, Exposure

N_DAYS = 1200


def spread(total: np.ndarray) -> np.ndarray:
    """Counts of one day in a few cells, uint16 as the panel makes them."""
    return np.stack([total // 2, total - total // 2], axis=1).astype(np.uint16)


def level(counts: np.ndarray, exposure: Exposure = WHOLE) -> CityLevel:
    """The level of a history that begins on 1 January."""
    return city_level(counts, np.arange(len(counts) + MOST_LEAD_DAYS) % 365 + 1, exposure)


def city_rate(counts: np.ndarray) -> np.ndarray:
    return level(counts).rate


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


def test_a_rate_that_moves_fast_gets_the_shortest_half_life() -> None:
    rng = np.random.default_rng(1)
    total = rng.poisson(400.0 * (1.0 + 0.5 * np.sin(2 * np.pi * np.arange(N_DAYS) / 130.0)))
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


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_reports_and_the_week_after_each_origin_are_taken_relative_to_the_season_day_by_day(weight: float) -> None:
    rng, n = np.random.default_rng(11), 75
    total, exposed = rng.poisson(9.0, n).astype(np.float64), rng.random(n) < 0.8
    waves, refits = rng.normal(size=(n + 40, 3)), rng.normal(size=(n // 28 + 1, 3)) * 0.2
    fitted = np.repeat(refits, 28, axis=0)[:n]
    rates, week = _relative_rates(total, exposed, waves, fitted, weight)
    for day in range(n):
        season = np.exp(weight * waves @ fitted[day])
        came = np.append(exposed, np.zeros(7, dtype=bool))  # the week after the last day is not there
        assert week[day] == pytest.approx(sum(season[d] for d in range(day + 1, day + 8) if came[d]))
        for half_life, rate in zip(HALF_LIVES_DAYS, rates[:, day], strict=True):
            decay = [0.5 ** ((day - d) / half_life) if exposed[d] else 0.0 for d in range(day + 1)]
            expected = np.dot(decay, total[: day + 1]) / max(np.dot(decay, season[: day + 1]), 1e-12)
            assert rate == pytest.approx(expected)


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


def seasonal(mean: float, *, swing: float = 0.3, years: int = 5, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Counts of years that peak in spring, and the rate they were drawn from."""
    rate = mean * (1.0 + swing * np.sin(2 * np.pi * np.arange(365 * years) / 365.0))
    return np.random.default_rng(seed).poisson(rate), rate


def test_a_yearly_season_is_followed_ahead_and_not_after() -> None:
    total, rate = seasonal(200.0, swing=0.4)
    made = level(spread(total))
    assert made.season_weight == 1.0
    ahead = np.stack([rate[day + 1 : day + 29].sum() for day in range(365 * 3, 365 * 5 - 28)])
    expected = (made.rate[:, None] * made.ahead[:, :28]).sum(axis=1)[365 * 3 : 365 * 5 - 28]
    followed = np.stack([28 * decayed_by_hand(total[: day + 1], 7.0) for day in range(365 * 3, 365 * 5 - 28)])
    assert np.abs(expected / ahead - 1).max() < 0.08
    assert np.abs(followed / ahead - 1).max() > 0.16, "else following would do as well"


def test_chance_makes_no_season() -> None:
    made = level(spread(np.random.default_rng(8).poisson(20.0, 365 * 4)))
    assert np.abs(made.ahead - 1).max() < 0.05


def test_a_history_of_less_than_a_year_and_a_half_has_no_season() -> None:
    made = level(spread(seasonal(200.0)[0][: 77 * 7]))
    assert made.season_weight == 0.0
    assert (made.ahead == 1.0).all()


def with_hole(total: np.ndarray, first: int, last: int) -> tuple[np.ndarray, Exposure]:
    """Nothing comes from ``first`` to ``last``, and it is known that nothing came."""
    counts, exposed = spread(total), np.ones(len(total), dtype=bool)
    counts[first : last + 1] = 0
    exposed[first : last + 1] = False
    return counts, Exposure((ExposedPart(np.arange(2), exposed),))


def test_a_hole_neither_lowers_the_level_after_it_nor_makes_a_season() -> None:
    total, _ = seasonal(200.0)
    counts, exposure = with_hole(total, 700, 741)
    whole, left_out, learned = level(spread(total)), level(counts, exposure), level(counts)
    after = slice(742 + 7, 742 + 90)
    assert left_out.rate[after] == pytest.approx(whole.rate[after], rel=0.06)
    assert np.abs(learned.rate[after] / whole.rate[after] - 1).max() > 0.2, "else the hole would not matter"
    year_later = slice(700 + 365, 742 + 365)
    assert left_out.rate[year_later] == pytest.approx(whole.rate[year_later], rel=0.03)


def test_where_one_district_is_missing_the_others_stand_for_it() -> None:
    total = 2 * np.random.default_rng(9).poisson(50.0, 400)
    counts, exposed = spread(total), np.ones(400, dtype=bool)
    counts[300:, 1], exposed[300:] = 0, False
    exposure = Exposure((ExposedPart(np.array([0]), np.ones(400, dtype=bool)), ExposedPart(np.array([1]), exposed)))
    assert level(counts, exposure).rate[-1] == pytest.approx(level(spread(total)).rate[-1], rel=0.01)
    assert level(counts).rate[-1] < 60.0, "else the missing district would not matter"
