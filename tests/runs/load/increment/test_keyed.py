"""Parts of a query put together: dead rows say nothing, the keys decide the order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from patrolcast.io.databases.changes import DigestedRows
from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.runs.load.increment.keyed import live_rows, no_rows, ordered_rows, part_of_rows, same_rows
from patrolcast.runs.load.increment.rows import PartRows, from_bytes, to_bytes

HEADER = ("seen", "x", "y", "code")
COLUMNS = {"occurred_at": "seen", "longitude": "x", "latitude": "y", "offence": "code"}
BITS = 3
Row = tuple[int, datetime | str | None, str, int]
"""Key, time, code, digest."""


def rows_of(
    rows: Sequence[Row], *, faults: Sequence[int] | None = None, kind: str = "time without zone"
) -> DigestedRows:
    keys = np.array([[0, 0, key, 0] for key, *_ in rows], dtype=np.uint64)
    times = pa.array([one[1] for one in rows], None if kind == "text" else pa.timestamp("us"))
    x = pa.array(["-87.6", "east"][: len(rows)] + ["-87.6"] * (len(rows) - 2))
    columns = {"seen": times, "x": x, "y": pa.array(["41.8"] * len(rows)), "code": pa.array([one[2] for one in rows])}
    digests = np.array([one[3] for one in rows], dtype=np.int64)
    given = np.array(faults or [0] * len(rows), dtype=np.int8)
    return DigestedRows(
        columns,
        keys,
        digests,
        given,
        np.full(len(rows), 7),
        {"seen": kind, "x": "text", "y": "text"} | {"code": "text"},
    )


def part(rows: Sequence[Row], groups: list[int] | None = None, **more: Any) -> PartRows:
    made = part_of_rows(
        [rows_of(rows, **more)], COLUMNS, name="calls", time_format=None,
        groups=None if groups is None else np.array(groups),
    )  # fmt: skip
    assert made is not None
    return from_bytes(to_bytes(made))


NIGHT, NOON = datetime(2026, 1, 1), datetime(2026, 1, 1, 12)
BASE: list[Row] = [(5, NIGHT, "A", 1), (3, NOON, "B", 9), (4, NIGHT, "C", 2), (3, NOON, "B", 9)]


def test_rows_stand_in_the_order_of_their_keys_with_the_hash_of_these() -> None:
    found = ordered_rows([part(BASE)], HEADER, None)
    assert [found.raw.offence.texts[code] for code in found.raw.offence.codes] == ["B", "B", "C", "A"]
    assert found.raw.record.tolist() == [1, 2, 3, 4]
    assert found.raw.unreadable["longitude"][0].tolist() in ([0], [1])  # the two rows with one key are one row twice
    whole = hashlib.sha256(b"4:code4:seen1:x1:y")
    for key in (3, 3, 4, 5):
        whole.update(np.array([0, 0, key, 0], dtype=">u8").tobytes())
    assert (found.sha256, found.bytes) == (whole.hexdigest(), 28)


def test_rows_of_a_group_that_was_read_again_are_dead_and_say_nothing() -> None:
    base = part(BASE)
    later = part([(9, NIGHT, "D", 17)], [1])  # 1, 9 and 17 are of group 1
    found = ordered_rows(live_rows([base, later], BITS), HEADER, None)
    assert [found.raw.offence.texts[code] for code in found.raw.offence.codes] == ["C", "D"]
    assert "A" not in found.raw.offence.texts
    assert "longitude" not in found.raw.unreadable, "the row that could not be read is gone"
    assert found.raw.times["occurred_at"].only_dates, "the only time of day is gone"
    assert not ordered_rows([base], HEADER, None).raw.times["occurred_at"].only_dates
    last = no_rows(base, np.array([2]))
    found = ordered_rows(live_rows([base, later, from_bytes(to_bytes(last))], BITS), HEADER, None)
    assert [found.raw.offence.texts[code] for code in found.raw.offence.codes] == ["D"]


def test_a_column_without_any_time_is_not_decided_here() -> None:
    none = part([(1, None, "A", 1)], kind="no value")
    with pytest.raises(NotStoredError, match="without any time"):
        ordered_rows([none], HEADER, None)
    assert not ordered_rows([none], HEADER, "%Y").raw.times["occurred_at"].only_dates


def test_faults_go_with_their_rows_and_a_row_too_long_is_not_kept() -> None:
    found = ordered_rows([part(BASE, faults=[1, 0, 0, 0])], HEADER, None)
    assert found.unusable == {4: "a NUL byte in the row"} or list(found.unusable) == [4]
    with pytest.raises(NotStoredError, match="too long"):
        part(BASE, faults=[2, 0, 0, 0])


def test_the_same_rows_are_the_same_whatever_order_and_parts_they_came_in() -> None:
    one = ordered_rows([part(BASE)], HEADER, None)
    apart = ordered_rows([part(BASE[:2]), part([BASE[3], (4, NIGHT, "C", 2)])], HEADER, None)
    other = ordered_rows([part([*BASE[:2], (4, NOON, "C", 2), BASE[3]])], HEADER, None)
    assert same_rows(one, one)
    assert not same_rows(one, apart), "another coordinate cannot be read"
    assert not same_rows(one, other)
    renamed = ordered_rows([part([*BASE[:2], (4, NIGHT, "X", 2), BASE[3]])], HEADER, None)
    assert not same_rows(one, renamed)
