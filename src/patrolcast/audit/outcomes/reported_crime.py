"""Did it work? Reported incidents in the cells and shifts in which a coin decided whether they were suggested.

Each row of the boundary band was suggested with a logged chance (docs/dosage-log.md). With these chances as weights the
rows that were suggested stand for all of them, and so do those that were withheld: Horvitz & Thompson (1952, doi
10.1080/01621459.1952.10483446) divide by the number of rows, Hajek (1971) by the sum of the weights, which varies less
and is what the verdict goes by. It is a contrast by what was drawn, whoever complied. Cells of a shift are drawn
together, so shifts are the units of the variance (Aronow & Samii 2017, doi 10.1214/16-AOAS1005), with a t distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

LEAST_SHIFTS = 20
_MANY = 50
"""Incidents on each side from which a ratio is stated; the percentage of a small count says nothing."""


@dataclass(frozen=True)
class Effect:
    """Incidents per cell and shift where suggested, less where withheld.

    Attributes
    ----------
    difference : by Hajek's estimator, with its 95 % interval.
    weighted_difference : by that of Horvitz and Thompson, with its interval.
    p : two-sided, of ``difference``.
    smallest : the smallest difference that would be found four times in five at the level asked for.
    ratio : mean where suggested / where withheld, with its interval; None below 50 incidents on either side.
    means : where suggested, where withheld.
    incidents : counted on either side.
    """

    difference: tuple[float, float, float]
    weighted_difference: tuple[float, float, float]
    p: float
    smallest: float
    ratio: tuple[float, float, float] | None
    means: tuple[float, float]
    incidents: tuple[int, int]
    n_rows: int
    n_shifts: int


def drawn_effect(
    incidents: FloatArray, assigned: BoolArray, chance: FloatArray, shift: IntArray, *, level: float = 0.05
) -> Effect | None:
    """The effect of being suggested; None below 20 shifts, or where one side has no row.

    Parameters
    ----------
    incidents : that occurred in the cell during the shift, one value a row.
    assigned : True where the coin suggested the cell.
    chance : of that, above 0 and below 1.
    shift : which shift a row is of.
    level : two-sided, for ``smallest``.

    Raises
    ------
    ValueError : a chance of 0 or 1: such a row was not drawn.
    """
    if not ((chance > 0.0) & (chance < 1.0)).all():
        raise ValueError("every row must have been drawn with a chance above 0 and below 1")
    _, code = np.unique(shift, return_inverse=True)
    n_shifts = int(code.max()) + 1 if len(code) else 0
    if n_shifts < LEAST_SHIFTS or not assigned.any() or assigned.all():
        return None
    w1, w0 = assigned / chance, ~assigned / (1.0 - chance)
    mean1, mean0 = float((w1 * incidents).sum() / w1.sum()), float((w0 * incidents).sum() / w0.sum())
    parts1, parts0 = w1 * (incidents - mean1) / w1.sum(), w0 * (incidents - mean0) / w0.sum()
    freedom = n_shifts - 1
    reach = float(stats.t.isf(0.025, freedom))

    def error(values: FloatArray, centre: float = 0.0) -> float:
        by_shift = np.bincount(code, values, n_shifts) - centre
        return float(np.sqrt((by_shift**2).sum() * n_shifts / freedom))

    difference, own_error = mean1 - mean0, error(parts1 - parts0)
    each = (w1 - w0) * incidents / len(incidents)
    weighted, weighted_error = float(each.sum()), error(each, float(each.sum()) / n_shifts)
    counted = int(incidents[assigned].sum()), int(incidents[~assigned].sum())
    ratio = None
    if min(counted) >= _MANY:
        log_error = error(parts1 / mean1 - parts0 / mean0)
        ratio = tuple(float(mean1 / mean0 * np.exp(k * log_error)) for k in (0.0, -reach, reach))
    p = 2.0 * float(stats.t.sf(abs(difference) / own_error, freedom)) if own_error > 0.0 else 1.0
    smallest = (float(stats.t.isf(level / 2.0, freedom)) + float(stats.norm.isf(0.2))) * own_error
    return Effect(
        difference=(difference, difference - reach * own_error, difference + reach * own_error),
        weighted_difference=(weighted, weighted - reach * weighted_error, weighted + reach * weighted_error),
        p=p,
        smallest=smallest,
        ratio=None if ratio is None else (ratio[0], ratio[1], ratio[2]),
        means=(mean1, mean0),
        incidents=counted,
        n_rows=len(incidents),
        n_shifts=n_shifts,
    )
