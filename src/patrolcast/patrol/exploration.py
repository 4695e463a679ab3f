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

from patrolcast.numerics.arrays import FloatArray, IntArray, ObjectArray

SUGGESTED, EXPLORED, COMPARISON = "suggested", "explored", "comparison"


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
    n, k = len(ranks), min(budget_cells, len(ranks))
    order = np.argsort(ranks, kind="stable")
    b = max(min(half_width, k, n - k), 0)
    u = max(min(uniform, k - b, n - k - b), 0)
    sure, band, rest = order[: k - b - u], order[k - b - u : k + b - u], order[k + b - u :]
    chosen = band[np.sort(rng.permutation(len(band))[:b])]
    not_drawn = band[~np.isin(band, chosen)]
    explored = rest[np.sort(rng.permutation(len(rest))[:u])]
    role = np.full(n, "", dtype=object)
    propensity = np.zeros(n)
    role[sure], propensity[sure] = SUGGESTED, 1.0
    role[chosen], propensity[chosen] = SUGGESTED, 0.5
    role[not_drawn], propensity[not_drawn] = COMPARISON, 0.5
    role[explored], propensity[explored] = EXPLORED, u / len(rest) if len(rest) else 0.0
    first = np.concatenate([sure, chosen, explored])
    others = order[~np.isin(order, first)]
    return BandDraw(np.concatenate([first, others]), role, propensity)
