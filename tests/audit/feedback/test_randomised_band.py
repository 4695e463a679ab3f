"""The boundary band's contrast: worked by hand, and its interval counted in simulated bands."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.feedback.randomised_band import hajek_contrast


def test_a_hand_worked_contrast() -> None:
    """Two chances: rows of chance 1/4 count four times when assigned, 4/3 times when not."""
    outcome = [4, 2, 1, 0, 3, 1] * 5
    assigned = [True, True, False, False, True, False] * 5
    chance = [0.5, 0.25, 0.5, 0.25, 0.5, 0.5] * 5
    found = hajek_contrast(outcome, assigned, chance, cluster=np.arange(30))
    assert found is not None
    mean_assigned = (4 / 0.5 + 2 / 0.25 + 3 / 0.5) / (1 / 0.5 + 1 / 0.25 + 1 / 0.5)  # 22 / 8
    mean_held_back = (1 / 0.5 + 0 / 0.75 + 1 / 0.5) / (1 / 0.5 + 1 / 0.75 + 1 / 0.5)  # 4 / (16 / 3)
    assert (mean_assigned, mean_held_back) == (2.75, 0.75)
    assert found.mean_assigned == pytest.approx(2.75)
    assert found.mean_held_back == pytest.approx(0.75)
    assert found.difference == pytest.approx(2.0)
    assert found.ratio == pytest.approx(2.75 / 0.75)
    # Linearised, each row its own cluster: the sum of squared influences, with n / (n - 1).
    own = [(4 - 2.75) / 0.5 / 40, (2 - 2.75) / 0.25 / 40, -(1 - 0.75) / 0.5 * 3 / 80, -(0 - 0.75) / 0.75 * 3 / 80,
           (3 - 2.75) / 0.5 / 40, -(1 - 0.75) / 0.5 * 3 / 80]  # fmt: skip
    by_hand = np.sqrt(5 * sum(i * i for i in own) * 30 / 29)
    assert found.standard_error == pytest.approx(by_hand)
    assert (found.upper - found.lower) / 2 == pytest.approx(1.96 * by_hand)


def test_rows_that_no_coin_decided_are_left_out() -> None:
    rng = np.random.default_rng(1)
    y, t, c = rng.poisson(1.0, 200), rng.random(200) < 0.5, np.arange(200)
    alone = hajek_contrast(y, t, np.full(200, 0.5), cluster=c)
    more = hajek_contrast(
        np.r_[y, [900] * 50], np.r_[t, [True] * 50], np.r_[np.full(200, 0.5), np.ones(50)], cluster=np.r_[c, c[:50]]
    )
    assert alone == more


def test_what_cannot_be_estimated_is_none_not_nought() -> None:
    few = np.arange(9)
    assert hajek_contrast(few, few % 2 == 0, np.full(9, 0.5), cluster=few) is None
    many = np.arange(40)
    assert hajek_contrast(many, np.ones(40, dtype=bool), np.full(40, 0.5), cluster=many) is None
    assert hajek_contrast(many, many % 2 == 0, np.ones(40), cluster=many) is None


def draw_band(seed: int, *, effect: float) -> tuple[float, bool, bool]:
    """One simulated band: 60 cells over 60 nights, hotter cells with a higher chance, a lasting effect of each cell."""
    rng = np.random.default_rng([seed, 7])
    level = np.exp(rng.normal(-1.2, 0.8, 60))
    chance = np.where(level > np.median(level), 0.7, 0.3)
    told = rng.random((60, 60)) < chance
    shared = rng.gamma(4.0, 0.25, (60, 1)) * np.ones((1, 60))  # nights differ for all cells alike
    y = rng.poisson(level * shared * np.where(told, 1.0 + effect, 1.0))
    truth = effect * level.mean()
    cell = np.tile(np.arange(60), 60)
    found = hajek_contrast(y.ravel(), told.ravel(), np.tile(chance, 60), cluster=cell)
    naive = y[told].mean() - y[~told].mean()
    assert found is not None
    return found.difference - truth, found.lower <= truth <= found.upper, abs(naive - truth) < abs(0.1)


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_the_interval_holds_the_truth_as_often_as_it_says(effect: float) -> None:
    drawn = [draw_band(seed, effect=effect) for seed in range(400)]
    error, covered, naive_near = (np.array(one) for one in zip(*drawn, strict=True))
    assert 0.92 <= covered.mean() <= 0.98
    assert abs(error.mean()) < 0.01
    # The twin: without the chances, hotter cells look like an effect.
    assert naive_near.mean() < 0.05
