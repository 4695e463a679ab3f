"""Lags by hand: means along time, rings, the week's profile."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from patrolcast.features import lags
from patrolcast.numerics.arrays import CountArray
from patrolcast.numerics.exposure import ExposedPart, Exposure

KNOWN: CountArray = np.array([[3, 0], [0, 1], [0, 0], [2, 0]], dtype=np.uint16)


def test_the_long_run_is_all_reports_over_all_days() -> None:
    assert lags.long_run_mean(KNOWN)[-1].tolist() == [5 / 4, 1 / 4]
    assert lags.long_run_mean(KNOWN, first=3).tolist() == [[5 / 4, 1 / 4]]


def test_more_reports_than_16_bits_hold_are_added_up() -> None:
    busy = np.full((3, 1), 40_000, dtype=np.uint16)
    assert lags.long_run_mean(busy).ravel().tolist() == [40_000.0] * 3
    assert lags.long_run_mean(busy, first=2).ravel().tolist() == [40_000.0]


def test_a_ring_is_the_mean_of_the_neighbours_and_0_without_any() -> None:
    ring = sparse.csr_array(np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=np.float32))
    rates = np.array([[2.0, 4.0, 8.0]], dtype=np.float32)
    assert lags.over_ring(rates, ring).tolist() == [[6.0, 2.0, 0.0]]


def test_a_profile_has_mean_1_and_begins_flat() -> None:
    known = np.zeros((2, 7, 3), dtype=np.int64)
    known[1, 4, 2] = 210
    profile = lags.hour_of_week_profile(known, prior_reports=210.0)
    assert profile.mean(axis=(1, 2)) == pytest.approx([1.0, 1.0])
    assert profile[0] == pytest.approx(np.ones((7, 3)))
    # 210 reports and 10 of the prior in one shift of the week, 10 in each of the other twenty: 220 / (420 / 21).
    assert profile[1, 4, 2] == pytest.approx(11.0)


def test_a_history_counts_exposed_days_only() -> None:
    """Four days of 2, 4, (a hole), 6 reports: the mean of all days is 12 / 3."""
    known = np.array([[2], [4], [0], [6]], dtype=np.uint16)
    exposure = Exposure((ExposedPart(np.array([0]), np.array([True, True, False, True])),))
    history = lags.History(known, first=1, exposure=exposure)
    assert history.long_run_mean().ravel().tolist() == [3.0, 3.0, 4.0]
    # a half-life of one day: (4 + 2/2) / 1.5, then the same in the hole, then (6 + 4/2 + 2/4) / 1.75
    assert history.decayed_mean(1.0).ravel().tolist() == pytest.approx([10 / 3, 10 / 3, 34 / 7])


def test_a_history_without_gaps_is_that_of_all_days() -> None:
    known = np.random.default_rng(2).poisson(0.4, (500, 3)).astype(np.uint16)
    history = lags.History(known, first=400)
    assert np.array_equal(history.long_run_mean(), lags.long_run_mean(known)[400:])
