"""One read-only transaction: the rows of one query, a thousand at a time, never committed.

PostgreSQL reads one snapshot (REPEATABLE READ, READ ONLY), Oracle too (READ ONLY); SQLite and DuckDB files are opened
to read; SQL Server knows no read-only transaction, so there the account's rights and `statement` stand alone. A
connection that is lost is tried again from the first row, three times more, each time after a longer wait.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.databases.address import SESSION, ZONE, Address
from patrolcast.io.databases.faults import fault_of
from patrolcast.io.databases.statement import Known, bound_values, checked_query, table_query

ROWS = 1000
WAITS_SECONDS = (1.0, 5.0, 20.0)
Result = TypeVar("Result")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DatabaseQuestion:
    """One question to one database.

    Attributes
    ----------
    query, table : exactly one of them.
    where : the key or file that states it, as messages say it.
    """

    address: Address
    known: Known
    where: str
    query: str | None = None
    table: str | None = None

    @property
    def name(self) -> str:
        """The source, as messages and accounts name it."""
        return f"{self.address.variable}:{self.table or 'query'}"


def with_rows(
    question: DatabaseQuestion, use: Callable[[Sequence[str], Iterator[Sequence[Sequence[Any]]]], Result]
) -> Result:
    """What ``use`` makes of the columns' names and of the rows in pieces; from the start where a connection was lost.

    Raises PatrolcastError: one line without the URL.

    Parameters
    ----------
    use : holds nothing of an attempt that failed.
    """
    for wait in (*WAITS_SECONDS, None):
        try:
            with _rows(question) as (names, rows):
                return use(names, rows)
        except PatrolcastError:
            raise
        except errors_of(question.address.kind) as error:
            fault = fault_of(error, question.address, where=question.where)
            if not fault.lost or wait is None:
                raise fault.error from None
            _log.warning("%s: the connection was lost; asking again in about %g s", question.address.what, wait)
            time.sleep(wait * random.uniform(0.8, 1.2))
    raise AssertionError("the last attempt returns or raises")


@contextmanager
def _rows(question: DatabaseQuestion) -> Iterator[tuple[Sequence[str], Iterator[Sequence[Sequence[Any]]]]]:
    kind, where = question.address.kind, question.where
    query: sa.TextClause | sa.Select[Any] | None = None
    values: dict[str, Any] = {}
    if question.query is not None:  # before anything is connected
        query = checked_query(question.query, kind=kind, where=where)
        values = bound_values(query, question.known, kind=kind, where=where)
    with read_only(question) as connection:
        if query is None:
            query = table_query(connection, str(question.table), where=where)
        result = connection.execution_options(stream_results=True, yield_per=ROWS).execute(query, values)
        yield list(result.keys()), result.partitions(ROWS)


@contextmanager
def read_only(question: DatabaseQuestion) -> Iterator[sa.Connection]:
    """A connection in a read-only transaction, which is taken back at its end. Raises what :func:`errors_of` names."""
    kind = question.address.kind
    options = {"postgresql_readonly": True} if kind == "postgresql" else {}
    with question.address.engine().connect().execution_options(**options) as connection:
        try:
            for statement in SESSION[kind]:
                connection.exec_driver_sql(statement.replace(ZONE, question.known.zone.replace("'", "''")))
            yield connection
        finally:
            if not connection.invalidated:
                connection.rollback()


def errors_of(kind: str) -> tuple[type[Exception], ...]:
    """What connecting and fetching may raise: a driver's own errors pass SQLAlchemy by where rows are fetched."""
    usual = (SQLAlchemyError, OSError, UnicodeError)
    if kind == "postgresql":
        import psycopg

        return (*usual, psycopg.Error)
    return usual
