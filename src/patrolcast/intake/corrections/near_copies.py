"""Rows that are others again in all but their writing: a place rounded, seconds cut, another number or report time.

Two files that overlap are seldom equal to the last digit. Rows of one minute, one offence and nearly one place are
copies, or several victims of one incident; by chance, rows of one minute lie anywhere in the city, and how many do says
what chance does here. Where nearly every row has its twin, the export was read twice.
"""

import numpy as np

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.coordinates import Places
from patrolcast.intake.corrections.batches import MOST_AGAIN
from patrolcast.intake.moments import Moments
from patrolcast.intake.raw_rows import RawTable
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray, IntArray

_MINUTE = 60_000_000
_NEAR_DEGREES = 0.0006
"""About 50 m, and less to the east."""
_CODES, _MINUTES = 2**16, 2**26
"""More than there are offence codes, and minutes of a century: a pair of them is one number."""
_FEWEST, _MANY, _TIMES_CHANCE = 50, 0.03, 5.0
_LEAST_GROUPS = 0.2
"""Different minutes and offences, of all rows: a heap of one row repeated is no batch."""
_MOST_WITHOUT_TWIN = 0.2


def near_copy_notes(raw: RawTable, moments: Moments, places: Places, rows: BoolArray, *, file: str) -> tuple[str, ...]:
    """Notes on rows of one minute and place: of one offence, which may be copies, and of several.

    Raises DataRefusedError when nearly every row has a twin of its minute, offence and place.

    Parameters
    ----------
    rows : mask of those that count; those of which only the day is known are passed over.
    """
    at = np.flatnonzero(rows & ~moments.days)
    if moments.only_dates or at.size < _FEWEST:
        return ()
    point = places.point[at]
    found = find_near_copies(
        moments.start[at], moments.reported[at], places.longitude[point], places.latitude[point],
        raw.offence.codes[at], file=file,
    )  # fmt: skip
    return tuple(found)


def find_near_copies(
    start: IntArray, reported: IntArray, longitude: FloatArray, latitude: FloatArray, offence: AnyIntArray, *, file: str
) -> list[str]:
    """As :func:`near_copy_notes`, of instants in microseconds and degrees, ``[n]``."""
    minute = start // _MINUTE
    notes: list[str] = []
    key = minute * _CODES + offence
    near, far = _near(longitude, latitude, key)
    of = start.size
    size = np.unique(key, return_counts=True)[1]
    n, groups, alone = near, size.size, float((size == 1).sum() / of)
    if _beyond_chance(n, far, of) and groups >= _LEAST_GROUPS * of:
        some = f"{n:,} of {of:,} rows share their minute, offence and place (within about 50 m) with another row"
        if n > MOST_AGAIN * of and alone <= _MOST_WITHOUT_TWIN:
            cure = "name each file once, and export without overlap; map the record number as record_id"
            raise DataRefusedError(file, got=some, rule="each row is read once", cure=cure)
        notes.append(f"{some}: several victims of one incident, or rows read twice? Each counts")
    near, far = _near(longitude, latitude, minute * _MINUTES + reported // _MINUTE % _MINUTES)
    several = max(near - n, 0)
    if _beyond_chance(several, far, of):
        notes.append(
            f"{counted(several, 'row shares its', 'rows share their')} minute, report and place with a row of another "
            "offence: several offences of one incident? Each counts; record_means says otherwise (docs/corrections.md)"
        )
    return notes


def _beyond_chance(near: int, far: int, of: int) -> bool:
    return near >= _FEWEST and near > _MANY * of and near > _TIMES_CHANCE * far


def _near(longitude: FloatArray, latitude: FloatArray, key: IntArray) -> tuple[int, int]:
    """Rows near the one before them among rows of one key, and how many are not near it."""
    _, of_key, size = np.unique(key, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(size[of_key] > 1)
    rows = rows[np.lexsort((latitude[rows], longitude[rows], of_key[rows]))]
    same = np.diff(of_key[rows]) == 0
    apart = (np.diff(longitude[rows]) > _NEAR_DEGREES) | (np.abs(np.diff(latitude[rows])) > _NEAR_DEGREES)
    return int((same & ~apart).sum()), int((same & apart).sum())
