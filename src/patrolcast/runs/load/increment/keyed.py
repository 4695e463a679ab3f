"""Rows of a query as parts: read in any order, put into the order of their keys, as a full reading gives them.

A part holds, beside the fields, each row's SHA-256 (by which rows are ordered and the source is hashed) and its digest
by the database. A later part names the groups of rows that it was read for; rows of these in earlier parts are dead.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from patrolcast.intake.clock.apart import CLOCK_ROLES
from patrolcast.intake.corrections.record_numbers import NumberColumn
from patrolcast.intake.raw_rows import CODE_ROLES, TIME_ROLES, CodeColumn, RawTable, RowCollector, TimeColumn
from patrolcast.intake.times import DAY
from patrolcast.io.databases.changes import DigestedRows
from patrolcast.io.databases.row_order import FAULTS
from patrolcast.io.databases.values import EMPTY, TEXTS
from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.numerics.arrays import BoolArray, IntArray
from patrolcast.runs.load.increment.rows import MOST_TEXTS, PartRows, join_parts, part_of

KEYS = ("key 0", "key 1", "key 2", "key 3")
GROUPS, TYPED = "groups", "typed"
"""What a part says besides: the groups that it was read for (none: all), and the roles of times that came as times."""
_TOO_LONG = 2


def part_of_rows(
    batches: Iterable[DigestedRows],
    columns: dict[str, str],
    *,
    name: str,
    time_format: str | None,
    groups: IntArray | None = None,
) -> PartRows | None:
    """One part; None where there is no row and it was read for no groups.

    Raises
    ------
    NotStoredError
        a row or a column that only a full reading reads rightly.
    PatrolcastError
        as a full reading does.

    Parameters
    ----------
    columns : role -> column.
    name : the source, as messages name it.
    """
    collector, n = RowCollector(time_format), 0
    clocks: dict[str, list[str]] = {role: [] for role in CLOCK_ROLES if role in columns}
    extra: dict[str, list[npt.NDArray[Any]]] = {key: [] for key in (*KEYS, "digest", "fault", "size")}
    as_times: set[int] = set()
    for rows in batches:
        if (rows.faults == _TOO_LONG).any():
            raise NotStoredError("a row of it is too long to be kept")
        batch = {role: _as_read(role, rows, column) for role, column in columns.items()}
        as_times |= {i for i, role in enumerate(TIME_ROLES) if role in batch and _is_typed(batch[role])}
        collector.take(
            batch, np.arange(n + 1, n + rows.digests.size + 1, dtype=np.int64), file=0, name=name, headers=columns
        )
        for role, texts in clocks.items():
            texts += [(text or "").strip() for text in batch[role].to_pylist()]
        n += rows.digests.size
        for key, values in zip(extra, (*rows.keys.T, rows.digests, rows.faults, rows.bytes), strict=True):
            extra[key].append(values)
    if not n:
        return None
    raw = collector.table()
    codes = {role: column for role in CODE_ROLES if (column := getattr(raw, role)) is not None}
    for role, texts in clocks.items():
        found_codes, names = pd.factorize(np.array(texts, dtype=object))
        codes[role] = CodeColumn(found_codes.astype(np.int32), tuple(names.tolist()))
    part = part_of(raw, codes, ragged=(), unusable={})
    whole = {key: np.concatenate(values) for key, values in extra.items()}
    more = {GROUPS: [] if groups is None else groups.tolist(), TYPED: sorted(as_times)}
    return replace(part, columns=part.columns | whole, more=more)


def _as_read(role: str, rows: DigestedRows, column: str) -> pa.Array:
    kind, values = rows.kinds[column], rows.columns[column]
    if role in CLOCK_ROLES and kind not in TEXTS:
        raise NotStoredError("a column of times of day that holds whole times is read in full")
    # Of no value at all nothing says what the column holds; the other rows do.
    return pa.nulls(len(values)) if role in TIME_ROLES and kind == EMPTY else values


def _is_typed(values: pa.Array) -> bool:
    return not (pa.types.is_string(values.type) or pa.types.is_null(values.type))


def no_rows(like: PartRows, groups: IntArray) -> PartRows:
    """The part of groups that have no row any more."""
    none = _living_rows(like, np.zeros(like.n_rows, dtype=bool))
    return replace(none, dated={}, more={GROUPS: groups.tolist(), TYPED: []})


@dataclass(frozen=True)
class Ordered:
    """All rows of a query as a full reading gives them.

    Attributes
    ----------
    unusable : record number -> rule. sha256, bytes : as `DatabaseRows` states them.
    """

    raw: RawTable
    unusable: dict[int, str]
    sha256: str
    bytes: int


def live_rows(parts: Sequence[PartRows], bits: int) -> list[PartRows]:
    """The parts without the rows of groups that a later part was read for."""
    owner = np.zeros(2**bits, dtype=np.int64)
    for i, part in enumerate(parts):
        owner[part.more[GROUPS]] = i
    living = []
    for i, part in enumerate(parts):
        of = owner[part.columns["digest"] & (2**bits - 1)]
        lives = of == i if part.more[GROUPS] else of == 0
        living.append(part if lives.all() else _living_rows(part, lives))
    return living


def _living_rows(part: PartRows, lives: BoolArray) -> PartRows:
    """Some rows of a part; what it says of its times stays, and is looked at again when all are joined."""
    place = np.cumsum(lives) - 1
    unreadable = {}
    for role, (at, texts) in part.unreadable.items():
        alive = lives[at]
        unreadable[role] = (
            place[at[alive]],
            [text for text, stays in zip(texts, alive.tolist(), strict=True) if stays],
        )
    columns = {name: values[lives] for name, values in part.columns.items()}
    columns["record"] = np.arange(1, int(lives.sum()) + 1, dtype=part.columns["record"].dtype)
    return replace(part, columns=columns, unreadable=unreadable)


def ordered_rows(parts: Sequence[PartRows], header: Sequence[str], time_format: str | None) -> Ordered:
    """Live rows of all parts in the order of their keys.

    Raises NotStoredError: no row, or something that only a full reading reads rightly.

    Parameters
    ----------
    header : the columns that decide the order, which are all.
    """
    parts = [part for part in parts if part.n_rows]
    offsets = np.cumsum([0, *(part.n_rows for part in parts)]).tolist()
    raw = join_parts([list(zip(offsets, parts, strict=False))])
    keys = [np.concatenate([part.columns[key] for part in parts]) for key in KEYS]
    fault, size = (np.concatenate([part.columns[name] for part in parts]) for name in ("fault", "size"))
    order = _order_of(keys)
    whole = hashlib.sha256("".join(f"{len(name)}:{name}" for name in sorted(header)).encode("utf-8", "surrogatepass"))
    whole.update(np.stack([key[order] for key in keys], axis=1).astype(">u8").tobytes())
    broken = fault[order]
    unusable = {int(at) + 1: FAULTS[int(broken[at])] for at in np.flatnonzero(broken)}
    return Ordered(_ordered(raw, order, parts, time_format), unusable, whole.hexdigest(), int(size.sum()))


def same_rows(stored: Ordered, whole: Ordered) -> bool:
    """Whether two readings are the same, row for row; codes by what they stand for."""
    if (stored.sha256, stored.bytes, stored.unusable) != (whole.sha256, whole.bytes, whole.unusable):
        return False
    arrays = zip(_arrays(stored.raw), _arrays(whole.raw), strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in arrays) and all(
        np.array_equal(np.array([b.texts.index(text) if text in b.texts else -1 for text in a.texts])[a.codes], b.codes)
        for a, b in zip(_code_columns(stored.raw), _code_columns(whole.raw), strict=True)
    )


def _arrays(raw: RawTable) -> list[npt.NDArray[Any]]:
    times = [values for _, time in sorted(raw.times.items()) for values in (time.micros, time.missing)]
    numbers = [values for ids in (raw.numbers, raw.supersedes) if ids is not None for values in (ids.bits, ids.kind)]
    counts = [] if raw.count is None else [raw.count]
    return [raw.longitude, raw.latitude, *times, *numbers, *counts, *(clock for _, clock in sorted(raw.clocks.items()))]


def _code_columns(raw: RawTable) -> list[CodeColumn]:
    return [column for column in (raw.offence, raw.call_source, raw.status) if column is not None]


def _order_of(keys: list[npt.NDArray[np.uint64]]) -> IntArray:
    order = np.argsort(keys[0], kind="stable")
    first = keys[0][order]
    same = np.flatnonzero(first[1:] == first[:-1])
    if all((key[order[same]] == key[order[same + 1]]).all() for key in keys[1:]):
        return order  # rows with the same key are the same row
    return np.lexsort(keys[::-1])


def _ordered(raw: RawTable, order: IntArray, parts: Sequence[PartRows], time_format: str | None) -> RawTable:
    if time_format is None and any(time.missing.all() for time in raw.times.values()):
        raise NotStoredError("a column without any time is read in full, which says what it holds")
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    unreadable = {}
    for role, (at, texts) in raw.unreadable.items():
        if len(texts) > MOST_TEXTS:
            raise NotStoredError("more unreadable texts than are held, and which are held hangs on their order")
        by = np.argsort(place[at], kind="stable")
        unreadable[role] = (place[at][by], [texts[i] for i in by.tolist()])
    return RawTable(
        raw.file,
        np.arange(1, order.size + 1, dtype=np.int32),
        {role: _time(role, time, order, parts) for role, time in raw.times.items()},
        raw.longitude[order],
        raw.latitude[order],
        _codes(raw.offence, order),
        None if raw.call_source is None else _codes(raw.call_source, order),
        None if raw.numbers is None else _numbers(raw.numbers, order),
        {role: entry for role, entry in unreadable.items() if entry[0].size or role in CLOCK_ROLES},
        {role: clocks[order] for role, clocks in raw.clocks.items()},
        None if raw.status is None else _codes(raw.status, order),
        None if raw.count is None else raw.count[order],
        None if raw.supersedes is None else _numbers(raw.supersedes, order),
    )


def _time(role: str, time: TimeColumn, order: IntArray, parts: Sequence[PartRows]) -> TimeColumn:
    """What parts said of rows that are dead does not hold for the others."""
    stated = time.micros[~time.missing]
    is_instant, only_dates = time.is_instant and stated.size > 0, time.only_dates and stated.size > 0
    if stated.size and any(TIME_ROLES.index(role) in part.more[TYPED] for part in parts):
        only_dates = not is_instant and bool((stated % DAY == 0).all())
    return TimeColumn(time.micros[order], time.missing[order], is_instant, only_dates)


def _codes(column: CodeColumn, order: IntArray) -> CodeColumn:
    return CodeColumn(column.codes[order], column.texts)


def _numbers(column: NumberColumn, order: IntArray) -> NumberColumn:
    return NumberColumn(column.bits[order], column.kind[order])
