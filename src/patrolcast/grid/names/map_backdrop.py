"""Streets and water that are drawn with the map, so that a reader finds the way: light, offline, and nothing else.

They come from layers that the config names anyway: `[area] water`, and street lines of `[[area.names]]`. What is drawn
is cut to the city and simplified; what would still make the page heavy is left out, short streets first.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from patrolcast.domain.tables import WGS84, NamedShapes
from patrolcast.numerics.arrays import ObjectArray

MOST_CORNERS = 6_000
"""About 50 kB of a page, a third of what the script of the map itself takes."""
_TOLERANCES = (1e-4, 2e-4, 4e-4)
"""Degrees, about 11, 22 and 44 metres: on a map of a whole city, less than a dot."""
_AREAS, _LINES = (3, 6), (1, 2, 5)


def draw_backdrop(
    cells: gpd.GeoDataFrame, water: gpd.GeoDataFrame | None, names: Sequence[NamedShapes]
) -> gpd.GeoDataFrame:
    """What is drawn with the map, in the order of drawing.

    Parameters
    ----------
    cells : with ``geometry``; nothing is drawn outside their bounding box.
    water : polygons, or None.
    names : layers of names; their lines are streets.

    Returns
    -------
    ``kind`` ("water" or "street") and ``geometry`` (WGS84 polygons and lines), at most :data:`MOST_CORNERS` corners.
    """
    frame = shapely.box(*cells.total_bounds)
    drawn = [np.empty(0, dtype=object)] if water is None else [water.geometry.to_numpy()]
    lines = [layer.table.geometry.to_numpy() for layer in names]
    lakes = _cut(np.concatenate(drawn), frame, _AREAS)
    streets = _cut(np.concatenate([np.empty(0, dtype=object), *lines]), frame, _LINES)
    streets = streets[np.argsort(-shapely.length(streets), kind="stable")]
    for tolerance in _TOLERANCES:
        shapes = shapely.simplify(np.concatenate([lakes, streets]), tolerance)
        if shapely.get_num_coordinates(shapes).sum() <= MOST_CORNERS:
            break
    fits = ~shapely.is_empty(shapes) & (np.cumsum(shapely.get_num_coordinates(shapes)) <= MOST_CORNERS)
    kinds = np.array(["water"] * len(lakes) + ["street"] * len(streets), dtype=object)
    return gpd.GeoDataFrame({"kind": kinds[fits]}, geometry=shapes[fits], crs=WGS84)


def _cut(shapes: ObjectArray, frame: shapely.Geometry, types: tuple[int, ...]) -> ObjectArray:
    """The single parts of the wanted types inside the frame."""
    wanted = np.isin(shapely.get_type_id(shapes), types) & shapely.intersects(shapes, frame)
    parts = shapely.get_parts(shapely.intersection(shapes[wanted], frame))
    return np.asarray(parts[np.isin(shapely.get_type_id(parts), types)], dtype=object)
