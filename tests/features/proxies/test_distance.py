"""Distance correlation in n log n steps is that of its definition, ties and constants included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.features.proxies.distance import distance_correlations


def by_definition(x: np.ndarray, y: np.ndarray) -> float:
    def centred(v: np.ndarray) -> np.ndarray:
        d = np.abs(v[:, None] - v[None, :])
        return np.asarray(d - d.mean(0) - d.mean(1)[:, None] + d.mean())

    a, b = centred(x), centred(y)
    return float(np.sqrt((a * b).mean() / np.sqrt((a * a).mean() * (b * b).mean())))


@pytest.mark.parametrize("n", [32, 33, 64, 127])
@pytest.mark.parametrize("steps", [None, 3.0], ids=["all different", "many alike"])
def test_it_is_that_of_its_definition(n: int, steps: float | None) -> None:
    rng = np.random.default_rng([n, 1])
    x, shares = rng.standard_normal(n), rng.standard_normal((n, 4))
    shares[:, 1] = x**2
    shares[:, 2] += x
    if steps:
        x, shares = np.round(steps * x), np.round(steps * shares)
    expected = [by_definition(x, share) for share in shares.T]
    assert distance_correlations(x, shares) == pytest.approx(expected, rel=1e-9)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=40))
def test_whatever_repeats_it_is_that_of_its_definition(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=np.float64).T
    found = distance_correlations(x, y[:, None])[0]
    expected = by_definition(x, y) if np.ptp(x) > 0 and np.ptp(y) > 0 else 0.0
    assert found == pytest.approx(expected, abs=1e-6)


def test_three_points_by_hand() -> None:
    """Distances of 0, 1, 3 have row means 4/3, 1, 5/3 (all: 4/3), those of 0, 1, 0 have 1/3, 2/3, 1/3 (all: 4/9).

    Doubly centred and in ninths: -12 0 12 / 0 -6 6 / 12 6 -18, and -2 4 -2 / 4 -8 4 / -2 4 -2. Products add up to 108,
    squares to 864 and 144.
    """
    found = distance_correlations(np.array([0.0, 1.0, 3.0]), np.array([[0.0], [1.0], [0.0]]))
    assert found[0] == pytest.approx((108 / (864 * 144) ** 0.5) ** 0.5)


def test_a_line_is_one_whatever_its_unit_and_a_constant_is_nothing() -> None:
    x = np.random.default_rng(1).standard_normal(50)
    shares = np.column_stack([2 * x - 1, -1e-12 * x, np.full(50, 0.3)])
    assert distance_correlations(1e9 * x, shares) == pytest.approx([1.0, 1.0, 0.0])
    assert distance_correlations(np.full(50, 0.1), shares).tolist() == [0.0, 0.0, 0.0]
