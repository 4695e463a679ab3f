"""What the model must beat: methods that only count.

Each takes ``known`` (reports by origin day and cell, ``[n_days, n_cells]``) and origins, and returns reports per day
``[n_origins, n_cells]`` made from rows up to each origin. The pipeline gives every method the same city-wide rate and
hour-of-week profile, so that they differ in space alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import KDTree

BANDWIDTH_M = 350.0
HALF_LIFE_DAYS = 90.0
MOVING_DAYS = 91
_FLOOR = 0.02

Known = npt.NDArray[np.uint16]
Days = npt.NDArray[np.int32]
Rates = npt.NDArray[np.float64]


def climatology(known: Known, origins: Days) -> Rates:
    """All-history mean per cell: counting, the method that is hard to beat."""
    total = np.cumsum(known, axis=0, dtype=np.int32)
    return _floored(total[origins] / (origins[:, None] + 1.0))


def moving_average(known: Known, origins: Days, *, days: int = MOVING_DAYS) -> Rates:
    """Mean per cell over the last ``days``."""
    total = np.vstack([np.zeros((1, known.shape[1]), np.int32), np.cumsum(known, axis=0, dtype=np.int32)])
    first = np.maximum(origins + 1 - days, 0)
    return _floored((total[origins + 1] - total[first]) / (origins + 1.0 - first)[:, None])


def kernel_density(
    known: Known, origins: Days, smoother: sparse.csr_array, *, half_life_days: float = HALF_LIFE_DAYS
) -> Rates:
    """Decayed counts spread over the cells around by a kernel.

    Kernel density over incident locations: Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066); older
    reports weigh less, halving every ``half_life_days``.
    """
    rates = np.empty((len(origins), known.shape[1]))
    for i, origin in enumerate(origins):
        weight = 0.5 ** (np.arange(origin, -1, -1) / half_life_days)
        rates[i] = smoother @ ((weight @ known[: origin + 1]) / weight.sum())
    return _floored(rates)


def gaussian_smoother(centres_m: npt.NDArray[np.float64], *, bandwidth_m: float = BANDWIDTH_M) -> sparse.csr_array:
    """Sparse ``[n_cells, n_cells]`` kernel, cut at three bandwidths; columns sum to 1 so that mass is conserved."""
    near = KDTree(centres_m).query_pairs(3.0 * bandwidth_m, output_type="ndarray")
    own = np.arange(len(centres_m))
    row = np.concatenate([near[:, 0], near[:, 1], own])
    column = np.concatenate([near[:, 1], near[:, 0], own])
    distance = np.linalg.norm(centres_m[row] - centres_m[column], axis=1)
    kernel = sparse.csr_array((np.exp(-0.5 * (distance / bandwidth_m) ** 2), (row, column)))
    return sparse.csr_array(kernel / kernel.sum(axis=0))


def _floored(rates: Rates) -> Rates:
    """No cell is impossible: at least 2 % of the city's mean, or a count there would cost an infinite deviance."""
    return np.maximum(rates, _FLOOR * rates.mean(axis=1, keepdims=True))
