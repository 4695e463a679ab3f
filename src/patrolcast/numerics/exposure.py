"""Exposure: on which days the records of a cell came in, so that a rate is reports per day *with* records.

On a day without records the clock of a cell stands still: such days are taken out before anything is computed along
time, and the result is put back on the calendar, each day showing what the last exposed day showed. A count over
28 days is then over 28 exposed days, a report does not age in a hole, and no statistic needs to know of holes itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patrolcast.numerics.arrays import BoolArray, CountArray, IntArray

Array = npt.NDArray[np.generic]


class ExposedPart(NamedTuple):
    """Cells that share their exposed days.

    Attributes
    ----------
    cells : positions of the cells.
    exposed : on which days their records came in, ``[n_days]``.
    """

    cells: IntArray
    exposed: BoolArray

    def last_exposed(self) -> IntArray:
        """Position, among the exposed days, of the last one up to each day; -1 before the first, ``[n_days]``."""
        return np.cumsum(self.exposed) - 1


@dataclass(frozen=True)
class Exposure:
    """The exposed days of every cell; without parts, all days of all cells.

    Attributes
    ----------
    parts : every cell is in exactly one.
    """

    parts: tuple[ExposedPart, ...] = ()

    @property
    def is_whole(self) -> bool:
        """True where no day of any cell is left out."""
        return not self.parts

    @property
    def most(self) -> ExposedPart | None:
        """The part of most cells; None without parts."""
        return max(self.parts, key=lambda part: len(part.cells), default=None)

    def over_days(
        self,
        counts: CountArray,
        first: int,
        statistic: Callable[[CountArray, int], Array],
    ) -> Array:
        """A statistic along time, computed over exposed days, ``[n_days - first, n_cells]``.

        Parameters
        ----------
        counts : reports by day and cell, ``[n_days, n_cells]``.
        statistic : from counts ``[n, m]`` and a first day to values ``[n - first, m]``; each column by itself.
        """

        def over(part: ExposedPart, on_days: CountArray) -> Array:
            if part.exposed.all():
                return statistic(on_days, first)
            day = part.last_exposed()
            start = max(int(day[first]), 0)
            values = statistic(on_days, start)[np.maximum(day[first:] - start, 0)]
            values[day[first:] < 0] = 0  # nothing is known before the first exposed day
            return values

        if self.is_whole:
            return statistic(counts, first)
        return self._joined(counts, over, first)

    def at_days(
        self, counts: CountArray, days: npt.NDArray[np.integer], statistic: Callable[[CountArray, IntArray], Array]
    ) -> Array:
        """The same at a few rising days only; ``statistic`` takes the counts and the days, ``[len(days), n_cells]``."""

        def at(part: ExposedPart, on_days: CountArray) -> Array:
            day = part.last_exposed()[days]
            values = statistic(on_days, np.maximum(day, 0))
            values[day < 0] = 0
            return values

        if self.is_whole:
            return statistic(counts, days.astype(np.int64))
        return self._joined(counts, at, len(counts) - len(days))

    def _joined(self, counts: CountArray, values_of: Callable[[ExposedPart, CountArray], Array], first: int) -> Array:
        """Values of all cells on the days of most of them, and those of the other parts in their place."""
        shape, joined = (len(counts) - first, counts.shape[1]), None
        most = self.most
        for part in sorted(self.parts, key=lambda part: part is not most):
            if not part.exposed.any() or not len(part.cells):
                if joined is not None:
                    joined[:, part.cells] = 0
                continue
            if part is most:
                joined = values_of(part, counts if part.exposed.all() else counts[part.exposed])
                continue
            values = values_of(part, _compressed(counts, part))
            if joined is None:
                joined = np.zeros(shape, dtype=values.dtype)
            joined[:, part.cells] = values
        return np.zeros(shape, dtype=np.float32) if joined is None else joined


def _compressed(counts: CountArray, part: ExposedPart) -> CountArray:
    return np.ascontiguousarray(counts[part.exposed][:, part.cells])


WHOLE = Exposure()
"""Every day of every cell."""
