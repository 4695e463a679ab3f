"""The input of the Chicago-sized benchmark, made from a seed: a city of about 6,000 cells and a records export.

The export has the columns and the am/pm dates of Chicago's portal. Its numbers are drawn, not copied: places from a
rough surface with hot spots and 780,000 address points, offences from a short list, times from five years with a season
and a rhythm of the day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

SOUTH, WEST = 41.65, -87.85
FIRST, DAYS = "2021-01-01", 1826
AS_OF = "2026-01-02T05:00:00-06:00"
OFFENCES = (
    # code, type, description, category, provenance, share
    ("0820", "THEFT", "$500 AND UNDER", "theft", "citizen", 0.17),
    ("0810", "THEFT", "OVER $500", "theft", "citizen", 0.10),
    ("0486", "BATTERY", "DOMESTIC BATTERY SIMPLE", "assault", "citizen", 0.12),
    ("0460", "BATTERY", "SIMPLE", "assault", "citizen", 0.10),
    ("0560", "ASSAULT", "SIMPLE", "assault", "citizen", 0.07),
    ("1310", "CRIMINAL DAMAGE", "TO PROPERTY", "criminal_damage", "citizen", 0.08),
    ("1320", "CRIMINAL DAMAGE", "TO VEHICLE", "criminal_damage", "citizen", 0.08),
    ("0910", "MOTOR VEHICLE THEFT", "AUTOMOBILE", "vehicle_theft", "citizen", 0.06),
    ("0610", "BURGLARY", "FORCIBLE ENTRY", "burglary", "citizen", 0.05),
    ("031A", "ROBBERY", "ARMED: HANDGUN", "robbery", "citizen", 0.03),
    ("1811", "NARCOTICS", "POSS: CANNABIS 30GMS OR LESS", "", "officer", 0.08),
    ("143A", "WEAPONS VIOLATION", "UNLAWFUL POSS OF HANDGUN", "", "officer", 0.06),
)


@dataclass(frozen=True)
class Extent:
    """How large a drawn city is: degrees, districts, address points."""

    height: float
    width: float
    district_rows: int
    district_columns: int
    n_points: int


CHICAGO = Extent(0.325, 0.215, 6, 4, 780_000)
TOWN = Extent(0.065, 0.054, 2, 2, 20_000)
"""About 300 cells."""

_LOCATIONS = ("STREET", "RESIDENCE", "APARTMENT", "SIDEWALK", "PARKING LOT/GARAGE(NON.RESID.)", "SMALL RETAIL STORE")
_EXPORT = """
SELECT 10000000 + i AS "ID", 'JA' || (100000 + i) AS "Case Number", strftime(t, '%m/%d/%Y %I:%M:%S %p') AS "Date",
  lpad(CAST(1 + p % 128 AS VARCHAR), 3, '0') || 'XX W MADISON ST' AS "Block", code AS "IUCR", type AS "Primary Type",
  description AS "Description", place AS "Location Description", i % 5 = 0 AS "Arrest", i % 7 = 0 AS "Domestic",
  lpad(CAST(100 * (1 + p % 24) + p % 33 AS VARCHAR), 4, '0') AS "Beat",
  lpad(CAST(1 + p % 24 AS VARCHAR), 3, '0') AS "District",
  1 + p % 50 AS "Ward", 1 + p % 77 AS "Community Area", '06' AS "FBI Code",
  1100000 + p % 100000 AS "X Coordinate", 1800000 + p % 150000 AS "Y Coordinate", year(t) AS "Year",
  strftime(t + INTERVAL 8 DAY, '%m/%d/%Y %I:%M:%S %p') AS "Updated On", lat AS "Latitude", lon AS "Longitude",
  '(' || lat || ', ' || lon || ')' AS "Location"
FROM rows JOIN offences USING (o) JOIN points USING (p) JOIN locations USING (l) ORDER BY i
"""


def config_of(folder: Path, kind: str) -> Path:
    """Where the config that reads the export of a kind ("csv", "parquet") lies."""
    return folder / f"chicago_sized_{kind}.toml"


def make_input(folder: Path, *, n_rows: int, seed: int, extent: Extent = CHICAGO) -> None:
    """Writes boundary, districts, codebook, the export twice, and a config for each."""
    rng = np.random.default_rng(seed)
    _write_layers(folder, extent)
    _write_codebook(folder)
    _write_export(folder, rng, n_rows, extent)
    for kind in ("csv", "parquet"):
        _write_config(folder, kind)


def _write_layers(folder: Path, extent: Extent) -> None:
    dx, dy = extent.width / extent.district_columns, extent.height / extent.district_rows
    districts = [
        _box(WEST + i * dx, SOUTH + j * dy, dx, dy, str(1 + j * extent.district_columns + i))
        for j in range(extent.district_rows)
        for i in range(extent.district_columns)
    ]
    _write_layer(folder / "districts.geojson", districts)
    _write_layer(folder / "boundary.geojson", [_box(WEST, SOUTH, extent.width, extent.height, "city")])


def _box(west: float, south: float, width: float, height: float, name: str) -> dict:
    east, north = west + width, south + height
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = {"type": "Polygon", "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]]}
    return {"type": "Feature", "properties": {"district": name}, "geometry": shape}


def _write_layer(path: Path, features: list[dict]) -> None:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _write_codebook(folder: Path) -> None:
    lines = [
        f"{code},,{category},{provenance},drawn for the benchmark" for code, _, _, category, provenance, _ in OFFENCES
    ]
    text = "\n".join(["offence,call_source,category,provenance,ground", *lines, ""])
    (folder / "codebook.csv").write_text(text, encoding="utf-8")


def _write_export(folder: Path, rng: np.random.Generator, n_rows: int, extent: Extent) -> None:
    lat, lon, weight = _points(rng, extent)
    shares = np.array([share for *_, share in OFFENCES])
    rows = pd.DataFrame(
        {
            "i": np.arange(n_rows, dtype=np.int64),
            "t": _times(rng, n_rows),
            "p": np.searchsorted(np.cumsum(weight), rng.random(n_rows) * weight.sum()).clip(max=extent.n_points - 1),
            "o": rng.choice(len(OFFENCES), n_rows, p=shares / shares.sum()),
            "l": rng.integers(0, len(_LOCATIONS), n_rows),
        }
    )
    offences = pd.DataFrame([(o, one[0], one[1], one[2]) for o, one in enumerate(OFFENCES)])
    offences.columns = pd.Index(["o", "code", "type", "description"])
    con = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False, "memory_limit": "4GB"})
    con.register("rows", rows)
    con.register("offences", offences)
    con.register("points", pd.DataFrame({"p": np.arange(extent.n_points), "lat": lat, "lon": lon}))
    con.register("locations", pd.DataFrame({"l": range(len(_LOCATIONS)), "place": _LOCATIONS}))
    con.execute("SET enable_progress_bar = false")
    con.execute(f"COPY ({_EXPORT}) TO '{folder / 'export.csv'}' (HEADER, DELIMITER ',')")
    con.execute(f"COPY ({_EXPORT}) TO '{folder / 'export.parquet'}' (FORMAT parquet)")
    con.close()


def _points(rng: np.random.Generator, extent: Extent) -> tuple[npt.NDArray, npt.NDArray, npt.NDArray]:
    """Address points and how many records each draws: a rough surface, eighty hot spots."""
    lat = np.round(SOUTH + extent.height * rng.random(extent.n_points), 9)
    lon = np.round(WEST + extent.width * rng.random(extent.n_points), 9)
    weight = np.exp(rng.normal(0, 0.8, extent.n_points))
    for _ in range(80):
        at_lat, at_lon = SOUTH + extent.height * rng.random(), WEST + extent.width * rng.random()
        away = ((lat - at_lat) * 111.0) ** 2 + ((lon - at_lon) * 82.0) ** 2
        weight *= 1.0 + rng.gamma(2.0, 4.0) * np.exp(-away / (2 * rng.uniform(0.2, 1.2) ** 2))
    return lat, lon, weight


def _times(rng: np.random.Generator, n_rows: int) -> npt.NDArray[np.datetime64]:
    """Local times, rising: more in summer, more in the afternoon, a tenth at midnight or noon exactly."""
    day = np.arange(DAYS)
    season = 1.0 + 0.2 * np.cos(2 * np.pi * (day - 200) / 365.25)
    drawn = np.sort(rng.choice(DAYS, n_rows, p=season / season.sum()))
    minute = (rng.beta(2.2, 1.6, n_rows) * 1440).astype(np.int64)
    minute = np.where(rng.random(n_rows) < 0.1, np.where(rng.random(n_rows) < 0.5, 0, 720), minute)
    return np.datetime64(FIRST, "s") + drawn.astype("timedelta64[D]") + minute.astype("timedelta64[m]")


def _write_config(folder: Path, kind: str) -> None:
    when = 'time_format = "%m/%d/%Y %I:%M:%S %p"'
    config_of(folder, kind).write_text(
        f"""config_version = 1
name = "chicago_sized_{kind}"
title = "Chicago-sized (drawn)"
as_of = "{AS_OF}"
[area]
boundary = "boundary.geojson"
districts = "districts.geojson"
timezone = "America/Chicago"
[incidents]
path = "export.{kind}"
{when}
[incidents.columns]
occurred_at = "Date"
longitude = "Longitude"
latitude = "Latitude"
offence = "IUCR"
record_id = "ID"
[codebook]
path = "codebook.csv"
[features]
holidays = "US-IL"
paydays = [1, 15]
[model]
training_days = 1640
[gates]
max_report_age_hours = 96.0
""",
        encoding="utf-8",
    )
