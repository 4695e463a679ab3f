"""Dosage: how many visits, of how many minutes, the shift's budget gives to which ranked cells.

Short visits of 10-15 minutes are what the evidence supports (Koper 1995, doi 10.1080/07418829500096231); more minutes
in one place add little. A cell is named at most once per shift, and a budget is never exceeded.
"""

import numpy as np

from patrolcast.numerics.arrays import IntArray


def visits_by_rank(
    ranks: IntArray, *, minutes_per_district: float, visit_minutes: float, visits_per_cell: int
) -> IntArray:
    """Visits per cell, best rank first, until the district's budget is spent.

    Parameters
    ----------
    ranks : rank of each cell within its district and shift, ``[n_shifts, n_cells]``, 1 = highest.
    minutes_per_district : budget of each district and shift, minutes.
    visit_minutes : length of one visit.
    visits_per_cell : visits that a cell gets before the next is named; the last cell may get fewer.

    Returns
    -------
    Visits, ``[n_shifts, n_cells]``; ``visits * visit_minutes`` summed over a district never exceeds the budget.
    """
    affordable = int(minutes_per_district // visit_minutes)
    before = (ranks - 1) * visits_per_cell
    return np.clip(affordable - before, 0, visits_per_cell)


def most_cells(
    cells_of_districts: IntArray, *, minutes_per_district: float, visit_minutes: float, visits_per_cell: int
) -> int:
    """How many cells the budgets of one shift can reach at most, given how many cells each district has."""
    affordable = int(minutes_per_district // visit_minutes)
    reached = -(-affordable // visits_per_cell)
    return int(np.minimum(cells_of_districts, reached).sum())
