"""Place layers of the sample city: three harmless ones, one plain proxy for a group's share, and one pair.

``tree_canopy`` sounds harmless and follows the share of group_b closely. ``building_age`` and ``lot_frontage`` are the
pair: each follows it weakly (a strong field hides it), but their difference *is* the share with a little noise. A
screen that looks at one feature at a time lets both through.
"""

import geopandas as gpd
import numpy as np
import shapely

from patrolcast.domain.tables import WGS84
from patrolcast.numerics.arrays import FloatArray
from patrolcast.synthetic.geography import GROUPS, Geography
from patrolcast.synthetic.plane import degrees, flat, smooth_field, to_degrees, z_scores

_SIDE_KM = 0.4
_HIDDEN = 0.22
_NOISE = 0.10


def transit_stops(rng: np.random.Generator, roads: tuple[shapely.LineString, ...]) -> FloatArray:
    """Stops about every 400 m along the corridors, on the plane ``[n, 2]``."""
    stops = []
    for road in roads:
        along = np.arange(0.2, road.length, 0.4)
        along = along + rng.uniform(-0.08, 0.08, size=len(along))
        stops.append(shapely.get_coordinates(shapely.line_interpolate_point(road, along)))
    return np.vstack(stops) + rng.uniform(-0.03, 0.03, size=(sum(map(len, stops)), 2))


def bars(rng: np.random.Generator, roads: tuple[shapely.LineString, ...], land: shapely.Geometry) -> FloatArray:
    """Bars: two streets of them, some more along the corridors, a few anywhere; on the plane ``[n, 2]``."""
    middle = np.array([(0.25, -0.55), (0.1, 1.55), (-2.9, -1.2), (3.5, -0.75)])
    clustered = [at + 0.22 * rng.standard_normal((n, 2)) for at, n in zip(middle, (16, 11, 6, 6), strict=True)]
    road = [shapely.get_coordinates(shapely.line_interpolate_point(r, rng.random(7) * r.length)) for r in roads]
    lone = rng.uniform(-5, 5, size=(14, 2))
    at = np.vstack([*clustered, *road, lone])
    return at[shapely.contains_xy(land, at[:, 0], at[:, 1])]


def place_layers(
    rng: np.random.Generator, geography: Geography, stops: FloatArray, pubs: FloatArray
) -> dict[str, gpd.GeoDataFrame]:
    """Layer name -> geometries; value layers have the column ``value``."""
    land = flat(geography.land)
    schools = rng.uniform(-6, 6, size=(120, 2))
    schools = schools[shapely.contains_xy(land, schools[:, 0], schools[:, 1])][:34]
    squares = _squares(land)
    middle = np.array([[s.centroid.x, s.centroid.y] for s in squares])
    shares = _shares_at(geography, middle)
    share = z_scores(shares[:, 1])
    hiding = _apart_from(shares, smooth_field(rng, middle, scale_km=1.6))
    noise = rng.standard_normal((3, len(squares)))
    canopy = 24 - 6.5 * (0.85 * share + 0.5 * noise[0])
    age = 52 + 14 * (hiding + _HIDDEN * share + _NOISE * noise[1])
    frontage = 17 + 3.5 * (hiding - _HIDDEN * share + _NOISE * noise[2])
    inside = land.buffer(0.01)
    return {
        "transit_stops": _points(stops[shapely.contains_xy(inside, stops[:, 0], stops[:, 1])]),
        "schools": _points(schools),
        "bars": _points(pubs),
        "tree_canopy": _values(squares, canopy.clip(1, 60)),
        "building_age": _values(squares, age.clip(0, 130)),
        "lot_frontage": _values(squares, frontage.clip(4, 40)),
    }


def _squares(land: shapely.Geometry) -> list[shapely.Geometry]:
    west, south, east, north = land.bounds
    corners = [(x, y) for x in np.arange(west, east, _SIDE_KM) for y in np.arange(south, north, _SIDE_KM)]
    boxes = np.array([shapely.box(x, y, x + _SIDE_KM, y + _SIDE_KM) for x, y in corners])
    return list(boxes[shapely.intersects(boxes, land)])


def _shares_at(geography: Geography, xy: FloatArray) -> FloatArray:
    """Group shares of the tract at (or nearest to) each point, ``[n, n_groups]``."""
    tracts = np.array([flat(shape) for shape in geography.tracts.geometry])
    _, tract = shapely.STRtree(tracts).query_nearest(shapely.points(xy), all_matches=False)
    counts = geography.tracts[list(GROUPS)].to_numpy(dtype=float)
    return (counts / counts.sum(axis=1, keepdims=True))[tract]


def _apart_from(shares: FloatArray, field: FloatArray) -> FloatArray:
    """The part of a field that no linear combination of the shares explains, standardised."""
    basis: list[FloatArray] = []
    for column in shares.T[1:]:
        rest = column - column.mean()
        for known in basis:
            rest = rest - known * (rest @ known) / (known @ known)
        basis.append(rest)
    for known in basis:
        field = field - known * (field @ known) / (known @ known)
    return z_scores(field)


def _points(xy: FloatArray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapely.points(np.round(degrees(xy), 6)), crs=WGS84)


def _values(squares: list[shapely.Geometry], values: FloatArray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"value": np.round(values, 2)}, geometry=[to_degrees(s) for s in squares], crs=WGS84)
