"""Nights fed day by day through the store are full nights, and stay so as past nights: real records, and the sample's.

Late reports, corrections and deletions are made from the records themselves: a row comes some days after it happened,
has another offence until a later night, or is gone from one on. Most nights add lines; each fifth is exported anew, in
another order.
"""

from __future__ import annotations

import csv
import gzip
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.acceptance.conftest import ROOT
from tests.runs.load.increment.exports import BY, assert_same_city

from patrolcast.domain.settings import Settings
from patrolcast.io.increment.cuts import Cuts
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.load.increment.city import load_city_as_recorded, load_city_with_store

PORTAL = ROOT.parent / "shared" / "data" / "chicago" / "portal_export_2018-07_2018-09.csv.gz"
CUTS = Cuts(bits=7, least=32, most=512)


def _config(name: str, export: Path) -> Settings:
    given = read_settings(ROOT / "configs" / f"{name}.toml").settings
    incidents = given.incidents.model_copy(update={"path": export})
    return given.model_copy(update={"incidents": incidents, "residents": None, "places": {}})


def _exports(
    lines: list[str], happened: list[datetime], offence: int, n_nights: int, *, seed: int
) -> Iterator[tuple[datetime, list[str]]]:
    """Each night and the lines of its export."""
    draw = random.Random(seed)
    last = max(happened)
    known = [when + timedelta(days=draw.choice([0, 0, 0, 1, 2, 9])) for when in happened]
    corrected = {i: last - timedelta(days=draw.uniform(0, n_nights)) for i in range(len(lines)) if draw.random() < 0.02}
    deleted = {i: last - timedelta(days=draw.uniform(0, n_nights)) for i in range(len(lines)) if draw.random() < 0.01}
    other = [line.split(",")[offence] for line in lines[:50]]
    order: list[int] = []
    for night in range(n_nights):
        now = last - timedelta(days=n_nights - 1 - night)
        there = {i for i, when in enumerate(known) if when <= now and deleted.get(i, now) >= now}
        if night % 5 == 4:
            order = sorted(there, key=lambda i: (known[i], i))
        else:
            order = [i for i in order if i in there] + sorted(there - set(order))
        yield now, [_with(lines[i], offence, other[i % 50]) if corrected.get(i, now) > now else lines[i] for i in order]


def _with(line: str, at: int, value: str) -> str:
    fields = line.split(",")
    return ",".join([*fields[:at], value, *fields[at + 1 :]])


def _assert_nights(config: Settings, header: str, exports: Iterator[tuple[datetime, list[str]]], folder: Path) -> None:
    export, store = config.incidents.path, folder / "store"
    assert isinstance(export, Path)
    nights: list[tuple[datetime, LoadedCity]] = []
    for now, lines in exports:
        export.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        full = load_city(config, as_of="now", now=now)
        assert_same_city(load_city_with_store(config, as_of="now", now=now, made_by=BY, folder=store, cuts=CUTS), full)
        assert '"used": true' in (store / "last.json").read_text()
        nights.append((now, full))
    assert len({full.sources[0].sha256 for _, full in nights}) == len(nights)
    for now, full in [*reversed(nights), *nights[1::2], *nights[::2]]:
        past = load_city_as_recorded(config, as_of=now.isoformat(), recorded_by=now, folder=store)
        assert_same_city(past, full)


@pytest.mark.long
def test_nights_of_the_sample(tmp_path: Path) -> None:
    text = gzip.decompress((ROOT / "data" / "sample" / "incidents.csv.gz").read_bytes()).decode()
    header, *lines = text.splitlines()
    names = header.split(",")
    lines = [line for line in lines if len(line.split(",")) == len(names) and '"' not in line]
    at = names.index("reported_at")
    dated = [(when, line) for line in lines if (when := _moment(line.split(",")[at], "%Y-%m-%d %H:%M:%S")) is not None]
    dated = sorted(dated)[-1500:]
    config = _config("sample", tmp_path / "export.csv")
    moments = [when for when, _ in dated]
    exports = _exports([line for _, line in dated], moments, names.index("offence_code"), 3, seed=5)
    _assert_nights(config, header, exports, tmp_path)


def _chicago(tmp_path: Path, n_nights: int) -> tuple[Settings, str, Iterator[tuple[datetime, list[str]]]]:
    if not PORTAL.exists():
        pytest.skip("DEVELOPMENT CITIES ABSENT: no real city was fed")
    header, *lines = gzip.decompress(PORTAL.read_bytes()).decode().splitlines()
    names = header.split(",")
    config = _config("chicago_portal", tmp_path / "export.csv")
    columns = config.incidents.columns
    when, offence = (names.index(name) for name in (columns.occurred_at, columns.offence))
    assert config.incidents.time_format is not None
    dated = [
        (moment, line) for line in lines if (moment := _moment(line.split(",")[when], config.incidents.time_format))
    ]
    dated = sorted(dated)[-30_000:]
    exports = _exports([line for _, line in dated], [moment for moment, _ in dated], offence, n_nights, seed=7)
    return config, header, exports


@pytest.mark.long
@pytest.mark.shared
def test_thirty_nights_of_chicago(tmp_path: Path) -> None:
    _assert_nights(*_chicago(tmp_path, 30), tmp_path)


@pytest.mark.long
@pytest.mark.shared
def test_nights_of_chicago_from_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same nights with the records in a table: the same counts as from the file, and full nights as well."""
    config, header, exports = _chicago(tmp_path, 7)
    names = header.split(",")
    mapped = [name for name in config.incidents.columns.model_dump().values() if name is not None]
    columns = ", ".join(f'"{name}"' for name in mapped)
    incidents = config.incidents.model_copy(
        update={"path": None, "database": "CHICAGO_RECORDS", "sql": f"select {columns} from calls"}
    )
    from_table, store = config.model_copy(update={"incidents": incidents}), tmp_path / "store"
    monkeypatch.setenv("CHICAGO_RECORDS", f"sqlite:///{tmp_path / 'records.db'}")
    nights: list[tuple[datetime, LoadedCity]] = []
    for now, lines in exports:
        with closing(sqlite3.connect(tmp_path / "records.db")) as database, database:
            database.execute("drop table if exists calls")
            database.execute(f"create table calls ({columns})")
            rows = [dict(zip(names, row, strict=False)) for row in csv.reader(lines)]
            marks = ", ".join("?" * len(mapped))
            database.executemany(
                f"insert into calls values ({marks})", [[row[name] for name in mapped] for row in rows]
            )
        full = load_city(from_table, as_of="now", now=now)
        assert_same_city(load_city_with_store(from_table, as_of="now", now=now, made_by=BY, folder=store), full)
        assert '"used": true' in (store / "last.json").read_text()
        nights.append((now, full))
    assert "rows read from the database" in (store / "last.json").read_text()
    assert '"all ' not in (store / "last.json").read_text(), "the last night is not the weekly one"
    for now, full in reversed(nights):
        past = load_city_as_recorded(from_table, as_of=now.isoformat(), recorded_by=now, folder=store)
        assert_same_city(past, full)


def _moment(text: str, time_format: str) -> datetime | None:
    try:
        return datetime.strptime(text, time_format).astimezone()
    except ValueError:
        return None
