"""The records export, whatever it is: its full header, and batches of only the mapped columns, in bounded memory.

Nothing here decides on a row: that is `intake`. A source says what it is (name, SHA-256, bytes), which rows do not fit
its own form, and where a record stands, so that a refusal can be found again.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.settings import Incidents
from patrolcast.io.csv.source import CsvSource
from patrolcast.io.sources.byte_stream import require_file
from patrolcast.io.sources.columnar import ParquetSource, holds_shapes
from patrolcast.io.sources.databases import database_extra, is_query
from patrolcast.io.sources.geo_layers import layer_source
from patrolcast.io.sources.layer_bytes import LAYER_SUFFIXES, holds_layer
from patrolcast.numerics.arrays import IntArray

SAMPLE_ROWS = 20_000
"""Rows that a first look at an export reads."""

if TYPE_CHECKING:
    from patrolcast.io.databases.statement import Known


class Source(Protocol):
    """One file of records, or the rows of a database."""

    @property
    def place(self) -> str:
        """What a place in it is called: "line" or "row"."""

    @property
    def name(self) -> str:
        """File name; of a database its variable and table."""

    @property
    def sha256(self) -> str:
        """Of its bytes as they lie on disk; of a database of the rows as they were read."""

    @property
    def bytes(self) -> int:
        """Size on disk."""

    @property
    def header(self) -> tuple[str, ...]:
        """All column names, mapped or not."""

    @property
    def plain(self) -> tuple[str, ...]:
        """Those that hold one text, number or time a row."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Accepted peculiarities of its form."""

    def batches(self, columns: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], IntArray]]:
        """Role -> arrow array of the mapped columns, and the record numbers."""

    def lines(self, records: IntArray) -> IntArray:
        """Place of each record; after all batches."""

    def unusable(self) -> dict[int, str]:
        """Record number -> rule, for rows whose bytes cannot be used; after all batches."""

    def rejected(self) -> list[tuple[int, str, str]]:
        """Record number, rule, what was found, for rows that do not fit the header; after all batches."""


def open_sources(incidents: Incidents, known: Known | None = None) -> list[Source]:
    """Every file of the export, in the order of the config; or the one database.

    Raises DataRefusedError, ConfigError, NotPermittedError: a file that cannot be an export.

    Parameters
    ----------
    known : what the binds of a query stand for; needed where the config names a database.
    """
    if incidents.database is not None:
        return [_database(incidents, known)]
    paths = incidents.path if isinstance(incidents.path, list) else [incidents.path]
    return [_open(path, incidents) for path in paths if path is not None]


def mapped_columns(incidents: Incidents) -> dict[str, str]:
    """Role -> column name, for the roles that the config maps."""
    return {role: name for role, name in incidents.columns.model_dump().items() if name is not None}


def require_columns(source: Source, columns: Mapping[str, str], *, section: str = "incidents.columns") -> None:
    """Refuse a header that lacks a column that ``section`` maps.

    Raises DataRefusedError: with the nearest name that the file has.
    """
    for role, name in columns.items():
        if name not in source.header:
            near = _nearest(name, source.header)
            cure = f"did you mean {shown(near)}?" if near else f"columns: {', '.join(map(shown, source.header[:20]))}"
            raise DataRefusedError(
                f"{source.name} header", got=f"no column {shown(name)}", rule=f"[{section}] {role}", cure=cure
            )


def _nearest(name: str, header: tuple[str, ...]) -> str | None:
    folded = {_folded(other): other for other in reversed(header)}
    if _folded(name) in folded:
        return folded[_folded(name)]
    near = difflib.get_close_matches(_folded(name), list(folded), n=1)
    return folded[near[0]] if near else None


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split()).replace("_", "")


def _open(path: Path, incidents: Incidents) -> Source:
    require_file(path)
    if is_query(path):
        rule = "records of a database are read by [incidents] database"
        raise DataRefusedError(path.name, got="a query", rule=rule, cure="write the query in [incidents] sql")
    kind = incidents.format or _kind(path)
    return open_source(path, kind, delimiter=incidents.delimiter, encoding=incidents.encoding)


def open_source(path: Path, kind: str, *, delimiter: str, encoding: str) -> Source:
    """One file of records; ``kind`` is "parquet", "csv" or that of a layer.

    Raises DataRefusedError, ConfigError, NotPermittedError: a file that cannot be an export.
    """
    if kind == "parquet":
        return layer_source(path) if holds_shapes(path) else ParquetSource(path)
    if kind == "csv":
        return CsvSource(path, delimiter=delimiter, encoding=encoding)
    return layer_source(path)


def _database(incidents: Incidents, known: Known | None) -> Source:
    """Nothing of databases is imported before one is named: a run on files needs none of it."""
    if known is None:
        raise ValueError("a database is read as of a moment")
    with database_extra("[incidents] database"):
        from patrolcast.io.databases.rows import database_rows
    return database_rows(incidents, known)


def _kind(path: Path) -> str:
    ending = path.suffix.lower()
    if ending == ".parquet":
        return "parquet"
    if ending in LAYER_SUFFIXES or (ending == ".zip" and holds_layer(path)):
        return "layer"
    return "csv"
