"""Who lives where the most is suggested? Group shares of the census areas at the top, middle and bottom of the ranking.

The measure of The Markup's and Gizmodo's disparate-impact analysis of PredPol (Sankin, Mehrotra, Mattu & Gilbertson
2021, "Crime Prediction Software Promised to Be Free of Biases"): census areas are ranked by the number of predictions,
and the residents of a window of ranks are pooled and compared with the whole jurisdiction. Their published top decile
of 23 departments is the oracle in `tests/audit/disparity/test_composition.py`.
"""

from collections.abc import Sequence

import numpy as np

from patrolcast.domain.measures import Composition
from patrolcast.numerics.arrays import BoolArray, FloatArray
from patrolcast.numerics.distributions import lowest_ranks

TOP_WINDOW = "top 5 %"
WINDOWS = {TOP_WINDOW: (0.95, 1.0), "median": (0.475, 0.525), "bottom 5 %": (0.0, 0.05)}


def compositions(
    amounts: FloatArray, residents: FloatArray, total: FloatArray, names: Sequence[str]
) -> tuple[Composition, ...]:
    """The three windows beside the whole.

    Parameters
    ----------
    amounts : suggestions (or minutes) of each census area, ``[n_areas]``.
    residents : ``[n_groups, n_areas]``; ``total`` : all residents, ``[n_areas]``.
    """
    whole = pooled_shares(residents, total, np.ones(len(total), dtype=bool))
    windows = []
    for window, (low, high) in WINDOWS.items():
        inside = in_window(amounts, low, high)
        shares = pooled_shares(residents, total, inside)
        by_group = (dict(zip(names, part.tolist(), strict=True)) for part in (shares, whole))
        windows.append(Composition(window, int(inside.sum()), *by_group))
    return tuple(windows)


def in_window(amounts: FloatArray, low: float, high: float) -> BoolArray:
    """Areas whose percent rank, (rank - 1) / (n - 1) with ties at the lowest, is in (low, high], or 0 with low = 0."""
    rank = (lowest_ranks(amounts) - 1.0) / max(len(amounts) - 1, 1)
    return (rank <= high) & ((rank > low) | (low == 0.0))


def pooled_shares(residents: FloatArray, total: FloatArray, inside: BoolArray) -> FloatArray:
    """Group shares ``[n_groups]`` of the residents of the areas ``inside``, 0..1; NaN where nobody lives there."""
    people = float(total[inside].sum())
    return residents[:, inside].sum(axis=1) / people if people > 0 else np.full(len(residents), np.nan)
