"""Rows whose place cannot be used, refused one by one; or the whole file, where most have the same fault."""

from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.coordinates import (
    IMPOSSIBLE,
    LOST_POINTS,
    LOST_SIGN,
    MISSING,
    NO_NUMBER,
    NO_POINT,
    OUTSIDE,
    RULES,
    SWAPPED,
    Places,
)
from patrolcast.intake.raw_rows import NUMBER_ROLES, RawTable
from patrolcast.intake.row_status import WHOLE_FILE_SHARE, RowStatus
from patrolcast.numerics.arrays import BoolArray, FloatArray
from patrolcast.numerics.reference_systems import landed, likeliest

_MOSTLY, _WIDEST, _TURN = 0.5, 180.0, 360.0

_CURES = {
    SWAPPED: "exchange longitude and latitude in [incidents.columns]",
    IMPOSSIBLE: "",  # where they landed, and where they would
    LOST_SIGN: "put the minus back: west of Greenwich longitude is below 0, south of the equator latitude is",
    NO_POINT: "",  # which power of ten lands in the city
    OUTSIDE: "",
    MISSING: "check the columns in [incidents.columns]",
    NO_NUMBER: "check the columns in [incidents.columns]; numbers are written with a point, e.g. 41.88",
}


def mark_places(
    raw: RawTable,
    status: RowStatus,
    places: Places,
    *,
    file: str,
    counted: BoolArray,
    crs: str,
    land: Any,  # noqa: ANN401
) -> None:
    """Refuse rows whose place cannot be used.

    Raises DataRefusedError when most of the ``counted`` rows (a mask) have the same fault: with its cure.
    """
    fault = places.fault[places.point]
    for role in NUMBER_ROLES:
        if role in raw.unreadable:
            fault[raw.unreadable[role][0]] = NO_NUMBER
    n = int(counted.sum())
    for code, cure in _CURES.items():
        wrong = counted & (fault == code)
        if code == NO_NUMBER and any(mark in "".join(_first_unreadable(raw)) for mark in "°º'"):
            cure = "these are degrees, minutes and seconds: export decimal degrees, e.g. 41.88"
        if n and wrong.sum() > WHOLE_FILE_SHARE * n:
            got = f"{int(wrong.sum()):,} of {n:,} rows: {RULES[code]}"
            if code not in {MISSING, NO_NUMBER}:
                row = int(np.flatnonzero(wrong)[0])
                got += f", e.g. ({raw.longitude[row]:.10g}, {raw.latitude[row]:.10g})"
            if code == NO_POINT:
                cure = _lost_point(raw.longitude[wrong], raw.latitude[wrong], land)
            cure = cure or landing_advice(raw.longitude[wrong], raw.latitude[wrong], crs=crs, land=land)
            raise DataRefusedError(file, got=got, rule="most rows must have a place", cure=cure)
    for code, rule in RULES.items():
        role = "longitude" if code != NO_NUMBER else ""
        status.mark(fault == code, "refused", rule, role)


def _first_unreadable(raw: RawTable) -> list[str]:
    return [text for role in NUMBER_ROLES if role in raw.unreadable for text in raw.unreadable[role][1][:100]]


def _lost_point(x: FloatArray, y: FloatArray, land: Any) -> str:  # noqa: ANN401
    """By how much degrees without their point are divided, so that most of them land in the city."""
    inside = {n: float(np.mean(shapely.intersects_xy(land, x / 10.0**n, y / 10.0**n))) for n in LOST_POINTS}
    most = max(inside, key=lambda n: inside[n])
    if inside[most] <= _MOSTLY:
        return "export decimal degrees with their point: rows have lost different numbers of digits"
    return f"divide them by {10**most:,} in the export"


def landing_advice(x: FloatArray, y: FloatArray, *, crs: str, land: Any) -> str:  # noqa: ANN401
    """Where points that missed the jurisdiction landed, and where they would under the three likeliest systems."""
    if CRS.from_user_input(crs).is_geographic and np.mean(shapely.intersects_xy(land, x - _TURN, y)) > _MOSTLY:
        return "these longitudes count from 0 to 360: subtract 360 from those above 180 in the export"
    there = landed(x, y, crs)
    fell = f"read as {crs} they lie " + (_place(*there) if there else "nowhere on the globe")
    if CRS.from_user_input(crs).is_geographic and there and np.nanmax(np.abs(x)) <= _WIDEST:
        middle = shapely.centroid(land)
        return f"{fell}, the city {_place(middle.x, middle.y)}; check the columns, [incidents] crs and [area] boundary"
    landings = [landing for landing in likeliest(x, y, land) if landing.code != crs]
    if not landings:
        return f"{fell}; check [incidents] crs and [area] boundary"
    first = landings[0]
    listed = ", ".join(
        f"{landing.code} ({landing.name}) {landing.inside:.0%} in the city"
        if landing.inside
        else f"{landing.code} ({landing.name}) {_place(landing.longitude, landing.latitude)}"
        for landing in landings
    )
    cure = (
        f'set [incidents] crs = "{first.code}"' if first.inside > _MOSTLY else "check [incidents] crs and the columns"
    )
    return f"{fell}; {cure}; most likely systems: {listed}"


def _place(longitude: float, latitude: float) -> str:
    return f"at longitude {longitude:.2f}, latitude {latitude:.2f}"
