"""What people call a cell: its crossing and its neighborhood, from layers of names. Shown, never counted.

The rules, in this order, the same for every city:

0. A point or a street further than ``within_m`` from the middle of a cell never names it.
1. A crossing or landmark (point) inside the cell: the one nearest to the cell's middle. Lines are streets: their
   crossings are found and are points like any other.
2. Else the nearest one outside, said with "near".
3. Else, of a layer of lines, the nearest street that touches the cell; else the nearest one, said with "near".
4. The first layer that has a name by rules 1 to 3 gives it; later layers are asked only where it has none.
5. The neighborhood is the polygon that holds most of the cell, of the first layer of polygons that reaches it; it
   follows after a comma, or stands alone.

Distances are compared in whole metres; of equals the name that comes first in the alphabet is taken. So the order of
the rows in a file changes nothing.
"""

from collections.abc import Sequence

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from patrolcast.domain.tables import NamedShapes
from patrolcast.grid.cells import locate
from patrolcast.grid.names.street_crossings import find_crossings
from patrolcast.numerics.arrays import FloatArray, ObjectArray

_EARTH_M = 6_371_008.8
_POINTS, _LINES, _AREAS = (0, 4), (1, 2, 5), (3, 6)
NEAR = "near "


def name_cells(cells: gpd.GeoDataFrame, layers: Sequence[NamedShapes]) -> ObjectArray:
    """The name of each cell, ``[n_cells]`` text; "" where no layer has one.

    Parameters
    ----------
    cells : with ``cell``, ``longitude``, ``latitude`` (of the middle) and ``geometry`` (WGS84).
    layers : the preferred one first; a layer may hold points, lines and polygons.
    """
    spot, area = (np.full(len(cells), "", dtype=object) for _ in range(2))
    plane = _Plane(cells)
    for layer in layers:
        kind = shapely.get_type_id(layer.table.geometry.to_numpy())
        for names in _spots(cells, layer, kind, plane):
            spot = np.where(spot == "", names, spot)
        area = np.where(area == "", _areas(cells, layer.table[np.isin(kind, _AREAS)]), area)
    both = (spot != "") & (area != "")
    return np.where(both, spot + ", " + area, spot + area)


class _Plane:
    """Metres around the middle of the cells (equirectangular): exact to a metre or so within a city."""

    def __init__(self, cells: gpd.GeoDataFrame) -> None:
        self.origin = cells[["longitude", "latitude"]].to_numpy().mean(axis=0)
        metre = np.pi / 180 * _EARTH_M
        self.metres = np.array([metre * np.cos(np.radians(self.origin[1])), metre])

    def flat(self, shapes: ObjectArray) -> ObjectArray:
        return np.asarray(shapely.transform(shapes, lambda xy: (xy - self.origin) * self.metres), dtype=object)

    def degrees(self, xy_m: FloatArray) -> FloatArray:
        return np.asarray(xy_m / self.metres + self.origin)

    def middles(self, cells: gpd.GeoDataFrame) -> FloatArray:
        return np.asarray((cells[["longitude", "latitude"]].to_numpy() - self.origin) * self.metres)


def _spots(cells: gpd.GeoDataFrame, layer: NamedShapes, kind: np.ndarray, plane: _Plane) -> list[ObjectArray]:
    """Names by rules 1 to 3, of points first, then of crossings, then of streets alone."""
    spots = []
    points = layer.table[np.isin(kind, _POINTS)]
    lines = layer.table[np.isin(kind, _LINES)]
    if len(points):
        exploded = points[["name", "geometry"]].explode(index_parts=False)
        flat = plane.flat(exploded.geometry.to_numpy())
        spots.append(_by_points(cells, flat, exploded["name"].to_numpy(), layer.within_m, plane))
    if len(lines):
        streets = gpd.GeoDataFrame({"name": lines["name"].to_numpy()}, geometry=plane.flat(lines.geometry.to_numpy()))
        crossings = find_crossings(streets)
        spots.append(
            _by_points(cells, crossings.geometry.to_numpy(), crossings["name"].to_numpy(), layer.within_m, plane)
        )
        spots.append(_by_lines(cells, streets, layer.within_m, plane))
    return spots


def _by_points(
    cells: gpd.GeoDataFrame, points: ObjectArray, names: ObjectArray, within_m: float, plane: _Plane
) -> ObjectArray:
    xy = shapely.get_coordinates(points)
    middles = plane.middles(cells)
    if not len(xy):
        return np.full(len(cells), "", dtype=object)
    pairs = cKDTree(middles).sparse_distance_matrix(cKDTree(xy), within_m, output_type="ndarray")
    cell, point = pairs["i"], pairs["j"]
    longitude, latitude = plane.degrees(xy).T
    inside = locate(longitude, latitude, cells["cell"], resolution=h3.get_resolution(cells["cell"].iloc[0]))
    return _nearest(len(cells), cell, names[point], pairs["v"], outside=inside[point] != cell)


def _by_lines(cells: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, within_m: float, plane: _Plane) -> ObjectArray:
    shapes, middles = streets.geometry.to_numpy(), shapely.points(plane.middles(cells))
    cell, street = shapely.STRtree(shapes).query(middles, predicate="dwithin", distance=within_m)
    distance = shapely.distance(middles[cell], shapes[street])
    hexagons = plane.flat(cells.geometry.to_numpy())
    outside = ~shapely.intersects(hexagons[cell], shapes[street])
    return _nearest(len(cells), cell, streets["name"].to_numpy()[street], distance, outside=outside)


def _nearest(n: int, cell: np.ndarray, names: ObjectArray, distance: FloatArray, *, outside: np.ndarray) -> ObjectArray:
    """Of each cell the name inside it that is nearest to its middle, else the nearest outside, said with "near"."""
    pairs = pd.DataFrame({"cell": cell, "outside": outside, "metres": np.rint(distance), "name": names})
    best = pairs.sort_values(["cell", "outside", "metres", "name"]).drop_duplicates("cell")
    nearest = np.full(n, "", dtype=object)
    nearest[best["cell"].to_numpy()] = np.where(best["outside"], NEAR + best["name"], best["name"])
    return nearest


def _areas(cells: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> ObjectArray:
    """The polygon that holds most of each cell; polygons of one name count together."""
    hexagons, shapes = cells.geometry.to_numpy(), areas.geometry.to_numpy()
    cell, area = shapely.STRtree(shapes).query(hexagons, predicate="intersects")
    shared = shapely.area(shapely.intersection(hexagons[cell], shapes[area]))
    pairs = pd.DataFrame({"cell": cell, "name": areas["name"].to_numpy()[area], "shared": shared})
    whole = shapely.area(hexagons)[cell]
    pairs["shared"] = np.round(pairs["shared"] / whole, 6)
    summed = pairs[pairs["shared"] > 0].groupby(["cell", "name"], as_index=False)[["shared"]].sum()
    best = summed.sort_values(["cell", "shared", "name"], ascending=[True, False, True]).drop_duplicates("cell")
    names = np.full(len(cells), "", dtype=object)
    names[best["cell"].to_numpy()] = best["name"].to_numpy()
    return names
