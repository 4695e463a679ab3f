"""Reference systems of coordinates: which there are, and in which of them points would lie where they should.

Every code of PROJ's database is one: EPSG, ESRI (many state and city systems have only such a code), OGC and others.
"""

import re
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS, Proj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError, ProjError

from patrolcast.numerics.arrays import FloatArray

_AUTHORITIES = {"EPSG", "ESRI"}
_WORLD = ("EPSG:4326", "EPSG:3857")
_WIDEST_DEGREES = 60.0
_VARIANT = re.compile(r"HARN|NSRS|2011|CORS96|CSRS|PA11|MA11|FBN|SPCS|Ferro|Paris|deprecated", re.IGNORECASE)
"""Variants of a datum that lie within a few metres of the plain one: they would fill a short list with one answer."""
_OLD = "NAD27"
_MOSTLY = 0.5
_EARTH_M = (6.3e6, 6.4e6)
_SAMPLE = 200
_SAME_PLACE_DEGREES = 5e-4


@dataclass(frozen=True)
class Landing:
    """Where points would lie in one system: its code and name, the middle of them (degrees), share in the area."""

    code: str
    name: str
    longitude: float
    latitude: float
    inside: float


def horizontal(text: str) -> CRS:
    """The system of a code, if east and north (or degrees) are what it measures.

    Raises ValueError: no such system, or one of heights or of the globe's three axes; the message is the reason.
    """
    try:
        system = CRS.from_user_input(text)
    except (CRSError, UnicodeError) as error:
        raise ValueError("no such reference system") from error
    flat = system.sub_crs_list[0] if system.is_compound else system
    if not flat.is_projected and not flat.is_geographic:
        raise ValueError(f"a system without east and north ({flat.type_name})")
    if flat.ellipsoid is None or not _EARTH_M[0] < flat.ellipsoid.semi_major_metre < _EARTH_M[1]:
        raise ValueError("a system that is not of the Earth")
    return system


def likeliest(x: FloatArray, y: FloatArray, area: shapely.Geometry, *, most: int = 3) -> list[Landing]:
    """Systems in use near an area under which the points would lie in it or nearest to it, the likeliest first.

    Parameters
    ----------
    x, y : coordinates as they stand in a file; at most 200 of them are looked at.
    area : WGS84.
    """
    good = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & (np.abs(x) < 1e9) & (np.abs(y) < 1e9))
    if not good.size:
        return []
    chosen = good[np.linspace(0, good.size - 1, min(_SAMPLE, good.size)).astype(np.int64)]
    east, north = x[chosen], y[chosen]
    shapely.prepare(area)
    landings = [landing for code in _near(area) if (landing := _landing(code, east, north, area)) is not None]
    middle = shapely.centroid(area)

    def distance(landing: Landing) -> float:
        return float(np.hypot(landing.longitude - middle.x, landing.latitude - middle.y))

    landings.sort(
        key=lambda landing: (
            -round(landing.inside, 2),
            distance(landing) if landing.inside < _MOSTLY else 0.0,
            _OLD in landing.name,
            landing.code not in _WORLD,
            len(landing.name),
            landing.code,
        )
    )
    apart: list[Landing] = []
    for landing in landings:
        if not any(_alike(landing, better) for better in apart):
            apart.append(landing)
    return apart[:most]


def landed(x: FloatArray, y: FloatArray, system: str) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of the points in one system; None where they are nowhere on the globe."""
    degrees = _degrees(system, x, y)
    if degrees is None:
        return None
    longitude, latitude = degrees
    there = np.isfinite(longitude) & np.isfinite(latitude) & (np.abs(longitude) <= 180) & (np.abs(latitude) <= 90)
    return (float(np.median(longitude[there])), float(np.median(latitude[there]))) if there.any() else None


def _near(area: shapely.Geometry) -> list[str]:
    west, south, east, north = shapely.bounds(area)
    infos = query_crs_info(
        pj_types=[PJType.PROJECTED_CRS], area_of_interest=AreaOfInterest(west, south, east, north), contains=False
    )
    codes = [
        f"{info.auth_name}:{info.code}"
        for info in infos
        if info.auth_name in _AUTHORITIES
        and info.area_of_use is not None
        and abs(info.area_of_use.east - info.area_of_use.west) < _WIDEST_DEGREES
        and not _VARIANT.search(info.name)
    ]
    return [*_WORLD, *codes]


def _landing(code: str, x: FloatArray, y: FloatArray, area: shapely.Geometry) -> Landing | None:
    degrees, middle = _degrees(code, x, y), landed(x, y, code)
    if degrees is None or middle is None:
        return None
    inside = float(shapely.intersects_xy(area, *np.nan_to_num(degrees, posinf=0.0, neginf=0.0)).mean())
    return Landing(code, CRS.from_user_input(code).name, *middle, inside)


def _degrees(code: str, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """By the projection alone: systems of one country lie within a street of each other."""
    try:
        system = CRS.from_user_input(code)
        if system.is_geographic:
            return x, y
        longitude, latitude = Proj(system)(x, y, inverse=True)
    except (CRSError, ProjError):
        return None
    return np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)


def _alike(a: Landing, b: Landing) -> bool:
    return abs(a.longitude - b.longitude) + abs(a.latitude - b.latitude) < _SAME_PLACE_DEGREES
