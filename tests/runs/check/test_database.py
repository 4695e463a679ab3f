"""What a query returns, as a person reads it; on a real server in `test_databases.py`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.intake.builders import HEADER, NOW, good, settings

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.runs.check.database import look_at_database


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with closing(sqlite3.connect(tmp_path / "records.db")) as database, database:
        names = HEADER.split(",")
        database.execute(f"create table calls ({', '.join(names)})")
        database.executemany(
            f"insert into calls values ({', '.join('?' * len(names))})", [row.split(",") for row in good(20)]
        )
    monkeypatch.setenv("RECORDS_URL", f"sqlite:///{tmp_path / 'records.db'}")
    return tmp_path


def test_it_lists_columns_what_they_hold_rows_and_the_newest_report(records: Path) -> None:
    found = look_at_database(settings(records, database="RECORDS_URL", table="calls"), now=NOW)
    assert found is not None
    head, *columns = found.lines()
    assert head.startswith("RECORDS_URL:calls returns 20 rows of 8 columns; newest reported_at 2026-")
    assert head.endswith(", as written")
    assert len(columns) == 8
    assert all(": text, read as " in line for line in columns)


def test_times_that_cannot_be_read_leave_the_newest_out(records: Path) -> None:
    found = look_at_database(settings(records, database="RECORDS_URL", table="calls", time_format="%d.%m.%Y"), now=NOW)
    assert found is not None
    assert found.lines()[0] == "RECORDS_URL:calls returns 20 rows of 8 columns"


def test_files_are_not_looked_at(records: Path) -> None:
    (records / "export.csv").write_text("\n".join([HEADER, *good(2)]))
    assert look_at_database(settings(records), now=NOW) is None


def test_columns_about_persons_are_refused(records: Path) -> None:
    query = "select *, 'N. N.' as suspect_name from calls"
    with pytest.raises(ProhibitedDataError):
        look_at_database(settings(records, database="RECORDS_URL", sql=query), now=NOW)
