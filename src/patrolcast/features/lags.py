"""History on the grid: lags in time and over rings, from what was *known* by each nightly origin.

All functions take ``known``: reports by the origin day on which they became known, ``[n_days, n_cells]``, oldest first,
and return float32 ``[n_days - first, n_cells]``: the row of day ``r`` uses days ``0..r`` only. As-of therefore holds by
construction: a record not known by origin ``r`` has no place in any row up to ``r``.
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import CountArray, Float32Array, FloatArray, IntArray
from patrolcast.numerics.decay import decayed_mean
from patrolcast.numerics.exposure import WHOLE, Exposure

PRIOR_REPORTS = 200.0
"""Reports spread evenly over the week that stand for what is not known of a city's hours yet."""


class History:
    """What was known by each origin, seen over the exposed days: every mean along time is made here.

    Parameters
    ----------
    known : reports by the origin day on which they became known, ``[n_days, n_cells]``.
    first : first origin day that is asked for; all results are ``[n_days - first, n_cells]``.
    exposure : the days on which each cell's records came in.
    """

    def __init__(self, known: CountArray, *, first: int, exposure: Exposure = WHOLE) -> None:
        self.known, self.first, self.exposure = known, first, exposure

    def long_run_mean(self) -> Float32Array:
        """Reports per day over all exposed days up to each origin."""
        return self._over_days(long_run_mean)

    def decayed_mean(self, half_life_days: float) -> Float32Array:
        """Decayed mean per exposed day (`numerics.decay`)."""
        return self._over_days(
            lambda counts, first: decayed_mean(counts, half_life_days, dtype=np.float32, first=first)
        )

    def _over_days(self, statistic: Callable[[CountArray, int], Float32Array]) -> Float32Array:
        return np.asarray(self.exposure.over_days(self.known, self.first, statistic), dtype=np.float32)


def long_run_mean(known: CountArray, first: int = 0) -> Float32Array:
    """Reports per day over all history known by each origin, from ``first`` on."""
    total = known[:first].sum(axis=0, dtype=np.int32)
    rates = np.empty((len(known) - first, known.shape[1]), dtype=np.float32)
    # Row by row: a cumulative sum down each column jumps through the memory and takes ten times as long.
    for day, reports in enumerate(known[first:]):
        total += reports
        np.divide(total, np.float32(first + day + 1), out=rates[day])
    return rates


def over_ring(rates: Float32Array, ring: sparse.csr_array) -> Float32Array:
    """Mean over the neighbours of a ring (0 for a cell without any)."""
    n = np.asarray(ring.sum(axis=1), dtype=np.float32).ravel()
    summed = (ring @ rates.T).T
    return np.ascontiguousarray(summed / np.maximum(n, 1.0), dtype=np.float32)


def hour_of_week_profile(known: IntArray, *, prior_reports: float = PRIOR_REPORTS) -> FloatArray:
    """Relative rate of each weekday and slot against a mean shift, by origin: ``[n_days, 7, n_slots]``, mean 1.

    Parameters
    ----------
    known : city-wide reports by origin day, weekday and slot of occurrence, ``[n_days, 7, n_slots]``.
    prior_reports : reports spread evenly that stand for what is not known yet.
    """
    total = np.cumsum(known, axis=0) + prior_reports / (known.shape[1] * known.shape[2])
    return total / total.mean(axis=(1, 2), keepdims=True)
