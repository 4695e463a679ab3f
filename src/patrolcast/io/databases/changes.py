"""What of a query's rows is not what it was on another night, by digests that the database takes of its own rows.

Rows fall into groups by the last bits of their digest. Of each group the database gives how many rows it has and
the sum of their digests; only the rows of groups in which these are others are read. So a row that is added, corrected
however late, or deleted is found without a column that says so and without a key (reconciling sets by sums of hashes:
Eppstein, Goodrich, Uyeda & Varghese 2011, doi:10.1145/2018436.2018462). All of it is one read-only transaction. That a
change is missed takes sums that are the same in all bits that are compared, of which there are at least 55: once in
some 10^16 corrections (docs/incremental.md).
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from patrolcast.domain.errors import ConfigError, PatrolcastError
from patrolcast.io.databases.address import KINDS
from patrolcast.io.databases.faults import fault_of
from patrolcast.io.databases.reading import ROWS, DatabaseQuestion, errors_of, read_only
from patrolcast.io.databases.row_order import OrderedRows
from patrolcast.io.databases.statement import bound_values, checked_query, table_query
from patrolcast.io.databases.values import column_texts, one_kind, typed
from patrolcast.numerics.arrays import IntArray

KEY, DIGEST = "#key", "#digest"
"""Columns beside those of the query: SHA-256 of a row as text (`row_order`), and its digest by the database."""
SHIFT = 16
"""Bits that a sum leaves out, so that it stays below 2^63; groups go by the last bits, so they are looked at too."""
_AT_ONCE = 100_000
_TENS = 10 ** np.arange(1, 19)
_SQLITE = "patrolcast_digest"
_DIGESTS = {
    "postgresql": 'hashtextextended(cast(row({}) as text) collate "C", 0)',
    "duckdb": "cast(hash({}) >> 1 as bigint)",
    "sqlite": _SQLITE + "({})",
}


def digest_of(kind: str, columns: Sequence[str]) -> str:
    """SQL of the digest of a row: 64 bits with a sign, of the values of its columns.

    Raises ConfigError: no digest of this kind of database was ever tested.

    Parameters
    ----------
    columns : quoted by the dialect.
    """
    if kind not in _DIGESTS:
        rule, cure = "digests of rows are taken by PostgreSQL, SQLite and DuckDB", "it is read whole every night"
        raise ConfigError("[store]", got=KINDS[kind], rule=rule, cure=cure)
    return _DIGESTS[kind].format(", ".join(columns))


@dataclass(frozen=True)
class DigestedRows:
    """Some rows of the query, no more than 100,000.

    Attributes
    ----------
    columns : name -> values as `DatabaseRows.batches` gives them.
    keys : ``[n, 4]``, SHA-256 of each row.
    digests : by the database. faults : of `row_order`. bytes : of each row as text.
    kinds : name -> what its values are (`values`).
    """

    columns: dict[str, pa.Array]
    keys: np.ndarray[Any, np.dtype[np.uint64]]
    digests: IntArray
    faults: np.ndarray[Any, np.dtype[np.int8]]
    bytes: IntArray
    kinds: dict[str, str]


class _Keyed(OrderedRows):
    """Rows whose keys are handed on."""

    def keyed(self) -> pa.Table:
        """All rows, if they are few, in order."""
        (table,) = self._tables()
        return table


class QueryComparison:
    """One transaction in which a query is compared with what it gave before.

    Attributes
    ----------
    header : names of its columns.
    shape : SHA-256 of these and of their types.
    bound : names of the values that are bound in it.
    """

    def __init__(self, connection: sa.Connection, question: DatabaseQuestion) -> None:
        self._connection, self._name = connection, question.name
        kind, where = question.address.kind, question.where
        if question.query is not None:
            query = checked_query(question.query, kind=kind, where=where)
            self._values, self._text = bound_values(query, question.known, kind=kind, where=where), query.text
        else:
            table = table_query(connection, str(question.table), where=where)
            self._values, self._text = {}, str(table.compile(dialect=connection.dialect)).replace(":", "\\:")
        result = self._execute(f"select * from ({self._text}\n) patrolcast_rows where 1 = 0")
        self.header = tuple(result.keys())
        described = result.cursor.description if result.cursor is not None else None
        result.close()
        self.bound = frozenset(self._values)
        types = [str(column[1]) for column in described or ()]
        self.shape = hashlib.sha256(repr((kind, self.header, types)).encode()).hexdigest()
        quote = connection.dialect.identifier_preparer.quote_identifier
        columns = [f"patrolcast_rows.{quote(name)}".replace(":", "\\:") for name in self.header]
        self._all = (
            f"select patrolcast_rows.*, {digest_of(kind, columns)} as patrolcast_digest\n"
            f"from ({self._text}\n) patrolcast_rows"
        )

    def _execute(self, text: str, **options: Any) -> sa.CursorResult[Any]:  # noqa: ANN401
        query = sa.text(text)
        values = {name: value for name, value in self._values.items() if name in query._bindparams}
        return self._connection.execution_options(**options).execute(query, values)

    def sums(self, bits: int) -> tuple[IntArray, IntArray]:
        """Of each of 2**bits groups how many rows it has, and the sum of their digests (:func:`sums_of`).

        Raises OverflowError: a sum beyond 2^63.
        """
        result = self._execute(
            f"select patrolcast_digest & {2**bits - 1}, count(*), sum(patrolcast_digest >> {SHIFT})\n"
            f"from ({self._all}\n) patrolcast_digests group by 1"
        )
        counts, sums = np.zeros(2**bits, dtype=np.int64), np.zeros(2**bits, dtype=np.int64)
        rows: Iterator[Sequence[Any]] = iter(result)
        for group, n, total in rows:
            # Added, not set: where a query draws (random()) a group may come twice, and one of its rows would be lost.
            counts[int(group)] += int(n)
            sums[int(group)] += int(total)
        return counts, sums

    def rows(self, groups: IntArray | None = None, *, bits: int = 0) -> Iterator[DigestedRows]:
        """The rows of some of 2**bits groups, or all.

        Raises DataRefusedError: as `DatabaseRows` does.
        """
        text = self._all
        if groups is not None:
            named = ", ".join(map(str, groups.tolist()))  # numbers of our own
            text = f"select * from ({text}\n) patrolcast_digests where patrolcast_digest & {2**bits - 1} in ({named})"
        pending: list[Sequence[Any]] = []
        for piece in self._execute(text, stream_results=True, yield_per=ROWS).partitions(ROWS):
            pending += piece
            if len(pending) + ROWS > _AT_ONCE:
                yield self._read(pending)
                pending = []
        if pending:
            yield self._read(pending)

    def _read(self, rows: list[Sequence[Any]]) -> DigestedRows:
        *columns, digests = zip(*rows, strict=True)
        texts, kinds = [], {}
        for name, values in zip(self.header, columns, strict=True):
            column, of = column_texts(values)
            texts.append(column)
            kinds[name] = one_kind(of, self._what(name))
        keyed = _Keyed([*self.header, DIGEST], self.header)
        keyed.add([*texts, list(map(str, digests))])
        table = keyed.keyed()
        as_text = [table.column(name).combine_chunks() for name in self.header]
        keys = table.column(KEY).combine_chunks()
        raw = np.frombuffer(keys.buffers()[1], dtype=">u8")[keys.offset * 4 : (keys.offset + len(keys)) * 4]
        as_read = [
            typed(values, kinds[name], self._what(name)) for name, values in zip(self.header, as_text, strict=True)
        ]
        return DigestedRows(
            dict(zip(self.header, as_read, strict=True)),
            raw.astype(np.uint64).reshape(-1, 4),
            np.array(table.column(DIGEST).to_pylist(), dtype=np.int64),
            table.column("#fault").to_numpy(),
            _sizes(as_text),
            kinds,
        )  # fmt: skip

    def _what(self, name: str) -> str:
        return f"{self._name} column {name!r}"


def _sizes(columns: Sequence[pa.Array]) -> IntArray:
    """Bytes of each row as `row_order` writes it: a minus, or the number of letters, a colon and the text."""
    whole: IntArray = np.zeros(len(columns[0]), dtype=np.int64)
    for values in columns:
        letters = pc.fill_null(pc.utf8_length(values), 0).to_numpy(zero_copy_only=False)
        size = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
        digits = 1 + np.searchsorted(_TENS, letters, side="right")
        whole += np.where(values.is_null().to_numpy(zero_copy_only=False), 1, digits + 1 + size)
    return whole


def sums_of(digests: IntArray, bits: int) -> tuple[IntArray, IntArray]:
    """What :meth:`QueryComparison.sums` gives, of rows at hand."""
    groups = digests & (2**bits - 1)
    sums = np.zeros(2**bits, dtype=np.int64)
    np.add.at(sums, groups, digests >> SHIFT)
    return np.bincount(groups, minlength=2**bits).astype(np.int64), sums


@contextmanager
def compared(question: DatabaseQuestion) -> Iterator[QueryComparison]:
    """One read-only transaction; nothing is tried twice, since whoever cannot compare reads the whole.

    Raises PatrolcastError: one line without the URL.
    """
    kind = question.address.kind
    digest_of(kind, ())
    try:
        with read_only(question) as connection:
            if kind == "sqlite":
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.create_function(_SQLITE, -1, _digest, deterministic=True)
                connection.exec_driver_sql("BEGIN")  # two statements see the same rows
            yield QueryComparison(connection, question)
    except PatrolcastError:
        raise
    except errors_of(kind) as error:
        raise fault_of(error, question.address, where=question.where).error from None


def _digest(*values: object) -> int:
    """Of values of SQLite, whose types are Python's: 7 and 7.0 are two, and so are '' and NULL."""
    whole = hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(whole.digest(), signed=True)
