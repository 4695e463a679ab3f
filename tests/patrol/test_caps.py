"""Caps and cool-downs by hand and over a long run of nights."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.patrol.caps import CapRule, capped_cells


def nights(text: str) -> np.ndarray:
    return np.array([[mark == "x"] for mark in text], dtype=bool)


@pytest.mark.parametrize(
    ("past", "capped"),
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
def test_a_cell_rests_after_five_in_a_row_and_after_ten_of_fourteen(past: str, capped: bool) -> None:
    assert bool(capped_cells(nights(past).reshape(-1, 1), CapRule())[0]) is capped


def test_over_a_year_no_cell_breaks_its_cap() -> None:
    caps, past = CapRule(), np.zeros((0, 1), dtype=bool)
    for _ in range(365):
        past = np.vstack([past, ~capped_cells(past, caps)[None]])
    counts = np.convolve(past[:, 0], np.ones(14), mode="valid")
    assert counts.max() == 10
    runs = "".join("x" if suggested else "." for suggested in past[:, 0])
    assert "xxxxxx" not in runs
    assert "xxxxx.x" not in runs


def test_without_a_cap_the_same_year_would_never_rest() -> None:
    assert not capped_cells(np.ones((40, 3), dtype=bool), CapRule(most=99, run=50)).any()


def test_a_short_window_and_a_long_rest_each_bind_by_themselves() -> None:
    """Two of three nights; then one night in a row with four nights of rest."""
    window = CapRule(most=2, window=3, run=99)
    assert [bool(capped_cells(nights(past), window)[0]) for past in ("xx", "x.", ".x", "xx.", "x..")] == [
        True, False, False, False, False,
    ]  # fmt: skip
    rest = CapRule(most=99, run=1, rest=4)
    assert [bool(capped_cells(nights("x" + "." * ago), rest)[0]) for ago in range(5)] == [True] * 4 + [False]


def test_the_past_nights_that_decide_are_enough_and_no_fewer_would_be() -> None:
    caps = CapRule()
    assert caps.past_nights == 13  # ten of fourteen: tonight and 13 before it
    assert CapRule(most=2, window=3, run=5, rest=2).past_nights == 6  # five in a row, and one night since
    rng = np.random.default_rng(4)
    for _ in range(50):
        past = rng.random((40, 5)) < 0.7
        assert (capped_cells(past, caps) == capped_cells(past[-caps.past_nights :], caps)).all()


def test_each_cell_is_capped_by_its_own_nights() -> None:
    past = np.column_stack([nights("xxxxx"), nights("xxxx."), nights(".....")])
    assert capped_cells(past, CapRule()).tolist() == [True, False, False]
