"""Intervals of the expected incidents: how far the long-run truth of a cell may lie from what the model says.

A forecast mean is read as the mean of a Gamma distribution of the true rate with shape ``exp(a + b log M)``, ``M``
being the expected incidents of the cell over the validation window: the count of the window is then negative binomial,
and ``a, b`` are fitted to those counts by maximum likelihood. Coverage is measured on cells that were not fitted on, by
the randomised probability integral transform (Czado, Gneiting & Held 2009, doi 10.1111/j.1541-0420.2009.01191.x),
because a count has no interval that covers exactly 90 %.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from patrolcast.domain.records import IntervalCalibration

LEVEL = 0.90
_SHAPE_LIMITS = (0.05, 1e4)
_LEAST_CELLS = 60

Numbers = npt.NDArray[np.float64]


def fit_interval(
    category: str, expected: Numbers, observed: Numbers, *, rng: np.random.Generator
) -> IntervalCalibration:
    """Fits on one random half of the cells, measures on the other, then swaps; the shape kept is fitted on all.

    Parameters
    ----------
    expected, observed : expected and counted incidents per cell over the validation window, ``[n_cells]``.
    rng : seeded; draws the halves and the randomised ranks.

    Returns
    -------
    Shape coefficients and the measured coverage; coverage is NaN with fewer than 60 cells.
    """
    everywhere = _fit(expected, observed)
    if len(expected) < _LEAST_CELLS:
        return IntervalCalibration(category, LEVEL, float("nan"), len(expected), everywhere)
    half = rng.permutation(len(expected)) % 2 == 0
    rank = np.empty(len(expected))
    for fitted, measured in ((half, ~half), (~half, half)):
        coefficients = _fit(expected[fitted], observed[fitted])
        rank[measured] = _rank(expected[measured], observed[measured], coefficients, rng)
    tail = (1.0 - LEVEL) / 2.0
    covered = float(np.mean((rank > tail) & (rank < 1.0 - tail)))
    return IntervalCalibration(category, LEVEL, covered, len(expected), everywhere)


def gamma_shape(window_expected: Numbers, coefficients: tuple[float, float]) -> Numbers:
    """Shape of the rate's Gamma distribution for cells that expect ``window_expected`` incidents in the window."""
    a, b = coefficients
    return np.clip(np.exp(a + b * np.log(np.maximum(window_expected, 1e-9))), *_SHAPE_LIMITS)


def interval(expected: Numbers, shape: Numbers) -> tuple[Numbers, Numbers]:
    """Lower and upper 90 % limits of the expected incidents."""
    tail = (1.0 - LEVEL) / 2.0
    lower = stats.gamma.ppf(tail, shape, scale=expected / shape)
    upper = stats.gamma.ppf(1.0 - tail, shape, scale=expected / shape)
    return np.asarray(lower), np.asarray(upper)


def pooled_shape(means: Numbers, shapes: Numbers) -> Numbers:
    """Shape of a sum of independent Gamma rates by matching its variance; both ``[n_parts, n]``."""
    return means.sum(axis=0) ** 2 / np.maximum((means**2 / shapes).sum(axis=0), 1e-300)


def _fit(expected: Numbers, observed: Numbers) -> tuple[float, float]:
    def cost(coefficients: Numbers) -> float:
        shape = gamma_shape(expected, (coefficients[0], coefficients[1]))
        p = shape / (shape + expected)
        likelihood = (
            special.gammaln(observed + shape)
            - special.gammaln(shape)
            + shape * np.log(p)
            + observed * np.log(np.maximum(1.0 - p, 1e-300))
        )
        ridge = 0.5 * ((coefficients[0] - 1.5) / 2.0) ** 2 + 0.5 * (coefficients[1] / 0.5) ** 2
        return float(ridge - likelihood.sum())

    found = optimize.minimize(cost, np.array([1.5, 0.3]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    return round(float(found.x[0]), 6), round(float(found.x[1]), 6)


def _rank(expected: Numbers, observed: Numbers, coefficients: tuple[float, float], rng: np.random.Generator) -> Numbers:
    shape = gamma_shape(expected, coefficients)
    p = shape / (shape + expected)
    below = np.where(observed > 0, stats.nbinom.cdf(observed - 1, shape, p), 0.0)
    return below + rng.random(len(expected)) * stats.nbinom.pmf(observed, shape, p)
