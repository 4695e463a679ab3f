"""The dosage log and the records as arrays over the same cells: where every check on operational logs starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from patrolcast.domain.dosage_log import COMPARISON, EXPLORED, DosageLog
from patrolcast.domain.shifts import to_instants
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

WEEK = 7 * 24 * 3_600_000_000
LEAST_CHANCE = 0.05


@dataclass(frozen=True)
class Records:
    """Moments at which records became known (microseconds, UTC), and their cells (positions); -1: outside the grid."""

    moment: IntArray
    cell: IntArray

    def within(self, begin: int, end: int) -> Records:
        """Those of ``[begin, end)`` in cells of the grid."""
        keep = (self.moment >= begin) & (self.moment < end) & (self.cell >= 0)
        return Records(self.moment[keep], self.cell[keep])

    @cached_property
    def index(self) -> tuple[IntArray, int, int]:
        """Cell and moment of each record as one rising key, the first moment, and the width of one cell's keys."""
        known = self.cell >= 0
        if not known.any():
            return np.zeros(0, dtype=np.int64), 0, 1
        first = int(self.moment[known].min())
        width = int(self.moment[known].max()) - first + 2
        return np.sort(self.cell[known] * width + (self.moment[known] - first)), first, width


@dataclass(frozen=True)
class LoggedRows:
    """The log as arrays, one value per row: times in microseconds, cells as positions.

    Attributes
    ----------
    assigned : True where the cell was suggested or explored, False where it was held back.
    chance : of being assigned, 0..1.
    drawn : True where a coin decided between two logged arms (chance within .05 and .95). An explored cell has no
        second arm: the cells that the uniform draw did not pick are not logged.
    week : 0 for the first seven days of the log; -1 in the last, unfinished week.
    """

    cell: IntArray
    start: IntArray
    end: IntArray
    assigned: BoolArray
    chance: FloatArray
    drawn: BoolArray
    week: IntArray
    score: FloatArray
    later: FloatArray
    delivered: FloatArray
    n_cells: int

    @property
    def begin(self) -> int:
        """Start of the first shift."""
        return int(self.start.min())

    @property
    def n_weeks(self) -> int:
        """Finished weeks."""
        return int(self.week.max()) + 1 if len(self.week) else 0

    @property
    def finish(self) -> int:
        """End of the last finished week."""
        return self.begin + self.n_weeks * WEEK


def logged_rows(log: DosageLog, cells: pd.Index) -> LoggedRows:
    """The log as arrays over ``cells`` (H3 indexes); rows of cells that are not in the grid are left out."""
    position = cells.get_indexer(pd.Index(log.table["cell"]))
    table = log.table[position >= 0]
    start, end = to_instants(table["shift_start"]), to_instants(table["shift_end"])
    assigned = (table["role"] != COMPARISON).to_numpy()
    propensity = table["propensity"].to_numpy(dtype=np.float64)
    chance = np.where(assigned, propensity, 1.0 - propensity)
    week = (start - (start.min() if len(start) else 0)) // WEEK
    finished = ((end.max() - start.min()) // WEEK) if len(start) else 0
    return LoggedRows(
        cell=position[position >= 0].astype(np.int64),
        start=start,
        end=end,
        assigned=assigned,
        chance=chance,
        drawn=(chance >= LEAST_CHANCE) & (chance <= 1.0 - LEAST_CHANCE) & (table["role"] != EXPLORED).to_numpy(),
        week=np.where(week < finished, week, -1),
        score=table["score"].to_numpy(dtype=np.float64),
        later=table["score_28_days_later"].to_numpy(dtype=np.float64),
        delivered=table["delivered_visits"].to_numpy(dtype=np.float64),
        n_cells=len(cells),
    )


def count_within(records: Records, cell: IntArray, begin: IntArray, end: IntArray) -> IntArray:
    """Records of each row's cell in ``[begin, end)`` of the row, ``[n_rows]``."""
    key, first, width = records.index
    low, high = (np.searchsorted(key, cell * width + (at - first).clip(0, width - 1)) for at in (begin, end))
    return (high - low).astype(np.int64)


def row_at(cell: IntArray, start: IntArray, end: IntArray, where: IntArray, when: IntArray) -> IntArray:
    """Position of the row (``cell``, ``start``, ``end``) in which each place and moment falls, -1 where none does."""
    if not len(cell) or not len(where):
        return np.full(len(where), -1, dtype=np.int64)
    first = int(min(start.min(), when.min()))
    width = int(max(end.max(), when.max())) - first + 1
    key = cell * width + (start - first)
    order = np.argsort(key, kind="stable")
    at = np.searchsorted(key[order], where * width + (when - first), side="right") - 1
    row = order[at.clip(min=0)]
    inside = (at >= 0) & (where >= 0) & (cell[row] == where) & (when < end[row])
    return np.where(inside, row, -1)
