"""The model beside its baselines on the validation window, and which of them is used.

A category's forecast is the model's only when no baseline's Poisson deviance on the window is below it; else the best
baseline is used and the output says so. Within a ten-thousandth of each other two deviances are a tie, which is the
model's: a few weeks cannot tell so little, and its reasons can be told. Hits in the top 5 % are shown beside it: on a
few weeks they are too noisy to decide by. The window also served early stopping, so this flatters the model slightly;
`backtest` is the honest measure.
"""

from __future__ import annotations

import numpy as np

from patrolcast.domain.records import SkillComparison
from patrolcast.numerics.arrays import CountArray, FloatArray, IntArray

MODEL = "model"
TOP_SHARE = 0.05
TIE = 1e-4


def compare(
    category: str, expected: dict[str, FloatArray], observed: CountArray, *, tie_order: IntArray
) -> SkillComparison:
    """Skill of each method on the same shifts and cells.

    Parameters
    ----------
    expected : method -> expected incidents ``[n_shifts, n_cells]``; must hold ``model``.
    observed : counted incidents, the same shape.
    tie_order : seeded permutation that orders equal expectations.
    """
    deviance = {name: mean_deviance(values, observed) for name, values in expected.items()}
    hits = {name: top_hits(values, observed, tie_order=tie_order) for name, values in expected.items()}
    total = float(observed.sum())
    best = min(deviance, key=lambda name: (deviance[name], name != MODEL, name))
    used = MODEL if deviance[MODEL] <= deviance[best] * (1.0 + TIE) else best
    ratio = float(expected[used].sum()) / total if total else float("nan")
    return SkillComparison(category, int(total), deviance, hits, ratio, used)


def mean_deviance(expected: FloatArray, observed: CountArray) -> float:
    """Mean Poisson deviance per cell and shift (McCullagh & Nelder 1989, section 2.3), 0 is perfect."""
    positive = observed > 0
    counted = observed[positive].astype(np.float64)
    logs = float((counted * np.log(counted / expected[positive])).sum())
    return 2.0 * (logs - float(observed.sum()) + float(expected.sum())) / observed.size


def top_hits(expected: FloatArray, observed: CountArray, *, tie_order: IntArray, share: float = TOP_SHARE) -> float:
    """Share of incidents that fall in the ``share`` of cells ranked highest in their shift; NaN without incidents."""
    n = max(round(share * expected.shape[1]), 1)
    total = observed.sum()
    if not total:
        return float("nan")
    caught = sum(
        int(counts[np.lexsort((tie_order, -rates))[:n]].sum()) for rates, counts in zip(expected, observed, strict=True)
    )
    return caught / float(total)
