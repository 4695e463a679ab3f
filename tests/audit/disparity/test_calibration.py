"""Calibration at matched deciles, and equal opportunity, by hand and on planted faults."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.calibration import equal_opportunity, forecast_deciles, group_calibration

RNG = np.random.default_rng(8)
N = 400
OWN = RNG.integers(0, 300, N).astype(float)
OTHER = 300.0 - OWN
BLOCK = np.arange(N) // 20
NAMES = ("b", "everyone else")


def test_a_forecast_that_is_right_everywhere_is_calibrated_for_everyone() -> None:
    rate = RNG.gamma(2.0, size=N)
    found = group_calibration(rate, rate, OWN, OTHER, block=BLOCK, names=NAMES)
    assert (found.ratio, found.ratio_against) == pytest.approx((1.0, 1.0))
    assert found.log_ratio_of_ratios.estimate == pytest.approx(0.0, abs=1e-12)


def test_a_forecast_too_high_in_busy_cells_is_no_group_disparity() -> None:
    rate = np.sort(RNG.gamma(2.0, size=N))
    wrong = rate**2
    own = np.linspace(0, 300, N) * RNG.random(N)
    found = group_calibration(wrong, rate, own, 300 - own, block=np.arange(N) % 20, names=NAMES)
    unmatched = abs(np.log(wrong @ own / (rate @ own)) - np.log(wrong @ (300 - own) / (rate @ (300 - own))))
    assert unmatched > 0.15
    assert abs(found.log_ratio_of_ratios.estimate) < unmatched / 4
    assert not found.log_ratio_of_ratios.excludes_zero


def test_a_forecast_too_high_for_one_group_is_found() -> None:
    rate = RNG.gamma(2.0, size=N)
    found = group_calibration(rate * (1 + 0.5 * OWN / 300), rate, OWN, OTHER, block=BLOCK, names=NAMES)
    assert found.log_ratio_of_ratios.lower > 0.05
    assert found.ratio > found.ratio_against


def test_few_blocks_or_no_incident_are_not_measured() -> None:
    rate = np.ones(N)
    assert not group_calibration(rate, rate, OWN, OTHER, block=BLOCK % 3, names=NAMES).log_ratio_of_ratios.measured
    assert not group_calibration(rate, 0 * rate, OWN, OTHER, block=BLOCK, names=NAMES).log_ratio_of_ratios.measured


def test_deciles_hold_a_tenth_each_and_ties_stay_together() -> None:
    assert np.bincount(forecast_deciles(np.arange(50.0))).tolist() == [5] * 10
    assert len(np.unique(forecast_deciles(np.ones(50)))) == 1


def test_equal_opportunity_by_hand() -> None:
    actual = np.tile([4.0, 0.0, 2.0], (60, 1))
    reached = np.tile([2.0, 0.0, 2.0], (60, 1))
    own, total = np.array([100.0, 50.0, 0.0]), np.array([100.0, 100.0, 100.0])
    found = equal_opportunity(reached, actual, own, total - own, total, names=NAMES)
    assert (found.share, found.share_against) == (0.5, 1.0)
    assert (found.difference.lower, found.difference.upper) == (-0.5, -0.5)
