"""Intervals over nights that depend on each other: batch means, and Holm's correction.

Patrol of one night resembles that of the night before, so nights are no independent draws: an interval that treats
them as such covers the truth far less often than 95 %. The window is cut into a few long batches, nearly independent
of each other, and Student's t of so few degrees of freedom says how far their means differ (Conway 1963, doi
10.1287/mnsc.10.1.47; Schmeiser 1982, doi 10.1287/opre.30.3.556). Cells are a census of the city and are not resampled;
time is.

    nights   |---- 30 ----|---- 30 ----|---- 30 ----|---- 30 ----|---- 30 ----|---- 30 ----|
    batches       .12          .09          .15          .11          .08          .14      -> .115 +- t_5 s / sqrt(6)
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from patrolcast.domain.measures import Interval, unmeasured
from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.numerics.distributions import t_quantile, t_two_sided

BATCHES = 6
SEED = 20260224
"""Of every draw that an interval of the audit is made from."""
ENOUGH_NIGHTS = 180
"""From this many nights on the interval covers 92-97 % of the time for AR(1) up to .8 (`benchmarks/coverage`)."""


def batch_statistic(statistic: Callable[[IntArray], float], n_nights: int, *, n_batches: int = BATCHES) -> Interval:
    """95 % interval of any statistic of a set of nights: estimated on all, its spread taken from the batches.

    Parameters
    ----------
    statistic : positions of nights, in order of time -> one number; a ratio is formed of the batch's totals, so that
        a night without patrol does no harm.
    n_batches : the first ones get a night more where the nights do not divide.

    Returns
    -------
    Not measured where a batch gives no finite number, or where there are fewer than two nights to a batch.
    """
    if n_nights < 2 * n_batches:
        return unmeasured(f"{n_nights} nights are too few for {n_batches} batches", n=n_nights)
    nights = np.arange(n_nights)
    batches = [statistic(batch) for batch in np.array_split(nights, n_batches)]
    return batch_interval(statistic(nights), batches, n_nights)


def batch_interval(estimate: float, batches: npt.ArrayLike, n_nights: int) -> Interval:
    """95 % interval of an estimate on all nights, from the same statistic of each batch, ``[n_batches]``.

    Not measured in the same cases as :func:`batch_statistic`.
    """
    values = np.asarray(batches, dtype=np.float64)
    n_batches = len(values)
    if n_nights < 2 * n_batches:
        return unmeasured(f"{n_nights} nights are too few for {n_batches} batches", n=n_nights)
    if not (np.isfinite(values).all() and np.isfinite(estimate)):
        return unmeasured("a part of the window holds nothing to measure", n=n_nights, estimate=estimate)
    error = float(values.std(ddof=1) / np.sqrt(n_batches))
    half = t_quantile(0.975, n_batches - 1) * error
    p_value = _p(estimate, error, n_batches)
    return Interval(estimate, estimate - half, estimate + half, n_nights, _note(n_nights), p_value)


def holm(p_values: Sequence[float]) -> FloatArray:
    """P-values corrected for their number (Holm 1979, Scandinavian Journal of Statistics 6:65-70), in the given order.

    A missing p-value (NaN) stays missing and does not count.

    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    corrected = np.full(len(p), np.nan)
    order = np.argsort(p, kind="stable")[: np.isfinite(p).sum()]  # numpy sorts NaN to the end
    corrected[order] = np.maximum.accumulate(np.minimum(np.arange(len(order), 0, -1) * p[order], 1.0))
    return corrected


def _p(estimate: float, error: float, n_batches: int) -> float:
    if error == 0.0:
        return 1.0 if estimate == 0.0 else 0.0
    return t_two_sided(estimate / error, n_batches - 1)


def _note(n_nights: int) -> str:
    if n_nights >= ENOUGH_NIGHTS:
        return ""
    return f"{n_nights} nights, fewer than {ENOUGH_NIGHTS}: the true interval is probably wider"
