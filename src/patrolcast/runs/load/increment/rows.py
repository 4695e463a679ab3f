"""Raw rows of one stretch of lines as a Parquet file, and the parts of an export joined to one table again.

Joined parts are the table that reading the whole file gives, array for array; only the numbering of codes differs,
on which no rule depends. Of a field that could not be read the part holds what outputs may carry of it, and of a record
number its hash; columns that the config does not map are in none.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from patrolcast.intake.clock.apart import CLOCK_ROLES, read_clocks
from patrolcast.intake.corrections.record_numbers import NumberColumn
from patrolcast.intake.persons import value_as_shown
from patrolcast.intake.raw_rows import CODE_ROLES, ID_ROLES, TIME_ROLES, CodeColumn, RawTable, TimeColumn
from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.numerics.arrays import IntArray

MOST_TEXTS = 200_000
"""Unreadable texts that are held of a role (`intake.raw_rows`)."""
_META = b"patrolcast"
Texts = dict[str, tuple[IntArray, list[str]]]


@dataclass(frozen=True)
class PartRows:
    """Rows of one stretch.

    Attributes
    ----------
    columns : name -> array, one entry a row; record numbers count from the stretch, whose header is 1.
    texts : role of a code -> its texts, to which the codes point.
    unreadable : role -> positions and texts; without the times of day, which only a whole column can tell.
    dated : role of a time -> whether it is an instant, whether it holds dates only; absent where none is stated.
    ragged : record number and fields of rows that do not fit the header.
    unusable : record number -> rule, of rows whose bytes cannot be used.
    more : what a part of a query says besides (`keyed`): names -> numbers.
    beside : the room in which its columns lie, and from which row on.
    """

    columns: dict[str, npt.NDArray[Any]]
    texts: dict[str, tuple[str, ...]]
    unreadable: Texts
    dated: dict[str, tuple[bool, bool]]
    ragged: tuple[tuple[int, int], ...]
    unusable: dict[int, str]
    more: dict[str, list[int]] = field(default_factory=dict)
    beside: "tuple[Beside, int] | None" = None

    @property
    def n_rows(self) -> int:
        """Rows that fit the header."""
        return int(self.columns["record"].size)


@dataclass
class Beside:
    """Room in which the columns of parts are put beside each other, in order, so that nothing is copied to join them.

    Parameters
    ----------
    most : rows for which there is room; a part that has none is left as it is.
    """

    most: int
    columns: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    n_rows: int = 0

    def take(self, part: PartRows) -> PartRows:
        """The part with its columns in this room."""
        begin, end = self.n_rows, self.n_rows + part.n_rows
        if end > self.most:
            return part
        if not self.columns:
            self.columns = {name: np.empty(self.most, dtype=values.dtype) for name, values in part.columns.items()}
        kinds = {name: values.dtype for name, values in part.columns.items()}
        if kinds != {name: room.dtype for name, room in self.columns.items()}:
            return part
        self.n_rows = end
        columns = {name: self.columns[name][begin:end] for name in part.columns}
        for name, values in part.columns.items():
            columns[name][:] = values
        return replace(part, columns=columns, beside=(self, begin))


def part_of(
    raw: RawTable, codes: dict[str, CodeColumn], *, ragged: Sequence[tuple[int, int]], unusable: dict[int, str]
) -> PartRows:
    """The rows of one stretch, which was read alone.

    Parameters
    ----------
    codes : role -> column, also of times of day, which ``raw`` holds only as they are read.
    """
    columns: dict[str, npt.NDArray[Any]] = {"record": raw.record, "longitude": raw.longitude, "latitude": raw.latitude}
    dated: dict[str, tuple[bool, bool]] = {}
    for role, time in raw.times.items():
        columns |= {role: time.micros, f"{role} missing": time.missing}
        if not time.missing.all():
            dated[role] = (time.is_instant, time.only_dates)
    for role, column in codes.items():
        columns[role] = column.codes
    for role, numbers in (("record_id", raw.numbers), ("supersedes", raw.supersedes)):
        if numbers is not None:
            columns |= {role: numbers.bits, f"{role} kind": numbers.kind}
    if raw.count is not None:
        columns["count"] = raw.count
    unreadable = {
        role: (at, [value_as_shown(text) for text in texts])
        for role, (at, texts) in raw.unreadable.items() if role not in CLOCK_ROLES
    }  # fmt: skip
    texts = {role: column.texts for role, column in codes.items()}
    return PartRows(columns, texts, unreadable, dated, tuple(ragged), unusable)


def to_bytes(rows: PartRows) -> bytes:
    """The part as a Parquet file."""
    arrays = {
        name: pa.DictionaryArray.from_arrays(pa.array(values), pa.array(rows.texts[name], pa.string()))
        if name in rows.texts
        else pa.array(values)
        for name, values in rows.columns.items()
    }
    stated = {
        "unreadable": {role: [at.tolist(), texts] for role, (at, texts) in sorted(rows.unreadable.items())},
        "dated": dict(sorted(rows.dated.items())),
        "ragged": list(rows.ragged),
        "unusable": sorted(rows.unusable.items()),
        "more": rows.more,
    }
    # Read soonest so: nothing is missing in any column (a number that is none is NaN).
    schema = pa.schema([pa.field(name, values.type, nullable=False) for name, values in arrays.items()])
    table = pa.table(arrays, schema.with_metadata({_META: json.dumps(stated, sort_keys=True).encode()}))
    out = io.BytesIO()
    pq.write_table(table, out, compression="lz4", use_dictionary=sorted(rows.texts), write_statistics=False)
    return out.getvalue()


def from_bytes(data: bytes) -> PartRows:
    """The part that :func:`to_bytes` wrote.

    Raises NotStoredError: it is none.
    """
    try:
        table = pq.ParquetFile(pa.BufferReader(data), pre_buffer=False).read(use_threads=False)
        stated = json.loads((table.schema.metadata or {})[_META])
        columns: dict[str, npt.NDArray[Any]] = {}
        texts: dict[str, tuple[str, ...]] = {}
        for name in table.column_names:
            chunks = table.column(name)
            column = chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()
            if pa.types.is_dictionary(column.type):
                texts[name] = tuple(column.dictionary.to_pylist())
                column = column.indices
            columns[name] = column.to_numpy(zero_copy_only=False)
        unreadable = {
            role: (np.array(at, dtype=np.int64), list(texts)) for role, (at, texts) in stated["unreadable"].items()
        }
        dated = {role: (bool(instant), bool(dates)) for role, (instant, dates) in stated["dated"].items()}
        ragged = tuple((int(record), int(fields)) for record, fields in stated["ragged"])
        unusable = {int(record): str(rule) for record, rule in stated["unusable"]}
        more = {str(name): [int(number) for number in numbers] for name, numbers in stated["more"].items()}
    except (pa.ArrowException, ValueError, KeyError, TypeError, AttributeError, OSError):
        raise NotStoredError("a part of the store is none") from None
    return PartRows(columns, texts, unreadable, dated, ragged, unusable, more)


def join_parts(sources: Sequence[Sequence[tuple[int, PartRows]]]) -> RawTable:
    """All rows of all sources in order, as one table.

    Raises NotStoredError: no row, or times with a zone beside times without.

    Parameters
    ----------
    sources : of each file its parts in order, each with the number of lines between the header and it.
    """
    parts = [(i, offset, rows) for i, source in enumerate(sources) for offset, rows in source]
    if not sum(rows.n_rows for _, _, rows in parts):
        raise NotStoredError("it holds no row")
    tables = [rows for _, _, rows in parts]
    names = tables[0].columns.keys()
    if any(rows.columns.keys() != names for rows in tables):
        raise NotStoredError("its parts hold different columns")
    whole = _whole(tables)
    n_rows = [rows.n_rows for rows in tables]
    file = np.repeat(np.array([i for i, _, _ in parts], dtype=np.int16), n_rows)
    record = np.repeat(np.array([offset for _, offset, _ in parts], dtype=np.int32), n_rows)
    record += whole["record"]
    times = {role: _time(role, whole, tables) for role in TIME_ROLES if role in names}
    codes = {role: _codes(role, tables) for role in (*CODE_ROLES, *CLOCK_ROLES) if role in names}
    ids = {role: NumberColumn(whole[role], whole[f"{role} kind"]) for role in ID_ROLES if role in names}
    unreadable = _unreadable(tables)
    clocks: dict[str, IntArray] = {}
    for role, of in CLOCK_ROLES.items():
        if role in codes:
            clocks[of], unreadable[role] = _clocks(codes[role])
    return RawTable(
        file, record, times, whole["longitude"], whole["latitude"], codes["offence"], codes.get("call_source"),
        ids.get("record_id"), unreadable, clocks, codes.get("status"), whole.get("count"), ids.get("supersedes"),
    )  # fmt: skip


_CODES = frozenset({*CODE_ROLES, *CLOCK_ROLES})


def _whole(tables: Sequence[PartRows]) -> dict[str, npt.NDArray[Any]]:
    """Columns of all parts but those of codes; not copied where one room holds the parts, in order, from its begin."""
    names = tables[0].columns.keys() - _CODES
    n, room = 0, None if tables[0].beside is None else tables[0].beside[0]
    for rows in tables:
        room = room if rows.beside is not None and rows.beside[0] is room and rows.beside[1] == n else None
        n += rows.n_rows
    if room is not None:
        return {name: room.columns[name][:n] for name in names}
    return {name: np.concatenate([rows.columns[name] for rows in tables]) for name in names}


def _time(role: str, whole: dict[str, npt.NDArray[Any]], tables: Sequence[PartRows]) -> TimeColumn:
    kinds = [rows.dated[role] for rows in tables if role in rows.dated]
    instants = {is_instant for is_instant, _ in kinds}
    if len(instants) > 1:
        raise NotStoredError("some of its times have a zone, others have none")
    only_dates = bool(kinds) and all(dates for _, dates in kinds)
    return TimeColumn(whole[role], whole[f"{role} missing"], True in instants, only_dates)


def _codes(role: str, tables: Sequence[PartRows]) -> CodeColumn:
    """One numbering over all parts: texts that stand in a row, and the empty one, which any reading knows."""
    known: dict[str, int] = {}
    renumbered = []
    for rows in tables:
        codes, texts = rows.columns[role], rows.texts[role]
        to = np.full(len(texts), -1, dtype=np.int32)
        for code in np.flatnonzero(np.bincount(codes, minlength=len(texts))).tolist():
            to[code] = known.setdefault(texts[code], len(known))
        renumbered.append(to[codes])
    known.setdefault("", len(known))
    return CodeColumn(np.concatenate(renumbered).astype(np.int32), tuple(known))


def _unreadable(tables: Sequence[PartRows]) -> Texts:
    parts: dict[str, list[tuple[IntArray, list[str]]]] = {}
    before = 0
    for rows in tables:
        for role, (at, texts) in rows.unreadable.items():
            parts.setdefault(role, []).append((at + before, texts))
        before += rows.n_rows
    whole: Texts = {}
    for role, by_part in parts.items():
        texts = [text for _, some in by_part for text in some]
        capped = texts[:MOST_TEXTS] + [""] * max(len(texts) - MOST_TEXTS, 0)
        whole[role] = (np.concatenate([at for at, _ in by_part]), capped)
    return whole


def _clocks(column: CodeColumn) -> tuple[IntArray, tuple[IntArray, list[str]]]:
    """Times of day of every row, and the rows in which they cannot be read, as `intake.raw_rows` reads them."""
    clocks, wrong = read_clocks(column.texts)
    rows: IntArray = np.flatnonzero(wrong[column.codes])
    texts = [column.texts[code] for code in column.codes[rows[:MOST_TEXTS]]]
    return clocks[column.codes], (rows, texts + [""] * (rows.size - len(texts)))
