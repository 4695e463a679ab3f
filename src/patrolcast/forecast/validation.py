"""The model beside its baselines on the validation window, and which of them is used.

A category's forecast is the model's unless a baseline has the lower Poisson deviance on the window; then the best
baseline is used, and the output says so. Deviances within a ten-thousandth of each other are a tie, which goes to the
model: a few weeks cannot resolve so little, and the model gives reasons. Hits in the top 5 % are shown beside it, but
they decide nothing: over a few weeks of a rare category they are mostly chance. The window also served early stopping,
so this flatters the model slightly; `backtest` is the honest measure.

Why the Poisson deviance: counts of a cell and shift are small, mostly 0, and vary with their mean. Squared error would
be decided by the few busiest cells; the deviance weighs an error against the noise that a rate of that size has anyway,
and it is what the trees are trained on.
"""

import numpy as np

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.records import SkillComparison
from patrolcast.forecast.skill import hits_in_top
from patrolcast.numerics.arrays import CountArray, FloatArray, IntArray

TOP_SHARE = 0.05
TIE = 1e-4
"""Of the least deviance: forecasts this near are equal."""


def compare_skill(
    category: str, expected: dict[str, FloatArray], observed: CountArray, *, tie_order: IntArray
) -> SkillComparison:
    """Skill of each method on the same shifts and cells.

    Parameters
    ----------
    expected : method -> expected incidents ``[n_shifts, n_cells]``; must hold ``model``.
    observed : counted incidents, the same shape.
    tie_order : the cells in a seeded random order, in which cells of equal expectation are ranked, ``[n_cells]``.
    """
    deviance = {name: mean_deviance(values, observed) for name, values in expected.items()}
    ties = np.broadcast_to(tie_order.astype(np.int32), observed.shape)
    hits = {name: hits_in_top(values, observed, ties=ties, share=TOP_SHARE) for name, values in expected.items()}
    total = float(observed.sum())
    best = min(deviance, key=lambda name: (deviance[name], name != MODEL, name))
    method = MODEL if deviance[MODEL] <= deviance[best] * (1.0 + TIE) else best
    return SkillComparison(category, int(total), deviance, hits, float(expected[method].sum()), method)


def mean_deviance(expected: FloatArray, observed: CountArray) -> float:
    """Mean Poisson deviance per cell and shift (McCullagh & Nelder 1989, section 2.3), 0 is perfect.

    scikit-learn's `mean_poisson_deviance`, written out: a cell without incidents adds only its expectation, so
    logarithms are taken of the few that have some, which on a city's shifts is a hundredth of the work.

    Parameters
    ----------
    expected, observed : ``[n_shifts, n_cells]``; expectations > 0.
    """
    positive = observed > 0
    counted = observed[positive].astype(np.float64)
    logs = float((counted * np.log(counted / expected[positive])).sum())
    return 2.0 * (logs - float(observed.sum()) + float(expected.sum())) / observed.size
