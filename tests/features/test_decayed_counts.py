"""Decayed counts by hand: what a report still weighs, where it spreads, and their weighted sum."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from patrolcast.features.decayed_counts import (
    DECAYED_COUNTS,
    DecayedCount,
    components,
    decayed_rates,
    same_everywhere,
    smoothing_kernels,
    spread,
    weighted_sum,
)
from patrolcast.features.lags import History
from patrolcast.numerics.arrays import CountArray, Float32Array

KNOWN: CountArray = np.array([[2, 0], [0, 0], [0, 4]], dtype=np.uint16)
CENTRES = np.array([[0.0, 0.0], [300.0, 0.0], [600.0, 0.0]])


def test_all_history_is_reports_over_days() -> None:
    rates = decayed_rates(inf, History(KNOWN, first=0))
    assert rates.tolist() == [[2.0, 0.0], [1.0, 0.0], pytest.approx([2 / 3, 4 / 3])]


def test_a_report_weighs_half_after_its_half_life_and_the_mean_is_over_the_weights() -> None:
    rates = decayed_rates(1, History(KNOWN, first=2))
    # Weights of the three days, newest first: 1, 1/2, 1/4; their sum 7/4.
    assert rates.tolist() == [pytest.approx([2 * 0.25 / 1.75, 4 / 1.75])]


def test_the_city_count_is_the_same_in_every_cell() -> None:
    rates = same_everywhere(decayed_rates(1, History(KNOWN, first=2)))
    assert rates.tolist() == [pytest.approx([4.5 / 1.75 / 2] * 2)]


def test_a_count_is_named_by_whose_reports_how_fast_and_how_far() -> None:
    assert DecayedCount("own", None, 250).name == "own, all history, spread 250 m"
    assert DecayedCount("any", 28, 0).name == "any, half-life 28 days"
    assert len({count.name for count in DECAYED_COUNTS}) == len(DECAYED_COUNTS)


def test_spreading_moves_reports_to_neighbours_and_loses_none() -> None:
    kernels = smoothing_kernels(CENTRES)
    rates = np.array([[7.0, 0.0, 0.0]], dtype=np.float32)
    assert spread(rates, 0, kernels) is rates
    wide = spread(rates, 250, kernels)
    assert wide.sum() == pytest.approx(7.0)
    assert wide[0, 0] > wide[0, 1] > 0.0


def test_every_bandwidth_in_use_has_its_kernel() -> None:
    assert set(smoothing_kernels(CENTRES)) == {count.bandwidth_m for count in DECAYED_COUNTS} - {0}


def decayed(count: DecayedCount) -> Float32Array:
    """Rates that differ by count: its position in the list, in every cell of two days."""
    return np.full((2, 3), DECAYED_COUNTS.index(count) + 1.0, dtype=np.float32)


def test_the_weighted_sum_is_that_of_the_spread_counts() -> None:
    kernels = smoothing_kernels(CENTRES)
    weights = [0.0] * len(DECAYED_COUNTS)
    weights[0], weights[2], weights[-1] = 2.0, 0.5, 0.25
    total = weighted_sum(decayed, kernels, weights)
    parts = components(decayed, kernels, np.array([0, 1], dtype=np.int32))
    assert total == pytest.approx(2.0 * parts[0] + 0.5 * parts[2] + 0.25 * parts[-1])


def test_without_any_weight_there_is_no_rate() -> None:
    with pytest.raises(ValueError, match="no decayed count has a weight above 0"):
        weighted_sum(decayed, smoothing_kernels(CENTRES), [0.0] * len(DECAYED_COUNTS))
