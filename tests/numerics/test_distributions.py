"""Each against `scipy.stats`, which nobody waits for but this test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolcast.numerics import distributions as ours

P = st.floats(0.001, 0.999)


@given(P, st.integers(1, 500))
def test_students_t(p: float, freedom: int) -> None:
    t = ours.t_quantile(p, freedom)
    assert t == pytest.approx(stats.t.ppf(p, freedom), rel=1e-9, abs=1e-9)
    assert ours.t_two_sided(t, freedom) == pytest.approx(2.0 * stats.t.sf(abs(t), freedom), rel=1e-9)


@given(P, st.floats(0.01, 1e4), st.floats(1e-3, 1e3))
def test_gamma(p: float, shape: float, scale: float) -> None:
    assert float(ours.gamma_quantile(p, shape, scale)) == pytest.approx(
        stats.gamma.ppf(p, shape, scale=scale), rel=1e-9
    )


@given(st.integers(0, 300), st.floats(0.0, 200.0))
def test_poisson(count: int, mean: float) -> None:
    assert ours.poisson_at_least(count, mean) == pytest.approx(stats.poisson.sf(count - 1, mean), rel=1e-9)


def test_a_mean_that_is_not_known_gives_no_chance() -> None:
    assert np.isnan(ours.poisson_at_least(3, float("nan")))


@given(P, st.integers(0, 400), st.sampled_from([0.01, 0.025, 0.05, 0.5]))
def test_binomial(p: float, n: int, chance: float) -> None:
    least = ours.binomial_quantile(p, n, chance)
    assert stats.binom.cdf(least, n, chance) >= p - 1e-12
    assert stats.binom.cdf(least - 1, n, chance) < p + 1e-12


@given(st.lists(st.sampled_from([0.0, 0.1, 1.0, 2.5, -3.0]), max_size=30))
def test_ranks(values: list[float]) -> None:
    array = np.array(values)
    assert ours.mean_ranks(array).tolist() == stats.rankdata(array, method="average").tolist()
    assert ours.lowest_ranks(array).tolist() == stats.rankdata(array, method="min").tolist()
