"""A SQLite table by the name of an environment variable: read only, as text, and no config can carry SQL into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.io.sources.sqlite_table import sqlite_source

VARIABLE = "TOWN_RECORDS"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "records.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute('create table calls (id integer, code text, "odd ""name" real, secret text)')
        connection.execute("insert into calls values (7, 'A', 1.5, 'x'), (8, null, null, 'y')")
        connection.execute("create view seen as select id from calls where id = 8")
        connection.execute("create table empty (id integer)")
    monkeypatch.setenv(VARIABLE, f"sqlite:///{path}")
    return path


def read(table: str | None, *columns: str) -> dict[str, list[str | None]]:
    source = sqlite_source(VARIABLE, table, columns)
    (values, _), *_ = source.batches({name: name for name in source.header})
    return {name: column.to_pylist() for name, column in values.items()}


def test_mapped_columns_are_text_and_the_others_are_named_and_not_read(database: Path) -> None:
    assert read("calls", "code", "id", "id", 'odd "name') == {
        "id": ["7", "8"], "code": ["A", None], 'odd "name': ["1.5", None], "secret": [None, None],
    }  # fmt: skip


def test_a_view_is_read_like_a_table(database: Path) -> None:
    assert read("seen", "id") == {"id": ["8"]}


def test_a_column_that_the_table_lacks_is_left_to_the_check_of_the_header(database: Path) -> None:
    assert read("calls", "nowhere") == {"id": [None] * 2, "code": [None] * 2, 'odd "name': [None] * 2,
                                        "secret": [None] * 2}  # fmt: skip


@pytest.mark.parametrize("table", ["gone", None, 'calls"; drop table calls; --', "calls where 1 = 1"])
def test_only_a_name_that_the_database_lists_is_a_table(table: str | None, database: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(table, "id")
    name = "nothing" if table is None else f"'{table}'"
    assert str(caught.value) == (f"[incidents] table: got {name}; must be in the database; tables: calls, empty, seen")
    assert read("seen", "id") == {"id": ["8"]}


def test_a_table_without_a_row_is_refused(database: Path) -> None:
    with pytest.raises(DataRefusedError) as caught:
        read("empty", "id")
    assert str(caught.value) == "records.db: got no row; needs rows; export it again"


def test_a_file_that_is_no_database_is_refused(database: Path) -> None:
    database.write_bytes(b"no database at all, but some bytes" * 9)
    with pytest.raises(DataRefusedError) as caught:
        read("calls", "id")
    assert str(caught.value) == "records.db: got 'file is not a database'; must be a SQLite database"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "got nothing; holds a database URL; export TOWN_RECORDS=sqlite:///path/to/records.db"),
        (
            "postgresql://user:pass@host/records",
            "got another database; only SQLite is supported (sqlite:///path); "
            "export the records to Parquet or CSV, and name the file in [incidents] path",
        ),
    ],
)
def test_the_url_itself_never_reaches_a_message(url: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(ConfigError) as caught:
        read("calls", "id")
    assert str(caught.value) == f"environment variable TOWN_RECORDS: {message}"


def test_reading_leaves_the_file_as_it_was(database: Path) -> None:
    before = database.read_bytes()
    read("calls", "id")
    assert database.read_bytes() == before
    assert sorted(path.name for path in database.parent.iterdir()) == ["records.db"]
