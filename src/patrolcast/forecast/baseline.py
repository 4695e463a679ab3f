"""What the model must beat: methods that only count.

Each takes ``known`` (reports by origin day and cell, ``[n_days, n_cells]``) and rising origins, and returns reports per
day ``[n_origins, n_cells]`` made from rows up to each origin. The pipeline gives every method the same city-wide rate
and hour-of-week profile, so that they differ in space alone.
"""

from itertools import pairwise

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import CountArray, FloatArray, Int32Array
from patrolcast.numerics.decay import decayed_mean

BANDWIDTH_M = 350.0
HALF_LIFE_DAYS = 90.0
MOVING_DAYS = 91


def climatology(known: CountArray, origins: Int32Array) -> FloatArray:
    """All-history mean per cell: counting, the method that is hard to beat."""
    return _totals(known, origins) / (origins[:, None] + 1.0)


def moving_average(known: CountArray, origins: Int32Array, *, days: int = MOVING_DAYS) -> FloatArray:
    """Mean per cell over the last ``days``."""
    first = np.maximum(origins + 1 - days, 0)
    window = [known[begin : end + 1].sum(axis=0, dtype=np.float64) for begin, end in zip(first, origins, strict=True)]
    return np.array(window) / (origins + 1.0 - first)[:, None]


def kernel_density(
    known: CountArray, origins: Int32Array, smoother: sparse.csr_array, *, half_life_days: float = HALF_LIFE_DAYS
) -> FloatArray:
    """Decayed counts spread over the cells around by a kernel.

    Kernel density over incident locations: Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066); older
    reports weigh less, halving every ``half_life_days``.
    """
    first = int(origins[0])
    decayed = decayed_mean(known[: int(origins[-1]) + 1], half_life_days, dtype=np.float64, first=first)
    return np.asarray((smoother @ decayed[origins - first].T).T)


def _totals(known: CountArray, origins: Int32Array) -> FloatArray:
    """Reports known by each origin, rising origins."""
    total = known[: origins[0] + 1].sum(axis=0, dtype=np.float64)
    found = [total]
    for before, origin in pairwise(origins):
        total = total + known[before + 1 : origin + 1].sum(axis=0, dtype=np.float64)
        found.append(total)
    return np.array(found)
