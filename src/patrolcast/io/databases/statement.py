"""What may be asked of a database: one SELECT, with :since and :as_of bound, or all columns of one table.

Two walls keep a query from writing: this check, before anything is connected, and the read-only transaction in which it
runs (`reading`). The check reads tokens as the database's own dialect does, so that a word in a text, a comment or a
quoted name is none; the names of a table stand in the database's own list before they are used, quoted by its dialect.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlglot
from sqlglot import Token, TokenType
from sqlglot.errors import SqlglotError

from patrolcast.domain.counted import names_shown
from patrolcast.domain.errors import ConfigError, shown

DIALECTS = {"postgresql": "postgres", "sqlite": "sqlite", "duckdb": "duckdb", "mssql": "tsql", "oracle": "oracle"}
"""Kind of database -> what the tokenizer calls its dialect."""
BINDS = ("since", "as_of")
_CAST_BIND = re.compile(r"(?<![:\w])(:(?:since|as_of))(?=::)")
"""A bind before a cast of PostgreSQL, which SQLAlchemy takes for no bind unless it stands in brackets."""
_WRITES = {"INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "REPLACE INTO", "CREATE", "DROP", "ALTER", "TRUNCATE"}
_TEXTS = {
    TokenType.STRING, TokenType.IDENTIFIER, TokenType.HEREDOC_STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING,
    TokenType.BYTE_STRING, TokenType.HEX_STRING, TokenType.BIT_STRING, TokenType.UNICODE_STRING,
}  # fmt: skip
_RULE = "must be one SELECT, which writes nothing"


@dataclass(frozen=True)
class Known:
    """What the binds of a query stand for.

    Attributes
    ----------
    as_of : the moment after which nothing is known; None: only reading will tell ("last-report").
    zone : the records' own zone; bound times are written in it, without a zone.
    since : `[incidents] first_day`.
    """

    as_of: datetime | None
    zone: str
    since: date | None = None


def checked_query(text: str, *, kind: str, where: str) -> sa.TextClause:
    """The query as it is executed.

    Raises ConfigError: no SELECT, several statements, a word that writes, a bind that is none of ours.

    Parameters
    ----------
    where : the key or file that states it.
    """
    try:
        tokens = sqlglot.tokenize(text, read=DIALECTS[kind])
    except SqlglotError:
        raise ConfigError(where, got="a text that is no SQL", rule=_RULE, cure="a quote or comment is open") from None
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    _require_select(tokens, where)
    query = sa.text(_CAST_BIND.sub(r"(\1)", text.strip().rstrip(";")))
    foreign = sorted(set(query._bindparams) - set(BINDS))
    if foreign:
        rule, cure = "only :since and :as_of are bound", "write the value itself; a colon inside a text is written \\:"
        raise ConfigError(where, got=f"the bind :{foreign[0]}", rule=rule, cure=cure)
    return query


def _require_select(tokens: list[Token], where: str) -> None:
    cure = "read a view with table, if the query is longer than that"
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        raise ConfigError(where, got="several statements", rule=_RULE, cure="keep the one SELECT")
    words = [token.text.upper() for token in tokens if token.token_type not in _TEXTS]
    first = next((word for word in words if word != "("), "nothing")
    if first not in {"SELECT", "WITH"}:
        raise ConfigError(where, got=shown(first), rule=_RULE, cure=cure)
    if writes := next((word for word in words if word in _WRITES), None):
        raise ConfigError(where, got=shown(writes), rule=_RULE, cure=cure)


def bound_values(query: sa.TextClause, known: Known, *, kind: str, where: str) -> dict[str, Any]:
    """Bind -> value, for those that the query has, in the records' own zone.

    Raises ConfigError: the config does not say what a bind stands for.
    """
    values: dict[str, Any] = {}
    if "as_of" in query._bindparams:
        if known.as_of is None:
            rule = "as_of = 'last-report' is known only after reading"
            raise ConfigError(where, got="the bind :as_of", rule=rule, cure="set as_of = 'now', or leave :as_of out")
        local = known.as_of.astimezone(ZoneInfo(known.zone)).replace(tzinfo=None)
        values["as_of"] = _as_bound(local, kind)
    if "since" in query._bindparams:
        if known.since is None:
            rule, cure = ":since is [incidents] first_day", "set first_day, or leave :since out"
            raise ConfigError(where, got="the bind :since", rule=rule, cure=cure)
        values["since"] = _as_bound(datetime.combine(known.since, datetime.min.time()), kind)
    return values


def _as_bound(local: datetime, kind: str) -> datetime | str:
    """SQLite has no type of times: they are compared as texts."""
    return local.isoformat(" ", "seconds") if kind == "sqlite" else local


def table_query(connection: sa.Connection, name: str, *, where: str) -> sa.Select[Any]:
    """All columns of a table or view that the database lists, quoted by its dialect.

    Raises ConfigError: no such table.
    """
    inspector = sa.inspect(connection)
    schema, _, table = name.rpartition(".")
    lists = (inspector.get_table_names, inspector.get_view_names, inspector.get_materialized_view_names)
    names: set[str] = set()
    for listed in lists:
        try:
            names.update(listed(schema or None))
        except NotImplementedError:  # a dialect without such views
            continue
    if table not in names:
        cure = f"tables: {names_shown(sorted(names), most=20)}" if names else "the account sees no table"
        raise ConfigError(where, got=shown(name), rule="must be in the database", cure=cure)
    return select_all(table, schema)


def select_all(table: str, schema: str = "") -> sa.Select[Any]:
    """The statement for a table: its name is a name, whatever it holds."""
    return sa.select(sa.literal_column("*")).select_from(sa.table(table, schema=schema or None))
