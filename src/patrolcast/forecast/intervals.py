"""Intervals of the expected incidents: how far a cell's rate of some weeks may lie from what the model says.

A forecast mean is read as the mean of a Gamma distribution of the true rate with shape ``exp(a + b log M)``, ``M``
being the expected incidents of the cell over the validation window: the count of the window is then negative binomial,
and ``a, b`` are fitted to those counts by maximum likelihood. Coverage is measured on cells that were not fitted on, by
the randomised probability integral transform (Czado, Gneiting & Held 2009, doi 10.1111/j.1541-0420.2009.01191.x),
because a count has no interval that covers exactly 90 %.

The rate is that of a span as long as the validation window. Crimes come in bursts that pass: a cell strays further
from its mean in one week than over fifteen. Over a span ``w`` times as long the shape is ``w ** growth`` times as
large, with ``growth`` between 0 (a cell that is off stays off) and 1 (single weeks stray independently, so that the
variance of a sum over its mean does not change with its length), fitted to the single weeks of the same window.
"""

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from patrolcast.domain.records import IntervalCalibration
from patrolcast.forecast.calibration import span_of_probability
from patrolcast.numerics.arrays import FloatArray
from patrolcast.numerics.distributions import gamma_quantile

LEVEL = 0.90
_SHAPE_LIMITS = (0.05, 1e4)
_LEAST_CELLS = 60

Counts = npt.NDArray[np.number]


def fit_interval(
    category: str, by_shift: FloatArray, observed_by_shift: Counts, *, n_weeks: int, rng: np.random.Generator
) -> IntervalCalibration:
    """Fits on one random half of the cells, measures on the other, then swaps; the shape kept is fitted on all.

    Parameters
    ----------
    by_shift, observed_by_shift : expected and counted incidents of the validation window, ``[n_shifts, n_cells]``.
    n_weeks : how many weeks the window holds, rounded, >= 1; of one alone no growth can be seen, and it is 0.
    rng : seeded; draws the halves and the randomised ranks.

    Returns
    -------
    Shape coefficients, growth and the measured coverage; coverage is NaN with fewer than 60 cells.
    """
    expected, observed = by_shift.sum(axis=0), observed_by_shift.sum(axis=0).astype(np.float64)
    everywhere = _fit(expected, observed)
    growth = _growth(by_shift, observed_by_shift, everywhere, n_weeks)
    if len(expected) < _LEAST_CELLS:
        return IntervalCalibration(category, LEVEL, float("nan"), len(expected), everywhere, growth, len(by_shift))
    half = rng.permutation(len(expected)) % 2 == 0
    rank = np.empty(len(expected))
    for fitted, measured in ((half, ~half), (~half, half)):
        coefficients = _fit(expected[fitted], observed[fitted])
        rank[measured] = _rank(expected[measured], observed[measured], coefficients, rng)
    tail = (1.0 - LEVEL) / 2.0
    covered = float(np.mean((rank > tail) & (rank < 1.0 - tail)))
    return IntervalCalibration(category, LEVEL, covered, len(expected), everywhere, growth, len(by_shift))


def gamma_shape(window_expected: FloatArray, coefficients: tuple[float, float]) -> FloatArray:
    """Shape of the rate's Gamma distribution for cells that expect ``window_expected`` incidents in the window."""
    a, b = coefficients
    return np.clip(np.exp(a + b * np.log(np.maximum(window_expected, 1e-9))), *_SHAPE_LIMITS)


def over_span(shape: FloatArray, growth: npt.ArrayLike, times: npt.ArrayLike) -> FloatArray:
    """Shape of the rate over a span ``times`` (> 0) as long as the window that ``shape`` was fitted to.

    >>> over_span(np.array([8.0]), 0.5, 4.0).tolist()
    [16.0]
    """
    return shape * np.asarray(times, dtype=np.float64) ** np.asarray(growth, dtype=np.float64)


def interval(expected: FloatArray, shape: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lower and upper 90 % limits of the expected incidents."""
    tail = (1.0 - LEVEL) / 2.0
    lower = gamma_quantile(tail, shape, expected / shape)
    upper = gamma_quantile(1.0 - tail, shape, expected / shape)
    return np.asarray(lower), np.asarray(upper)


def pooled_shape(means: FloatArray, shapes: FloatArray) -> FloatArray:
    """Shape of a sum of independent Gamma rates by matching its variance; both ``[n_parts, n]``."""
    return means.sum(axis=0) ** 2 / np.maximum((means**2 / shapes).sum(axis=0), 1e-300)


def _fit(expected: FloatArray, observed: FloatArray) -> tuple[float, float]:
    def cost(coefficients: FloatArray) -> float:
        likelihood = _likelihood(expected, observed, gamma_shape(expected, (coefficients[0], coefficients[1])))
        ridge = 0.5 * ((coefficients[0] - 1.5) / 2.0) ** 2 + 0.5 * (coefficients[1] / 0.5) ** 2
        return float(ridge - likelihood.sum())

    minimum = optimize.minimize(
        cost, np.array([1.5, 0.3]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6}
    )
    return round(float(minimum.x[0]), 6), round(float(minimum.x[1]), 6)


def _growth(by_shift: FloatArray, observed_by_shift: Counts, coefficients: tuple[float, float], n_weeks: int) -> float:
    """The growth under which the window's single weeks are likeliest, 0..1."""
    if n_weeks < 2:
        return 0.0
    shape = gamma_shape(by_shift.sum(axis=0), coefficients)
    weeks = [part.sum(axis=0) for part in np.array_split(by_shift, n_weeks)]
    counted = [part.sum(axis=0).astype(np.float64) for part in np.array_split(observed_by_shift, n_weeks)]

    def cost(growth: float) -> float:
        alone = over_span(shape, growth, 1.0 / n_weeks)
        return -float(sum(_likelihood(m, y, alone).sum() for m, y in zip(weeks, counted, strict=True)))

    return round(float(optimize.minimize_scalar(cost, bounds=(0.0, 1.0), method="bounded").x), 3)


def _likelihood(expected: FloatArray, observed: FloatArray, shape: FloatArray) -> FloatArray:
    """Log likelihood of negative binomial counts, up to what no shape changes."""
    p = shape / (shape + expected)
    return np.asarray(
        special.gammaln(observed + shape)
        - special.gammaln(shape)
        + shape * np.log(p)
        + observed * np.log(np.maximum(1.0 - p, 1e-300))
    )


def _rank(
    expected: FloatArray, observed: FloatArray, coefficients: tuple[float, float], rng: np.random.Generator
) -> FloatArray:
    below, at = span_of_probability(expected, observed, shape=gamma_shape(expected, coefficients))
    return below + rng.random(len(expected)) * at
