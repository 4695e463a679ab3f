"""How far to follow the trees: as far as they have paid on every cell and shift of the validation window.

The trees are trained on sampled rows, and stopped by sampled rows; in cells with few incidents, and where a feature
never changes, they can learn the noise of the sample. All cells and shifts of the validation window tell how far they
may be shrunk from the starting rate, ``expected = level x start x exp(weight x trees)``: one of a few weights, the
one with the least Poisson deviance (shrinkage towards a simpler forecast: Copas 1983, "Regression, prediction and
shrinkage", Journal of the Royal Statistical Society B 45). How much is expected in all stays the start's, the city's
own late level.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrolcast.forecast.validation import TIE, mean_deviance
from patrolcast.numerics.arrays import CountArray, FloatArray

WEIGHTS = (1.0, 0.75, 0.5, 0.25, 0.0)
"""From the trees in full over their average with the start (0.5, on the log scale) to the start alone."""


@dataclass(frozen=True)
class Shrinkage:
    """How far the trees of a category are shrunk.

    Attributes
    ----------
    weight : 0 (only the starting rate) to 1 (as trained).
    level : factor on the starting rate after which both expect the same in all over the validation window.
    """

    weight: float
    level: float


def fit_shrinkage(
    started: npt.NDArray[np.floating],
    by_trees: FloatArray,
    observed: CountArray,
    weights: Sequence[float] = WEIGHTS,
) -> Shrinkage:
    """The weight with the least deviance, and its level; of equal weights the smallest: trees must earn their place.

    Parameters
    ----------
    started, by_trees : expected incidents > 0 of the start and of the start with all of its trees, and
    observed : what came, each ``[n_shifts, n_cells]``.
    """
    total = started.sum(dtype=np.float64)
    shrinkages, losses = [], []
    for weight in sorted(weights):
        raw = _raw(started, by_trees, weight)
        shrinkages.append(Shrinkage(weight, float(total / raw.sum())))
        losses.append(mean_deviance(shrinkages[-1].level * raw, observed))
    return next(
        shrinkage for shrinkage, loss in zip(shrinkages, losses, strict=True) if loss <= min(losses) * (1.0 + TIE)
    )


def shrunk(started: npt.NDArray[np.floating], by_trees: FloatArray, shrinkage: Shrinkage) -> FloatArray:
    """Expected incidents when the trees are shrunk so far, the shape of ``started``."""
    return np.asarray(shrinkage.level * _raw(started, by_trees, shrinkage.weight))


def _raw(started: npt.NDArray[np.floating], by_trees: FloatArray, weight: float) -> FloatArray:
    start = started.astype(np.float64)
    return np.asarray(start * (by_trees / start) ** weight)
