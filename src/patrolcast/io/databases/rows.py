"""The records of a query or a table, as a source like any file (`io.sources.export.Source`).

Nothing is read when it is opened but the names of its columns, so that columns about persons refuse it before a row is
looked at. Then all rows are read once, in one transaction; the columns that the config maps decide their
order and their hash, and those that it does not map are kept short, for the one look at who started a call.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.settings import Incidents
from patrolcast.io.databases.address import address_of
from patrolcast.io.databases.reading import DatabaseQuestion, with_rows
from patrolcast.io.databases.row_order import FAULT, FAULTS, OrderedRows
from patrolcast.io.databases.statement import Known
from patrolcast.io.databases.values import BYTES, OTHER, column_texts, one_kind, typed
from patrolcast.io.sources.columnar import refuse_repeated_names
from patrolcast.numerics.arrays import IntArray


class QueryRows:
    """Rows of a query, whoever holds them: a place in them is a number in their own order (`row_order`), from 1 on."""

    place = "row"
    notes: tuple[str, ...] = ()

    def __init__(self, name: str, unusable: dict[int, str]) -> None:
        self.name, self._unusable = name, unusable

    def lines(self, records: IntArray) -> IntArray:
        """Row numbers are their own places."""
        return records

    def unusable(self) -> dict[int, str]:
        """Rows with a NUL byte, and rows that are too long; after all batches."""
        return self._unusable

    def rejected(self) -> list[tuple[int, str, str]]:
        """None: every row has every column."""
        return []


class DatabaseRows(QueryRows):
    """Rows of one database."""

    def __init__(self, question: DatabaseQuestion, deciding: Sequence[str]) -> None:
        super().__init__(question.name, {})
        self._question, self._deciding = question, list(deciding)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Names of the columns; no row is kept for them."""
        names = tuple(with_rows(self._question, lambda names, rows: names))
        refuse_repeated_names(names, self.name)
        return names

    @cached_property
    def _whole(self) -> tuple[OrderedRows, dict[str, str]]:
        rows, kinds = with_rows(self._question, self._read)
        if not rows.n_rows:
            cure = "look at the query, and at what the account may see"
            raise DataRefusedError(self.name, got="no row", rule="needs rows", cure=cure)
        return rows, kinds

    def _read(
        self, names: Sequence[str], pieces: Iterator[Sequence[Sequence[Any]]]
    ) -> tuple[OrderedRows, dict[str, str]]:
        if tuple(names) != self.header:
            got, cure = "other columns than a moment ago", "run again when the change of the table is done"
            raise DataRefusedError(self.name, got=got, rule="columns must not change", cure=cure)
        rows, kinds = OrderedRows(names, self._deciding), [set[str]() for _ in names]
        try:
            for piece in pieces:
                columns = []
                for i, values in enumerate(zip(*piece, strict=True)):
                    texts, of_column = column_texts(values)
                    kinds[i] |= of_column
                    columns.append(texts)
                rows.add(columns)
        except BaseException:
            rows.close()
            raise
        return rows, {name: one_kind(of_column, self._what(name)) for name, of_column in zip(names, kinds, strict=True)}

    def _what(self, name: str) -> str:
        return f"{self.name} column {shown(name)}"

    @property
    def kinds(self) -> dict[str, str]:
        """Column -> what it holds (`values`)."""
        return self._whole[1]

    @property
    def n_rows(self) -> int:
        """Rows, whatever becomes of them."""
        return self._whole[0].n_rows

    @property
    def sha256(self) -> str:
        """Of the rows as they were read, in their own order: the columns that the config maps."""
        return self._whole[0].sha256

    @property
    def bytes(self) -> int:
        """Size of these columns as text."""
        return self._whole[0].bytes

    @property
    def plain(self) -> tuple[str, ...]:
        """Columns of one text, number or time a row."""
        return tuple(name for name, kind in self.kinds.items() if kind not in {BYTES, OTHER})

    def batches(self, columns: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], IntArray]]:
        """Role -> values of the named columns, and the row numbers."""
        rows, kinds = self._whole
        done, self._unusable = 0, {}
        for table in rows.tables():
            records = np.arange(done + 1, done + table.num_rows + 1, dtype=np.int64)
            done += table.num_rows
            faults = table.column(FAULT).to_numpy()
            self._unusable |= {int(records[i]): FAULTS[int(faults[i])] for i in np.flatnonzero(faults)}
            plain = {
                name: typed(table.column(name).combine_chunks(), kinds[name], self._what(name))
                for name in dict.fromkeys(columns.values())
            }
            yield {role: plain[name] for role, name in columns.items()}, records


def question_of(incidents: Incidents, known: Known) -> DatabaseQuestion:
    """The question that `[incidents]` asks. Raises PatrolcastError: the environment has no such address."""
    if incidents.database is None:
        raise ValueError("asked only where [incidents] database is set")
    key = "[incidents] sql" if incidents.sql is not None else "[incidents] table"
    return DatabaseQuestion(address_of(incidents.database), known, key, incidents.sql, incidents.table)


def database_rows(incidents: Incidents, known: Known) -> DatabaseRows:
    """The rows that `[incidents]` names.

    Raises PatrolcastError: one line without the URL.
    """
    deciding = [name for name in incidents.columns.model_dump().values() if name is not None]
    return DatabaseRows(question_of(incidents, known), deciding)
