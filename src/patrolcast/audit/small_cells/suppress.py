"""Chooses what is withheld: every small total, and others until no outsider can find a small one out.

For each withheld total, other counts are sought that agree with all that is shown and in which that total is 0, or is
large; shown totals that would have to differ are withheld too, as few and as small ones as possible. That is a linear
program each, the usual approximation to choosing all of them at once (Fischetti & Salazar 2001,
doi:10.1287/mnsc.47.7.1008.9805). Since those other counts then fit all that is shown, an outsider cannot rule out what
lies between: the protection holds by construction, and `ranges` checks it apart.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from patrolcast.audit.small_cells.totals import all_atoms, matrix_of, totals_of
from patrolcast.domain.public.count_table import CountTable
from patrolcast.numerics.arrays import BoolArray, FloatArray

_NEAR = 1e-6


def suppressed(table: CountTable, *, least: int) -> CountTable:
    """The table as it may be shown: small totals withheld, zeros too, and what would give them away.

    Parameters
    ----------
    table : every count, nothing withheld yet.
    least : the smallest count that is shown.
    """
    totals = totals_of(table)
    values = np.array([total.value for total in totals], dtype=np.float64)
    if np.isnan(values).any():
        raise ValueError("nothing may be withheld before")
    hidden = values < least
    _protect(matrix_of(totals, all_atoms(totals)), values, hidden, float(least))
    shown = [None if hide else int(value) for hide, value in zip(hidden, values, strict=True)]
    width = len(table.columns)
    rows = tuple(tuple(shown[i : i + width]) for i in range(0, len(shown), width))
    return CountTable(table.measure, table.period, table.rows, table.columns, rows)


def _protect(matrix: sparse.csr_array, values: FloatArray, hidden: BoolArray, least: float) -> None:
    """Marks in ``hidden`` what else must be withheld, in place."""
    # Values that each total has in the counts that were found: an outsider cannot rule them out, nor what lies between.
    low, high = values.copy(), values.copy()
    protected: set[int] = set()
    while waiting := [int(i) for i in np.flatnonzero(hidden) if int(i) not in protected]:
        # Small ones first, and of those the largest: what protects them mostly protects the others.
        i = max(waiting, key=lambda k: (values[k] < least, values[k], -k))
        protected.add(i)
        # A small one must possibly be nothing and possibly large; a large one only must not be known closely.
        if values[i] < least:
            goals = [goal for goal in (0.0, least) if not low[i] - _NEAR <= goal <= high[i] + _NEAR]
        else:
            goals = [low[i] + least] if high[i] - low[i] < least - _NEAR else []
        for goal in goals:
            counts = _nearest(matrix, values, hidden, i, goal)
            hidden |= np.abs(counts - values) > _NEAR
            low, high = np.minimum(low, counts), np.maximum(high, counts)


def _nearest(matrix: sparse.csr_array, values: FloatArray, hidden: BoolArray, target: int, goal: float) -> FloatArray:
    """Totals of the nearest other counts in which a target is ``goal``, ``[n_totals]``; withheld ones differ freely."""
    n_totals, n_atoms = matrix.shape
    cost = np.where(hidden, 0.0, 1.0 + np.log2(1.0 + values))
    eye = sparse.eye_array(n_totals, format="csr")
    aim = sparse.hstack([matrix[[target], :], sparse.csr_array((1, 2 * n_totals))])
    solution = linprog(
        np.concatenate([np.zeros(n_atoms), cost, cost]),
        A_eq=sparse.vstack([sparse.hstack([matrix, -eye, eye]), aim]),
        b_eq=np.append(values, goal),
        bounds=(0, None),
        method="highs-ds",
    )
    if solution.status != 0:
        raise ArithmeticError(f"no counts were found in which a total is {goal:g}: {solution.message}")
    return np.asarray(matrix @ solution.x[:n_atoms], dtype=np.float64)
