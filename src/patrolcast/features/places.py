"""Place features: one value per cell from the layers that the config names."""

from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from patrolcast.domain.settings import PlaceLayer
from patrolcast.numerics.arrays import Float32Array, FloatArray

_MULTIPOINT = 4  # shapely.GeometryType.MULTIPOINT


def place_features(
    cells: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame], declared: dict[str, PlaceLayer]
) -> dict[str, Float32Array]:
    """``place_<name>`` -> float32 ``[n_cells]`` for every declared layer.

    Counts are points inside the cell, distances are metres from the cell's centre to the nearest geometry, values are
    area-weighted means over the part of the cell that the layer covers (NaN where it covers none).
    """
    if not declared:
        return {}
    plane = plane_of(cells)
    flat = cells.geometry.to_crs(plane)
    columns = {}
    for name, layer in sorted(declared.items()):
        shapes = layers[name].to_crs(plane)
        if layer.measure == "count":
            values = _count(flat, shapes)
        elif layer.measure == "distance_m":
            values = _distance(flat, shapes)
        else:
            values = mean_by_area(flat, shapes, shapes[["value"]].to_numpy(dtype=np.float64).T)[0]
        columns[f"place_{name}"] = values.astype(np.float32)
    return columns


def plane_of(cells: gpd.GeoDataFrame) -> CRS:
    """The UTM zone of a city, in metres."""
    return _utm_zone(*map(float, cells.total_bounds), str(cells.crs))


@lru_cache(maxsize=64)
def _utm_zone(west: float, south: float, east: float, north: float, crs: str) -> CRS:
    """Looked up once per city: it takes a tenth of a simulated night."""
    return gpd.GeoSeries([shapely.box(west, south, east, north)], crs=crs).estimate_utm_crs()


def _count(cells: gpd.GeoSeries, shapes: gpd.GeoDataFrame) -> FloatArray:
    """Points in each cell: each one of a shape of many points, and the middle of any other shape."""
    geometries = shapes.geometry.to_numpy()
    several = shapely.get_type_id(geometries) == _MULTIPOINT
    points = np.concatenate([shapely.centroid(geometries[~several]), shapely.get_parts(geometries[several])])
    cell, _ = shapely.STRtree(points).query(cells.to_numpy(), predicate="intersects")
    return np.bincount(cell, minlength=len(cells)).astype(np.float64)


def _distance(cells: gpd.GeoSeries, shapes: gpd.GeoDataFrame) -> FloatArray:
    tree = shapely.STRtree(shapes.geometry.to_numpy())
    _, distance = tree.query_nearest(shapely.centroid(cells.to_numpy()), return_distance=True, all_matches=False)
    return np.asarray(distance)


def mean_by_area(cells: gpd.GeoSeries, shapes: gpd.GeoDataFrame, values: FloatArray) -> FloatArray:
    """Area-weighted means over the part of each cell that the shapes cover; NaN where they cover none.

    Parameters
    ----------
    cells, shapes : polygons in one plane.
    values : ``[n_columns, n_shapes]``.

    Returns
    -------
    float64 ``[n_columns, n_cells]``.
    """
    geometry = shapely.make_valid(shapes.geometry.to_numpy())
    cell, shape = shapely.STRtree(geometry).query(cells.to_numpy(), predicate="intersects")
    overlap = shapely.area(shapely.intersection(cells.to_numpy()[cell], geometry[shape]))
    weight = np.bincount(cell, overlap, minlength=len(cells))
    summed = np.stack([np.bincount(cell, overlap * column[shape], minlength=len(cells)) for column in values])
    return np.divide(summed, weight, out=np.full(summed.shape, np.nan), where=weight > 0)
