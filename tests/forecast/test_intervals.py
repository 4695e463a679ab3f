"""Intervals: they cover what they promise where the truth is known, and are not measured where too little is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from patrolcast.domain.records import IntervalCalibration
from patrolcast.forecast import calibration
from patrolcast.forecast.intervals import fit_interval, gamma_shape, interval, over_span, pooled_shape


def planted(seed: int, n: int, shape: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected incidents, the true rates scattered around them by a Gamma of this shape, and what was counted."""
    rng = np.random.default_rng(seed)
    expected = rng.gamma(1.0, 3.0, n) + 0.05
    truth = rng.gamma(shape, expected / shape)
    return expected, truth, rng.poisson(truth).astype(float)


def fitted(expected: np.ndarray, counted: np.ndarray, seed: int = 2) -> IntervalCalibration:
    """Fitted to a window of one part, in which no growth can be seen."""
    return fit_interval("theft", expected[None], counted[None], n_weeks=1, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("shape", [1.0, 4.0, 20.0])
def test_an_interval_covers_the_truth_as_often_as_it_says(shape: float) -> None:
    """Over 2,000 cells 90 % comes out within about 1.3 points either way by chance.

    Rates that hardly scatter (shape 20) are drowned in the noise of their counts; there the fit leans to the wide side,
    so up to six points more are allowed, and three less.
    """
    expected, truth, counted = planted(1, 2000, shape)
    found = fitted(expected, counted)
    lower, upper = interval(expected, gamma_shape(expected, found.log_shape))
    assert 0.87 < np.mean((lower <= truth) & (truth <= upper)) < 0.96
    assert found.coverage == pytest.approx(0.9, abs=0.04)
    assert found.n == 2000


def test_an_interval_that_promises_too_much_is_seen_on_the_cells_it_was_not_fitted_on() -> None:
    """A hundred cells whose counts no Gamma describes: a tenth hold a thousand times what was expected."""
    expected, _, counted = planted(3, 400, 50.0)
    wild = counted.copy()
    wild[::8] = 1000 * expected[::8]
    honest = fitted(expected, counted)
    found = fitted(expected, wild)
    widths = [np.ptp(interval(np.ones(1), gamma_shape(np.ones(1), one.log_shape))) for one in (honest, found)]
    assert widths[1] > 1.5 * widths[0]


def test_with_fewer_than_sixty_cells_coverage_is_not_measured() -> None:
    expected, _, counted = planted(1, 59, 4.0)
    assert np.isnan(fitted(expected, counted).coverage)


def test_the_limits_are_the_quantiles_of_the_gamma_and_hold_the_mean() -> None:
    mean, shape = np.array([0.01, 0.5, 20.0]), np.array([0.8, 4.0, 60.0])
    lower, upper = interval(mean, shape)
    np.testing.assert_allclose(stats.gamma.cdf(lower, shape, scale=mean / shape), 0.05)
    np.testing.assert_allclose(stats.gamma.cdf(upper, shape, scale=mean / shape), 0.95)
    assert ((lower < mean) & (mean < upper)).all()


def test_the_shape_of_a_sum_is_that_of_simulated_sums() -> None:
    means, shapes = np.array([[1.0], [3.0]]), np.array([[2.0], [6.0]])
    rng = np.random.default_rng(1)
    total = sum(rng.gamma(k, m / k, 200_000) for m, k in zip(means[:, 0], shapes[:, 0], strict=True))
    assert pooled_shape(means, shapes)[0] == pytest.approx(total.mean() ** 2 / total.var(), rel=0.02)


def bursts(seed: int, *, pass_by: bool, n_weeks: int = 4, n_cells: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Weekly means and counts of cells that stray anew each week, or that stray once and stay there."""
    rng = np.random.default_rng(seed)
    mean = np.tile(rng.gamma(1.0, 0.4, n_cells) + 0.01, (n_weeks, 1))
    factor = rng.gamma(3.0, 1.0 / 3.0, (n_weeks if pass_by else 1, n_cells))
    return mean, rng.poisson(mean * factor).astype(float)


@pytest.mark.parametrize(("pass_by", "low", "high"), [(True, 0.8, 1.0), (False, 0.0, 0.2)])
def test_growth_tells_bursts_that_pass_from_cells_that_stay_off(pass_by: bool, low: float, high: float) -> None:
    for seed in range(5):
        found = fit_interval("theft", *bursts(seed, pass_by=pass_by), n_weeks=4, rng=np.random.default_rng(2))
        assert low <= found.growth <= high
        assert found.n_shifts == 4


@pytest.mark.parametrize("pass_by", [True, False])
def test_with_growth_the_sums_of_fifteen_weeks_are_covered_as_often_as_stated(pass_by: bool) -> None:
    """And without it those of bursts are not: their intervals are far too wide."""
    found = fit_interval("theft", *bursts(1, pass_by=pass_by), n_weeks=4, rng=np.random.default_rng(2))
    mean, counted = bursts(2, pass_by=pass_by, n_weeks=15)
    stated = gamma_shape(4.0 * mean[:1], found.log_shape).repeat(15, axis=0)

    def covered(shape: np.ndarray) -> float:
        units = calibration.units(mean, counted.astype(int), shape=shape, sums=np.zeros(15, dtype=int))
        share = calibration.covered(units.expected, units.observed, shape=units.shape)
        return calibration.coverage(share, units.cell).estimate

    assert 0.87 <= covered(over_span(stated, found.growth, 15 / 4)) <= 0.93
    assert (covered(over_span(stated, 0.0, 15 / 4)) > 0.93) == pass_by


def test_one_week_alone_shows_no_growth() -> None:
    expected, _, counted = planted(1, 400, 4.0)
    assert fitted(expected, counted).growth == 0.0
