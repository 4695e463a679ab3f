"""Decayed means against sums by hand: their start, their precision, and that they see nothing later."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from patrolcast.numerics.decay import daily_factor, decayed_mean, total_weight

COUNTS = arrays(np.uint16, (40, 3), elements=st.integers(0, 9))


def test_half_is_left_after_the_half_life() -> None:
    assert daily_factor(1.0) == 0.5
    assert daily_factor(28.0) ** 28 == pytest.approx(0.5)


def test_weights_of_days_add_up_to_a_geometric_series() -> None:
    assert total_weight(0.5, [1, 2, 3]).tolist() == [1.0, 1.5, 1.75]
    assert total_weight(0.9, 4) == pytest.approx(1 + 0.9 + 0.81 + 0.729)


def test_a_decayed_mean_by_hand() -> None:
    """Half-life of a day: the weights are 1, 1/2, 1/4. Day 2 of 4, 0, 2: (2 + 0 + 4/4) / (1 + 1/2 + 1/4) = 12/7."""
    known = np.array([[4], [0], [2]], dtype=np.uint16)
    assert decayed_mean(known, 1.0, dtype=np.float64)[:, 0].tolist() == pytest.approx([4.0, 4 / 3, 12 / 7])


def test_one_series_without_cells_is_the_same_mean() -> None:
    series = np.array([4.0, 0.0, 2.0])
    assert decayed_mean(series, 1.0, dtype=np.float64).tolist() == pytest.approx([4.0, 4 / 3, 12 / 7])


@pytest.mark.parametrize("half_life", [1.0, 7.0, 365.0, 730.0])
@pytest.mark.parametrize(("dtype", "precision"), [(np.float32, 1e-5), (np.float64, 1e-7)])
def test_the_same_count_every_day_is_its_own_mean_from_the_first_day_on(
    half_life: float, dtype: type, precision: float
) -> None:
    """In 32 bits, too: the weights are summed with the factor that the counts are multiplied with."""
    steady = np.full((2000, 2), 3, dtype=np.uint16)
    np.testing.assert_allclose(decayed_mean(steady, half_life, dtype=dtype), 3.0, rtol=precision)


@given(COUNTS, st.integers(0, 39), st.sampled_from([0.5, 1.0, 7.0, 100.0]))
@settings(max_examples=60, deadline=None)
def test_starting_late_changes_no_value(known: np.ndarray, first: int, half_life: float) -> None:
    """With a half-life of half a day, days older than 15 are cut: their weight is below 2 ** -30."""
    whole = decayed_mean(known, half_life, dtype=np.float64)[first:]
    np.testing.assert_allclose(decayed_mean(known, half_life, dtype=np.float64, first=first), whole, atol=1e-7)


@given(COUNTS, st.integers(0, 39))
@settings(max_examples=40, deadline=None)
def test_each_day_is_the_weighted_mean_of_the_days_up_to_it(known: np.ndarray, day: int) -> None:
    weight = np.exp2(-(day - np.arange(day + 1)) / 14.0)
    wanted = np.average(known[: day + 1].astype(float), axis=0, weights=weight)
    np.testing.assert_allclose(decayed_mean(known, 14.0, dtype=np.float64)[day], wanted, atol=1e-12)


@pytest.mark.parametrize(("dtype", "precision"), [(np.float32, 1e-5), (np.float64, 1e-12)])
def test_the_arithmetic_is_of_the_type_that_is_requested(dtype: type, precision: float) -> None:
    known = np.random.default_rng(3).poisson(0.4, (300, 5)).astype(np.uint16)
    mean = decayed_mean(known, 28.0, dtype=dtype, first=100)
    weight = np.exp2(-np.arange(299, -1, -1) / 28.0)
    assert mean.dtype == dtype
    np.testing.assert_allclose(mean[-1], np.average(known, axis=0, weights=weight), rtol=precision)
