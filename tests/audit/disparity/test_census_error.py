"""Margins of error of the census widen the intervals by what they are worth, and by nothing when there are none."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.census_error import CensusError, census_error, widen_comparison
from patrolcast.domain.measures import GroupComparison, Interval

COUNTS = np.array([[400.0, 100.0], [100.0, 400.0]])
TOTAL = COUNTS.sum(axis=0)
SUMS = (np.array([10.0, 30.0]), np.array([2.0, 2.0]))


def errors(margin: float) -> tuple[CensusError, ...]:
    return census_error(SUMS, np.ones(2), COUNTS, np.full((2, 2), margin), TOTAL, None, reference=0)


def test_no_margin_no_error() -> None:
    found = errors(0.0)[1]
    assert max(found.log_exposure_ratio, found.log_need_ratio, found.excess) < 1e-12


def test_the_spread_is_that_of_the_delta_method() -> None:
    margin = 20.0
    standard = margin / 1.645
    gradient = [SUMS[0] / (COUNTS[g] @ SUMS[0]) - 1.0 / COUNTS[g].sum() for g in (0, 1)]
    expected = standard * np.sqrt(sum((one**2).sum() for one in gradient))
    assert errors(margin)[1].log_exposure_ratio == pytest.approx(expected, rel=0.15)
    assert errors(margin)[1].log_need_ratio == pytest.approx(0.0, abs=1e-12)


def test_intervals_hold_both_kinds_of_error() -> None:
    one = Interval(0.5, 0.2, 0.8, 60)
    found = widen_comparison(
        GroupComparison("b", "a", 500.0, 1.0, 1.0, one, one, one), CensusError(0.0, 0.0, 0.4 / 1.96)
    )
    assert found.log_exposure_ratio == one
    assert (found.excess.lower, found.excess.upper) == pytest.approx((0.0, 1.0))


def test_a_widened_interval_that_reaches_parity_is_no_longer_sure() -> None:
    one = Interval(0.5, 0.2, 0.8, 60, p_value=0.01)
    found = widen_comparison(GroupComparison("b", "a", 500.0, 1.0, 1.0, one, one, one), CensusError(0.0, 0.1, 0.4))
    assert found.log_exposure_ratio.p_value == 0.01
    assert 0.01 < found.log_need_ratio.p_value < 0.05 < found.excess.p_value
    assert found.log_need_ratio.excludes_zero
    assert not found.excess.excludes_zero
