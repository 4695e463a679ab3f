"""Rows that are others again in all but their writing: a place rounded, seconds cut, another number or report time.

Two files that overlap are seldom equal to the last digit. Rows of one minute, one offence and nearly one place are
copies, or several victims of one incident; by chance, rows of one minute lie anywhere in the city, and how many do says
what chance does here. Where nearly every row has its twin, the export was read twice.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.coordinates import Places
from patrolcast.intake.corrections.batches import MOST_AGAIN
from patrolcast.intake.moments import Moments
from patrolcast.intake.raw_rows import RawTable
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray

_MINUTE = 60_000_000
_NEAR_DEGREES = 0.0006
"""About 50 m, and less to the east."""
_FEWEST, _MANY, _TIMES_CHANCE = 50, 0.03, 5.0
_LEAST_GROUPS = 0.2
"""Different minutes and offences, of all rows: a heap of one row repeated is no batch."""
_MOST_WITHOUT_TWIN, _MOST_AT_ONE_POINT = 0.05, 0.5
"""Where half of all rows stand at one point, nearness says nothing."""


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
    notes = find_near_copies(
        moments.start[at], moments.reported[at], places.point[at], places.longitude, places.latitude,
        raw.offence.codes[at], file=file,
    )  # fmt: skip
    return tuple(notes)


def find_near_copies(
    start: IntArray, reported: IntArray, point: Int32Array, longitude: FloatArray, latitude: FloatArray,
    offence: AnyIntArray, *, file: str,
) -> list[str]:  # fmt: skip
    """As :func:`near_copy_notes`, of instants in microseconds and points ``[n]``.

    Parameters
    ----------
    longitude, latitude : degrees of each point, rising by longitude, then latitude.
    """
    minute = (start // _MINUTE).astype(np.int32)  # columns as long as the export: narrow ones, and few at once
    later = (reported // _MINUTE - minute).astype(np.int32)
    del start, reported
    notes: list[str] = []
    of = minute.size
    pairs = _near(point, longitude, latitude, minute, offence)
    n = pairs.near
    if _beyond_chance(pairs, of) and pairs.groups >= _LEAST_GROUPS * of:
        one_point = int(np.bincount(point).max()) > _MOST_AT_ONE_POINT * of
        if n > MOST_AGAIN * of and pairs.alone <= _MOST_WITHOUT_TWIN * of and not one_point:
            raise DataRefusedError(
                file,
                got=f"{n:,} of {of:,} rows that share their minute, offence and place (within about 50 m) with another",
                rule="nearly every row is there twice, and an incident counts once",
                cure="name each file once, and export without overlap; where each row is a victim or another person of "
                'an incident, map the incident\'s number as record_id and set record_means = "incident"',
            )
        notes.append(
            f"{n:,} of {of:,} rows share their minute, offence and place (within about 50 m) with another row: several "
            "victims of one incident, or rows read twice? Each counts as an incident"
        )
    pairs = _near(point, longitude, latitude, minute, later)
    several = pairs._replace(near=max(pairs.near - n, 0))
    if _beyond_chance(several, of):
        notes.append(
            f"{counted(several.near, 'row shares its', 'rows share their')} minute, report and place with a row of "
            "another offence: several offences of one incident? Each counts; to count incidents, set record_means = "
            '"offence" (docs/corrections.md)'
        )
    return notes


class _Pairs(NamedTuple):
    """Rows near the one before them among rows of one key, rows not near it, different keys, rows alone with theirs."""

    near: int
    far: int
    groups: int
    alone: int


def _beyond_chance(pairs: _Pairs, of: int) -> bool:
    return pairs.near >= _FEWEST and pairs.near > _MANY * of and pairs.near > _TIMES_CHANCE * pairs.far


def _near(
    point: Int32Array, longitude: FloatArray, latitude: FloatArray, minute: Int32Array, beside: AnyIntArray
) -> _Pairs:
    """Pairs of rows of one minute and one of ``beside``."""
    # Points rise by longitude, so that one sort puts neighbours of a key beside each other. Of the rows only key and
    # point count, so that both are sorted as one number; exports are nearly sorted by time, and so are these.
    width, n_points = int(beside.max()) - int(beside.min()) + 1, longitude.size
    key = (minute - minute.min()).astype(np.int64)
    key *= width
    key += beside - beside.min()
    if (int(key.max()) + 1) * n_points >= 2**63:
        key = pd.factorize(key)[0]
    key *= n_points
    key += point
    key.sort(kind="stable")
    group = key // n_points
    edge = group[1:] != group[:-1]
    group *= n_points
    place = np.subtract(key, group, out=key)
    del key, group
    begins = np.r_[True, edge]
    alone = begins & np.r_[edge, True]
    place, same = place[~alone], ~begins[~alone][1:]
    apart = np.diff(longitude[place]) > _NEAR_DEGREES
    apart |= np.abs(np.diff(latitude[place])) > _NEAR_DEGREES
    return _Pairs(int((same & ~apart).sum()), int((same & apart).sum()), int(begins.sum()), int(alone.sum()))
