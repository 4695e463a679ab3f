"""Deviance, reliability and coverage on forecasts whose truth is known."""

import numpy as np
import pytest
from scipy import stats

from patrolcast.forecast import calibration as cal


def test_deviance_equals_twice_the_log_likelihood_lost_against_a_perfect_forecast():
    rng = np.random.default_rng(0)
    m = rng.gamma(2.0, 1.0, (20, 30))
    y = rng.poisson(m)
    perfect = np.where(y > 0, stats.poisson.logpmf(y, np.maximum(y, 1e-12)), 0.0)
    assert cal.poisson_deviance(m, y) == pytest.approx(2 * (perfect - stats.poisson.logpmf(y, m)).mean())


def test_an_incident_where_none_was_thought_possible_costs_without_limit():
    assert cal.poisson_deviance(np.array([[0.0, 1.0]]), np.array([[1, 1]])) == float("inf")


def test_deciles_hold_equally_many_and_rise():
    rng = np.random.default_rng(1)
    m = rng.integers(0, 3, (40, 25)).astype(float)
    group = cal.deciles(m, rng=rng)
    assert (np.bincount(group.ravel()) == 100).all()
    means = [m[group == g].mean() for g in range(10)]
    assert means == sorted(means)


def test_reliability_of_the_truth_is_near_one_in_every_decile():
    rng = np.random.default_rng(2)
    m = rng.gamma(1.0, 1.0, (200, 100))
    found = cal.reliability(m, rng.poisson(m), cal.deciles(m, rng=rng))
    assert all(part.lower <= 1.0 <= part.upper for part in found[1:])
    assert sum(part.n for part in found) == m.size


def test_a_forecast_a_third_too_high_is_found_out():
    rng = np.random.default_rng(3)
    m = rng.gamma(1.0, 1.0, (50, 100))
    only = cal.reliability(1.33 * m, rng.poisson(m), np.zeros(m.shape, dtype=int))[0]
    assert only.lower > 1.2
    assert only.ratio == pytest.approx(1.33, abs=0.05)


def test_rows_of_no_group_are_left_out():
    found = cal.reliability(np.array([1.0, 2.0, 4.0]), np.array([1, 2, 4]), np.array([0, -1, 1]))
    assert [(part.predicted, part.observed) for part in found] == [(1.0, 1.0), (4.0, 4.0)]


def test_a_group_without_incidents_has_no_ratio():
    none = cal.compare(10, 2.0, 0.0)
    assert np.isnan(none.ratio)
    assert none.upper == float("inf")


@pytest.mark.parametrize("shape", [2.0, float("inf")])
def test_the_right_distribution_covers_what_it_says(shape):
    rng = np.random.default_rng(4)
    m = rng.gamma(1.0, 2.0, 20_000)
    truth = m if np.isinf(shape) else rng.gamma(shape, m / shape)
    transform = cal.pit(m, rng.poisson(truth), shape=shape, rng=rng)
    assert cal.coverage(transform, level=0.90) == pytest.approx(0.90, abs=0.01)
    assert stats.kstest(transform, "uniform").pvalue > 1e-3


def test_too_certain_a_distribution_covers_too_little():
    rng = np.random.default_rng(5)
    m = np.full(20_000, 5.0)
    y = rng.poisson(rng.gamma(2.0, m / 2.0))
    assert cal.coverage(cal.pit(m, y, shape=float("inf"), rng=rng)) < 0.80
