"""History on the grid: lags in time and over rings, from what was *known* by each nightly origin.

All functions take ``known``: reports by the origin day on which they became known, ``[n_days, n_cells]``, oldest first,
and return float32 ``[n_days - first, n_cells]``: the row of day ``r`` uses days ``0..r`` only. As-of therefore holds by
construction: a record not known by origin ``r`` has no place in any row up to ``r``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import CountArray, Float32Array, FloatArray, Int32Array, IntArray
from patrolcast.numerics.decay import decayed_mean
from patrolcast.numerics.exposure import WHOLE, Exposure

LONGEST_WINDOW_DAYS = 365
_NEVER = np.int32(-1_000_000)


@dataclass(frozen=True)
class Running:
    """Running totals of the days that windows ending at ``first`` or later can reach.

    ``totals[i]`` holds all reports known before day ``start + i``; ``first`` is the first day that is asked for.
    """

    totals: Int32Array
    start: int
    first: int


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
        self._of_most: CountArray | None = None
        self._running: Running | None = None

    def of(self, known: CountArray) -> "History":
        """The history of other counts over the same days; itself where they are its own."""
        return self if known is self.known else History(known, first=self.first, exposure=self.exposure)

    def trailing_mean(self, days: int) -> Float32Array:
        """Reports per day over the last ``days`` exposed days."""
        return self._over_days(lambda counts, first: trailing_mean(self._cumulated(counts, first), days))

    def long_run_mean(self) -> Float32Array:
        """Reports per day over all exposed days up to each origin."""
        return self._over_days(lambda counts, first: long_run_mean(self._cumulated(counts, first)))

    def decayed_mean(self, half_life_days: float) -> Float32Array:
        """Decayed mean per exposed day (`numerics.decay`)."""
        return self._over_days(
            lambda counts, first: decayed_mean(counts, half_life_days, dtype=np.float32, first=first)
        )

    def days_since_last(self) -> Float32Array:
        """Exposed days since the last report (:func:`days_since_last`)."""
        return self._over_days(lambda counts, first: days_since_last(counts, first=first))

    def _over_days(self, statistic: Callable[[CountArray, int], Float32Array]) -> Float32Array:
        if self._of_most is None:
            self._of_most = self.exposure.on_days_of_most(self.known)
        made = self.exposure.over_days(self.known, self.first, statistic, of_most=self._of_most)
        return np.asarray(made, dtype=np.float32)

    def _cumulated(self, counts: CountArray, first: int) -> Running:
        """Several windows share the running totals of most cells; those of the others are made at each use."""
        if counts is not self._of_most:
            return cumulated(counts, first=first)
        if self._running is None:
            self._running = cumulated(counts, first=first)
        return self._running


def cumulated(known: CountArray, *, first: int = 0) -> Running:
    """Running totals for windows of at most a year that end on day ``first`` or later."""
    start = max(first + 1 - LONGEST_WINDOW_DAYS, 0)
    totals = np.empty((known.shape[0] - start + 1, known.shape[1]), dtype=np.int32)
    totals[0] = known[:start].sum(axis=0, dtype=np.int32)
    np.cumsum(known[start:], axis=0, dtype=np.int32, out=totals[1:])
    totals[1:] += totals[0]
    return Running(totals, start, first)


def trailing_mean(running: Running, days: int) -> Float32Array:
    """Reports per day over the last ``days`` origin days (fewer at the start of the history), from ``first`` on."""
    end = np.arange(running.first + 1, running.start + running.totals.shape[0])
    begin = np.maximum(end - days, 0)
    earlier = begin - running.start
    if begin[0] == end[0] - days:  # no window is cut short: a slice needs no copy
        earlier = slice(earlier[0], earlier[-1] + 1)
    rates = (running.totals[running.first + 1 - running.start :] - running.totals[earlier]).astype(np.float32)
    rates /= (end - begin).astype(np.float32)[:, None]
    return rates


def long_run_mean(running: Running) -> Float32Array:
    """Reports per day over all history known by each origin, from ``first`` on."""
    end = np.arange(running.first + 1, running.start + running.totals.shape[0])
    return running.totals[end - running.start].astype(np.float32) / end.astype(np.float32)[:, None]


def over_ring(rates: Float32Array, ring: sparse.csr_array) -> Float32Array:
    """Mean over the neighbours of a ring (0 for a cell without any)."""
    n = np.asarray(ring.sum(axis=1), dtype=np.float32).ravel()
    summed = (ring @ rates.T).T
    return np.ascontiguousarray(summed / np.maximum(n, 1.0), dtype=np.float32)


def days_since_last(known: CountArray, *, first: int = 0) -> Float32Array:
    """Days between each origin and the last report known by it (0: on the last day), at most 365, from ``first`` on."""
    start = max(first - LONGEST_WINDOW_DAYS, 0)
    day = np.arange(start, known.shape[0], dtype=np.int32)[:, None]
    last = np.maximum.accumulate(np.where(known[start:] > 0, day, _NEVER), axis=0)
    return np.minimum(day - last, LONGEST_WINDOW_DAYS)[first - start :].astype(np.float32)


def hour_of_week_profile(known: IntArray, *, prior_reports: float = 200.0) -> FloatArray:
    """Relative rate of each weekday and slot against a mean shift, by origin: ``[n_days, 7, n_slots]``, mean 1.

    Parameters
    ----------
    known : city-wide reports by origin day, weekday and slot of occurrence, ``[n_days, 7, n_slots]``.
    prior_reports : reports spread evenly that stand for what is not known yet.
    """
    total = np.cumsum(known, axis=0) + prior_reports / (known.shape[1] * known.shape[2])
    return total / total.mean(axis=(1, 2), keepdims=True)
