"""Rows whose place cannot be used, refused one by one; or the whole file, where most have the same fault."""

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.coordinates import (
    IMPOSSIBLE,
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
from patrolcast.numerics.arrays import BoolArray

_CURES = {
    SWAPPED: "exchange longitude and latitude in [incidents.columns]",
    IMPOSSIBLE: "these look projected: set [incidents] crs, e.g. EPSG:3435",
    LOST_SIGN: "put the minus back: west of Greenwich longitude is below 0, south of the equator latitude is",
    NO_POINT: "divide them by 1,000,000 (or as many digits as they have after the point) in the export",
    OUTSIDE: "check [incidents] crs and [area] boundary",
    MISSING: "check the columns in [incidents.columns]",
    NO_NUMBER: "check the columns in [incidents.columns]; numbers are written with a point, e.g. 41.88",
}


def mark_places(raw: RawTable, status: RowStatus, places: Places, *, file: str, counted: BoolArray) -> None:
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
            raise DataRefusedError(file, got=got, rule="most rows must have a place", cure=cure)
    for code, rule in RULES.items():
        role = "longitude" if code != NO_NUMBER else ""
        status.mark(fault == code, "refused", rule, role)


def _first_unreadable(raw: RawTable) -> list[str]:
    return [text for role in NUMBER_ROLES if role in raw.unreadable for text in raw.unreadable[role][1][:100]]
