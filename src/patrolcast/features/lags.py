"""History on the grid: lags in time and over rings, from what was *known* by each nightly origin.

Everything is made from ``known``: reports by the origin day on which they became known, ``[n_days, n_cells]``, oldest
first. A value at origin ``r`` uses days ``0..r`` only. As-of therefore holds by construction: a record not known by
origin ``r`` has no part in any value up to ``r``.

What only some rows need is read at those rows (functions ending in ``_at``: pairs of an origin day and a cell) from
running totals that are made once. Arrays of every day and cell are made of what all of them need.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import (
    AnyIntArray,
    BoolArray,
    CountArray,
    Float32Array,
    FloatArray,
    Int32Array,
    IntArray,
)
from patrolcast.numerics.decay import decayed_mean
from patrolcast.numerics.exposure import WHOLE, Clocks, Exposure

LONGEST_WINDOW_DAYS = 365
At = Callable[[Int32Array, Int32Array], Float32Array]
"""Values ``[n]`` at origin days ``[n]`` and cells ``[n]``."""


class History:
    """What was known by each origin, seen over the exposed days: every mean along time is made here.

    Parameters
    ----------
    known : reports by the origin day on which they became known, ``[n_days, n_cells]``.
    first : first origin day that is asked for; arrays are ``[n_days - first, n_cells]``.
    exposure : the days on which each cell's records came in.
    """

    def __init__(self, known: CountArray, *, first: int, exposure: Exposure = WHOLE) -> None:
        self.known, self.first, self.exposure = known, first, exposure
        # A window of exposed days reaches further back on the calendar, by as many as are left out.
        self._start = max(first + 1 - LONGEST_WINDOW_DAYS, 0) if exposure.is_whole else 0
        self._last: dict[int, Int32Array] = {}

    def of(self, known: CountArray) -> "History":
        """The history of other counts over the same days; itself where they are its own."""
        return self if known is self.known else History(known, first=self.first, exposure=self.exposure)

    def trailing_at(self, days: int, origin: Int32Array, cell: Int32Array) -> Float32Array:
        """Reports per day over the last ``days`` exposed days (fewer at the start of the history), at most 365."""
        clock, seen = self._seen(origin, cell)
        before = np.maximum(seen - days, 0)
        begin = before if self.exposure.is_whole else self._clocks.day[clock, before]
        reports = self._total_before(origin + 1, cell) - self._total_before(begin, cell)
        return _per_day(reports, seen - before)

    def long_run_at(self, origin: Int32Array, cell: Int32Array) -> Float32Array:
        """Reports per day over all exposed days up to each origin."""
        _, seen = self._seen(origin, cell)
        return _per_day(self._total_before(origin + 1, cell), seen)

    def days_since_at(self, origin: Int32Array, cell: Int32Array) -> Float32Array:
        """Exposed days between each origin and the last report known by it (0: on the last day), at most 365."""
        clock, seen = self._seen(origin, cell)
        return self._days_since(clock, seen, origin, cell)

    def days_since_in_ring_at(self, ring: sparse.csr_array, origin: Int32Array, cell: Int32Array) -> Float32Array:
        """The same since the last report in any neighbour of a ring, by the clock of the cell itself."""
        clock, seen = self._seen(origin, cell)
        fewest = np.where(seen > 0, LONGEST_WINDOW_DAYS, 0).astype(np.float32)
        for rows, neighbour in _neighbours(ring, cell):
            since = self._days_since(clock[rows], seen[rows], origin[rows], neighbour)
            fewest[rows] = np.minimum(fewest[rows], since)
        return fewest

    def _days_since(self, clock: AnyIntArray, seen: AnyIntArray, origin: Int32Array, cell: Int32Array) -> Float32Array:
        since = np.zeros(len(origin), dtype=np.float32)
        for one in range(len(self._clocks.ran)):
            rows = np.flatnonzero((clock == one) & (seen > 0))  # before the first exposed day nothing is known
            last = self._last_report(one)[origin[rows] - self._start, cell[rows]]
            age = np.where(last < 0, LONGEST_WINDOW_DAYS, seen[rows] - self._clocks.seen[one, last])
            since[rows] = np.minimum(age, LONGEST_WINDOW_DAYS)
        return since

    def long_run_mean(self) -> Float32Array:
        """Reports per day over all exposed days up to each origin, of every day and cell."""
        rates = self._totals[self.first + 1 - self._start :].astype(np.float32)
        seen = np.maximum(self._clocks.seen[:, self.first :], 1).astype(np.float32)
        for day, of_day in zip(rates, seen.T, strict=True):
            day /= of_day[self._clocks.of_cell]
        return rates

    def decayed_mean(self, half_life_days: float) -> Float32Array:
        """Decayed mean per exposed day (`numerics.decay`), of every day and cell."""

        def decayed(counts: CountArray, first: int) -> Float32Array:
            return decayed_mean(counts, half_life_days, dtype=np.float32, first=first)

        return np.asarray(self.exposure.over_days(self.known, self.first, decayed), dtype=np.float32)

    def _seen(self, origin: Int32Array, cell: Int32Array) -> tuple[AnyIntArray, AnyIntArray]:
        """The clock of each row's cell, and how many days it has seen up to and with the origin."""
        if self.exposure.is_whole:
            return np.zeros(len(origin), dtype=np.int32), origin + 1
        clock = self._clocks.of_cell[cell]
        return clock, self._clocks.seen[clock, origin]

    def _total_before(self, day: AnyIntArray, cell: Int32Array) -> Int32Array:
        """Reports on the exposed days before each day."""
        return self._totals[day - self._start, cell]

    @cached_property
    def _clocks(self) -> Clocks:
        return self.exposure.clocks(*self.known.shape)

    @cached_property
    def _totals(self) -> Int32Array:
        """``[i]``: all reports on exposed days before day ``_start + i``, ``[n_days - _start + 1, n_cells]``."""
        totals = np.empty((len(self.known) - self._start + 1, self.known.shape[1]), dtype=np.int32)
        totals[0] = self.known[: self._start].sum(axis=0, dtype=np.int32)
        # Row by row: a cumulative sum down each column jumps through the memory and takes ten times as long.
        for i, (counts, ran) in enumerate(self._days()):
            np.add(totals[i], counts if ran.all() else counts * ran[self._clocks.of_cell], out=totals[i + 1])
        return totals

    def _last_report(self, clock: int) -> Int32Array:
        """The last day up to each on which one clock ran and there was a report; -1: none since ``_start``."""
        if clock not in self._last:
            last = np.full((len(self.known) - self._start + 1, self.known.shape[1]), -1, dtype=np.int32)
            for i, (counts, ran) in enumerate(self._days()):
                came = (counts > 0) & ran[clock]
                np.copyto(last[i + 1], last[i])
                last[i + 1][came] = self._start + i
            self._last[clock] = last[1:]
        return self._last[clock]

    def _days(self) -> Iterable[tuple[CountArray, BoolArray]]:
        """Reports of each day from ``_start`` on, and which clocks ran on it."""
        return zip(self.known[self._start :], self._clocks.ran.T[self._start :], strict=True)


def _per_day(reports: Int32Array, n_days: AnyIntArray) -> Float32Array:
    return np.divide(reports, np.maximum(n_days, 1), dtype=np.float32)


def over_ring_at(values: At, ring: sparse.csr_array, origin: Int32Array, cell: Int32Array) -> Float32Array:
    """Mean over the neighbours of a ring (0 for a cell without any)."""
    summed = np.zeros(len(cell), dtype=np.float32)
    for rows, neighbour in _neighbours(ring, cell):
        summed[rows] += values(origin[rows], neighbour)
    return summed / np.maximum(np.diff(ring.indptr)[cell], 1).astype(np.float32)


def _neighbours(ring: sparse.csr_array, cell: Int32Array) -> Iterator[tuple[IntArray, Int32Array]]:
    """One neighbour of every row at a time, with the rows that have so many: no array of all of them is made."""
    begin, n = ring.indptr[cell], np.diff(ring.indptr)[cell]
    for k in range(int(n.max(initial=0))):
        rows = np.flatnonzero(n > k)
        yield rows, ring.indices[begin[rows] + k]


def hour_of_week_profile(known: IntArray, *, prior_reports: float = 200.0) -> FloatArray:
    """Relative rate of each weekday and slot against a mean shift, by origin: ``[n_days, 7, n_slots]``, mean 1.

    Parameters
    ----------
    known : city-wide reports by origin day, weekday and slot of occurrence, ``[n_days, 7, n_slots]``.
    prior_reports : reports spread evenly that stand for what is not known yet.
    """
    total = np.cumsum(known, axis=0) + prior_reports / (known.shape[1] * known.shape[2])
    return total / total.mean(axis=(1, 2), keepdims=True)
