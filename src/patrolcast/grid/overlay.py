"""Grids of different cell sizes on shared cells: the cells of the finest, each inside one cell of every other grid.

H3 cells of one level do not fill a coarser cell exactly, so a shared cell belongs to the coarse cell that holds its
centre, or to the nearest one where that cell has no land of the city.
"""

import geopandas as gpd
import h3
import numpy as np
from scipy.spatial import cKDTree

from patrolcast.numerics.arrays import FloatArray, IntArray


def overlay(shared: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> IntArray:
    """Position in ``cells`` of the cell that each shared cell lies in, ``[n_shared]``."""
    position = {cell: i for i, cell in enumerate(cells["cell"])}
    level = h3.get_resolution(cells["cell"].iloc[0])
    points = shared[["longitude", "latitude"]].to_numpy()
    inside = np.array([position.get(h3.latlng_to_cell(y, x, level), -1) for x, y in points], dtype=np.int64)
    without = np.flatnonzero(inside < 0)
    if len(without):
        # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
        squeeze = np.array([np.cos(np.radians(points[:, 1].mean())), 1.0])
        tree = cKDTree(cells[["longitude", "latitude"]].to_numpy() * squeeze)
        inside[without] = tree.query(points[without] * squeeze)[1]
    return inside


def spread_over_land(amount: FloatArray, inside: IntArray, area_km2: FloatArray) -> FloatArray:
    """Amounts of cells ``[..., n_cells]`` on shared cells ``[..., n_shared]``, even over their land.

    Parameters
    ----------
    inside : result of :func:`overlay`.
    area_km2 : land of each shared cell.

    What lies in a cell without any shared cell is lost (a sliver of the border); callers that need totals check them.
    """
    land = np.bincount(inside, area_km2, minlength=amount.shape[-1])
    return np.asarray(amount[..., inside] * (area_km2 / land[inside]))
