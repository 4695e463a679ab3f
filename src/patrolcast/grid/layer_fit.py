"""Do the layers of a city lie on each other? Shares of land, printed; below a stated share the layer is refused.

A layer of another place, in the wrong reference system or of half the city looks like any other: every cell would get
the nearest district, and every place feature would be zero. Areas are compared in degrees: only shares are formed.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.counted import names_shown
from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.numerics.arrays import ObjectArray

LEAST_IN_DISTRICTS = 0.6
"""Share of the city's land in districts below which the layer is refused; below all but 2 % it is noted."""
MOST_OVERLAP = 0.5
"""Share of the districts' area in several districts above which the layer is refused; above 2 % it is noted."""
LEAST_IN_AREAS = 0.5
"""Share of the city's land in census areas with counts below which they are refused; below 80 % it is noted."""
_SAID_OUTSIDE, _SAID_OVERLAP, _SAID_AREAS = 0.02, 0.02, 0.8
_MOSTLY_ELSEWHERE = 0.1
_FURTHEST_PLACE_DEGREES = 0.5
_CURE = "check the layer, its reference system, [area] boundary and water"


def dry_land(boundary: gpd.GeoDataFrame, water: gpd.GeoDataFrame | None) -> shapely.Geometry:
    """The land inside the boundary and outside water."""
    land = _union(boundary.geometry.to_numpy())
    return land if water is None or not len(water) else shapely.difference(land, _union(water.geometry.to_numpy()))


def fit_districts(districts: gpd.GeoDataFrame, land: shapely.Geometry, *, file: str) -> tuple[float, list[str]]:
    """Share of the land that lies in a district, and what a reader should know of districts and land.

    Raises DataRefusedError: most of the land has no district, or most districts lie on each other.

    Parameters
    ----------
    districts : WGS84, one row a district, with the column ``district``.
    """
    shapes = np.asarray(shapely.make_valid(districts.geometry.to_numpy()), dtype=object)
    union = _union(shapes)
    inside = _share(shapely.intersection(land, union), land)
    if inside < LEAST_IN_DISTRICTS:
        got = f"districts on {inside:.0%} of the city's land ({where(union)}; the city: {where(land)})"
        rule = f"at least {LEAST_IN_DISTRICTS:.0%} of the land lies in a district"
        raise DataRefusedError(file, got=got, rule=rule, cure=_CURE)
    overlap = float(shapely.area(shapes).sum() / shapely.area(union) - 1.0)
    if overlap > MOST_OVERLAP:
        got, rule = f"districts that overlap on {overlap:.0%} of their area", "districts must not overlap"
        raise DataRefusedError(file, got=got, rule=rule, cure="use a layer with one kind of area")
    notes = []
    if inside < 1 - _SAID_OUTSIDE:
        notes.append(f"districts: {1 - inside:.0%} of the land lies in none; its cells go to the nearest district")
    if overlap > _SAID_OVERLAP:
        notes.append(f"districts: {overlap:.0%} of their area lies in several; most land in a cell decides")
    on_land = shapely.area(shapely.intersection(shapes, land)) / np.maximum(shapely.area(shapes), 1e-300)
    names = districts["district"].to_numpy()
    if (on_land == 0).any():
        nowhere = names_shown([str(name) for name in names[on_land == 0]])
        notes.append(f"districts without land in the city, which get no patrol: {nowhere}")
    if (hardly := (on_land > 0) & (on_land < _MOSTLY_ELSEWHERE)).any():
        texts = [
            f"{shown(str(name))} ({share:.0%} of it)"
            for name, share in zip(names[hardly], on_land[hardly], strict=True)
        ]
        notes.append(f"districts that lie mostly outside the city but get a full patrol budget: {', '.join(texts[:8])}")
    return inside, notes


def without_incidents(districts: gpd.GeoDataFrame, land: shapely.Geometry, incidents: pd.DataFrame) -> list[str]:
    """Names of districts that hold land of the city and none of the incidents."""
    points = shapely.points(incidents[["longitude", "latitude"]].drop_duplicates().to_numpy(dtype=np.float64))
    shapes = np.asarray(shapely.make_valid(districts.geometry.to_numpy()), dtype=object)
    district, _ = shapely.STRtree(points).query(shapes, predicate="intersects")
    empty = (np.bincount(district, minlength=len(shapes)) == 0) & shapely.intersects(shapes, land)
    return [str(name) for name in districts["district"].to_numpy()[empty]]


def fit_areas(areas: gpd.GeoDataFrame, land: shapely.Geometry, *, file: str) -> tuple[float, list[str]]:
    """Share of the land in census areas with counts, and a note where a good part of it is in none.

    Raises DataRefusedError: most of the land is in no area with counts: what is measured would not be of this city.
    """
    union = _union(areas.geometry.to_numpy())
    inside = _share(shapely.intersection(land, union), land)
    if inside < LEAST_IN_AREAS:
        got = f"areas with counts on {inside:.0%} of the city's land ({where(union)}; the city: {where(land)})"
        rule = f"at least {LEAST_IN_AREAS:.0%} of the land lies in an area with counts"
        raise DataRefusedError(
            file, got=got, rule=rule, cure="check the layer, and the names that join it to its counts"
        )
    if inside < _SAID_AREAS:
        return inside, [f"residents: {1 - inside:.0%} of the land lies in no area with counts: nobody is counted there"]
    return inside, []


def fit_place(name: str, layer: gpd.GeoDataFrame, land: shapely.Geometry, *, file: str, distance: bool) -> list[str]:
    """A note where a place layer only comes near the city.

    Raises DataRefusedError: it nowhere meets the city, so that the feature would be the same everywhere.
    """
    shapes = layer.geometry.to_numpy()
    shapely.prepare(land)
    if shapely.intersects(land, shapes).any():
        return []
    lies = where(shapely.box(*shapely.total_bounds(shapes)))
    if distance and shapely.distance(land, shapes).min() <= _FURTHEST_PLACE_DEGREES:
        return [f"place {name}: nothing of it lies in the city ({lies}); distances are to what lies outside"]
    got = f"{len(shapes):,} shapes, none of them in the city ({lies}; the city: {where(land)})"
    rule = "a place layer must lie in the city"
    raise DataRefusedError(file, got=got, rule=rule, cure="check the layer and its reference system, or leave it out")


def where(shape: shapely.Geometry) -> str:
    """Where a shape lies, in degrees.

    >>> where(shapely.box(-87.94, 41.64, -87.52, 42.02))
    'longitude -87.94 to -87.52, latitude 41.64 to 42.02'
    """
    x0, y0, x1, y1 = shapely.bounds(shape)
    return f"longitude {x0:.2f} to {x1:.2f}, latitude {y0:.2f} to {y1:.2f}"


def _union(shapes: ObjectArray) -> shapely.Geometry:
    return shapely.union_all(np.asarray(shapely.make_valid(shapes), dtype=object))


def _share(part: shapely.Geometry, whole: shapely.Geometry) -> float:
    area = float(shapely.area(whole))
    return float(shapely.area(part)) / area if area > 0 else 1.0
