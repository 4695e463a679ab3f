"""What the model must beat: methods that only count.

Each takes ``known`` (reports by origin day and cell, ``[n_days, n_cells]``), rising origins and the exposed days, and
returns reports per day ``[n_origins, n_cells]`` made from rows up to each origin. The pipeline gives every method the
same city-wide rate and hour-of-week profile, so that they differ in space alone.
"""

from itertools import pairwise

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import CountArray, FloatArray, Int32Array, IntArray
from patrolcast.numerics.decay import decayed_mean
from patrolcast.numerics.exposure import WHOLE, Exposure

BANDWIDTH_M = 350.0
HALF_LIFE_DAYS = 90.0
MOVING_DAYS = 91


def climatology(known: CountArray, origins: Int32Array, exposure: Exposure = WHOLE) -> FloatArray:
    """All-history mean per cell: counting, the method that is hard to beat."""
    return np.asarray(
        exposure.at_days(known, origins, lambda counts, days: _totals(counts, days) / (days[:, None] + 1.0))
    )


def moving_average(
    known: CountArray, origins: Int32Array, exposure: Exposure = WHOLE, *, days: int = MOVING_DAYS
) -> FloatArray:
    """Mean per cell over the last ``days``."""

    def mean(counts: CountArray, ends: IntArray) -> FloatArray:
        first = np.maximum(ends + 1 - days, 0)
        window = [counts[begin : end + 1].sum(axis=0, dtype=np.float64) for begin, end in zip(first, ends, strict=True)]
        return np.array(window) / (ends + 1.0 - first)[:, None]

    return np.asarray(exposure.at_days(known, origins, mean))


def kernel_density(
    known: CountArray,
    origins: Int32Array,
    smoother: sparse.csr_array,
    exposure: Exposure = WHOLE,
    *,
    half_life_days: float = HALF_LIFE_DAYS,
) -> FloatArray:
    """Decayed counts spread over the cells around by a kernel.

    Kernel density over incident locations: Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066); older
    reports weigh less, halving every ``half_life_days``.
    """

    def decayed(counts: CountArray, days: IntArray) -> FloatArray:
        first = int(days[0])
        return decayed_mean(counts[: int(days[-1]) + 1], half_life_days, dtype=np.float64, first=first)[days - first]

    return np.asarray((smoother @ exposure.at_days(known, origins, decayed).T).T)


def _totals(known: CountArray, origins: IntArray) -> FloatArray:
    """Reports known by each origin, rising origins."""
    total = known[: origins[0] + 1].sum(axis=0, dtype=np.float64)
    totals = [total]
    for before, origin in pairwise(origins):
        total = total + known[before + 1 : origin + 1].sum(axis=0, dtype=np.float64)
        totals.append(total)
    return np.array(totals)
