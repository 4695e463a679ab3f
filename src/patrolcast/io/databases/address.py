"""Where a database is: the URL that a variable of the environment holds, and how each kind is opened to read only.

The URL is a secret, all of it: host, user, password and name. It stays in this module's objects; what leaves it are
the variable's name and, of a driver's message, the words in which no part of the URL stands.
"""

import os
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from patrolcast.domain.errors import ConfigError, DataRefusedError

WAIT_SECONDS = 30
"""The longest wait for a lock that somebody else holds."""
_CONNECT_SECONDS = 10
KINDS = {
    "postgresql": "PostgreSQL", "sqlite": "SQLite", "duckdb": "DuckDB", "mssql": "SQL Server", "oracle": "Oracle",
}  # fmt: skip
EXTRAS = {"postgresql": "postgresql", "sqlite": "sql", "duckdb": "duckdb", "mssql": "mssql", "oracle": "oracle"}
"""Kind -> the extra of this package that brings its driver."""
_DRIVERS = {"postgresql": "postgresql+psycopg", "mssql": "mssql+pymssql", "oracle": "oracle+oracledb"}
_FILES = {"sqlite", "duckdb"}
_CLOSED = ("enable_external_access", "autoinstall_known_extensions", "autoload_known_extensions")
"""Doors of DuckDB to other files and addresses."""
_SAY_NOTHING = {"localhost", "127.0.0.1", "postgres", "public"}
"""Words of a URL that give nothing away and that messages need."""
ZONE = "(zone)"
SESSION: dict[str, tuple[str, ...]] = {
    "postgresql": (
        f"select set_config('lock_timeout', '{WAIT_SECONDS}s', true), set_config('TimeZone', '{ZONE}', true)",
    ),
    "sqlite": ("PRAGMA query_only = ON",),
    "duckdb": (f"set TimeZone = '{ZONE}'",),
    "mssql": (f"SET LOCK_TIMEOUT {WAIT_SECONDS * 1000}",),
    "oracle": ("SET TRANSACTION READ ONLY",),
}
"""Kind -> what is said before the query, in its transaction. PostgreSQL and DuckDB compare a time without zone with one
that has a zone by the session's zone, so that is set to the zone of the records."""


@dataclass(frozen=True)
class Address:
    """A database that can be connected to.

    Attributes
    ----------
    variable : name of the environment variable; all that a message says of the place.
    kind : of :data:`KINDS`.
    """

    variable: str
    kind: str
    _engine: Callable[[], sa.Engine] = field(repr=False)
    _secrets: tuple[str, ...] = field(repr=False)

    @property
    def what(self) -> str:
        """The database as messages name it."""
        return f"database {self.variable}"

    def engine(self) -> sa.Engine:
        """An engine whose connections can only read; nothing is connected yet.

        Raises ConfigError: the driver is not installed.
        """
        try:
            return self._engine()
        except (NoSuchModuleError, ImportError):
            raise _no_driver(self.variable, self.kind) from None

    def without_secrets(self, text: str) -> str:
        """A driver's words on one line, every part of the URL in them replaced."""
        for secret in self._secrets:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])", "***", text, flags=re.IGNORECASE)
        return " ".join(text.split())


def address_of(variable: str) -> Address:
    """The database whose URL the variable holds.

    Raises
    ------
    ConfigError
        no URL, none that can be read, or another kind of database.
    DataRefusedError
        a database file that is not there.
    """
    what, text = f"environment variable {variable}", os.environ.get(variable, "")
    cure = f"export {variable}=postgresql://USER:PASSWORD@HOST/DATABASE, or sqlite:///path/to/records.db"
    if not text.strip():
        raise ConfigError(what, got="nothing", rule="holds a database URL", cure=cure)
    try:
        url = sa.make_url(re.sub(r"^postgres://", "postgresql://", text.strip()))
        kind = url.get_backend_name()
    except (ArgumentError, ValueError):
        rule = "holds a database URL; letters such as @ : / % in a password are written %40 %3A %2F %25"
        raise ConfigError(what, got="no URL", rule=rule, cure=cure) from None
    if kind not in KINDS:
        rule, cure = f"must be {', '.join(KINDS.values())}", "export the records to a file, and name it in path"
        raise ConfigError(what, got="another kind of database", rule=rule, cure=cure)
    parts = [url.username, url.host, url.database, *_texts(url.query.values())]
    if kind in _FILES and url.database:
        parts += [str(Path(url.database)), str(Path(url.database).absolute()), Path(url.database).name]
        _require_database_file(variable, url.database)
    elif kind in _FILES:
        raise ConfigError(what, got="no file", rule="a database that is there", cure=f"{kind}:///path/to/records.db")
    known = {part for part in map(str, filter(None, parts)) if part not in _SAY_NOTHING}
    known |= {str(part) for part in (text, url.password) if part}
    return Address(variable, kind, lambda: _engine_of(kind, url), tuple(sorted(known, key=len, reverse=True)))


def _texts(values: Any) -> list[str]:  # noqa: ANN401
    return [text for value in values for text in ([value] if isinstance(value, str) else value)]


def _require_database_file(variable: str, path: str) -> None:
    """In words that hold nothing of the URL."""
    try:
        there = Path(path).is_file() and Path(path).stat().st_size > 0
    except (OSError, ValueError):
        there = False
    if not there:
        cure = f"check the path in {variable}"
        raise DataRefusedError(f"database {variable}", got="no such file", rule="must be a database file", cure=cure)


def _engine_of(kind: str, url: sa.URL) -> sa.Engine:
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if kind == "sqlite":
        return sa.create_engine("sqlite://", creator=lambda: _read_only_file(str(url.database)), **options)
    if kind == "duckdb":
        at = sa.URL.create("duckdb", database=url.database)
        closed = dict.fromkeys(_CLOSED, "false")
        return sa.create_engine(at, connect_args={"read_only": True, "config": closed}, **options)
    if "+" not in url.drivername:
        url = url.set(drivername=_DRIVERS[kind])
    if kind == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
        options["connect_args"] = {
            "connect_timeout": _CONNECT_SECONDS, "application_name": "patrolcast", "keepalives_idle": WAIT_SECONDS,
        }  # fmt: skip
    elif kind == "mssql":
        options["connect_args"] = {"login_timeout": _CONNECT_SECONDS, "read_only": True}
    return sa.create_engine(url, **options)


def _read_only_file(path: str) -> sqlite3.Connection:
    uri = f"{Path(path).resolve().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS)


def _no_driver(variable: str, kind: str) -> ConfigError:
    return ConfigError(
        f"database {variable}",
        got=f"{KINDS[kind]}, whose driver is not installed",
        rule="drivers are extras of this package",
        cure=f"make databases, or pip install 'patrolcast[{EXTRAS[kind]}]' (docs/databases.md)",
    )
