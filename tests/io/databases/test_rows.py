"""Rows of SQLite, DuckDB and PostgreSQL: one door, the same rows, the same hash, and never the URL."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.postgres import Server

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.io.databases.address import address_of
from patrolcast.io.databases.reading import DatabaseQuestion
from patrolcast.io.databases.rows import DatabaseRows
from patrolcast.io.databases.statement import Known

VARIABLE = "TOWN_RECORDS"
KNOWN = Known(datetime(2026, 3, 1, 18, tzinfo=UTC), "America/Chicago", date(2026, 2, 1))
MADE = "create table calls (id integer, code varchar(20), seen_at timestamp, lon numeric(9, 6), lat float8, note text)"
ROWS = [
    (1, "A", "2026-03-01 11:59:00", "-87.650000", 41.8, "x"),
    (2, None, "2026-03-01 12:00:00", "-87.7", 41.0, None),
    (3, "0042", "2026-03-01 12:01:00", None, None, "y"),
    (4, "B", "2026-01-31 23:00:00", "-87.7", 41.5, "z"),
]
Made = Callable[..., str]


@pytest.fixture(params=["sqlite", "duckdb", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Statements in a fresh database of each kind; the kind. The variable holds its URL."""

    def run(*statements: str, rows: Any = None, insert: str = "") -> str:
        kind = str(request.param)
        if kind == "sqlite":
            path = tmp_path / "records.db"
            with closing(sqlite3.connect(path)) as database, database:
                for statement in statements:
                    database.execute(statement)
                if rows is not None:
                    database.executemany(insert, rows)
            monkeypatch.setenv(VARIABLE, f"sqlite:///{path}")
        elif kind == "duckdb":
            with duckdb.connect(str(tmp_path / "records.duckdb")) as database:
                for statement in statements:
                    database.execute(statement)
                if rows is not None:
                    database.executemany(insert, rows)
            monkeypatch.setenv(VARIABLE, f"duckdb:///{tmp_path / 'records.duckdb'}")
        else:
            server: Server = request.getfixturevalue("postgres")
            server.run("drop schema public cascade", "create schema public", *grants(), *statements)
            if rows is not None:
                server.run(insert.replace("?", "%s"), rows=rows)
            monkeypatch.setenv(VARIABLE, server.url())
        return kind

    return run


def grants() -> list[str]:
    from tests.postgres import READER

    return [
        f"grant usage on schema public to {READER}",
        f"alter default privileges in schema public grant select on tables to {READER}",
    ]


def calls(made: Made, rows: list[Any] = ROWS) -> str:
    return made(MADE, rows=rows, insert="insert into calls values (?, ?, ?, ?, ?, ?)")


def opened(
    query: str | None = None, *, table: str | None = None, mapped: tuple[str, ...] = ("id", "code")
) -> DatabaseRows:
    key = "[incidents] table" if table else "[incidents] sql"
    return DatabaseRows(DatabaseQuestion(address_of(VARIABLE), KNOWN, key, query, table), list(mapped))


def read(source: DatabaseRows, *names: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for batch, _ in source.batches({name: name for name in names}):
        found += zip(*(batch[name].to_pylist() for name in names), strict=True)
    return sorted(found, key=str)


def test_a_table_is_read_whole_and_every_kind_of_database_gives_the_same_texts(made: Made) -> None:
    calls(made)
    source = opened(table="calls", mapped=("id", "code", "lon", "lat"))
    assert source.header == ("id", "code", "seen_at", "lon", "lat", "note")
    assert read(source, "id", "code", "lon", "lat") == [
        ("1", "A", "-87.65", "41.8"), ("2", None, "-87.7", "41"), ("3", "0042", None, None),
        ("4", "B", "-87.7", "41.5"),
    ]  # fmt: skip
    assert (source.n_rows, source.name, source.place) == (4, "TOWN_RECORDS:calls", "row")
    assert source.sha256 == "9538a0325181081e46315d5b184916a255592139e395a8403c1f3c453c5eaf91"


def test_times_are_times_where_the_database_has_such_a_type(made: Made) -> None:
    kind = calls(made)
    source = opened("select seen_at from calls where id = 1", mapped=("seen_at",))
    text = kind == "sqlite"  # has no type of times
    assert source.kinds == {"seen_at": "text" if text else "time without zone"}
    assert read(source, "seen_at") == [("2026-03-01 11:59:00" if text else datetime(2026, 3, 1, 11, 59),)]


def test_as_of_and_since_are_bound_in_the_records_own_zone(made: Made) -> None:
    calls(made)  # 18:00 UTC is noon in Chicago
    source = opened("select id, code from calls where seen_at <= :as_of and seen_at >= :since")
    assert [row[0] for row in read(source, "id")] == ["1", "2"]


def test_a_time_with_a_zone_is_an_instant_and_is_compared_as_one(made: Made) -> None:
    kind = made("create table calls (id integer)")
    if kind == "sqlite":
        pytest.skip("SQLite has no time with a zone")
    at = [f"timestamptz '2026-03-01 12:00:0{second}-06'" for second in (0, 1)]
    source = opened(
        f"select 1 as id, {at[0]} as seen_at where {at[0]} <= :as_of union all "
        f"select 2, {at[1]} where {at[1]} <= :as_of",
        mapped=("id", "seen_at"),
    )
    assert read(source, "id", "seen_at") == [("1", datetime(2026, 3, 1, 18, tzinfo=UTC))]


def test_a_query_without_an_order_is_one_sequence_with_one_hash(made: Made) -> None:
    calls(made)
    up, down = (opened(f"select id, code from calls order by id {way}") for way in ("asc", "desc"))
    assert up.sha256 == down.sha256
    assert [b["id"].to_pylist() for b, _ in up.batches({"id": "id"})] == [
        b["id"].to_pylist() for b, _ in down.batches({"id": "id"})
    ]


def test_a_column_that_is_not_mapped_decides_no_hash_and_can_be_looked_at(made: Made) -> None:
    calls(made)
    one, other = (opened(f"select id, code, {note} as note from calls") for note in ("'x'", "'y'"))
    assert one.sha256 == other.sha256
    assert {row[0] for row in read(other, "note")} == {"y"}


def test_a_view_is_read_like_a_table(made: Made) -> None:
    made(MADE, "create view seen as select 8 as id, 'C' as code")
    assert read(opened(table="seen"), "id", "code") == [("8", "C")]


@pytest.mark.parametrize("table", ["gone", "main.gone", "Calls"])
def test_only_a_name_that_the_database_lists_is_a_table(table: str, made: Made) -> None:
    made("create table seen (id integer)")
    with pytest.raises(ConfigError) as caught:
        read(opened(table=table), "id")
    assert str(caught.value).startswith(f"[incidents] table: got '{table}'; must be in the database; ")


def test_a_table_without_a_row_is_refused(made: Made) -> None:
    made("create table empty (id integer)")
    with pytest.raises(DataRefusedError) as caught:
        read(opened(table="empty"), "id")
    assert str(caught.value) == (
        "TOWN_RECORDS:empty: got no row; needs rows; look at the query, and at what the account may see"
    )


@pytest.mark.parametrize("query", ["insert into calls (id) values (9)", "delete from calls", "drop table calls"])
def test_what_writes_is_refused_by_the_check_and_by_the_transaction(
    query: str, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa

    from patrolcast.io.databases import reading

    calls(made)
    url = os.environ[VARIABLE]
    with pytest.raises(ConfigError, match=r"^\[incidents\] sql: got '(INSERT|DELETE|DROP)'; must be one SELECT"):
        read(opened(query), "id")
    monkeypatch.setattr(reading, "checked_query", lambda text, **_: sa.text(text))  # the second wall alone
    with pytest.raises(ConfigError, match=r"^\[incidents\] sql: got "):
        read(opened(query), "id")
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, url)
    assert opened(table="calls").n_rows == 4


def test_two_columns_of_one_name_are_refused(made: Made) -> None:
    calls(made)
    with pytest.raises(DataRefusedError) as caught:
        opened("select id, code, id from calls").header  # noqa: B018
    assert str(caught.value) == (
        "TOWN_RECORDS:query header: got two columns 'id'; names must differ; rename one in the export"
    )


def test_a_name_that_is_not_there_is_reported_in_the_databases_words_on_one_line(made: Made) -> None:
    calls(made)
    with pytest.raises(ConfigError) as caught:
        opened("select nowhere from calls").header  # noqa: B018
    line = str(caught.value)
    assert line.startswith("[incidents] sql: got ")
    assert "nowhere" in line
    assert line.endswith("; the database must accept the query; try it there")
    assert "\n" not in line


def test_nul_bytes_and_huge_values_are_rows_that_cannot_be_used(made: Made) -> None:
    kind = made("create table calls (id integer, code text)")
    nul = {"sqlite": "'a' || char(0) || 'b'", "duckdb": "'a' || chr(0) || 'b'", "postgresql": "'cannot hold one'"}[kind]
    huge = "hex(zeroblob(100000))" if kind == "sqlite" else "repeat('00', 100000)"
    source = opened(f"select 1 as id, {nul} as code union all select 2, {huge} union all select 3, 'd'")
    rows = {}
    for batch, records in source.batches({"id": "id"}):
        rows |= dict(zip(records.tolist(), batch["id"].to_pylist(), strict=True))
    found = {rows[record]: rule for record, rule in source.unusable().items()}
    assert found == {"2": "row longer than 131,072 bytes"} | ({} if kind == "postgresql" else {"1": "NUL byte"})


def test_bytes_are_no_column_of_an_export(made: Made) -> None:
    kind = made("create table calls (id integer)")
    blob = {"sqlite": "x'00ff'", "duckdb": "'ab'::blob", "postgresql": "decode('00ff', 'hex')"}[kind]
    source = opened(f"select 1 as id, {blob} as code")
    assert source.plain == ("id",)
    with pytest.raises(DataRefusedError, match=r"^TOWN_RECORDS:query column 'code': got bytes; a column holds one"):
        read(source, "code")


def test_a_type_that_changes_from_row_to_row_is_refused_for_times_alone(made: Made) -> None:
    kind = made("create table calls (id integer)")
    if kind != "sqlite":
        pytest.skip("a column has one type there")
    assert read(opened("select 1 as id, 'a' as code union all select 'b', 2.0"), "id", "code") == [
        ("1", "a"),
        ("b", "2"),
    ]


def test_reading_leaves_a_file_as_it_was(made: Made, tmp_path: Path) -> None:
    if calls(made) == "postgresql":
        pytest.skip("no file")
    [path] = tmp_path.iterdir()
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    read(opened(table="calls"), "id")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert list(tmp_path.iterdir()) == [path]
