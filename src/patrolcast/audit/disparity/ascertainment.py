"""What if reporting is uneven? The ranking and the exposure under assumed reporting rates.

A forecast of *reported* incidents cannot know what was not reported, and no check of feedback can see it: the ranking
follows reporting as it follows need (Akpinar, De-Arteaga & Chouldechova 2021, doi 10.1145/3442188.3445877: hot spots
move to where victims report). So the audit makes assumptions and shows what follows from each: if members of a
group reported r times as often as others, the reports of a cell stand for

    true(c) = reported(c) / (share(c) * r + 1 - share(c))

up to a factor that changes no ranking. Scores corrected in this way are ranked again and visits allocated again. The
tipping ratio is the r at which the excess of the present suggestions would vanish: were reporting more uneven than
that, its sign would turn.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.optimize import brentq

from patrolcast.audit.disparity.exposure import excess, log_exposure_ratio
from patrolcast.domain.measures import Ascertainment, ReportingAssumption
from patrolcast.numerics.arrays import FloatArray

RATIOS = (0.67, 0.8, 1.0, 1.25, 1.5)
REACH = (0.2, 5.0)
"""The tipping ratio is searched for within these reporting ratios."""

Allocate = Callable[[FloatArray], FloatArray]
"""Scores ``[n_shifts, n_cells]`` -> visits of the same shape, allocated as the run allocates them."""


def relative_reporting(members: FloatArray, total: FloatArray, ratio: float) -> FloatArray:
    """Reporting of each cell relative to a cell without the group, ``[n_cells]``; 1 where nobody lives."""
    share = np.divide(members, total, out=np.zeros(len(total)), where=total > 0)
    return share * ratio + 1.0 - share


def under_reporting_ratios(
    score: FloatArray,
    visits: FloatArray,
    reported: FloatArray,
    members: FloatArray,
    others: FloatArray,
    total: FloatArray,
    *,
    allocate: Allocate,
    ratios: Sequence[float] = RATIOS,
    other_scores: Mapping[str, FloatArray] | None = None,
    names: tuple[str, str],
) -> Ascertainment:
    """The table of one group.

    Parameters
    ----------
    score, visits : of the window as it is, ``[n_shifts, n_cells]``.
    reported : citizen-reported incidents of the same window, ``[n_cells]``.
    members, others, total : residents of the group, of those it is compared with, of everybody, ``[n_cells]``.
    allocate : see :data:`Allocate`.
    other_scores : assumption -> scores made in another way, e.g. from survey reporting rates by category.
    """
    visits_by_cell = visits.sum(axis=0)[None, :]

    def excess_at(ratio: float) -> float:
        return excess(visits_by_cell, (reported / relative_reporting(members, total, ratio))[None, :], members, others)

    def row(assumption: str, ratio: float, scores: FloatArray, beyond: float) -> ReportingAssumption:
        reallocated = allocate(scores)
        log_ratio = log_exposure_ratio(reallocated.sum(axis=0)[None, :], members, others)
        return ReportingAssumption(assumption, ratio, overlap(visits, reallocated), float(np.exp(log_ratio)), beyond)

    group, nan = names[0], float("nan")
    rows = []
    for r in ratios:
        assumption = "all report alike" if r == 1.0 else f"{group} reports {r:g} times as often"
        rows.append(row(assumption, r, score / relative_reporting(members, total, r), excess_at(r)))
    rows += [row(name, nan, scores, nan) for name, scores in (other_scores or {}).items()]
    return Ascertainment(*names, tuple(rows), tipping_ratio(excess_at))


def tipping_ratio(excess_at: Callable[[float], float]) -> float | None:
    """Reporting ratio at which ``gap`` is 0; None when it keeps its sign within :data:`REACH`."""
    low, high = excess_at(REACH[0]), excess_at(REACH[1])
    if not (np.isfinite(low) and np.isfinite(high)) or low * high > 0.0:
        return None
    return float(brentq(excess_at, *REACH, xtol=1e-6))


def overlap(before: FloatArray, after: FloatArray) -> float:
    """Share of suggested cells and shifts that stay suggested, 0..1; NaN when none was."""
    suggested = before > 0
    return float((suggested & (after > 0)).sum() / suggested.sum()) if suggested.any() else float("nan")
