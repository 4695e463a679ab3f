"""Groups of rows by the database's own digests: what it says of them is what its rows say."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from tests.postgres import Server
from tests.runs.tiny_database import fresh

from patrolcast.domain.errors import ConfigError
from patrolcast.io.databases.address import address_of
from patrolcast.io.databases.changes import compared, digest_of, sums_of
from patrolcast.io.databases.reading import DatabaseQuestion
from patrolcast.io.databases.row_order import OrderedRows
from patrolcast.io.databases.rows import DatabaseRows
from patrolcast.io.databases.statement import Known

VARIABLE = "TOWN_RECORDS"
KNOWN = Known(datetime(2026, 3, 1, 18, tzinfo=UTC), "America/Chicago")
ROWS = [(i, f"code {i % 7}" * (i % 40), None if i % 5 else "", i / 8) for i in range(300)] * 2


@pytest.fixture(params=["sqlite", "duckdb"])
def asked(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatabaseQuestion:
    make = "create table calls (id integer, \"a 'code': %\" text, note text, lon double)"
    insert = "insert into calls values (?, ?, ?, ?)"
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "records.db")) as database, database:
            database.execute(make)
            database.executemany(insert, ROWS)
        monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'records.db'}")
    else:
        with duckdb.connect(str(tmp_path / "records.db")) as database:
            database.execute(make)
            database.executemany(insert, ROWS)
        monkeypatch.setenv(VARIABLE, f"duckdb:///{tmp_path / 'records.db'}")
    return DatabaseQuestion(address_of(VARIABLE), KNOWN, "[incidents] table", table="calls")


def test_counts_and_sums_are_those_of_the_rows_and_a_group_gives_its_rows(asked: DatabaseQuestion) -> None:
    with compared(asked) as comparison:
        assert comparison.header == ("id", "a 'code': %", "note", "lon")
        (whole,) = comparison.rows()
        counts, sums = comparison.sums(5)
        for given, said in zip(sums_of(whole.digests, 5), (counts, sums), strict=True):
            np.testing.assert_array_equal(given, said)
        some = np.array([3, 17, 31])
        (part,) = comparison.rows(some, bits=5)
    assert np.unique(whole.digests).size == 300
    assert sorted(part.digests.tolist()) == sorted(whole.digests[np.isin(whole.digests & 31, some)].tolist())
    assert counts[some].sum() == part.digests.size > 0


def test_a_group_that_comes_twice_loses_no_row(asked: DatabaseQuestion, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that draws gives a row one group when it is grouped and another when the group is read out."""
    with compared(asked) as comparison:
        monkeypatch.setattr(comparison, "_execute", lambda text: iter([(3, 1, 5), (3, 2, 7)]))
        counts, sums = comparison.sums(2)
    assert (counts.tolist(), sums.tolist()) == ([0, 0, 0, 3], [0, 0, 0, 12])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_both_questions_see_the_rows_of_one_moment(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that somebody corrects between them is found by the next night, whole."""
    if kind == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        fresh(server)
        monkeypatch.setenv(VARIABLE, server.url())
        run: Callable[..., object] = server.run
    else:
        monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'records.db'}")
        run = partial(_run_in_file, tmp_path / "records.db")
        run("pragma journal_mode = wal")
    run("create table calls (id integer, code varchar(9))", "insert into calls values (1, 'A'), (2, 'B')")
    seen = []
    for code in ("C", "D"):
        with compared(DatabaseQuestion(address_of(VARIABLE), KNOWN, "[incidents] table", table="calls")) as comparison:
            counts, sums = comparison.sums(8)
            run(f"update calls set code = '{code}' where id = 2", "insert into calls values (3, 'E')")
            (rows,) = comparison.rows()
            for then, now in zip((counts, sums), comparison.sums(8), strict=True):
                np.testing.assert_array_equal(then, now)
            np.testing.assert_array_equal(counts, sums_of(rows.digests, 8)[0])
            seen.append(sorted(rows.columns["code"].to_pylist()))
    assert seen == [["A", "B"], ["A", "C", "E"]]


def _run_in_file(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


def test_keys_and_bytes_are_those_of_a_full_reading(asked: DatabaseQuestion) -> None:
    with compared(asked) as comparison:
        (whole,) = comparison.rows()
    full = DatabaseRows(asked, ["id", "a 'code': %", "note", "lon"])
    rows, kinds = full._whole
    assert int(whole.bytes.sum()) == full.bytes
    assert whole.kinds == kinds
    (table,) = rows._tables()
    assert whole.keys.astype(">u8").tobytes() == b"".join(table.column("#key").to_pylist())
    assert whole.columns["lon"].to_pylist() == table.column("lon").to_pylist()


@pytest.mark.parametrize(
    "columns",
    [
        ("'THEFT'::enum('THEFT', 'FRAUD')", "'ARSON'::enum('ARSON', 'FRAUD')"),
        ("12.34::decimal(9, 2)", "0.1234::decimal(9, 4)"),
    ],
)
def test_what_a_digest_does_not_see_is_in_the_shape(
    columns: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB takes digests of the place of a word in its type, and of the digits of a decimal without their point."""
    seen = []
    for i, column in enumerate(columns):
        monkeypatch.setenv(VARIABLE, f"duckdb:///{tmp_path / f'{i}.db'}")
        with duckdb.connect(str(tmp_path / f"{i}.db")) as database:
            database.execute(f"create table calls as select {column} as code")
        with compared(DatabaseQuestion(address_of(VARIABLE), KNOWN, "[incidents] table", table="calls")) as comparison:
            (rows,) = comparison.rows()
            seen.append((rows.digests.tolist(), rows.columns["code"].to_pylist(), comparison.shape))
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] != seen[1][1]
    assert seen[0][2] != seen[1][2]


def test_values_that_are_another_type_or_nothing_have_another_digest(tmp_path: Path) -> None:
    from patrolcast.io.databases import changes

    values: list[tuple[Any, ...]] = [("", None), (None, ""), ("7",), (7,), (7.0,), ("7", ""), ("", "7"), (b"7",), ()]
    assert len({changes._digest(*one) for one in values}) == len(values)
    assert all(-(2**63) <= changes._digest(*one) < 2**63 for one in values)


def test_bytes_of_a_row_are_those_that_the_order_counts() -> None:
    import pyarrow as pa

    from patrolcast.io.databases.changes import _sizes

    columns = [["", "a" * 9, "ö" * 10, None], ["x" * 99, "y" * 100, None, "z" * 1000]]
    for i in range(4):
        rows = OrderedRows(["a", "b"], ["a", "b"])
        rows.add([[columns[0][i]], [columns[1][i]]])
        assert _sizes([pa.array(one, pa.string()) for one in columns])[i] == rows.bytes


def test_a_database_whose_digests_were_never_tested_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "mssql://reader:word@nowhere.example/records")
    with (
        pytest.raises(ConfigError, match="got SQL Server; digests of rows are taken by PostgreSQL, SQLite and DuckDB"),
        compared(DatabaseQuestion(address_of(VARIABLE), KNOWN, "[incidents] table", table="calls")),
    ):
        raise AssertionError("nothing is connected")
    with pytest.raises(ConfigError, match="Oracle"):
        digest_of("oracle", ["id"])
