"""A night of a query through the store is a night in full: rows added, late, corrected, deleted, all at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from tests.intake.builders import AS_OF, good, row, settings
from tests.postgres import Server
from tests.runs.load.increment.exports import BY, NAMES, Row, assert_same_city, fill, night_of, rows_of, said
from tests.runs.tiny_database import fresh

from patrolcast.domain.errors import DataRefusedError, PatrolcastError
from patrolcast.domain.settings import Settings
from patrolcast.io.databases import changes
from patrolcast.io.increment.folder import StoreFolder
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.load.increment import query
from patrolcast.runs.load.increment.city import load_city_as_recorded, load_city_with_store
from patrolcast.runs.load.increment.keyed import part_of_rows
from patrolcast.runs.load.increment.update import mapping_of

VARIABLE = "SQUARE_RECORDS"
SQL = "select id, occurred, until, reported, lon, lat, code, source from calls where reported <= :as_of -- known then"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few rows stand in so few groups that a night touches some of them, and parts are many."""
    monkeypatch.setattr(query, "ROWS_IN_A_GROUP", 2)
    monkeypatch.setattr(query, "_MOST_DEAD", 4)
    monkeypatch.setattr(changes, "_AT_ONCE", 1060)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'records.db'}")
    return tmp_path


def config_of(folder: Path, sql: str | None = SQL, **more: Any) -> Settings:
    return settings(folder, database=VARIABLE, sql=sql, **more)


def night(folder: Path, i: int, config: Settings | None = None, *, as_of: str = AS_OF, by: str = BY) -> LoadedCity:
    """Through the store, held to what a full reading gives."""
    config, store = config or config_of(folder), folder / "store"
    city = load_city_with_store(config, as_of=as_of, now=night_of(i), made_by=by, folder=store)
    full = load_city(config, as_of=as_of, now=night_of(i))
    assert_same_city(city, full)
    return full


def n_read(folder: Path) -> int:
    text = said(folder)["text"]
    assert said(folder)["used"], text
    return int(text.removeprefix("all ").split()[0].replace(",", ""))


def a_row(draw: random.Random, number: int) -> Row:
    day = datetime(2026, 1, 1) + timedelta(minutes=draw.randrange(60 * 24 * 50))
    lon = draw.choice(["-87.68", "-87.681", "east", "0", "-70.1", None, f"{draw.uniform(-87.69, -87.66):.5f}"])
    return (
        draw.choice([str(number), str(number), "7", "PENDING", None]),
        draw.choice([f"{day}", f"{day.date()} 00:00:00", "soon", None]),
        draw.choice([None, f"{day + timedelta(hours=2)}"]),
        f"{day + timedelta(days=draw.choice([0, 0, 1, 30]))}", lon, "41.82",
        draw.choice(["THEFT", "THEFT", "FRAUD", "STOP", "NEW", " THEFT "]), draw.choice(["911", "911", "PATROL", None]),
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12))])
def test_nights_of_random_changes_are_nights_in_full(seed: int, town: Path) -> None:
    draw = random.Random(seed)
    rows = rows_of(good(1100)) | {5000 + i: a_row(draw, i) for i in range(40)}
    past: list[LoadedCity] = []
    for i in range(4):
        for change in range(24 if i else 0):
            at = draw.choice([*rows])
            if change % 4 == 0:
                del rows[at]
            elif change % 4 == 1:
                rows[at] = a_row(draw, at)  # corrected, with no word of when
            elif change % 4 == 2:
                rows[10_000 + 100 * i + change] = rows[at]  # the same once more
            else:
                rows[10_000 + 100 * i + change] = a_row(draw, change)
        fill(town, rows, seed=i)
        past.append(night(town, i))
        assert i == 0 or 0 < n_read(town) < 0.25 * len(rows)
    for i in (3, 0, 2, 1):
        was = load_city_as_recorded(config_of(town), as_of=AS_OF, recorded_by=night_of(i), folder=town / "store")
        assert_same_city(was, past[i])
    assert len({city.sources[0].sha256 for city in past}) == 4


def test_rows_that_become_known_with_the_moment_are_read_then(town: Path) -> None:
    fill(town, rows_of([*good(300), row("late", reported="2026-03-04 10:00:00")]))
    rows_in = [night(town, i, as_of=night_of(i).isoformat()).sources[0].rows_in for i in (2, 4)]
    assert rows_in == [300, 301]
    assert 0 < n_read(town) < 60
    night(town, 5, as_of=night_of(5).isoformat())
    assert n_read(town) == 0
    night(town, 6, as_of=night_of(2).isoformat())  # a past night is run again, and is recorded last
    for i, rows in ((5, 301), (2, 300)):
        was = partial(load_city_as_recorded, config_of(town), recorded_by=night_of(6), folder=town / "store")
        assert was(as_of=night_of(i).isoformat()).sources[0].rows_in == rows


def test_groups_that_lost_all_rows_are_empty(town: Path) -> None:
    rows = rows_of(good(260))
    fill(town, rows)
    night(town, 0)
    for at in range(0, 260, 26):
        del rows[at]
    fill(town, rows)
    assert night(town, 1).sources[0].rows_in == 250
    night(town, 2)
    assert n_read(town) == 0


def test_a_group_that_lost_its_only_row_is_empty_though_nothing_is_read(town: Path) -> None:
    rows = rows_of(good(60))
    fill(town, rows)
    night(town, 0)
    for i, at in enumerate((7, 8), 1):
        del rows[at]
        fill(town, rows)
        assert night(town, i).sources[0].rows_in == 60 - i
        assert n_read(town) == 0


@pytest.mark.parametrize("fault", ["flip", "remove", "made by", "shape", "mapping"])
def test_what_of_the_store_cannot_be_used_is_read_again(fault: str, town: Path) -> None:
    rows = rows_of(good(300))
    fill(town, rows)
    night(town, 0)
    part = next((town / "store" / "parts").iterdir())
    names: Sequence[str] = NAMES
    config, by = config_of(town), BY
    if fault == "flip":
        part.write_bytes(part.read_bytes()[:-30] + b"x" * 30)
    elif fault == "remove":
        part.unlink()
    elif fault == "made by":
        by = "other code"
    elif fault == "shape":
        config = config_of(town, SQL.replace("id, occurred", "occurred, id"))
    else:
        config = config_of(town, drop=("occurred_until",), sql=SQL.replace(" until,", ""))
    fill(town, rows, names=names)
    night(town, 1, config, by=by)
    assert n_read(town) == 300


def test_the_weekly_reading_finds_what_was_changed_in_the_store(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can write into the store can write its hashes, too: here rows are stored that were never there."""
    fill(town, rows_of(good(300)))

    def forged(*args: Any, **more: Any) -> Any:
        part = part_of_rows(*args, **more)
        assert part is not None
        part.columns["longitude"] = part.columns["longitude"] + np.float64(0.001)
        return part

    with monkeypatch.context() as patch:
        patch.setattr(query, "part_of_rows", forged)
        with pytest.raises(AssertionError):
            night(town, 0)
    with pytest.raises(AssertionError):
        night(town, 6)
    night(town, 7)
    assert "the store did not hold what the database says" in said(town)["text"]
    night(town, 8)
    assert n_read(town) == 0


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select *, 'x' as colour from calls", "columns that are not mapped ('colour')"),
        ("select *, 'N. N.' as suspect_name from calls", "suspect_name"),
        ("select id, occurred, until, reported, lon, lat, code from calls", "it lacks 'source'"),
        ("select *, 1 as id from calls", "id"),
    ],
)
def test_a_query_that_has_to_be_read_whole_is_and_says_why(sql: str, why: str, town: Path) -> None:
    fill(town, rows_of(good(60)))
    config = config_of(town, sql)
    city: list[Any] = []
    for load in (load_city, partial(load_city_with_store, made_by=BY, folder=town / "store")):
        try:
            city.append(load(config, as_of=AS_OF, now=night_of(0)))
        except PatrolcastError as error:
            city.append(str(error))
    if isinstance(city[0], str):
        assert city[0] == city[1]
    else:
        assert_same_city(city[0], city[1])
    assert not said(town)["used"]
    assert why in said(town)["text"]


def test_rows_that_change_between_two_questions_are_not_put_together(town: Path) -> None:
    fill(town, rows_of(good(300)))
    drawn = "case when id = '107' then cast(random() as text) else code end as code,"
    config = config_of(town, SQL.replace("code,", drawn))
    for i, used in ((0, True), (1, False)):
        load_city_with_store(config, as_of=AS_OF, now=night_of(i), made_by=BY, folder=town / "store")
        assert said(town)["used"] == used, said(town)
    assert said(town)["text"] == "it gave other rows when it was asked again"


def test_a_secret_is_in_no_file_of_the_store(town: Path) -> None:
    fill(town, rows_of(good(60)))
    night(town, 0)
    (town / "records.db").unlink()
    with pytest.raises(PatrolcastError):
        load_city_with_store(config_of(town), as_of=AS_OF, now=night_of(1), made_by=BY, folder=town / "store")
    files = [path for path in (town / "store").rglob("*") if path.is_file()]
    assert len(files) > 2
    assert not [path for path in files if b"records.db" in path.read_bytes()]
    with pytest.raises(DataRefusedError, match="no export recorded by then"):
        load_city_as_recorded(config_of(town), as_of=AS_OF, recorded_by=night_of(-1), folder=town / "store")


def test_a_past_night_that_lacks_some_of_its_rows_is_none(town: Path) -> None:
    """Whoever can write into the store can write a snapshot that names fewer parts."""
    rows = rows_of(good(300))
    fill(town, rows)
    night(town, 0)
    fill(town, {at: one for at, one in rows.items() if at > 5})
    night(town, 1)
    store = StoreFolder(town / "store")
    last = store.newest(mapping=mapping_of(config_of(town).incidents))
    assert last is not None
    (source,) = last.sources
    store.write(replace(last, sources=(replace(source, parts=source.parts[:-1]),)))
    with pytest.raises(DataRefusedError, match="parts that are not those of that night"):
        load_city_as_recorded(config_of(town), as_of=AS_OF, recorded_by=night_of(2), folder=town / "store")


TYPES = ("text", "timestamp", "timestamp", "timestamp with time zone", "numeric(9,6)", "double precision",
         "varchar(20)", "text")  # fmt: skip
Statements = Callable[..., object]


@pytest.fixture(params=["duckdb", "postgresql"])
def statements(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Runs statements in a fresh database with types."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        fresh(server)
        monkeypatch.setenv(VARIABLE, server.url())
        return server.run
    path = tmp_path / "records.duckdb"
    monkeypatch.setenv(VARIABLE, f"duckdb:///{path}")

    def run(*texts: str, rows: Any = None) -> None:
        with duckdb.connect(str(path)) as database:
            for text in texts:
                database.executemany(text.replace("%s", "?"), rows) if rows is not None else database.execute(text)

    return run


def test_a_database_with_types_is_read_as_in_full(statements: Statements, tmp_path: Path) -> None:
    """Midnights that make a column dates until one of them is corrected; a column without a value until it has one."""
    given = [(*r[:1], f"2026-01-{1 + i % 28:02d} 00:00:00", None, *r[3:]) for i, r in rows_of(good(280)).items()]
    statements(f"create table calls ({', '.join(f'{n} {t}' for n, t in zip(NAMES, TYPES, strict=True))})")
    statements(f"insert into calls values ({', '.join(['%s'] * len(NAMES))})", rows=given)
    shifts = {"starts": ["00:00"]}
    config = config_of(tmp_path, "select * from calls where reported <= :as_of", time_format=None, shifts=shifts)
    whole = config_of(tmp_path, "select * from calls where reported <= :as_of", shifts=shifts)
    changes_of = [
        (),
        ("update calls set occurred = timestamp '2026-01-05 13:05:00.25' where id = '107'",),
        ("delete from calls where id = '107'", "update calls set until = occurred where id in ('110', '111')"),
        (
            "update calls set lon = lon + 0.000001 where id = '200'",
            "insert into calls select * from calls where id = '109'",
            "update calls set reported = timestamptz '2026-03-01 05:30-06' where id = '300'",  # by then
        ),
        ("alter table calls alter column id type bigint using cast(id as bigint)",),  # the same, as text
    ]
    for i, texts in enumerate(changes_of):
        if texts:
            statements(*texts)
        night(tmp_path, i, whole)
        if i in (1, 2, 3):
            assert 0 < n_read(tmp_path) < 70
        if i == 1:
            with pytest.raises(PatrolcastError):  # of no value at all nothing says that they are times
                load_city_with_store(config, as_of=AS_OF, now=night_of(i), made_by=BY, folder=tmp_path / "store")
    assert said(tmp_path)["text"] == "all 280 rows read from the database"


def test_groups_are_small_and_not_too_many() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query, "ROWS_IN_A_GROUP", 4)
        found = [query._bits_for(n) for n in (0, 1_000, 30_000, 1_000_000, 8_000_000, 10**9)]
    assert found == [8, 8, 13, 16, 18, 18]
