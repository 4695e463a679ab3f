"""One read-only transaction on a real server: what goes wrong is one line; only a lost connection is retried."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import PASSWORD, READER, Server
from tests.runs.tiny_database import fresh

from patrolcast.domain.errors import CannotReadError, ConfigError, DataRefusedError, NotPermittedError, PatrolcastError
from patrolcast.io.databases import address as address_module
from patrolcast.io.databases import reading
from patrolcast.io.databases.address import address_of
from patrolcast.io.databases.reading import DatabaseQuestion, with_rows
from patrolcast.io.databases.statement import Known

VARIABLE = "TOWN_RECORDS"
NO_ENTRY = "got a refusal of user or password; must let us in; check user and password of the URL in TOWN_RECORDS"
KNOWN = Known(datetime(2026, 3, 1, 18, tzinfo=UTC), "America/Chicago")


@pytest.fixture
def server(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    fresh(postgres)
    postgres.run("create table calls (id integer)", "insert into calls select generate_series(1, 5000)")
    monkeypatch.setenv(VARIABLE, postgres.url())
    return postgres


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without making them."""
    made: list[float] = []
    monkeypatch.setattr("time.sleep", made.append)
    return made


def ids(query: str = "select id from calls") -> list[int]:
    return sorted(asked(query, lambda names, rows: [row[0] for piece in rows for row in piece]))


def asked(query: str, use: Any) -> Any:
    return with_rows(DatabaseQuestion(address_of(VARIABLE), KNOWN, "[incidents] sql", query), use)


def told(query: str = "select id from calls") -> PatrolcastError:
    with pytest.raises(PatrolcastError) as caught:
        ids(query)
    line = str(caught.value)
    assert "\n" not in line
    for secret in (PASSWORD, READER, "postgresql://"):
        assert secret not in line
    return caught.value


def test_rows_come_a_thousand_at_a_time_from_a_cursor_of_the_server(server: Server) -> None:
    def look(names: Sequence[str], rows: Iterator[Sequence[Any]]) -> tuple[list[int], Any]:
        first = next(rows)
        held = server.run("select count(*) from pg_stat_activity where application_name = 'patrolcast'")
        return [len(first), *(len(piece) for piece in rows)], held

    assert asked("select id from calls", look) == ([1000] * 5, [(1,)])
    assert server.run("select count(*) from pg_stat_activity where application_name = 'patrolcast'") == [(0,)]


def test_the_transaction_is_one_read_only_snapshot_in_the_records_zone(server: Server) -> None:
    settings = ("transaction_read_only", "transaction_isolation", "TimeZone", "lock_timeout")
    columns = ", ".join(f"current_setting('{name}')" for name in settings)
    row = asked(f"select {columns}", lambda _, rows: next(rows)[0])
    assert tuple(row) == ("on", "repeatable read", "America/Chicago", "30s")


def test_a_function_that_writes_is_refused_by_the_transaction(server: Server) -> None:
    server.run(
        "create function note() returns integer language sql as 'insert into calls values (0); select 1'",
        f"grant insert on calls to {READER}",
    )
    assert str(told("select note() as id")) == (
        "[incidents] sql: got a query that writes; the transaction is read-only; a query only selects; a function that "
        "it calls writes"
    )
    assert server.run("select count(*) from calls where id = 0") == [(0,)]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"password": "wrong"}, NotPermittedError, NO_ENTRY),
        ({"user": "nobody_knows"}, NotPermittedError, NO_ENTRY),
        ({"database": "elsewhere"}, CannotReadError,
         "got no database of that name; must be there; check the end of the URL in TOWN_RECORDS"),
    ],
)  # fmt: skip
def test_what_the_server_refuses_is_not_tried_again(
    change: dict[str, str], error: type[PatrolcastError], message: str, server: Server, waits: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(VARIABLE, server.url(**change))
    caught = told()
    assert (type(caught), str(caught)) == (error, f"database TOWN_RECORDS: {message}")
    assert waits == []


def test_a_host_that_nobody_knows_is_one_line(
    server: Server, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two dots in a row are no name, so nobody is asked for it.
    monkeypatch.setenv(VARIABLE, f"postgresql://{READER}:{PASSWORD}@records..canary-host/records")
    caught = told()
    assert (caught.exit_code, str(caught)) == (
        74,
        "database TOWN_RECORDS: got a host that nobody knows; must be reachable; check the URL in TOWN_RECORDS, and "
        "the network of this machine",
    )
    assert waits == []


def test_a_server_that_is_not_there_is_asked_four_times(
    tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, f"postgresql://{READER}:{PASSWORD}@/records?host={tmp_path}")
    with caplog.at_level(logging.WARNING):
        caught = told()
    assert (caught.exit_code, str(caught)) == (
        74,
        "database TOWN_RECORDS: got a connection that was lost; is tried 4 times; see that the server runs; the next "
        "start reads everything again",
    )
    assert len(waits) == 3
    assert waits == sorted(waits)
    assert 0.8 <= waits[0] <= 1.2
    assert 16 <= waits[2] <= 24
    assert PASSWORD not in caplog.text
    assert caplog.messages[0] == "database TOWN_RECORDS: the connection was lost; asking again in about 1 s"


def test_a_connection_that_drops_in_the_middle_is_made_again_from_the_first_row(
    server: Server, waits: list[float]
) -> None:
    attempts: list[int] = []

    def use(names: Sequence[str], rows: Iterator[Sequence[Any]]) -> list[int]:
        found = [row[0] for row in next(rows)]
        attempts.append(len(found))
        if len(attempts) <= 2:
            ended = server.run(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'patrolcast'"
            )
            assert ended == [(True,)]  # the fault fired
        return found + [row[0] for piece in rows for row in piece]

    assert sorted(asked("select id from calls", use)) == list(range(1, 5001))
    assert (attempts, len(waits)) == ([1000] * 3, 2)


def test_a_table_that_another_session_holds_is_waited_for_and_then_reported(
    server: Server, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = tuple(text.replace("30s", "200ms") for text in address_module.SESSION["postgresql"])
    monkeypatch.setitem(address_module.SESSION, "postgresql", shorter)
    with server.connection() as holder, holder.transaction():
        holder.execute("lock table calls in access exclusive mode")
        caught = told()
    assert (caught.exit_code, str(caught)) == (
        74,
        "database TOWN_RECORDS: got a lock of another session for 30 s; the table must be free to read; run again when "
        "whatever writes there is done",
    )
    assert waits == []
    assert len(ids()) == 5000


def test_a_table_that_the_account_may_not_read_is_reported(server: Server) -> None:
    server.run(f"revoke select on calls from {READER}")
    assert str(told()) == (
        "[incidents] sql: got 'permission denied for table calls'; must be readable; the account needs the right to "
        "SELECT there, and no other"
    )


def test_bad_data_is_read_once(server: Server, waits: list[float]) -> None:
    caught = told("select 1 / (id - 4000) as id from calls")
    assert isinstance(caught, DataRefusedError)
    assert str(caught) == (
        "database TOWN_RECORDS: got 'division by zero'; every value must be readable; cast the column to text in the "
        "query, or leave those rows out"
    )
    assert waits == []


def test_a_time_beyond_what_can_be_read_refuses_the_query_with_the_cure(server: Server, waits: list[float]) -> None:
    caught = told("select 'infinity'::timestamp as id union all select now()::timestamp")
    assert (caught.exit_code, waits) == (13, [])
    assert str(caught).endswith("cast the column to text in the query, or leave those rows out")


def test_a_query_that_is_wrong_is_reported_in_the_servers_words(server: Server) -> None:
    caught = told("select nothing from calls")
    assert isinstance(caught, ConfigError)
    assert str(caught) == (
        "[incidents] sql: got 'column \"nothing\" does not exist'; the database must accept the query; try it there"
    )


def test_our_own_faults_are_not_taken_for_the_databases(server: Server) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        asked("select id from calls", broken)


def test_the_waits_are_bounded() -> None:
    assert sum(reading.WAITS_SECONDS) < 60
