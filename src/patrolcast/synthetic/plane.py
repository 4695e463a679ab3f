"""A flat plane in kilometres around the sample city, smooth random fields on it, and cells as points of it.

The plane is linear in degrees, so that no projection library can change a byte of the sample.
"""

from collections.abc import Sequence

import h3
import h3.api.basic_int as h3_int
import numpy as np
import shapely

from patrolcast.numerics.arrays import FloatArray, IntArray

LATITUDE, LONGITUDE = 42.20, -99.60
"""Middle of the sample city: empty grassland in the America/Chicago zone."""
KM_PER_LATITUDE = 111.07
KM_PER_LONGITUDE = 82.58


def to_degrees(geometry: shapely.Geometry) -> shapely.Geometry:
    """A geometry of the plane (km) as WGS84, rounded to 6 decimals (0.1 m)."""
    return shapely.transform(geometry, lambda xy: np.round(degrees(xy), 6))


def degrees(xy_km: FloatArray) -> FloatArray:
    """Points of the plane as ``[n, 2]`` longitude, latitude."""
    return np.column_stack([LONGITUDE + xy_km[:, 0] / KM_PER_LONGITUDE, LATITUDE + xy_km[:, 1] / KM_PER_LATITUDE])


def to_plane(lonlat: FloatArray) -> FloatArray:
    """``[n, 2]`` longitude, latitude as points of the plane in km."""
    return np.column_stack([(lonlat[:, 0] - LONGITUDE) * KM_PER_LONGITUDE, (lonlat[:, 1] - LATITUDE) * KM_PER_LATITUDE])


def flat(geometry: shapely.Geometry) -> shapely.Geometry:
    """A WGS84 geometry on the plane."""
    return shapely.transform(geometry, to_plane)


def cells_over(land: shapely.Geometry, resolution: int) -> list[str]:
    """H3 cells that share some area with WGS84 polygons, ascending."""
    shape = h3.geo_to_h3shape(land.__geo_interface__)
    return sorted(set(h3.h3shape_to_cells_experimental(shape, resolution, contain="overlap")))


def hexagon(cell: str) -> shapely.Polygon:
    """A cell as a WGS84 polygon."""
    return shapely.Polygon([(lng, lat) for lat, lng in h3.cell_to_boundary(cell)])


def centres(cells: Sequence[str]) -> FloatArray:
    """Cell centres on the plane, ``[n_cells, 2]`` km."""
    return to_plane(np.array([h3.cell_to_latlng(cell)[::-1] for cell in cells]))


def smooth_field(rng: np.random.Generator, xy_km: FloatArray, *, scale_km: float, waves: int = 256) -> FloatArray:
    """A smooth Gaussian field at points, standardised over them: a sum of random waves.

    Random Fourier features of a squared-exponential covariance (Rahimi & Recht 2007, NIPS 20).
    """
    wave = rng.standard_normal((waves, 2)) / scale_km
    phase = rng.random(waves) * 2 * np.pi
    return z_scores(np.cos(xy_km @ wave.T + phase).sum(axis=1))


def z_scores(values: FloatArray) -> FloatArray:
    """Mean 0, standard deviation 1."""
    return (values - values.mean()) / values.std()


def points_in_cells(
    rng: np.random.Generator, cells: Sequence[str], chosen: IntArray, land: shapely.Geometry
) -> FloatArray:
    """One point for each chosen cell (position in ``cells``): uniform over the cell's land; 6 decimals, ``[n, 2]``.

    Points are drawn in the cell's bounding box and drawn again until they fall on land and, as H3 counts, in the cell.
    """
    boxes = np.array([hexagon(cell).bounds for cell in cells])
    known = np.array([h3.str_to_int(cell) for cell in cells], dtype=np.uint64)
    shapely.prepare(land)
    points = np.empty((len(chosen), 2))
    open_ = np.arange(len(chosen))
    while len(open_):
        box = boxes[chosen[open_]]
        drawn = np.round(box[:, :2] + rng.random((len(open_), 2)) * (box[:, 2:] - box[:, :2]), 6)
        resolution = h3.get_resolution(cells[0])
        cell = np.array([h3_int.latlng_to_cell(lat, lng, resolution) for lng, lat in drawn.tolist()], dtype=np.uint64)
        good = (cell == known[chosen[open_]]) & shapely.contains_xy(land, drawn[:, 0], drawn[:, 1])
        points[open_[good]] = drawn[good]
        open_ = open_[~good]
    return points
