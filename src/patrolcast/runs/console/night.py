"""The published suggestions of a city, as the briefing prints them, and the briefing's own map.

The pages of the console and the stored briefing must never say otherwise. So the rows come from the code that writes
the briefing, and the map's data is taken out of the stored briefing itself, after its hash was compared.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import h3
import pandas as pd

from patrolcast.domain.records import NOTICE
from patrolcast.io.store import run_store
from patrolcast.io.store.stored_run import read_suggestions
from patrolcast.report import words
from patrolcast.report.run.place_rows import district_order, suggestion_row
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.nightly.standing import look_at

_MAP = '<script type="application/json" id="map-data">'


@dataclass(frozen=True)
class Shift:
    """A shift of the published run: its place in the run, its ends, and its rows by district, as text ready to show."""

    index: int
    label: str
    start: datetime
    end: datetime
    districts: tuple[dict[str, Any], ...]

    def of_district(self, district: str) -> tuple[dict[str, Any], ...]:
        """The blocks of one district; "" means all of them."""
        return tuple(block for block in self.districts if district in ("", block["name"]))


@dataclass(frozen=True)
class PublishedNight:
    """What is published.

    Attributes
    ----------
    state : "current", "expired" or "none"; ``fault`` says why none.
    shifts : in time order.
    """

    state: str
    fault: str
    run_id: str = ""
    as_of: str = ""
    until: str = ""
    expires_at: datetime | None = None
    latest: str = ""
    notice: str = NOTICE
    exceptions: tuple[str, ...] = ()
    call_source: str = ""
    shifts: tuple[Shift, ...] = ()

    def shift_at(self, now: datetime) -> Shift | None:
        """The running shift, else the next one; None where all are over."""
        return next((shift for shift in self.shifts if now < shift.end), None)

    def shift_after(self, shift: Shift) -> Shift | None:
        """The shift that takes over."""
        return self.shifts[shift.index + 1] if shift.index + 1 < len(self.shifts) else None


def published_night(city: ConsoleCity, *, now: datetime) -> PublishedNight:
    """What is published at this moment.

    Raises OSError, PatrolcastError: the system refuses the look.
    """
    standing = look_at(city.settings, city.runs, now=now)
    if standing.run_id is None or standing.expires_at is None or standing.as_of is None:
        return PublishedNight("none", standing.fault or "nothing is published")
    folder = city.runs / standing.run_id
    manifest = standing.manifest
    return PublishedNight(
        state=standing.state,
        fault="",
        run_id=standing.run_id,
        as_of=words.moment(standing.as_of, city.zone),
        until=words.moment(standing.expires_at, city.zone),
        expires_at=standing.expires_at,
        latest=_latest(manifest, city.zone),
        exceptions=tuple(str(exception) for exception in manifest.get("exceptions", ())),
        call_source=str((manifest.get("call_source") or {}).get("statement") or ""),
        shifts=_shifts(folder, run_store.made_at(folder), city.zone),
    )


def briefing_map(city: ConsoleCity, run_id: str, *, later_seconds: float = 0.0) -> dict[str, Any]:
    """The data of the briefing's map.

    Raises DataRefusedError: the briefing is missing or was changed.

    Parameters
    ----------
    later_seconds : added to the ends of its shifts, for a page whose reader has another clock than the console.
    """
    folder = city.runs / run_id
    data = _map_of(folder, run_store.made_at(folder))
    moved = [
        {"short": shift["label"], **shift, "start": shift["start"] + later_seconds, "end": shift["end"] + later_seconds}
        for shift in data["shifts"]
    ]
    return {**data, "shifts": moved}


@lru_cache(maxsize=4)
def _map_of(folder: Path, _made_at: float) -> dict[str, Any]:
    page = run_store.read_verified(folder, run_store.read_manifest(folder), "briefing.html").decode("utf-8")
    start = page.index(_MAP) + len(_MAP)
    return dict(json.loads(page[start : page.index("</script>", start)]))


@lru_cache(maxsize=4)
def _shifts(folder: Path, made_at: float, zone: str) -> tuple[Shift, ...]:
    """Every shift with suggestions that get a visit; comparison cells are left out, as on the briefing."""
    table = read_suggestions(folder, run_store.read_manifest(folder))
    position = {cell: i for i, cell in enumerate(_map_of(folder, made_at)["ids"])}
    visited = table[table["visits"] > 0]
    shifts = []
    for i, (_, rows) in enumerate(visited.groupby("shift_start", sort=True)):
        start, end = (rows[name].iloc[0].to_pydatetime() for name in ("shift_start", "shift_end"))
        shifts.append(Shift(i, words.shift(start, end, zone), start, end, _blocks(rows, position)))
    return tuple(shifts)


def _blocks(rows: pd.DataFrame, position: dict[str, int]) -> tuple[dict[str, Any], ...]:
    by_district = sorted(rows.groupby("district", sort=False), key=lambda pair: district_order(str(pair[0])))
    return tuple(
        {
            "name": str(name),
            "heading": words.district(str(name)),
            "minutes": words.number(float(part["patrol_minutes"].sum())),
            "rows": [
                {
                    **suggestion_row(row, position),
                    "suggestion": str(row["suggestion_id"]),
                    "district": str(name),
                    "minutes": float(row["patrol_minutes"]),
                    "longitude": float(row["longitude"]),
                    "latitude": float(row["latitude"]),
                }
                for row in part.sort_values("rank").to_dict("records")
            ],
        }
        for name, part in by_district
    )


def _latest(manifest: Any, zone: str) -> str:  # noqa: ANN401
    newest = manifest.get("newest_report")
    return words.moment(datetime.fromisoformat(newest), zone) if newest else "not known"


def centre(cell: str) -> tuple[float, float]:
    """Latitude and longitude of a cell's middle, in degrees."""
    lat, lon = h3.cell_to_latlng(cell)
    return float(lat), float(lon)
