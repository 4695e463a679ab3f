"""A randomised band around the end of the budget, and uniform cells: so that what patrol does can be measured.

Within a district and shift, with K cells in the budget, u of them uniform cells, and a half-width b, the band lies
around rank L = K - u (the end of the budget where no cell is uniform):

    rank      1 ... L-b | L-b+1 ... L | L+1 ... L+b | L+b+1 ...
    chance        1     |    1/2      |     1/2     |  u / n   (n: how many cells rank below the band)
                        `---- exactly b of these 2 b, drawn by a seeded shuffle ----'

Exactly b are drawn, and u uniform cells from all that rank below the band with equal chance: with the L - b sure ones
these are K cells, so the budget is kept to the minute. Comparison cells are those of the
band that were not drawn: they get no visit, and are logged. Chances are logged because only then can effects be
estimated without bias (Horvitz & Thompson 1952, doi 10.1080/01621459.1952.10483446); the estimate is
`audit/feedback/randomised_band`.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.domain.dosage_log import COMPARISON, EXPLORED, SUGGESTED
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray, ObjectArray


@dataclass(frozen=True)
class BandDraw:
    """What the draw decided for the cells of one district and shift.

    Attributes
    ----------
    order : positions of all cells in the order in which they get visits.
    role : role of each cell, ``[n_cells]``; "" for cells that are neither suggested nor compared.
    propensity : the chance with which the cell got its role, ``[n_cells]``.
    """

    order: IntArray
    role: ObjectArray
    propensity: FloatArray


def draw_band(
    ranks: IntArray, *, budget_cells: int, half_width: int, uniform: int, rng: np.random.Generator
) -> BandDraw:
    """Draws the band and the uniform cells of one district and shift.

    Parameters
    ----------
    ranks : 1..n of each cell, ``[n_cells]``.
    budget_cells : K, how many cells get a visit.
    half_width : b; made smaller where the district has too few cells or the budget too few.
    uniform : u, cells drawn with equal chance from those that are neither sure nor in the band, which moves up by u;
        made smaller likewise.
    """
    n = len(ranks)
    sure, band, rest, u = _parts(ranks, budget_cells=budget_cells, half_width=half_width, uniform=uniform)
    b = len(band) // 2
    in_band, in_rest = _drawn(len(band), b, rng), _drawn(len(rest), u, rng)
    chosen, not_drawn, explored = band[in_band], band[~in_band], rest[in_rest]
    role = np.full(n, "", dtype=object)
    propensity = np.zeros(n)
    role[sure], propensity[sure] = SUGGESTED, 1.0
    role[chosen], propensity[chosen] = SUGGESTED, 0.5
    role[not_drawn], propensity[not_drawn] = COMPARISON, 0.5
    role[explored], propensity[explored] = EXPLORED, u / len(rest) if len(rest) else 0.0
    return BandDraw(np.concatenate([sure, chosen, explored, not_drawn, rest[~in_rest]]), role, propensity)


def _drawn(n: int, n_drawn: int, rng: np.random.Generator) -> BoolArray:
    """Which of ``n`` are drawn, each with the same chance."""
    drawn = np.zeros(n, dtype=bool)
    drawn[rng.permutation(n)[:n_drawn]] = True
    return drawn


def expected_in_suggested(
    expected: FloatArray, ranks: IntArray, *, budget_cells: int, half_width: int, uniform: int
) -> tuple[float, float]:
    """Incidents expected in the suggested cells of one district and shift: without the draw, and on average over draws.

    Parameters
    ----------
    expected : incidents, ``[n_cells]``; ``ranks``, ``budget_cells``, ``half_width``, ``uniform`` as for the draw.

    >>> expected_in_suggested(np.array([4.0, 2.0, 1.0]), np.array([1, 2, 3]), budget_cells=2, half_width=1, uniform=0)
    (6.0, 5.5)
    """
    first, _, _, _ = _parts(ranks, budget_cells=budget_cells, half_width=0, uniform=0)
    sure, band, rest, u = _parts(ranks, budget_cells=budget_cells, half_width=half_width, uniform=uniform)
    by_chance = u * float(expected[rest].mean()) if u else 0.0
    return float(expected[first].sum()), float(expected[sure].sum()) + float(expected[band].sum()) / 2.0 + by_chance


def _parts(
    ranks: IntArray, *, budget_cells: int, half_width: int, uniform: int
) -> tuple[IntArray, IntArray, IntArray, int]:
    """Positions of the sure cells, of the band, of the rest, best rank first; and how many of the rest are drawn."""
    n, k = len(ranks), min(budget_cells, len(ranks))
    order = np.argsort(ranks, kind="stable")
    b = max(min(half_width, k, n - k), 0)
    u = max(min(uniform, k - b, n - k - b), 0)
    return order[: k - b - u], order[k - b - u : k + b - u], order[k + b - u :], u
