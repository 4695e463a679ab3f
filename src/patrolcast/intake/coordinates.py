"""Where a record happened: degrees that can be true, inside the jurisdiction. Checked once per distinct point.

H3 returns a cell for latitude 95 and for swapped coordinates as readily as for true ones, so nothing reaches it
unchecked.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import CRS, Transformer

from patrolcast.domain.tables import WGS84
from patrolcast.numerics.arrays import BoolArray, FloatArray, Int32Array
from patrolcast.numerics.distinct import distinct_points
from patrolcast.numerics.missing import is_missing
from patrolcast.numerics.typed_text import typed_as_float

GOOD, MISSING, NO_NUMBER, NULL_ISLAND, IMPOSSIBLE, SWAPPED, OUTSIDE, LOST_SIGN, NO_POINT = range(9)
LOST_POINTS = (4, 5, 6, 7)
"""Decimals that degrees have where a system stores them as whole numbers."""
RULES = {
    MISSING: "no location",
    NO_NUMBER: "coordinate is not a number",
    NULL_ISLAND: "coordinates (0, 0)",
    IMPOSSIBLE: "coordinates outside their range",
    SWAPPED: "longitude and latitude swapped",
    OUTSIDE: "outside the jurisdiction",
    LOST_SIGN: "longitude or latitude without its minus",
    NO_POINT: "degrees without their point",
}


@dataclass(frozen=True)
class Places:
    """Distinct points of a table of records, in WGS84.

    Attributes
    ----------
    point : position of each record's point, ``[n_records]``.
    longitude, latitude : degrees, ``[n_points]``, rising by longitude, then latitude.
    fault : GOOD, or what is wrong with the point (a key of :data:`RULES`), ``[n_points]``.
    """

    point: Int32Array
    longitude: FloatArray
    latitude: FloatArray
    fault: npt.NDArray[np.int8]


def parse_numbers(values: pa.Array) -> tuple[FloatArray, BoolArray]:
    """Numbers of one batch (NaN where there is none), and which fields hold text that is no number."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        typed = np.asarray(pc.fill_null(typed_as_float(values), np.nan), dtype=np.float64)
        return typed, np.isinf(typed)
    encoded = pc.dictionary_encode(pc.utf8_trim_whitespace(values.cast(pa.string())))
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    stated = ~is_missing(encoded.dictionary)
    try:
        numbers = pc.if_else(pa.array(stated), encoded.dictionary, pa.scalar(None, pa.string())).cast(pa.float64())
        distinct = np.asarray(pc.fill_null(numbers, np.nan), dtype=np.float64)
    except pa.ArrowInvalid:
        distinct = np.array([_number(text) for text in encoded.dictionary.to_pylist()], dtype=np.float64)
    bad = ~np.isfinite(distinct) & stated
    codes = np.asarray(pc.fill_null(encoded.indices, -1)).astype(np.int64)
    return np.append(distinct, np.nan)[codes], np.append(bad, False)[codes]


def _number(text: str) -> float:
    try:
        return float(text) if "_" not in text else np.nan
    except ValueError:
        return np.nan


def check_places(x: FloatArray, y: FloatArray, *, crs: str, land: Any) -> Places:  # noqa: ANN401
    """WGS84 position of every distinct point, and what is wrong with it.

    Parameters
    ----------
    x, y : longitude and latitude, or easting and northing of ``crs``; NaN where there is none.
    land : shapely geometry of the jurisdiction, WGS84.
    """
    point, first = distinct_points(x, y)
    east, north = x[first], y[first]
    fault = np.zeros(east.size, dtype=np.int8)
    missing = np.isnan(east) | np.isnan(north)
    null = (np.abs(east) < 1e-6) & (np.abs(north) < 1e-6)
    system = CRS.from_user_input(crs)
    if system == CRS.from_user_input(WGS84):
        longitude, latitude = east, north
        impossible = (np.abs(longitude) > 180.0) | (np.abs(latitude) > 90.0)
    else:
        longitude, latitude = _to_wgs84(system, east, north)
        impossible = ~np.isfinite(longitude) | ~np.isfinite(latitude)
    shapely.prepare(land)
    inside = _within(land, longitude, latitude)
    swapped = _swapped(land, east, north, system) & ~inside
    unsigned, pointless = np.zeros_like(inside), np.zeros_like(inside)
    if system.is_geographic:
        for x_sign, y_sign in ((-1, 1), (1, -1), (-1, -1)):
            unsigned |= _within(land, x_sign * longitude, y_sign * latitude) & ~inside
        for digits in LOST_POINTS:
            pointless |= _within(land, longitude / 10.0**digits, latitude / 10.0**digits) & ~inside
    # From the vaguest fault to the most certain: a later one overwrites an earlier one.
    for mask, code in (
        (~inside, OUTSIDE),
        (impossible, IMPOSSIBLE),
        (pointless, NO_POINT),
        (unsigned, LOST_SIGN),
        (swapped, SWAPPED),
        (null, NULL_ISLAND),
    ):
        fault[mask] = code
    fault[missing] = MISSING
    order = np.lexsort((latitude, longitude))
    rank = np.empty(order.size, dtype=np.int32)
    rank[order] = np.arange(order.size, dtype=np.int32)
    return Places(rank[point], longitude[order].copy(), latitude[order].copy(), fault[order])


def _to_wgs84(system: CRS, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    with np.errstate(invalid="ignore"):
        longitude, latitude = Transformer.from_crs(system, WGS84, always_xy=True).transform(x, y)
    return np.asarray(longitude), np.asarray(latitude)


def _within(land: Any, longitude: FloatArray, latitude: FloatArray) -> BoolArray:  # noqa: ANN401
    good = np.isfinite(longitude) & np.isfinite(latitude)
    inside = np.zeros(longitude.size, dtype=bool)
    inside[good] = shapely.intersects_xy(land, longitude[good], latitude[good])
    return inside


def _swapped(land: Any, east: FloatArray, north: FloatArray, system: CRS) -> BoolArray:  # noqa: ANN401
    """True where the point lies in the jurisdiction once its two numbers change places."""
    if system.is_geographic:
        return _within(land, north, east)
    return _within(land, *_to_wgs84(system, north, east))
