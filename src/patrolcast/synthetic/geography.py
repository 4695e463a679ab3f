"""The sample city's geography: limits along section lines, a river, patrol districts, tracts with residents by group.

Everything is made on the plane of `synthetic/plane` and handed on in WGS84. The city has 84 km2 of land; its limits
are rectilinear with annexed strips, as those of cities of the American plains; districts and tracts stop at the river.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.ops import split

from patrolcast.domain.tables import WGS84
from patrolcast.numerics.arrays import FloatArray
from patrolcast.synthetic.plane import smooth_field, to_degrees, z_scores

GROUPS = ("group_a", "group_b", "group_c")
RESIDENTS = 182_000
PARK, WORKS = (-1.9, 1.5), (4.1, -2.6)
"""Middles of the large park and of the industrial area, km: few live there."""
_BLOCK_KM = 0.4
_SOUTH_EAST = np.array([0.55, -0.83])


@dataclass(frozen=True)
class Geography:
    """The city in WGS84.

    Attributes
    ----------
    boundary, water : one polygon layer each; ``districts`` has ``district``; ``tracts`` has ``tract``, ``residents``
        and one column per group, which sum to ``residents``.
    land : the boundary without the water.
    """

    boundary: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    tracts: gpd.GeoDataFrame
    land: shapely.Geometry


def make_geography(rng: np.random.Generator) -> Geography:
    """Draws limits, river, districts and tracts."""
    limits = _limits(rng)
    line = _river_line()
    river = shapely.intersection(_river(line), limits.buffer(0.3, join_style="mitre"))
    sides = sorted(split(limits, line).geoms, key=lambda side: -side.area)[:2]
    rest = [part for part in split(limits, line).geoms if part.area < sides[1].area]
    sides = [shapely.union_all([side, *(p for p in rest if p.distance(side) < 1e-9)]) for side in sides]
    north, south = sorted(sides, key=lambda side: -side.centroid.y)
    districts = [*voronoi_parts(_NORTH_POSTS, north), *voronoi_parts(_SOUTH_POSTS, south)]
    tracts = [*voronoi_parts(_tract_seeds(rng, north, 33), north), *voronoi_parts(_tract_seeds(rng, south, 29), south)]
    table = _with_residents(rng, tracts, river)
    boundary, water = _layer([limits]), _layer([river])
    named = _layer(districts).assign(district=[str(i + 1) for i in range(len(districts))])
    land = shapely.difference(boundary.geometry.iloc[0], water.geometry.iloc[0])
    return Geography(boundary, named[["district", "geometry"]], water, table, land)


_NORTH_POSTS = np.array([[-3.4, 2.4], [0.6, 3.2], [3.4, 1.2]])
_SOUTH_POSTS = np.array([[-3.2, -1.6], [-0.4, -2.2], [3.0, -3.2]])


def _limits(rng: np.random.Generator) -> shapely.Polygon:
    steps = np.arange(-8, 8, _BLOCK_KM)
    corner = np.array([(x, y) for x in steps for y in steps])
    middle = corner + _BLOCK_KM / 2
    angle = np.arctan2(middle[:, 1], middle[:, 0] * 0.86)
    radius = 4.75 * (1 + 0.10 * np.cos(2 * angle + 0.6) + 0.07 * np.cos(3 * angle - 1.1) + 0.05 * np.cos(5 * angle + 2))
    rough = 0.28 * smooth_field(rng, middle, scale_km=0.7)
    inside = np.hypot(middle[:, 0] * 0.86, middle[:, 1]) < radius + rough
    inside |= (middle[:, 0] > 4) & (middle[:, 0] < 7.6) & (middle[:, 1] > 2.0) & (middle[:, 1] < 2.8)
    inside |= (middle[:, 0] > -7.2) & (middle[:, 0] < -4) & (middle[:, 1] > -1.2) & (middle[:, 1] < -0.4)
    squares = shapely.box(*corner[inside].T, *(corner[inside] + _BLOCK_KM).T)
    # Snapped to the section grid first: sums of 0.4 are not exact, and slivers would survive the union.
    whole = shapely.union_all(shapely.set_precision(squares, 0.001))
    largest = max(shapely.get_parts(whole), key=lambda part: part.area)
    return shapely.Polygon(largest.exterior).simplify(0.001)


def _river_line() -> shapely.LineString:
    x = np.arange(-9, 9.01, 0.02)
    y = 0.45 - 0.14 * x + 0.55 * np.sin(x * 0.9 + 0.4) + 0.22 * np.sin(x * 2.3 + 1.2)
    return shapely.LineString(np.round(np.column_stack([x, y]), 4))


def _river(line: shapely.LineString) -> shapely.Geometry:
    points = shapely.points(shapely.get_coordinates(line))
    width = 0.085 + 0.035 * np.sin(np.arange(len(points)) * 0.022)
    island = shapely.Point(1.75, 0.95).buffer(0.10)
    reach = shapely.union_all([shapely.buffer(line, 0.085), *shapely.buffer(points, width)])
    lake = shapely.affinity.scale(shapely.Point(-2.5, 2.1).buffer(0.34), 1.0, 0.6)
    return shapely.union_all([shapely.difference(reach, island), lake]).simplify(0.004)


def voronoi_parts(seeds: FloatArray, within: shapely.Geometry) -> list[shapely.Geometry]:
    """The part of ``within`` that is nearest to each seed, in the order of the seeds."""
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=within.envelope))
    nearest = [next(part for part in parts if part.covers(seed)) for seed in shapely.points(seeds)]
    return [shapely.intersection(part, within) for part in nearest]


def _tract_seeds(rng: np.random.Generator, side: shapely.Geometry, count: int) -> FloatArray:
    """Spread-out points, denser towards the middle: of many draws the one farthest from those chosen."""
    fixed = [point for point in (PARK, WORKS) if side.contains(shapely.Point(point))]
    chosen = [np.array(point) for point in fixed]
    while len(chosen) < count:
        draws = rng.uniform(-8, 8, size=(400, 2))
        draws = draws[shapely.contains_xy(side, draws[:, 0], draws[:, 1])]
        unit = 0.45 + 0.13 * np.hypot(draws[:, 0], draws[:, 1])
        gap = np.full(len(draws), 9.0)
        for point in chosen:
            gap = np.minimum(gap, np.hypot(*(draws - point).T) / unit)
        chosen.append(draws[np.argmax(gap + 0.25 * rng.random(len(draws)))])
    return np.round(np.array(chosen), 4)


def _with_residents(
    rng: np.random.Generator, tracts: list[shapely.Geometry], river: shapely.Geometry
) -> gpd.GeoDataFrame:
    xy = np.array([[shape.centroid.x, shape.centroid.y] for shape in tracts])
    dry = np.array([shapely.difference(shape, river).area for shape in tracts])
    density = np.exp(-np.hypot(xy[:, 0], xy[:, 1]) / 4.5 + 0.35 * rng.standard_normal(len(xy)))
    empty = np.array([shape.contains(shapely.Point(PARK)) or shape.contains(shapely.Point(WORKS)) for shape in tracts])
    people = dry * np.where(empty, 0.012 * density, density)
    total = np.maximum(np.round(people / people.sum() * RESIDENTS), 20).astype(np.int64)
    shares = _shares(rng, xy)
    second = np.round(total * shares[:, 1]).astype(np.int64)
    third = np.minimum(np.round(total * shares[:, 2]).astype(np.int64), total - second)
    table = _layer(tracts)
    table["tract"] = [f"{100 + 2 * i:06d}" for i in range(len(tracts))]
    table["residents"] = total
    table["group_a"], table["group_b"], table["group_c"] = total - second - third, second, third
    return table[["tract", "residents", *GROUPS, "geometry"]]


def _shares(rng: np.random.Generator, xy: FloatArray) -> FloatArray:
    """Shares of the groups by tract: group_b to the south-east, group_c around the middle of the west; segregated."""
    b = 1.5 * z_scores(xy @ _SOUTH_EAST) + 0.9 * smooth_field(rng, xy, scale_km=1.8) - 1.25
    c = -1.4 * z_scores(np.hypot(xy[:, 0] + 2.2, xy[:, 1] + 0.6)) + 0.8 * smooth_field(rng, xy, scale_km=1.8) - 1.6
    weight = np.exp(np.column_stack([np.zeros(len(xy)), b, c]))
    return weight / weight.sum(axis=1, keepdims=True)


def _layer(shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    solid = [shapely.union_all([p for p in shapely.get_parts(s) if p.geom_type == "Polygon"]) for s in shapes]
    turned = shapely.orient_polygons(shapely.make_valid(np.array([to_degrees(shape) for shape in solid])))
    return gpd.GeoDataFrame(geometry=turned, crs=WGS84)
