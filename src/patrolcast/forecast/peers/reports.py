"""What every counting method is given: reports known by an origin, as (age, cell) pairs, and where the cells lie.

Pairs instead of a dense ``[n_days, n_cells]`` array: a city's reports of one category are a thousand times fewer than
its cell-days, and each method becomes one weighted ``bincount``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import AnyIntArray, FloatArray, Int32Array
from patrolcast.numerics.gaussian import gaussian_kernel

FLOOR = 0.02
LEVEL_DAYS = 365


@dataclass(frozen=True)
class Reports:
    """Reports of one category known by one origin.

    Attributes
    ----------
    age_days : days from the day a report became known to the origin, >= 0, ``[n]``.
    cell : position of its cell, ``[n]``.
    n_days : days of history before the origin, > every age.
    n_cells : cells of the grid.
    """

    age_days: FloatArray
    cell: Int32Array
    n_days: int
    n_cells: int

    def __post_init__(self) -> None:
        if self.age_days.shape != self.cell.shape or self.n_days < 1:
            raise ValueError("reports need one age per cell and at least one day of history")
        if self.age_days.size and (self.age_days.min() < 0 or self.age_days.max() >= self.n_days):
            raise ValueError("a report is not known yet, or older than the history")

    @classmethod
    def from_counts(cls, counts_by_day: AnyIntArray) -> Reports:
        """From counts ``[n_days, n_cells]``, oldest day first, the last day being the origin's own."""
        day, cell = np.nonzero(counts_by_day)
        times = counts_by_day[day, cell].astype(np.int64)
        n_days, n_cells = counts_by_day.shape
        age = np.repeat(n_days - 1 - day, times).astype(np.float64)
        return cls(age, np.repeat(cell, times).astype(np.int32), n_days, n_cells)

    def weighted(self, weight: FloatArray) -> FloatArray:
        """Sum of weights (one per report) by cell, ``[n_cells]``."""
        return np.asarray(np.bincount(self.cell, weights=weight, minlength=self.n_cells), dtype=np.float64)

    def per_day(self, *, last_days: int) -> float:
        """Reports a day in the whole city over the last ``last_days`` (fewer where the history is shorter)."""
        days = min(last_days, self.n_days)
        return float((self.age_days < days).sum()) / days


@dataclass(frozen=True)
class Space:
    """Where the cells lie.

    Attributes
    ----------
    centres_m : cell centres on a local plane in metres, ``[n_cells, 2]``.
    """

    centres_m: FloatArray
    _kernels: dict[float, sparse.csr_array] = field(default_factory=dict, repr=False, compare=False)

    def smooth(self, values: FloatArray, bandwidth_m: float) -> FloatArray:
        """``values`` (``[n_cells]`` or ``[n_cells, k]``) spread by a Gaussian of `numerics.gaussian`; sums are kept.

        Bandwidth 0 leaves them alone.
        """
        if bandwidth_m <= 0:
            return values
        if bandwidth_m not in self._kernels:
            self._kernels[bandwidth_m] = gaussian_kernel(self.centres_m, bandwidth_m)
        return self._kernels[bandwidth_m] @ values


def levelled(rate: FloatArray, reports: Reports) -> FloatArray:
    """A relative rate as expected reports per day: the city's level of the last year, no cell below 2 % of its mean.

    All peers share this level and this floor, so that they differ in where, not in how much.
    """
    total = float(rate.sum())
    flat = np.full(rate.shape, 1.0 / rate.size)
    shape = rate / total if total > 0 else flat
    shape = np.maximum(shape, FLOOR * flat)
    return shape / shape.sum() * max(reports.per_day(last_days=LEVEL_DAYS), 1e-9)
