"""Counts of the reports at a place that a reader can check: the past year, the past four weeks, one slot of the day.

They are counts of incidents, not features: nothing is decayed or smoothed. Days that the forecast leaves out (gaps, a
night of unrest) are left out here too, since they are no reason for it, and the rows they touch are named.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from patrolcast.domain.shifts import to_instants
from patrolcast.grid.exposed import without_gaps
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, IntArray

YEAR_DAYS, RECENT_DAYS = 365, 28
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class ReportCounts:
    """Reports of one category known by ``as_of``, by the shift in which they happened, for each of some rows.

    Attributes
    ----------
    year, recent : in the cell, in shifts that began within 365 and within 28 days before ``as_of``, ``[n_rows]``.
    in_slot : those of the year that happened in the row's own slot of the day, ``[n_rows]``.
    next_door : those of the year in the cells that touch the row's, ``[n_rows]``.
    left_out : True where reports of days that are left out are missing from the counts, ``[n_rows]``.
    days : length of the "year": fewer than 365 where the history is shorter.
    """

    year: IntArray
    recent: IntArray
    in_slot: IntArray
    next_door: IntArray
    left_out: BoolArray
    days: int


def count_reports(
    panel: Panel, category: int, cell: IntArray, slot: IntArray, next_door: sparse.csr_array
) -> ReportCounts:
    """Reports of ``category`` at each row's cell.

    Parameters
    ----------
    cell, slot : of each row, ``[n_rows]``.
    next_door : which cells touch which, ``[n_cells, n_cells]``, the diagonal 0.
    """
    start, of_shift = to_instants(panel.calendar["shift_start"]), panel.calendar["slot"].to_numpy()
    age = int(panel.origins[-1]) - start
    touches = (next_door[cell] > 0).astype(np.int64)
    n_slots = int(of_shift.max()) + 1

    def by_cell(counted: Panel, days: int, *, slots: int = 1) -> IntArray:
        rows = (counted.category == category) & (age[counted.shift] <= days * _DAY_US)
        part = of_shift[counted.shift[rows]] if slots > 1 else 0
        code = counted.cell[rows].astype(np.int64) * slots + part
        counts: IntArray = np.bincount(code, minlength=panel.n_cells * slots)
        return counts

    learned = without_gaps(panel)
    year, everything = by_cell(learned, YEAR_DAYS), by_cell(panel, YEAR_DAYS)
    by_slot = by_cell(learned, YEAR_DAYS, slots=n_slots).reshape(panel.n_cells, n_slots)
    missing = everything - year
    return ReportCounts(
        year=year[cell],
        recent=by_cell(learned, RECENT_DAYS)[cell],
        in_slot=by_slot[cell, slot],
        next_door=np.asarray(touches @ year),
        left_out=np.asarray(missing[cell] + touches @ missing > 0),
        days=min(YEAR_DAYS, int(age[0] // _DAY_US)),
    )
