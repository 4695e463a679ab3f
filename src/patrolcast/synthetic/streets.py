"""Streets and neighborhoods of the sample city: what people call its places. Drawn without chance, so nothing moves.

Avenues run north and south every 200 m and are numbered from the west; streets run east and west and are named after
trees in the order of the alphabet, from the south; three corridors run across both. Only every fourth avenue and the
corridors cross the river. Names are of no person.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.tables import WGS84
from patrolcast.synthetic.city_truth import ROADS
from patrolcast.synthetic.geography import Geography, voronoi_parts
from patrolcast.synthetic.plane import flat, to_degrees

_APART_KM = 0.2
_BRIDGES = 4
_SHORTEST_KM = 0.05
_CORRIDORS = ("Prairie Rd", "Old Mill Rd", "Lakeshore Rd")
_TREES = (
    "Acacia", "Alder", "Apple", "Ash", "Aspen", "Balsam", "Basswood", "Bay", "Beech", "Birch", "Boxelder", "Buckeye",
    "Butternut", "Catalpa", "Cedar", "Cherry", "Chestnut", "Cottonwood", "Cypress", "Dogwood", "Elder", "Elm", "Fir",
    "Ginkgo", "Gum", "Hackberry", "Hawthorn", "Hazel", "Hemlock", "Hickory", "Holly", "Hornbeam", "Ironwood", "Juniper",
    "Larch", "Laurel", "Lilac", "Linden", "Locust", "Magnolia", "Maple", "Mulberry", "Myrtle", "Oak", "Olive", "Osage",
    "Peach", "Pear", "Pecan", "Persimmon", "Pine", "Plum", "Poplar", "Redbud", "Rowan", "Sassafras", "Sequoia",
    "Spruce", "Sumac", "Sycamore", "Tamarack", "Tupelo", "Walnut", "Willow", "Yew",
)  # fmt: skip
_NEIGHBORHOODS = {
    "Airport Strip": (6.4, 2.4), "Bluffs": (-0.6, 4.0), "Canal Row": (1.6, -0.2), "Central": (0.2, -0.6),
    "Depot": (-1.6, -0.8), "East Bank": (3.2, -0.6), "Fairgrounds": (4.0, 1.0), "Garden Homes": (-3.4, -3.0),
    "Highlands": (2.2, 3.4), "Lakeside": (-2.6, 2.4), "Market": (0.1, 1.6), "Meadows": (-4.2, 0.9),
    "Mill End": (1.0, -3.6), "North Gate": (0.6, 2.8), "Orchard": (-1.0, -3.6), "Quarry": (3.0, -4.0),
    "Rail Yards": (4.2, -2.6), "South Fields": (-0.6, -2.2), "Terraces": (-3.6, 3.6), "Uplands": (3.6, 2.2),
    "West Strip": (-5.8, -0.8), "Willow Bend": (-3.0, -1.4), "Works": (2.4, -2.2),
}  # fmt: skip


def street_lines(geography: Geography) -> gpd.GeoDataFrame:
    """Centre lines with ``street``, one row a street, on land or a bridge; WGS84."""
    land, limits = flat(geography.land), flat(geography.boundary.geometry.iloc[0])
    west, south, east, north = limits.bounds
    rows: list[tuple[str, shapely.Geometry]] = []
    for n, x in enumerate(np.arange(np.ceil(west / _APART_KM), east / _APART_KM), start=1):
        line = shapely.LineString([(x * _APART_KM, south), (x * _APART_KM, north)])
        rows.append((f"{_ordinal(n)} Ave", shapely.intersection(line, land if n % _BRIDGES else limits)))
    ys = np.arange(np.ceil(south / _APART_KM), north / _APART_KM)
    for name, y in zip(_TREES, ys, strict=False):
        line = shapely.LineString([(west, y * _APART_KM), (east, y * _APART_KM)])
        rows.append((f"{name} St", shapely.intersection(line, land)))
    rows += [(name, shapely.intersection(road, limits)) for name, road in zip(_CORRIDORS, ROADS, strict=True)]
    table = pd.DataFrame(rows, columns=["street", "line"])
    lines = [_lines(line) for line in table["line"]]
    layer = gpd.GeoDataFrame(table[["street"]], geometry=[to_degrees(line) for line in lines], crs=WGS84)
    return gpd.GeoDataFrame(layer[~layer.geometry.is_empty].reset_index(drop=True))


def neighborhoods(geography: Geography) -> gpd.GeoDataFrame:
    """Polygons with ``neighborhood``: the land that lies nearest to the middle of each; WGS84."""
    middles = np.array(list(_NEIGHBORHOODS.values()))
    parts = [shapely.intersection(part, flat(geography.land)) for part in voronoi_parts(middles, _around(geography))]
    solid = [shapely.union_all([p for p in shapely.get_parts(part) if p.geom_type == "Polygon"]) for part in parts]
    turned = shapely.orient_polygons(shapely.make_valid(np.array([to_degrees(part) for part in solid])))
    layer = gpd.GeoDataFrame({"neighborhood": list(_NEIGHBORHOODS)}, geometry=turned, crs=WGS84)
    return gpd.GeoDataFrame(layer[~layer.geometry.is_empty].reset_index(drop=True))


def _around(geography: Geography) -> shapely.Geometry:
    return flat(geography.boundary.geometry.iloc[0]).envelope


def _lines(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "LineString" and p.length >= _SHORTEST_KM]
    return parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)


def _ordinal(n: int) -> str:
    """A number as a street bears it.

    >>> [_ordinal(n) for n in (1, 2, 3, 11, 21, 112)]
    ['1st', '2nd', '3rd', '11th', '21st', '112th']
    """
    ending = "th" if n % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
