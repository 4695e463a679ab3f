"""Where named streets cross: points "A & B" from the lines of a layer of streets.

Two lines of different names cross where they meet or come within a few metres of each other (centre lines that end
just short of the street they lead into). A bridge over a street counts as a crossing: a layer of lines does not know
better.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.numerics.arrays import ObjectArray

_GAP_M = 5.0
"""Centre lines of one crossing that were drawn apart: less than the width of two lanes (AASHTO: 3.0 to 3.6 m each)."""


def find_crossings(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Crossings of lines of different names.

    Parameters
    ----------
    lines : on a plane in metres, with the column ``name``.

    Returns
    -------
    Points with ``name`` ("A & B", the names in the order of the alphabet), each name and point once, in that order.
    """
    shapes, names = lines.geometry.to_numpy(), lines["name"].to_numpy()
    i, j = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_GAP_M)
    pair = (i < j) & (names[i] != names[j])
    i, j = i[pair], j[pair]
    met = shapely.intersection(shapes[i], shapes[j])
    apart = shapely.is_empty(met)
    met[apart] = shapely.centroid(shapely.shortest_line(shapes[i[apart]], shapes[j[apart]]))
    points, of = _points(met)
    a, b = names[i[of]], names[j[of]]
    first, second = np.where(a < b, a, b), np.where(a < b, b, a)
    table = pd.DataFrame(
        {
            "name": [f"{x} & {y}" for x, y in zip(first, second, strict=True)],
            "x": np.round(shapely.get_x(points), 1),
            "y": np.round(shapely.get_y(points), 1),
        }
    )
    table = table.drop_duplicates().sort_values(["name", "x", "y"], ignore_index=True)
    return gpd.GeoDataFrame(table[["name"]], geometry=gpd.points_from_xy(table["x"], table["y"]))


def _points(met: ObjectArray) -> tuple[ObjectArray, np.ndarray]:
    """Points of each meeting, and which meeting each is of; of a stretch that two streets share, its middle."""
    parts, of = shapely.get_parts(met, return_index=True)
    long = shapely.get_dimensions(parts) > 0
    parts[long] = shapely.line_interpolate_point(parts[long], 0.5, normalized=True)
    return parts, of
