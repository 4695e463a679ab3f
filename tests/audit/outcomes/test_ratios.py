"""Ratios of counts: by hand, beside exact intervals, with counts of 0, and how often the interval holds the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from patrolcast.audit.outcomes.ratios import FourCounts, TwoPeriods, information, ratio_of, standard_score

COUNT = st.integers(1, 400).map(float)


def two(after: float, before: float, exposure: float = 1.0) -> TwoPeriods:
    return TwoPeriods(np.array([after]), np.array([before]), np.array([exposure]))


def test_the_ratio_of_two_counts_is_that_of_their_rates() -> None:
    assert ratio_of(two(30, 20), critical=1.96).value == pytest.approx(1.5)
    assert ratio_of(two(30, 20, exposure=0.5), critical=1.96).value == pytest.approx(3.0)


def test_strata_are_compared_each_with_itself() -> None:
    """Twice the rate in each of two seasons, one of them quiet and twice as long after: added up it were 1.25 times."""
    found = TwoPeriods(np.array([80.0, 20.0]), np.array([40.0, 40.0]), np.array([1.0, 0.25]))
    assert ratio_of(found, critical=1.96).value == pytest.approx(2.0)


def test_the_interval_is_close_to_the_exact_one() -> None:
    exact = stats.binomtest(30, 50).proportion_ci(method="wilson")
    found = ratio_of(two(30, 20), critical=stats.norm.isf(0.025))
    assert found.lower == pytest.approx(exact.low / (1 - exact.low), rel=1e-6)
    assert found.upper == pytest.approx(exact.high / (1 - exact.high), rel=1e-6)


@pytest.mark.parametrize("made", [two(0, 60), FourCounts(0, 50, 60, 50)])
def test_a_count_of_none_has_an_interval_that_ends_below_one(made: TwoPeriods | FourCounts) -> None:
    found = ratio_of(made, critical=1.96)
    assert found.value == pytest.approx(0.0, abs=1e-4)
    assert found.lower == 0.0
    assert found.upper is not None
    assert 0.0 < found.upper < 0.2


def test_from_none_to_many_has_no_upper_end() -> None:
    found = ratio_of(two(60, 0), critical=1.96)
    assert (found.value, found.upper) == (None, None)
    assert found.lower > 5.0


@settings(max_examples=30)
@given(COUNT, COUNT, COUNT, COUNT)
def test_four_counts_give_their_cross_ratio_and_turn_with_the_groups(a: float, b: float, c: float, d: float) -> None:
    found, turned = ratio_of(FourCounts(a, b, c, d), critical=2.0), ratio_of(FourCounts(b, a, d, c), critical=2.0)
    assert found.value == pytest.approx((a / b) / (c / d), rel=1e-4)
    assert turned.value == pytest.approx(1.0 / (found.value or np.nan), rel=1e-4)
    assert found.upper is not None
    assert found.lower < (found.value or 0.0) < found.upper
    if turned.lower > 1e-4:
        assert found.upper == pytest.approx(1.0 / turned.lower, rel=1e-3)


def test_what_counts_are_measured_against_is_taken_out() -> None:
    assert ratio_of(FourCounts(60, 30, 30, 30, exposure=2.0), critical=2.0).value == pytest.approx(1.0)


def test_more_spread_widens_and_no_difference_scores_nothing() -> None:
    narrow, wide = (ratio_of(two(30, 20), critical=c) for c in (2.0, 4.0))
    assert wide.lower < narrow.lower < (narrow.upper or 0.0) < (wide.upper or 0.0)
    assert standard_score(two(20, 20)) == 0.0
    assert information(two(20, 20)) == pytest.approx(10.0)


def test_intervals_hold_the_truth_in_19_of_20_cases() -> None:
    rng, held = np.random.default_rng(3), 0
    for _ in range(300):
        a, b, c, d = rng.poisson([36, 30, 24, 20])
        found = ratio_of(FourCounts(a, b, c, d), critical=1.96)
        held += found.lower <= 1.0 and (found.upper is None or found.upper >= 1.0)
    assert held >= 0.92 * 300
