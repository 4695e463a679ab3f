"""The dosage log and the city's own records: what happened in the cells that a coin suggested or withheld."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from patrolcast.audit.feedback.dosage_log import Records, count_within, logged_rows
from patrolcast.audit.outcomes.findings import level_of_look
from patrolcast.audit.outcomes.reported_crime import LEAST_SHIFTS, Effect, drawn_effect
from patrolcast.domain.dosage_log import DosageLog
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Monitor, Settings
from patrolcast.domain.shifts import to_instants
from patrolcast.grid.cells import cover_area, locate
from patrolcast.numerics.arrays import BoolArray, IntArray
from patrolcast.runs.load.city import load_city
from patrolcast.runs.load.operations import log_from_runs, log_known_at, read_dosage_log


@dataclass(frozen=True)
class Drawn:
    """The effect, or why there is none.

    Attributes
    ----------
    shifts : start of the first and end of the last drawn one.
    sha256, look : of all that the effect follows from, and which look at it this is; "" and 0 without an effect.
    """

    effect: Effect | None
    reason: str
    shifts: tuple[str, str] | None = None
    sha256: str = ""
    look: int = 0


def effect_on_reports(
    settings: Settings,
    *,
    city_runs: Path,
    as_of: str | None,
    now: datetime,
    look: Callable[[str], int],
    pauses: Sequence[tuple[datetime, datetime | None]] = (),
    progress: Progress,
) -> Drawn:
    """The effect of being suggested on citizen reports of what occurred in the cell during the shift.

    Raises PatrolcastError: records or log cannot be read.

    Parameters
    ----------
    look : hash of what was drawn and counted -> which look at such data it is. The log grows while the monthly counts
        stay as they are, so it has looks of its own.
    pauses : begin and end (None: it stands) of each pause of the tool. Shifts that one touches are left out: nobody was
        to act on what was drawn for them.
    """
    log = _log(settings, city_runs)
    if log.table.empty:
        return Drawn(None, "there is no dosage log yet")
    city = load_city(settings, as_of=as_of, now=now, progress=progress)
    log = log_known_at(log, pd.Timestamp(city.as_of))
    area = city.tables
    cells = cover_area(area.boundary, area.districts, area.water, resolution=settings.area.resolution)["cell"]
    rows = logged_rows(log, pd.Index(cells))
    drawn = rows.drawn & ~_touched(rows.start, rows.end, pauses)
    if not rows.drawn.any():
        return Drawn(None, "no place was drawn by lot, and a ranking cannot show an effect")
    reports = area.incidents.table
    longitude, latitude = (reports[name].to_numpy(dtype=np.float64) for name in ("longitude", "latitude"))
    where = locate(longitude, latitude, cells, resolution=settings.area.resolution)
    records = Records(to_instants(reports["occurred_at"]), where.astype(np.int64))
    counts = count_within(records, rows.cell, rows.start, rows.end)[drawn].astype(np.float64)
    parts = (counts, rows.assigned[drawn], rows.chance[drawn], rows.start[drawn])
    sha256 = hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()
    at = look(sha256)
    effect = drawn_effect(*parts, level=level_of_look(at))
    if effect is None:
        return Drawn(None, f"fewer than {LEAST_SHIFTS} shifts with places drawn by lot, or on one side only")
    first, last = (
        pd.Timestamp(int(at), unit="us", tz="UTC") for at in (rows.start[drawn].min(), rows.end[drawn].max())
    )
    return Drawn(effect, "", (first.isoformat(), last.isoformat()), sha256, at)


def _touched(start: IntArray, end: IntArray, pauses: Sequence[tuple[datetime, datetime | None]]) -> BoolArray:
    """Shifts that a pause touches; ``start``, ``end`` in microseconds."""
    is_touched = np.zeros(len(start), dtype=bool)
    for began, ended in pauses:
        first = pd.Timestamp(began).value // 1000
        last = np.iinfo(np.int64).max if ended is None else pd.Timestamp(ended).value // 1000
        is_touched |= (start < last) & (end > first)
    return is_touched


def _log(settings: Settings, city_runs: Path) -> DosageLog:
    monitor = settings.monitor or Monitor()
    if monitor.log is not None:
        return read_dosage_log(monitor.log)
    return log_from_runs(city_runs, name=settings.name, weights=dict(settings.patrol.weights))
