"""Other ways of spreading residents over cells, beside that of `interpolate`: how much does the choice matter?

A census area's residents are known, the cells they live in are not. The audit spreads them by area; the same counts can
be spread by the cells whose centre lies in the area, smoothly across the borders of areas, over all dry land instead of
the land where people live, or with the areas that have no count filled from their neighbours. No way is the truth; what
they differ by belongs to the audit's intervals.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import cKDTree

from patrolcast.grid.cells import rings
from patrolcast.grid.interpolate import resident_weights
from patrolcast.numerics.arrays import FloatArray, IntArray

BY_CENTRES = "by the cells whose centre lies in the area"
SMOOTH = "smoothly across the borders of areas"
ALL_DRY_LAND = "over all dry land"
GAPS_FILLED = "areas without a count filled from their neighbours"

_SMOOTHINGS = 10


def weights_by_centres(
    cells: gpd.GeoDataFrame, tracts: gpd.GeoDataFrame, weights: sparse.csr_array
) -> sparse.csr_array:
    """Share of each area's residents in each cell, even over the cells whose centre lies in it.

    Parameters
    ----------
    weights : by area (`interpolate.resident_weights`), ``[n_cells, n_tracts]``: as many residents of each area stay on
        the grid. An area without a centre of its own gives all of them to the nearest centre.
    """
    on_grid = np.asarray(weights.sum(axis=0), dtype=np.float64)
    shapes = tracts.geometry.to_numpy()
    centres = cells[["longitude", "latitude"]].to_numpy(dtype=np.float64)
    cell, area = shapely.STRtree(shapes).query(shapely.points(centres), predicate="within")
    cell, first = np.unique(cell, return_index=True)  # a centre on a border belongs to one area
    area = area[first]
    without = np.setdiff1d(np.flatnonzero(on_grid > 0), area)
    if len(without):
        inner = shapely.point_on_surface(shapes[without])
        squeeze = np.array([np.cos(np.radians(centres[:, 1].mean())), 1.0])
        points = np.column_stack([shapely.get_x(inner), shapely.get_y(inner)])
        nearest = cKDTree(centres * squeeze).query(points * squeeze)[1]
        cell, area = np.concatenate([cell, nearest]), np.concatenate([area, without])
    share = on_grid[area] / np.bincount(area, minlength=len(tracts))[area]
    return sparse.csr_array((share, (cell, area)), shape=weights.shape)


def spread_smoothly(
    cells: gpd.GeoDataFrame, weights: sparse.csr_array, counts: FloatArray, land: FloatArray
) -> FloatArray:
    """Residents per cell with density smooth across borders and every area's count kept, ``[n_names, n_cells]``.

    Tobler's pycnophylactic interpolation (1979, doi 10.1080/01621459.1979.10481647): density is averaged with that of
    the cells next door, then each area is scaled to its count, ten times over.

    Parameters
    ----------
    counts : residents of each area by name, ``[n_names, n_areas]``; ``land`` : of each area, ``[n_areas]``.
    """
    next_door = rings(cells["cell"], furthest=1)[0] + sparse.eye_array(len(cells), format="csr")
    around = np.asarray(next_door.sum(axis=1), dtype=np.float64)[:, None]
    land_of_cell = (weights @ land)[:, None]
    on_grid = np.asarray(weights.sum(axis=0), dtype=np.float64)[:, None]
    people = np.asarray(weights @ counts.T)
    for _ in range(_SMOOTHINGS):
        density = np.divide(people, land_of_cell, out=np.zeros(people.shape), where=land_of_cell > 0)
        density = (next_door @ density) / around
        reached = weights.T @ density
        scale = np.divide(counts.T * on_grid, reached, out=np.zeros(reached.shape), where=reached > 0)
        people = np.asarray(density * (weights @ scale))
    return people.T


def neighbouring_areas(tracts: gpd.GeoDataFrame) -> IntArray:
    """Pairs of areas that touch or overlap, each once, ``[n_pairs, 2]``."""
    shapes = tracts.geometry.to_numpy()
    pairs = np.column_stack(shapely.STRtree(shapes).query(shapes, predicate="intersects")).astype(np.int64)
    return pairs[pairs[:, 0] < pairs[:, 1]]


def land_of_areas(tracts: gpd.GeoDataFrame, water: gpd.GeoDataFrame | None) -> FloatArray:
    """Dry land of each area in square degrees, to compare areas of one city, ``[n_areas]``; the whole where all is wet.

    A degree of longitude is shorter than one of latitude, by the same factor in all of a city.
    """
    shapes = shapely.make_valid(tracts.geometry.to_numpy())
    whole = shapely.area(shapes)
    if water is None or not len(water):
        return np.asarray(whole)
    dry = shapely.area(shapely.difference(shapes, shapely.union_all(shapely.make_valid(water.geometry.to_numpy()))))
    return np.asarray(np.where(dry > 0, dry, whole))


def residents_of_gaps(
    cells: gpd.GeoDataFrame,
    tracts: gpd.GeoDataFrame,
    uncounted: gpd.GeoDataFrame,
    names: Sequence[str],
    *,
    boundary: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
) -> FloatArray:
    """Residents that areas without a count would have at their neighbours' density, ``[n_names, n_cells]``.

    Parameters
    ----------
    tracts : counted areas with the columns ``names``; the density is that of those that touch the uncounted one, taken
        together, or of the nearest one.
    uncounted : areas without a count.
    """
    shapes, gaps = tracts.geometry.to_numpy(), uncounted.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    gap, beside = tree.query(gaps, predicate="intersects")
    alone = np.setdiff1d(np.arange(len(gaps)), gap)
    gap, beside = np.concatenate([gap, alone]), np.concatenate([beside, tree.nearest(gaps[alone])])
    land, counts = land_of_areas(tracts, water), tracts[list(names)].to_numpy(dtype=np.float64)
    around = np.bincount(gap, land[beside], len(gaps))
    living = np.column_stack([np.bincount(gap, counts[beside, k], len(gaps)) for k in range(len(names))])
    filled = living / around[:, None] * land_of_areas(uncounted, water)[:, None]
    return np.asarray((resident_weights(cells, uncounted, boundary=boundary, water=water) @ filled).T)
