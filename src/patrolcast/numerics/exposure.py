"""Exposure: on which days the records of a cell came in, so that a rate is reports per day *with* records.

On a day without records the clock of a cell stands still: such days are taken out before anything is computed along
time, and the result is put back on the calendar, each day showing what the last exposed day showed. A trailing mean of
28 days is then over 28 exposed days, a report does not age in a hole, and no statistic needs to know of holes itself.
"""

from collections.abc import Callable, Iterator
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

    def over_days(self, counts: CountArray, first: int, statistic: Callable[[CountArray, int], Array]) -> Array:
        """A statistic along time, computed over exposed days, ``[n_days - first, n_cells]``.

        Parameters
        ----------
        counts : reports by day and cell, ``[n_days, n_cells]``.
        statistic : from counts ``[n, m]`` and a first day to values ``[n - first, m]``; each column by itself.
        """
        if self.is_whole:
            return statistic(counts, first)
        columns = []
        for part, day in self._used():
            start = max(int(day[first]), 0)
            made = statistic(_compressed(counts, part), start)
            values = made[np.maximum(day[first:] - start, 0)]
            values[day[first:] < 0] = 0  # nothing is known before the first exposed day
            columns.append((part.cells, values))
        return self._joined(columns, (len(counts) - first, counts.shape[1]))

    def at_days(
        self, counts: CountArray, days: npt.NDArray[np.integer], statistic: Callable[[CountArray, IntArray], Array]
    ) -> Array:
        """The same at a few rising days only; ``statistic`` takes the counts and the days, ``[len(days), n_cells]``."""
        if self.is_whole:
            return statistic(counts, days.astype(np.int64))
        columns = []
        for part, day in self._used():
            values = statistic(_compressed(counts, part), np.maximum(day[days], 0))
            values[day[days] < 0] = 0
            columns.append((part.cells, values))
        return self._joined(columns, (len(days), counts.shape[1]))

    def _used(self) -> Iterator[tuple[ExposedPart, IntArray]]:
        return ((part, part.last_exposed()) for part in self.parts if part.exposed.any() and len(part.cells))

    def _joined(self, columns: list[tuple[IntArray, Array]], shape: tuple[int, int]) -> Array:
        dtype = columns[0][1].dtype if columns else np.dtype(np.float32)
        joined = np.zeros(shape, dtype=dtype)
        for cells, values in columns:
            joined[:, cells] = values
        return joined


def _compressed(counts: CountArray, part: ExposedPart) -> CountArray:
    return np.ascontiguousarray(counts[part.exposed][:, part.cells])


WHOLE = Exposure()
"""Every day of every cell."""
