"""A square city, a short codebook and a few good rows, as real files; each test spoils one thing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.keys import parse_settings
from patrolcast.runs.load.city import LoadedCity, load_city

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AS_OF = "2026-03-01T12:00:00+00:00"
HEADER = "id,occurred,until,reported,lon,lat,code,source"
CODEBOOK = """offence,call_source,category,provenance,ground
THEFT,,theft,citizen,made up
FRAUD,,,citizen,made up
STOP,,,officer,made up
,911,,citizen,made up
,PATROL,,officer,made up
"""
COLUMNS = {
    "occurred_at": "occurred", "occurred_until": "until", "reported_at": "reported", "longitude": "lon",
    "latitude": "lat", "offence": "code", "call_source": "source", "record_id": "id",
}  # fmt: skip


def row(
    number: str = "7",
    occurred: str = "2026-01-10 10:00:00",
    until: str = "",
    reported: str = "2026-01-10 11:00:00",
    lon: str = "-87.68",
    lat: str = "41.82",
    code: str = "THEFT",
    source: str = "911",
) -> str:
    """One row of the export, good unless an argument says otherwise."""
    return ",".join((number, occurred, until, reported, lon, lat, code, source))


def good(n: int = 20, start: int = 100) -> list[str]:
    """Good rows, all different."""
    return [row(str(start + i), f"2026-01-{1 + i % 28:02d} 10:{i % 60:02d}:00", "", "2026-02-01 11:00:00",
                f"{-87.69 + 0.0001 * (i % 300):.4f}") for i in range(n)]  # fmt: skip


def settings(
    folder: Path, file: str | list[str] = "export.csv", *, drop: tuple[str, ...] = (), **more: Any
) -> Settings:
    """The config of the square city; ``more`` goes into [incidents], ``drop`` takes roles out."""
    side = [[-87.7, 41.8], [-87.65, 41.8], [-87.65, 41.85], [-87.7, 41.85], [-87.7, 41.8]]
    shape = {"type": "Polygon", "coordinates": [side]}
    feature = {"type": "Feature", "geometry": shape, "properties": {"district": "1"}}
    (folder / "boundary.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    if not (folder / "codebook.csv").exists():
        (folder / "codebook.csv").write_text(CODEBOOK)
    columns = {role: name for role, name in {**COLUMNS, **more.pop("columns", {})}.items() if role not in drop}
    top = {key: more.pop(key) for key in ("shifts", "policy", "residents", "places") if key in more}
    path = [folder / name for name in file] if isinstance(file, list) else folder / file
    incidents: dict[str, Any] = {"path": path, "time_format": "%Y-%m-%d %H:%M:%S", "columns": columns} | more
    if "database" in more:
        del incidents["path"]
    return parse_settings(
        {
            "config_version": 1,
            "name": "square",
            "title": "Square",
            "area": {"boundary": folder / "boundary.geojson", "timezone": "America/Chicago"},
            "incidents": {key: value for key, value in incidents.items() if value is not None},
            "codebook": {"path": folder / "codebook.csv", "max_unknown_share": 0.2},
            "waivers": [UNKNOWN_CODES],
            **top,
        },
        file="square.toml",
    )


UNKNOWN_CODES = {
    "limit": "codebook.max_unknown_share",
    "reason": "a few rows of a test hold many codes that nobody knows",
    "owner": "the tests",
    "expires": "2026-12-31",
}


def load(folder: Path, rows: list[str], *, header: str = HEADER, as_of: str = AS_OF, **more: Any) -> LoadedCity:
    """The square city with these rows."""
    (folder / "export.csv").write_text("\n".join([header, *rows]) + "\n", newline="")
    return load_city(settings(folder, **more), as_of=as_of, now=NOW)


def load_bytes(folder: Path, data: bytes, name: str = "export.csv", **more: Any) -> LoadedCity:
    """The square city with an export of exactly these bytes."""
    (folder / name).write_bytes(data)
    return load_city(settings(folder, name, **more), as_of=AS_OF, now=NOW)


def quarantine(city: LoadedCity) -> list[tuple[int, str, str, str]]:
    """Refused rows: line, column, rule, value."""
    columns = (city.refused[name].tolist() for name in ("line", "column", "rule", "value"))
    return list(zip(*columns, strict=True))
