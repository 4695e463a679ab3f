"""ProMap: prospective hot-spot mapping (Bowers, Johnson & Pease 2004, doi 10.1093/bjc/azh036).

Every report of the last weeks near a cell adds ``1 / (1 + c) * 1 / (1 + e)``: ``c`` complete half cell widths away,
``e`` complete weeks ago, nothing beyond the bandwidths in space and time. The paper uses 400 m, two
months and cells of 50 m. Approximation: distances run between cell centres, and the half width is that of the grid.
"""

import numpy as np
from scipy import sparse

from patrolcast.forecast.peers.reports import Reports, Space
from patrolcast.numerics.arrays import FloatArray
from patrolcast.numerics.gaussian import cells_within, spacing_m

_WEEK = 7.0


def promap(reports: Reports, space: Space, *, bandwidth_m: float = 400.0, days: float = 61.0) -> FloatArray:
    """Risk of each cell, relative.

    Parameters
    ----------
    bandwidth_m, days : how far in space and time a report reaches.
    """
    recent = reports.age_days < days
    weight = np.where(recent, 1.0 / (1.0 + np.floor(reports.age_days / _WEEK)), 0.0)
    return _nearness(space, bandwidth_m) @ reports.weighted(weight)


def _nearness(space: Space, bandwidth_m: float) -> sparse.csr_array:
    key = -bandwidth_m
    if key not in space._kernels:
        n, half_width_m = len(space.centres_m), 0.5 * spacing_m(space.centres_m) or 1.0
        row, column, distance_m = cells_within(space.centres_m, bandwidth_m)
        value = 1.0 / (1.0 + np.floor(distance_m / half_width_m))
        space._kernels[key] = sparse.csr_array((value, (row, column)), shape=(n, n))
    return space._kernels[key]
