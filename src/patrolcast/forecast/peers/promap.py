"""ProMap: prospective hot-spot mapping (Bowers, Johnson & Pease 2004, doi 10.1093/bjc/azh036).

Every report of the last weeks near a cell adds ``1 / (1 + c) * 1 / (1 + e)``: ``c`` complete half cell widths away,
``e`` complete weeks ago, nothing beyond the bandwidths in space and time. The paper uses 400 m, two
months and cells of 50 m. Approximation: distances run between cell centres, and the half width is that of the grid.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import KDTree

from patrolcast.forecast.peers.reports import Reports, Space
from patrolcast.numerics.arrays import FloatArray

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
        tree = KDTree(space.centres_m)
        spacing = float(np.median(tree.query(space.centres_m, k=2)[0][:, 1])) if len(space.centres_m) > 1 else 1.0
        near = tree.query_pairs(bandwidth_m, output_type="ndarray")
        own = np.arange(len(space.centres_m))
        row, column = np.concatenate([near[:, 0], near[:, 1], own]), np.concatenate([near[:, 1], near[:, 0], own])
        distance = np.linalg.norm(space.centres_m[row] - space.centres_m[column], axis=1)
        value = 1.0 / (1.0 + np.floor(distance / (0.5 * spacing)))
        space._kernels[key] = sparse.csr_array((value, (row, column)), shape=(len(own), len(own)))
    return space._kernels[key]
