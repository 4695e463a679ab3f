"""Nights of a small export or table: rows that are added, corrected and taken out; and what a night must give."""

from __future__ import annotations

import dataclasses
import json
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from pandas.testing import assert_frame_equal
from tests.intake.builders import AS_OF, HEADER, settings

from patrolcast.domain.settings import Settings
from patrolcast.intake.persons import value_as_shown
from patrolcast.intake.raw_rows import CodeColumn, RawTable
from patrolcast.io.increment.cuts import Cuts
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.load.increment.city import load_city_with_store

FIRST_NIGHT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMALL = Cuts(bits=2, least=4, most=11)
BY = "this code"
NAMES = tuple(HEADER.split(","))
Row = tuple[Any, ...]
Rows = dict[int, Row]


def write(folder: Path, rows: list[str], *, header: str = HEADER, end: str = "\n") -> None:
    """The export with these rows."""
    (folder / "export.csv").write_text(end.join([header, *rows]) + end, newline="")


def rows_of(lines: Sequence[str]) -> Rows:
    """Lines of an export as rows of a table."""
    return {i: tuple(field or None for field in line.split(",")) for i, line in enumerate(lines)}


def fill(folder: Path, rows: Rows, *, names: Sequence[str] = NAMES, seed: int = 0) -> None:
    """A table of SQLite with these rows, in an order of its own."""
    order = [*rows.values()]
    random.Random(seed).shuffle(order)
    with closing(sqlite3.connect(folder / "records.db")) as database, database:
        database.execute("drop table if exists calls")
        database.execute(f"create table calls ({', '.join(names)})")
        database.executemany(f"insert into calls values ({', '.join('?' * len(names))})", order)


def night_of(i: int) -> datetime:
    """When the i-th night reads."""
    return FIRST_NIGHT + timedelta(days=i)


def through_store(folder: Path, i: int, *, made_by: str = BY, as_of: str = AS_OF, **more: Any) -> LoadedCity:
    """The i-th night, through the store beside the export."""
    return through(settings(folder, **more), folder / "store", i, made_by=made_by, as_of=as_of)


def through(config: Settings, store: Path, i: int, *, made_by: str = BY, as_of: str = AS_OF) -> LoadedCity:
    """The i-th night of a config, through a store that cuts small parts."""
    return load_city_with_store(config, as_of=as_of, now=night_of(i), made_by=made_by, folder=store, cuts=SMALL)


def in_full(folder: Path, i: int, *, as_of: str = AS_OF, **more: Any) -> LoadedCity:
    """The i-th night without a store."""
    return load_city(settings(folder, **more), as_of=as_of, now=night_of(i))


def said(folder: Path) -> dict[str, Any]:
    """What the last night noted of its store."""
    return json.loads((folder / "store" / "last.json").read_text())


def assert_same_city(one: LoadedCity, other: LoadedCity) -> None:
    """Every table, count, note and row of the accounts."""
    for field in dataclasses.fields(LoadedCity):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name == "refused":
            assert_frame_equal(a, b)
        elif field.name == "tables":
            assert_frame_equal(a.incidents.table, b.incidents.table)
            assert_frame_equal(a.set_aside.table, b.set_aside.table)
        else:
            assert a == b, field.name
    for account in one.sources:
        kept = account.kept + sum(
            map(sum, (d.values() for d in (account.set_aside, account.refused, account.cancelled)))
        )
        assert kept == account.rows_in or account.kept == account.rows_in, "every row is accounted for"


def assert_same_rows(one: RawTable, other: RawTable) -> None:
    """Two tables of raw rows, array for array; of codes what they stand for, of unreadable texts what may be shown."""
    for field in dataclasses.fields(RawTable):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name == "unreadable":
            a, b = ({role: (at, [*map(value_as_shown, texts)]) for role, (at, texts) in of.items()} for of in (a, b))
        _same(a, b, field.name)


def _same(a: Any, b: Any, name: str) -> None:
    if isinstance(a, CodeColumn):
        assert set(a.texts) == set(b.texts), name
        assert [a.texts[code] for code in a.codes] == [b.texts[code] for code in b.codes], name
        assert a.codes.dtype == b.codes.dtype
    elif isinstance(a, dict):
        assert a.keys() == b.keys(), name
        for key in a:
            _same(a[key], b[key], f"{name} {key}")
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype, name
        np.testing.assert_array_equal(a, b, err_msg=name)
    elif dataclasses.is_dataclass(a):
        for field in dataclasses.fields(a):
            _same(getattr(a, field.name), getattr(b, field.name), f"{name} {field.name}")
    elif isinstance(a, tuple):
        for x, y in zip(a, b, strict=True):
            _same(x, y, name)
    else:
        assert a == b, name
