"""What may be asked: one SELECT; and what each kind of database is sent, without a connection."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import duckdb_engine
import pytest
import sqlalchemy as sa
import sqlglot
from sqlalchemy.dialects.mssql import pymssql
from sqlalchemy.dialects.oracle import oracledb
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlglot import expressions

from patrolcast.domain.errors import ConfigError
from patrolcast.io.databases.address import SESSION
from patrolcast.io.databases.statement import DIALECTS, Known, bound_values, checked_query, select_all

WHERE = "[incidents] sql"
SENT = {
    "postgresql": psycopg.dialect(), "sqlite": pysqlite.dialect(), "oracle": oracledb.dialect(),
    "duckdb": duckdb_engine.Dialect(paramstyle="numeric_dollar"), "mssql": pymssql.dialect(paramstyle="pyformat"),
}  # fmt: skip
KNOWN = Known(datetime(2026, 6, 30, 10, tzinfo=UTC), "America/Chicago", date(2024, 1, 1))
QUERY = 'select id, "from" from gis.calls where reported_at <= :as_of and reported_at >= :since'


@pytest.mark.parametrize("kind", DIALECTS)
@pytest.mark.parametrize(
    "text",
    [
        "select 1 as a",
        " SELECT a, 'delete from t; drop' AS b FROM t -- insert into\n",
        "/* update */ with x as (select 1 as a) select * from x;",
        '(select "delete" from t) union all (select b from u) ;;',
        "select updated_at, deleted, inserted_by, replace(a, 'x', 'y') from t where a = '12:30:00'",
        QUERY,
    ],
)
def test_a_select_is_a_select_whatever_stands_in_its_texts_names_and_comments(kind: str, text: str) -> None:
    assert isinstance(checked_query(text, kind=kind, where=WHERE), sa.TextClause)


@pytest.mark.parametrize("kind", DIALECTS)
@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("delete from calls", "'DELETE'"),
        ("", "'nothing'"),
        ("-- select 1", "'nothing'"),
        ("with gone as (delete from calls returning *) select * from gone", "'DELETE'"),
        ("with a as (select 1) insert into calls select * from a", "'INSERT'"),
        ("select * into copied from calls", "'INTO'"),
        ("select * from calls for update", "'UPDATE'"),
        ("merge into calls using x on (1=1) when matched then delete", "'MERGE'"),
        ("copy calls to '/tmp/x'", "'COPY CALLS TO '/TMP/X''"),
        ("drop table calls", "'DROP'"),
        ("exec sp_who", None),
        ("call f()", None),
        ("select 1; delete from calls", "several statements"),
        ("select 1; select 2", "several statements"),
    ],
)
def test_what_is_no_single_select_is_refused_before_anything_is_connected(
    kind: str, text: str, got: str | None
) -> None:
    with pytest.raises(ConfigError) as caught:
        checked_query(text, kind=kind, where=WHERE)
    line = str(caught.value)
    assert line.startswith("[incidents] sql: got ")
    assert "; must be one SELECT, which writes nothing; " in line
    if got is not None and not got.startswith("'COPY"):
        assert f"got {got};" in line


def test_an_open_quote_is_no_sql() -> None:
    with pytest.raises(ConfigError) as caught:
        checked_query("select 'a", kind="postgresql", where=WHERE)
    assert str(caught.value) == (
        "[incidents] sql: got a text that is no SQL; must be one SELECT, which writes nothing; "
        "a quote or comment is open"
    )


def test_only_our_own_binds_are_bound() -> None:
    with pytest.raises(ConfigError) as caught:
        checked_query("select * from calls where beat = :beat", kind="sqlite", where=WHERE)
    assert str(caught.value) == (
        "[incidents] sql: got the bind :beat; only :since and :as_of are bound; write the value itself; a colon "
        "inside a text is written \\:"
    )


def test_binds_are_in_the_records_own_zone_and_for_sqlite_a_text() -> None:
    query = checked_query(QUERY, kind="postgresql", where=WHERE)
    expected: dict[str, Any] = {"as_of": datetime(2026, 6, 30, 5), "since": datetime(2024, 1, 1)}
    assert bound_values(query, KNOWN, kind="postgresql", where=WHERE) == expected
    assert bound_values(query, KNOWN, kind="sqlite", where=WHERE) == {
        "as_of": "2026-06-30 05:00:00", "since": "2024-01-01 00:00:00",
    }  # fmt: skip
    bare = checked_query("select 1 as a", kind="sqlite", where=WHERE)
    assert bound_values(bare, Known(None, "UTC"), kind="sqlite", where=WHERE) == {}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("as_of", "got the bind :as_of; as_of = 'last-report' is known only after reading; set as_of = 'now', or leave "
         ":as_of out"),
        ("since", "got the bind :since; :since is [incidents] first_day; set first_day, or leave :since out"),
    ],
)  # fmt: skip
def test_a_bind_that_the_config_does_not_decide_is_refused(name: str, message: str) -> None:
    query = checked_query(f"select * from calls where at <= :{name}", kind="sqlite", where=WHERE)
    with pytest.raises(ConfigError) as caught:
        bound_values(query, Known(None, "UTC"), kind="sqlite", where=WHERE)
    assert str(caught.value) == f"[incidents] sql: {message}"


def test_a_bind_may_be_cast() -> None:
    query = checked_query("select 1 as a where x <= :as_of::text and y::date > :since", kind="postgresql", where=WHERE)
    assert set(query._bindparams) == {"as_of", "since"}


def compiled(statement: Any, dialect: sa.Dialect) -> tuple[str, dict[str, Any]]:
    """The SQL that a dialect is sent, and its parameters, without a connection."""
    made = statement.compile(dialect=dialect)
    return str(made), dict(made.params)


TABLES = dict.fromkeys(SENT, 'SELECT * \nFROM gis."Calls ""b"') | {"mssql": 'SELECT * \nFROM gis.[Calls "b]'}


@pytest.mark.parametrize("kind", SENT)
def test_each_dialect_is_sent_a_table_with_its_own_quotes(kind: str) -> None:
    text, values = compiled(select_all('Calls "b', "gis"), SENT[kind])
    assert (text, values) == (TABLES[kind], {})
    assert _is_one_select(text, kind)


_TIME = "::TIMESTAMP WITHOUT TIME ZONE"
HELD = {
    "postgresql": f"%({{}})s{_TIME}", "sqlite": "?", "duckdb": "$", "mssql": "%({})s", "oracle": ":{}",
}  # fmt: skip


@pytest.mark.parametrize("kind", SENT)
def test_each_dialect_is_sent_a_query_whose_values_stand_beside_it(kind: str) -> None:
    query = checked_query(QUERY + " and beat like 'a%'", kind=kind, where=WHERE)
    values = bound_values(query, KNOWN, kind=kind, where=WHERE)
    text, held = compiled(query.bindparams(**values), SENT[kind])
    assert held == values
    assert "2026" not in text
    expected = QUERY.replace(":as_of", HELD[kind].format("as_of")).replace(":since", HELD[kind].format("since"))
    numbers = count(1)
    expected = re.sub(r"\$", lambda _: f"${next(numbers)}", expected)
    percent = "%%" if kind == "postgresql" else "%"
    assert text == f"{expected} and beat like 'a{percent}'"
    assert _is_one_select(text.replace("%(", ":").replace(")s", "").replace("%%", "%"), kind)


@pytest.mark.parametrize("kind", SESSION)
def test_what_is_said_before_the_query_is_one_statement_of_its_dialect(kind: str) -> None:
    for text in SESSION[kind]:
        parsed = sqlglot.parse(text, read=DIALECTS[kind])
        assert len(parsed) == 1
        assert isinstance(parsed[0], expressions.Set | expressions.Select | expressions.Pragma), text


def _is_one_select(text: str, kind: str) -> bool:
    parsed = sqlglot.parse(text, read=DIALECTS[kind])
    return len(parsed) == 1 and isinstance(parsed[0], expressions.Select)
