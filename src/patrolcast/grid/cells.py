"""H3 cells over the jurisdiction: which exist, how much land they hold, whose district they are, who is next to whom.

A cell belongs to the grid when any of its land lies inside the boundary; `area_km2` is that land (inside the boundary,
outside water), so that shares of area mean land one could patrol. Cells are always in ascending order of their index.
"""

import geopandas as gpd
import h3
import h3.api.basic_int as h3_int
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod
from scipy import sparse

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.tables import WGS84
from patrolcast.grid.layer_fit import dry_land
from patrolcast.numerics.arrays import FloatArray, Int32Array, ObjectArray
from patrolcast.numerics.distinct import distinct_points

MOST_CELLS = 100_000
"""Twice what the largest city has at resolution 10."""
_LEAST_LAND_KM2 = 1e-4
"""100 m2: what a cell holds by rounding at the border is no land."""
_EARTH = Geod(ellps="WGS84")


def cover_area(
    boundary: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None, water: gpd.GeoDataFrame | None, *, resolution: int
) -> gpd.GeoDataFrame:
    """Cells whose land lies at least partly inside the boundary.

    Raises DataRefusedError when the boundary holds no land, or so much that it has more than :data:`MOST_CELLS`.

    Parameters
    ----------
    boundary, districts, water : WGS84 polygons; ``districts`` has the column ``district``.
    resolution : H3 resolution, 7 to 11.

    Returns
    -------
    One row per cell, ascending: ``cell`` (H3 index as text), ``district`` (largest overlap in land area, ties by name;
    nearest where none overlaps; "all" without districts), ``area_km2``, ``longitude``, ``latitude`` (centre),
    ``geometry`` (the whole hexagon).
    """
    polygons = [
        part for part in shapely.get_parts(dry_land(boundary, water)) if part.geom_type in {"Polygon", "MultiPolygon"}
    ]
    land = shapely.union_all(polygons)
    if shapely.is_empty(land):
        rule = "at least one polygon outside water"
        raise DataRefusedError("boundary", got="no land", rule=rule, cure="check [area]")
    _refuse_too_many(float(_km2(np.array([land], dtype=object))[0]), resolution)
    shape = h3.geo_to_h3shape(land.__geo_interface__)
    index = np.array(sorted(set(h3.h3shape_to_cells_experimental(shape, resolution, contain="overlap"))))
    hexagons = cell_polygons(index)
    parts = clip(hexagons, land)
    area = _km2(parts)
    has_land = area > _LEAST_LAND_KM2
    index, hexagons, parts, area = index[has_land], hexagons[has_land], parts[has_land], area[has_land]
    centres = np.array([h3.cell_to_latlng(cell) for cell in index])
    return gpd.GeoDataFrame(
        {
            "cell": index,
            "district": _district_of(parts, districts),
            "area_km2": area,
            "longitude": centres[:, 1],
            "latitude": centres[:, 0],
        },
        geometry=hexagons,
        crs=WGS84,
    )


def _refuse_too_many(land_km2: float, resolution: int) -> None:
    """A state at the finest resolution would fill the memory before anything is said."""

    def about(size: int) -> int:
        return round(land_km2 / h3.average_hexagon_area(size, unit="km^2"))

    if about(resolution) <= MOST_CELLS:
        return
    fits = next((size for size in range(resolution - 1, 6, -1) if about(size) <= MOST_CELLS), None)
    cure = "check the boundary: no city is as large as this" if fits is None else (
        f"use resolution = {fits}, about {about(fits):,} cells"
    )  # fmt: skip
    got = f"{resolution}, about {about(resolution):,} cells on {land_km2:,.0f} km2 of land"
    raise DataRefusedError("[area] resolution", got=got, rule=f"at most {MOST_CELLS:,} cells", cure=cure)


def cell_polygons(index: npt.ArrayLike) -> ObjectArray:
    """The hexagons of H3 indexes (text) as WGS84 polygons, in the order given."""
    rings = [[(lng, lat) for lat, lng in h3.cell_to_boundary(str(cell))] for cell in np.asarray(index)]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def locate(longitude: FloatArray, latitude: FloatArray, cells: pd.Series, *, resolution: int) -> Int32Array:
    """Position in ``cells`` of each point's cell, -1 where the cell is not in the grid.

    H3 is called once per *distinct* point, which makes ten million rows affordable. Coordinates must have been checked
    before, since H3 returns a cell for latitude 95 too.
    """
    point, first = distinct_points(longitude, latitude)
    points = zip(latitude[first].tolist(), longitude[first].tolist(), strict=True)
    indexes = np.fromiter((h3_int.latlng_to_cell(y, x, resolution) for y, x in points), np.uint64, len(first))
    known = np.array([h3.str_to_int(cell) for cell in cells], dtype=np.uint64)
    order = np.argsort(known)
    place = np.searchsorted(known[order], indexes).clip(max=len(known) - 1)
    position = np.where(known[order][place] == indexes, order[place], -1)
    return position[point].astype(np.int32)


def rings(cells: pd.Series, *, furthest: int = 3) -> list[sparse.csr_array]:
    """Neighbours at each grid distance: item k-1 is ``[n_cells, n_cells]`` float32 with 1 where distance is exactly k.

    Rows near the border have fewer entries; nothing is wrapped or invented.
    """
    position = {cell: i for i, cell in enumerate(cells)}
    matrices = []
    for k in range(1, furthest + 1):
        near = ((i, other) for cell, i in position.items() for other in h3.grid_ring(cell, k))
        pairs = [(i, position[other]) for i, other in near if other in position]
        row, column = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
        ones = np.ones(len(pairs), dtype=np.float32)
        matrices.append(sparse.csr_array((ones, (row, column)), shape=(len(position), len(position))))
    return matrices


def centres_xy_m(cells: gpd.GeoDataFrame) -> FloatArray:
    """Cell centres in metres on a local plane (equirectangular about the mean), ``[n_cells, 2]``; fit for one city."""
    longitude, latitude = np.radians(cells["longitude"].to_numpy()), np.radians(cells["latitude"].to_numpy())
    earth_m = 6_371_008.8
    x = earth_m * (longitude - longitude.mean()) * np.cos(latitude.mean())
    return np.column_stack([x, earth_m * (latitude - latitude.mean())])


def clip(shapes: ObjectArray, land: shapely.Geometry) -> ObjectArray:
    """The part of each shape inside ``land``; a shape that lies wholly inside is returned as it is: cheap and exact."""
    shapely.prepare(land)
    inside = shapely.contains(land, shapes)
    parts = shapes.copy()
    parts[~inside] = shapely.intersection(shapes[~inside], land)
    return parts


def _km2(parts: ObjectArray) -> FloatArray:
    return np.array([abs(_EARTH.geometry_area_perimeter(part)[0]) / 1e6 for part in parts])


def _district_of(parts: ObjectArray, districts: gpd.GeoDataFrame | None) -> ObjectArray:
    if districts is None:
        return np.full(len(parts), "all", dtype=object)
    named = districts.assign(district=districts["district"].astype(str)).dissolve("district").sort_index()
    names, shapes = named.index.to_numpy(), shapely.make_valid(named.geometry.to_numpy())
    tree = shapely.STRtree(shapes)
    cell, district = tree.query(parts, predicate="intersects")
    overlap = shapely.area(shapely.intersection(parts[cell], shapes[district]))
    pairs = pd.DataFrame({"cell": cell, "district": district, "overlap": overlap})
    best = pairs[pairs["overlap"] > 0].sort_values(["cell", "overlap", "district"], ascending=[True, False, True])
    best = best.drop_duplicates("cell")
    position = np.full(len(parts), -1)
    position[best["cell"]] = best["district"]
    without = position < 0
    if without.any():
        position[without] = tree.nearest(shapely.centroid(parts[without]))
    return names[position]
