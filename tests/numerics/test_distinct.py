"""Distinct points: the same answer as comparing pairs one by one, also where hashes would meet."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.numerics.distinct import by_first_row, distinct_points

numbers = st.sampled_from([0.0, -0.0, 1.0, -1.0, float("nan"), 1e300, 5e-324, 0.1, 0.1 + 2**-56])


def by_hand(pairs: list[tuple[float, float]]) -> tuple[list[int], list[int]]:
    seen: dict[tuple[bytes, bytes], int] = {}
    first: list[int] = []
    point: list[int] = []
    for i, (x, y) in enumerate(pairs):
        key = np.float64(x).tobytes(), np.float64(y).tobytes()
        if key not in seen:
            seen[key] = len(first)
            first.append(i)
        point.append(seen[key])
    return point, first


@given(st.lists(st.tuples(numbers, numbers), max_size=30))
def test_points_are_the_same_when_both_numbers_are_the_same_bit_for_bit(pairs: list[tuple[float, float]]) -> None:
    x, y = (np.array([pair[i] for pair in pairs], dtype=np.float64) for i in (0, 1))
    point, first = distinct_points(x, y)
    assert (point.tolist(), first.tolist()) == by_hand(pairs)


def test_two_points_whose_hashes_meet_stay_two() -> None:
    """The second point is built so that the 64 bits of both are equal."""
    with np.errstate(over="ignore"):
        low = np.array([1.0, 2.0]).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = low ^ (low >> np.uint64(29))
        factor = 0xBF58476D1CE4E5B9
        inverse = np.uint64(pow(factor, -1, 2**64))
        wanted = mixed[:1] + np.array([3.0]).view(np.uint64) * np.uint64(factor) - mixed[1:]
        y_second = (wanted * inverse).view(np.float64)
    x, y = np.array([1.0, 2.0, 1.0]), np.array([3.0, y_second[0], 3.0])
    point, first = distinct_points(x, y)
    assert (point.tolist(), first.tolist()) == ([0, 1, 0], [0, 1])


def test_points_numbered_in_any_order_are_numbered_by_their_first_row() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 5, 80).astype(float), rng.integers(0, 5, 80).astype(float)
    point, first = by_first_row((10 * y + x).astype(np.int32))
    wanted, wanted_first = distinct_points(x, y)
    assert (point == wanted).all()
    assert (first == wanted_first).all()
