"""Gaussian kernels over the cells of a grid, as sparse matrices: what a report says about the cells around it."""

import numpy as np
from scipy import sparse
from scipy.spatial import KDTree

from patrolcast.numerics.arrays import FloatArray, Int32Array

CUT = 2.5
"""Bandwidths after which a kernel ends: 96 % of a Gaussian's mass on the plane lies within. At 3 the kernel would have
44 % more entries for 3 % more mass, and those entries are the memory of a large city."""

_RING = 1.1
"""A narrow kernel still reaches the nearest ring of cells, whose centres are not quite equally far apart."""


def gaussian_kernel(centres_m: FloatArray, bandwidth_m: float) -> sparse.csr_array:
    """Kernel ``[n_cells, n_cells]`` in float32; ``kernel @ values`` spreads each cell's value over the cells around it.

    Columns sum to 1, not rows: a report is shared out among cells that exist. Totals are kept, also at the city's edge,
    where a kernel normalised by row would lose or invent reports.

    Parameters
    ----------
    centres_m : cell centres on a local plane in metres, ``[n_cells, 2]``.
    bandwidth_m : standard deviation in metres, > 0.
    """
    row, column, distance_m = cells_within(centres_m, max(CUT * bandwidth_m, _RING * spacing_m(centres_m)))
    weight = np.exp(-0.5 * (distance_m / bandwidth_m) ** 2).astype(np.float32)
    kernel = sparse.csr_array((weight, (row, column)), shape=(len(centres_m), len(centres_m)))
    return sparse.csr_array(kernel / kernel.sum(axis=0))


def cells_within(centres_m: FloatArray, reach_m: float) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Pairs of cells at most ``reach_m`` apart, both ways round and each cell with itself: rows, columns, metres."""
    pairs = KDTree(centres_m).query_pairs(reach_m, output_type="ndarray").astype(np.int32)  # half of what 64 bits need
    itself = np.arange(len(centres_m), dtype=np.int32)
    apart = np.linalg.norm(centres_m[pairs[:, 0]] - centres_m[pairs[:, 1]], axis=1)
    row = np.concatenate([pairs[:, 0], pairs[:, 1], itself])
    column = np.concatenate([pairs[:, 1], pairs[:, 0], itself])
    return row, column, np.concatenate([apart, apart, np.zeros(len(itself))])


def spacing_m(centres_m: FloatArray) -> float:
    """Distance from a cell to its nearest neighbour, the median of all cells; 0 for a single cell."""
    return float(np.median(KDTree(centres_m).query(centres_m, k=2)[0][:, 1])) if len(centres_m) > 1 else 0.0
