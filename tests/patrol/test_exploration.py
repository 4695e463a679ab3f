"""The randomised band: the budget is kept, and the chances that are logged are those of the draw."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.patrol.exploration import COMPARISON, EXPLORED, SUGGESTED, draw_band, expected_in_suggested


def test_a_band_by_hand() -> None:
    """K 4, b 1, u 1 of eight cells: ranks 1 and 2 are sure, one of 3 and 4 is drawn, one of 5 to 8."""
    ranks = np.array([8, 1, 7, 2, 6, 3, 5, 4])
    band = draw_band(ranks, budget_cells=4, half_width=1, uniform=1, rng=np.random.default_rng(0))
    by_rank = np.argsort(ranks)
    assert band.role[by_rank[:2]].tolist() == [SUGGESTED, SUGGESTED]
    assert sorted(band.role[by_rank[2:4]]) == [COMPARISON, SUGGESTED]
    assert sorted(band.role[by_rank[4:]]) == ["", "", "", EXPLORED]
    assert band.propensity[by_rank[:4]].tolist() == [1.0, 1.0, 0.5, 0.5]
    assert sorted(band.propensity[by_rank[4:]]) == [0.0, 0.0, 0.0, 0.25]
    assert set(band.role[band.order[:4]]) == {SUGGESTED, EXPLORED}
    assert sorted(band.order.tolist()) == list(range(8))


def test_the_same_seed_draws_the_same_band_and_another_draws_another() -> None:
    def roles(seed: int) -> list[str]:
        rng = np.random.default_rng(seed)
        return draw_band(np.arange(1, 61), budget_cells=20, half_width=5, uniform=1, rng=rng).role.tolist()

    assert roles(3) == roles(3)
    assert roles(3) != roles(4)


def test_the_band_keeps_the_budget_and_its_chances_are_what_is_drawn() -> None:
    ranks = np.random.default_rng(0).permutation(60) + 1
    taken = np.zeros(60)
    n = 2000
    for seed in range(n):
        band = draw_band(ranks, budget_cells=20, half_width=5, uniform=1, rng=np.random.default_rng(seed))
        visited = band.order[:20]
        assert set(band.role[visited]) <= {SUGGESTED, EXPLORED}
        assert (band.role == COMPARISON).sum() == 5
        taken[visited] += 1
    chance = taken[np.argsort(ranks)] / n
    assert chance[:14].tolist() == [1.0] * 14
    assert chance[14:24] == pytest.approx(0.5, abs=0.05)
    assert chance[24:] == pytest.approx(1 / 36, abs=0.017)


def test_each_role_carries_its_propensity() -> None:
    band = draw_band(np.arange(1, 61), budget_cells=20, half_width=5, uniform=1, rng=np.random.default_rng(3))
    assert set(band.propensity[band.role == SUGGESTED]) == {1.0, 0.5}
    assert set(band.propensity[band.role == COMPARISON]) == {0.5}
    assert band.propensity[band.role == EXPLORED].tolist() == [1 / 36]
    assert set(band.propensity[band.role == ""]) == {0.0}


def test_a_band_of_nothing_is_the_ranking() -> None:
    ranks = np.random.default_rng(1).permutation(30) + 1
    band = draw_band(ranks, budget_cells=8, half_width=0, uniform=0, rng=np.random.default_rng(0))
    assert band.order.tolist() == np.argsort(ranks).tolist()
    assert (band.role == SUGGESTED).sum() == 8


def test_a_small_district_gets_a_smaller_band() -> None:
    band = draw_band(np.arange(1, 6), budget_cells=4, half_width=5, uniform=2, rng=np.random.default_rng(0))
    assert (band.role == COMPARISON).sum() == 1
    assert sorted(band.order.tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("half_width", "uniform"), [(0, 0), (1, 0), (2, 1), (5, 3), (9, 9)])
def test_the_average_over_many_draws_is_what_the_price_says(half_width: int, uniform: int) -> None:
    """The oracle is the draw itself: 4,000 of them, within four standard errors."""
    rng = np.random.default_rng(4)
    expected, ranks = rng.gamma(0.5, 1.0, 12), rng.permutation(12) + 1
    caught = []
    for _ in range(4000):
        drawn = draw_band(ranks, budget_cells=4, half_width=half_width, uniform=uniform, rng=rng)
        caught.append(expected[np.isin(drawn.role, [SUGGESTED, EXPLORED])].sum())
    best, average = expected_in_suggested(expected, ranks, budget_cells=4, half_width=half_width, uniform=uniform)
    assert best == pytest.approx(expected[ranks <= 4].sum())
    assert average == pytest.approx(np.mean(caught), abs=4 * np.std(caught) / 60 + 1e-9)


def test_nothing_drawn_costs_nothing_and_no_cell_expects_nothing() -> None:
    assert expected_in_suggested(np.zeros(0), np.zeros(0, int), budget_cells=3, half_width=1, uniform=1) == (0.0, 0.0)
