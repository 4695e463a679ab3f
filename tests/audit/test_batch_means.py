"""Intervals over nights that depend on each other: they cover as often as they say; the naive one does not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from patrolcast.audit.batch_means import batch_statistic, holm
from patrolcast.domain.measures import Interval


def mean_interval(series: np.ndarray) -> Interval:
    return batch_statistic(lambda nights: float(series[nights].mean()), len(series))


def ar1(rng: np.random.Generator, n: int, phi: float, burn: int = 200) -> np.ndarray:
    noise = rng.normal(size=n + burn)
    return lfilter([1.0], [1.0, -phi], noise)[burn:]


def coverage(phi: float, n: int, repeats: int = 1500) -> float:
    rng = np.random.default_rng([17, n, round(10 * phi)])
    intervals = [mean_interval(ar1(rng, n, phi)) for _ in range(repeats)]
    return float(np.mean([interval.lower <= 0.0 <= interval.upper for interval in intervals]))


@pytest.mark.parametrize(
    ("phi", "n", "expected"), [(0.6, 90, 0.93), (0.8, 90, 0.91), (0.6, 180, 0.95), (0.8, 180, 0.94)]
)
def test_the_interval_covers_as_often_as_the_design_says(phi: float, n: int, expected: float) -> None:
    assert coverage(phi, n) == pytest.approx(expected, abs=0.02)


def test_nights_taken_as_independent_would_cover_far_too_seldom() -> None:
    rng = np.random.default_rng(5)
    hit = 0
    for _ in range(600):
        series = ar1(rng, 180, 0.6)
        hit += abs(series.mean()) <= 1.96 * series.std(ddof=1) / np.sqrt(len(series))
    assert hit / 600 < 0.75


def test_the_mean_of_a_constant_is_known_exactly() -> None:
    found = mean_interval(np.full(180, 2.5))
    assert (found.estimate, found.lower, found.upper, found.n, found.note) == (2.5, 2.5, 2.5, 180, "")


def test_the_interval_is_that_of_six_batch_means_by_hand() -> None:
    series = np.repeat([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 30)
    half = 2.5705818366 * np.sqrt(3.5) / np.sqrt(6)
    found = mean_interval(series)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((3.5, 3.5 - half, 3.5 + half))


def test_fewer_than_180_nights_carry_a_note() -> None:
    assert mean_interval(np.arange(28.0)).note == "28 nights, fewer than 180: the true interval is probably wider"


def test_too_few_nights_are_not_measured() -> None:
    found = mean_interval(np.arange(11.0))
    assert not found.measured
    assert not found.excludes_zero
    assert found.note == "11 nights are too few for 6 batches"


def test_a_batch_without_a_number_is_not_measured() -> None:
    assert not batch_statistic(lambda nights: float("nan") if 0 in nights else 1.0, 60).measured


def test_a_paired_difference_sees_what_two_separate_intervals_cannot() -> None:
    rng = np.random.default_rng(2)
    shared = 5 * ar1(rng, 180, 0.8)
    a, b = shared + 0.3 + 0.1 * rng.normal(size=180), shared + 0.1 * rng.normal(size=180)
    assert mean_interval(a - b).excludes_zero
    assert not mean_interval(a).excludes_zero


def test_holm_by_hand_and_in_the_given_order() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_leaves_out_what_was_not_measured() -> None:
    corrected = holm([0.02, float("nan"), 0.9])
    assert corrected[0] == pytest.approx(0.04)
    assert np.isnan(corrected[1])
    assert holm([]).tolist() == []
