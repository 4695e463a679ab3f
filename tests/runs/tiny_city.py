"""A tiny city as real files: 25 cells or so, 200 days, two categories; a run of it takes about a second."""

from __future__ import annotations

import csv
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from tests.runs.planted import plant_loop_test

AS_OF = "2026-03-01T05:00:00-06:00"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEST, SOUTH, SIDE = -87.70, 41.80, 0.05
HEADER = ("number", "occurred", "reported", "longitude", "latitude", "code", "source")
CODES = {"THEFT": 0.75, "BURG": 0.25}

CONFIG = """
config_version = 1
name = "tiny"
title = "Tiny city"
as_of = "{as_of}"
objectives = "objectives.toml"
[area]
boundary = "../data/boundary.geojson"
districts = "../data/districts.geojson"
timezone = "America/Chicago"
resolution = 8
[incidents]
path = "../data/incidents.csv"
time_format = "%Y-%m-%d %H:%M:%S"
[incidents.columns]
occurred_at = "occurred"
reported_at = "reported"
longitude = "longitude"
latitude = "latitude"
offence = "code"
call_source = "source"
record_id = "number"
[codebook]
path = "../data/codebook.csv"
[model]
training_days = 90
validation_days = 14
rounds = 15
max_rows = 10000
threads = {threads}
[places.stops]
path = "../data/stops.geojson"
measure = "count"
source = "made up for the test"
[places.bars]
path = "../data/bars.geojson"
measure = "distance_m"
source = "made up for the test"
[gates]
min_incidents = {min_incidents}
calibration = [0.5, 2.0]
[[waivers]]
limit = "gates.min_incidents"
reason = "a city made up for a test has few incidents"
owner = "the tests"
expires = "{waived_until}"
[[waivers]]
limit = "gates.calibration"
reason = "a city made up for a test has few incidents a night"
owner = "the tests"
expires = "{waived_until}"
[[waivers]]
gate = "group_audit"
reason = "a city made up for a test; nobody lives there"
owner = "the test suite"
expires = "{waived_until}"
[publish]
keep_days = 30
[[waivers]]
gate = "proxy_screen"
reason = "the tests' tiny city has no census counts to measure against"
owner = "the tests"
expires = "{waived_until}"
"""


OBJECTIVES = """
objectives_version = 1
[[objectives]]
id = "forecast_holds"
goal = "the forecast of a city made up for a test adds up"
measure = "calibration"
at_least = 0.5
at_most = 2.0
review = "{review}"
owner = "the test suite"
"""


def write_city(root: Path, *, threads: int = 1, min_incidents: int = 100, as_of: str = AS_OF) -> Path:
    """Writes the city below ``root``; the path of its config."""
    data, configs = root / "data", root / "configs"
    data.mkdir(parents=True)
    configs.mkdir()
    _layer(data / "boundary.geojson", [_box(0, 1)], [{}])
    _layer(data / "districts.geojson", [_box(0, 0.5), _box(0.5, 1)], [{"district": "1"}, {"district": "2"}])
    for name, seed in (("stops", 1), ("bars", 2)):
        _layer(data / f"{name}.geojson", np.random.default_rng(seed).random((5, 2)).tolist(), [{}] * 5, "Point")
    write_rows(data / "incidents.csv", records())
    grounds = [("THEFT", "", "theft", "citizen"), ("BURG", "", "burglary", "citizen"), ("STOP", "", "", "officer")]
    with (data / "codebook.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("offence", "call_source", "category", "provenance", "ground"))
        writer.writerows((*row, "made up for the test") for row in grounds)
        writer.writerow(("", "CALL", "", "citizen", "made up for the test"))
        writer.writerow(("", "OFFICER", "", "officer", "made up for the test"))
    config = configs / "tiny.toml"
    night = datetime.fromisoformat(as_of if as_of[:1].isdigit() else AS_OF)
    until = night.date() + timedelta(days=305)  # a waiver ends within a year of as_of
    config.write_text(CONFIG.format(as_of=as_of, threads=threads, min_incidents=min_incidents, waived_until=until))
    (configs / "objectives.toml").write_text(OBJECTIVES.format(review=until))
    plant_loop_test(config)
    return config


def records(n: int = 4000, seed: int = 3) -> list[tuple[str, ...]]:
    """Citizen reports in hot and cool places, the newest an hour before ``AS_OF``."""
    rng = np.random.default_rng(seed)
    zone = ZoneInfo("America/Chicago")
    last = datetime.fromisoformat(AS_OF).astimezone(zone).replace(tzinfo=None) - timedelta(hours=2)
    hot = rng.random(n) < 0.5
    x = np.where(hot, rng.normal(0.3, 0.08, n), rng.random(n)).clip(0.02, 0.98)
    y = np.where(hot, rng.normal(0.6, 0.08, n), rng.random(n)).clip(0.02, 0.98)
    minutes = np.sort(rng.integers(0, 200 * 24 * 60, n))[::-1] - 0
    minutes[-1] = 0
    codes = rng.choice(list(CODES), n, p=list(CODES.values()))
    return [
        _record(f"C{i}", last - timedelta(minutes=int(minutes[i])), x[i], y[i], str(codes[i]), "CALL") for i in range(n)
    ]


def officer_records(n: int = 400, seed: int = 5) -> list[tuple[str, ...]]:
    """Officer-initiated records, all in one corner of the city."""
    rng = np.random.default_rng(seed)
    last = datetime(2026, 2, 28, 20)
    return [
        _record(f"O{i}", last - timedelta(hours=int(h)), 0.9, 0.1, "STOP", "OFFICER")
        for i, h in enumerate(rng.integers(0, 4000, n))
    ]


def write_rows(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    an_hour_ago = time.time() - 3600  # an export that was written this minute may not be finished
    os.utime(path, (an_hour_ago, an_hour_ago))


def _record(number: str, occurred: datetime, x: float, y: float, code: str, source: str) -> tuple[str, ...]:
    reported = occurred + timedelta(minutes=45)
    place = f"{WEST + SIDE * x:.6f}", f"{SOUTH + SIDE * y:.6f}"
    return (number, f"{occurred:%Y-%m-%d %H:%M:%S}", f"{reported:%Y-%m-%d %H:%M:%S}", *place, code, source)


def _box(left: float, right: float) -> list[list[float]]:
    west, east = WEST + SIDE * left, WEST + SIDE * right
    north = SOUTH + SIDE
    return [[west, SOUTH], [east, SOUTH], [east, north], [west, north], [west, SOUTH]]


def _layer(path: Path, shapes: list[Any], properties: list[dict[str, str]], kind: str = "Polygon") -> None:
    features = [
        {"type": "Feature", "geometry": {"type": kind, "coordinates": _placed(shape, kind)}, "properties": facts}
        for shape, facts in zip(shapes, properties, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def _placed(shape: Any, kind: str) -> Any:
    return [shape] if kind == "Polygon" else [WEST + SIDE * shape[0], SOUTH + SIDE * shape[1]]
