"""The effect of being suggested by the logged chances: by hand, and unbiased where chances differ."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.outcomes.reported_crime import Effect, drawn_effect


def drawn(seed: int, *, times: float = 1.0, n_shifts: int = 60, mean: float = 0.2, apart: float = 0.0) -> Effect:
    """Cells of different chances: those with more incidents are suggested more often, as a ranking does."""
    rng = np.random.default_rng([seed, 1])
    shift = np.repeat(np.arange(n_shifts), 8)
    chance = np.tile([0.2, 0.3, 0.4, 0.5, 0.5, 0.6, 0.7, 0.8], n_shifts)
    assigned = rng.random(len(shift)) < chance
    night = np.repeat(np.exp(apart * rng.normal(size=n_shifts)), 8)
    incidents = rng.poisson(mean * 2 * chance * night * np.where(assigned, times, 1.0)).astype(float)
    found = drawn_effect(incidents, assigned, chance, shift)
    assert found is not None
    return found


def test_by_hand() -> None:
    """Of each shift two rows: one of a chance of 1/4 that was drawn, one of 3/4 that was not."""
    n = 20
    incidents, assigned = np.tile([2.0, 1.0], n), np.tile([True, False], n)
    found = drawn_effect(incidents, assigned, np.tile([0.25, 0.75], n), np.repeat(np.arange(n), 2))
    assert found is not None
    assert found.means == (2.0, 1.0)
    assert found.difference[0] == pytest.approx(1.0)
    assert found.weighted_difference[0] == pytest.approx((2 / 0.25 - 1 / 0.25) / 2)
    assert found.incidents == (40, 20)
    assert found.ratio is None, "below 50 incidents on a side no ratio is stated"
    assert (found.n_rows, found.n_shifts) == (40, 20)


def test_the_ranking_does_not_look_like_an_effect() -> None:
    """The twin of weights: without them suggested cells have more incidents, because they were ranked higher."""
    found = [drawn(seed, n_shifts=200) for seed in range(12)]
    assert np.mean([one.difference[0] for one in found]) == pytest.approx(0.0, abs=0.02)
    naive = [one.incidents[0] / one.incidents[1] for one in found]
    assert np.mean(naive) > 1.2


def test_a_planted_effect_is_found_with_its_size() -> None:
    found = drawn(1, times=0.5, n_shifts=400, mean=0.5)
    assert found.p < 1e-4
    assert found.ratio is not None
    assert found.ratio[1] < 0.5 < found.ratio[2] < 1.0
    assert found.difference[2] < 0.0
    assert found.weighted_difference[2] < 0.0


def test_without_an_effect_intervals_hold_none_in_19_of_20_cases() -> None:
    found = [drawn(seed, apart=0.5) for seed in range(200)]
    assert sum(one.p <= 0.05 for one in found) <= 20
    assert sum(one.difference[1] <= 0.0 <= one.difference[2] for one in found) >= 180
    assert sum(one.weighted_difference[1] <= 0.0 <= one.weighted_difference[2] for one in found) >= 180


def test_rows_of_one_shift_that_move_together_are_one() -> None:
    """Each row ten times over is no more evidence."""
    rng = np.random.default_rng(1)
    shift, chance = np.repeat(np.arange(40), 2), np.full(80, 0.5)
    assigned = np.tile([True, False], 40)
    incidents = rng.poisson(1.0, 80).astype(float)
    once = drawn_effect(incidents, assigned, chance, shift)
    often = drawn_effect(*(np.repeat(a, 10) for a in (incidents, assigned, chance, shift)))  # type: ignore[arg-type]
    assert once is not None
    assert often is not None
    assert often.difference == pytest.approx(once.difference)


def test_too_little_is_not_measured_and_what_was_not_drawn_is_an_error() -> None:
    shift = np.repeat(np.arange(19), 2)
    few = (np.ones(38), np.tile([True, False], 19), np.full(38, 0.5))
    assert drawn_effect(*few, shift) is None
    assert drawn_effect(np.ones(60), np.ones(60, dtype=bool), np.full(60, 0.5), np.arange(60)) is None
    with pytest.raises(ValueError, match="drawn"):
        drawn_effect(np.ones(60), np.arange(60) % 2 == 0, np.full(60, 1.0), np.arange(60))
