"""Caps and cool-downs by hand and over a long run of nights; the band's chances are what it logs."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.patrol.caps import Caps, capped_cells
from patrolcast.patrol.exploration import COMPARISON, EXPLORED, SUGGESTED, draw_band


def nights(text: str) -> np.ndarray:
    return np.array([[mark == "x"] for mark in text], dtype=bool)


@pytest.mark.parametrize(
    ("past", "held"),
    [
        ("", False),
        ("xxxx", False),
        ("xxxxx", True),
        ("xxxxx.", True),
        ("xxxxx..", False),
        ("xxxx.xxxx.xx", True),
        ("xxxx.xxxx.x.", False),
    ],
)
def test_a_cell_rests_after_five_in_a_row_and_after_ten_of_fourteen(past: str, held: bool) -> None:
    assert bool(capped_cells(nights(past).reshape(-1, 1), Caps())[0]) is held


def test_over_a_year_no_cell_breaks_its_cap() -> None:
    caps, past = Caps(), np.zeros((0, 1), dtype=bool)
    for _ in range(365):
        past = np.vstack([past, ~capped_cells(past, caps)[None]])
    counts = np.convolve(past[:, 0], np.ones(14), mode="valid")
    assert counts.max() == 10
    runs = "".join("x" if one else "." for one in past[:, 0])
    assert "xxxxxx" not in runs
    assert "xxxxx.x" not in runs


def test_without_a_cap_the_same_year_would_never_rest() -> None:
    assert not capped_cells(np.ones((40, 3), dtype=bool), Caps(most=99, run=50)).any()


def test_the_band_keeps_the_budget_and_its_chances_are_what_is_drawn() -> None:
    ranks = np.random.default_rng(0).permutation(60) + 1
    taken = np.zeros(60)
    n = 4000
    for seed in range(n):
        drawn = draw_band(ranks, budget_cells=20, half_width=5, uniform=1, rng=np.random.default_rng(seed))
        dealt = drawn.order[:20]
        assert set(drawn.role[dealt]) <= {SUGGESTED, EXPLORED}
        assert (drawn.role == COMPARISON).sum() == 5
        taken[dealt] += 1
    chance = taken[np.argsort(ranks)] / n
    assert chance[:14].tolist() == [1.0] * 14
    assert chance[14:24] == pytest.approx(0.5, abs=0.04)
    assert chance[24:] == pytest.approx(1 / 36, abs=0.012)


def test_each_role_carries_its_propensity() -> None:
    drawn = draw_band(np.arange(1, 61), budget_cells=20, half_width=5, uniform=1, rng=np.random.default_rng(3))
    assert set(drawn.propensity[drawn.role == SUGGESTED]) == {1.0, 0.5}
    assert set(drawn.propensity[drawn.role == COMPARISON]) == {0.5}
    assert drawn.propensity[drawn.role == EXPLORED].tolist() == [1 / 36]
    assert set(drawn.propensity[drawn.role == ""]) == {0.0}


def test_a_band_of_nothing_is_the_ranking() -> None:
    ranks = np.random.default_rng(1).permutation(30) + 1
    drawn = draw_band(ranks, budget_cells=8, half_width=0, uniform=0, rng=np.random.default_rng(0))
    assert drawn.order.tolist() == np.argsort(ranks).tolist()
    assert (drawn.role == SUGGESTED).sum() == 8


def test_a_small_district_gets_a_smaller_band() -> None:
    drawn = draw_band(np.arange(1, 6), budget_cells=4, half_width=5, uniform=2, rng=np.random.default_rng(0))
    assert (drawn.role == COMPARISON).sum() == 1
    assert sorted(drawn.order.tolist()) == [0, 1, 2, 3, 4]
