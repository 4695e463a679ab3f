"""Counts redrawn within their margins vary by what the delta method says; intervals hold both kinds of error."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.census_error import level_of_half_widths, redraw_counts, widen_interval
from patrolcast.domain.measures import Interval

COUNTS = np.array([[400.0, 100.0], [100.0, 400.0]])
TOTAL = COUNTS.sum(axis=0)
MINUTES = np.array([10.0, 30.0])


def spread(margin: float) -> float:
    drawn = list(redraw_counts(COUNTS, np.full((2, 2), margin), TOTAL, None, reference=0))
    members, others, _ = drawn[1]
    ratio = (members @ MINUTES / members.sum(axis=1)) / (others @ MINUTES / others.sum(axis=1))
    return float(np.log(ratio).std())


def test_no_margin_no_error() -> None:
    assert spread(0.0) < 1e-12


def test_the_spread_is_that_of_the_delta_method() -> None:
    standard = 20.0 / 1.645
    gradient = [MINUTES / (COUNTS[g] @ MINUTES) - 1.0 / COUNTS[g].sum() for g in (0, 1)]
    expected = standard * np.sqrt(sum((one**2).sum() for one in gradient))
    assert spread(20.0) == pytest.approx(expected, rel=0.15)


def test_an_interval_holds_both_kinds_of_error_in_quadrature() -> None:
    found = widen_interval(Interval(0.5, 0.2, 0.8, 60), 0.4 / 1.96)
    assert (found.lower, found.upper) == pytest.approx((0.0, 1.0))


def test_a_widened_interval_that_reaches_parity_is_no_longer_sure() -> None:
    one = Interval(0.5, 0.2, 0.8, 60, p_value=0.01)
    assert widen_interval(one, 0.0) == one
    some, much = widen_interval(one, 0.1), widen_interval(one, 0.4)
    assert 0.01 < some.p_value < 0.05 < much.p_value
    assert some.excludes_zero
    assert not much.excludes_zero


def test_the_level_at_which_an_interval_ends_where_it_ends_is_5_percent() -> None:
    assert level_of_half_widths(0.3, nights=0.3, other=0.0) == pytest.approx(0.05)
    assert level_of_half_widths(1.96, nights=0.0, other=1.0) == pytest.approx(0.05, abs=1e-4)
    assert level_of_half_widths(0.6, nights=0.3, other=0.0) < 0.01
