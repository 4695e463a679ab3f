"""The same rows are the same sequence and the same hash, in whatever order and from wherever they come."""

from __future__ import annotations

import errno
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.errors import CannotWriteError
from patrolcast.io.databases import row_order
from patrolcast.io.databases.row_order import FAULT, OrderedRows

Row = tuple[str | None, ...]
TEXTS = st.one_of(st.none(), st.text(max_size=5))


def taken(rows: list[Row], *, deciding: tuple[str, ...] = ("a", "b"), piece: int = 3) -> OrderedRows:
    ordered = OrderedRows(["a", "b", "c"], deciding)
    for at in range(0, len(rows), piece):
        ordered.add([list(column) for column in zip(*rows[at : at + piece], strict=True)])
    return ordered


def given_out(ordered: OrderedRows) -> list[Row]:
    return [tuple(row.values())[:3] for table in ordered.tables() for row in table.to_pylist()]


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=30), st.randoms(use_true_random=False))
def test_any_order_of_the_same_rows_is_one_order_and_one_hash(rows: list[Row], mix: random.Random) -> None:
    mixed = mix.sample(rows, len(rows))
    one, other = taken(rows), taken(mixed, piece=7)
    assert (one.sha256, given_out(one)) == (other.sha256, given_out(other))
    assert sorted(map(str, given_out(one))) == sorted(map(str, rows))


def test_one_other_value_is_another_hash_and_a_column_that_is_only_looked_at_is_not() -> None:
    hashes = {taken([row]).sha256 for row in [("1", "2", "x"), ("12", "", "x"), ("1", None, "x"), ("", "12", "x")]}
    assert len(hashes) == 4
    assert taken([("1", "2", "x")]).sha256 == taken([("1", "2", "y")]).sha256
    assert taken([("1", "2", "x")] * 2).sha256 != taken([("1", "2", "x")]).sha256


def test_the_order_of_the_columns_of_a_query_changes_no_hash() -> None:
    turned = OrderedRows(["b", "c", "a"], ["a", "b"])
    turned.add([["2"], ["x"], ["1"]])
    assert turned.sha256 == taken([("1", "2", "x")]).sha256


def test_rows_beyond_memory_lie_in_unnamed_files_and_come_out_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Row] = [(str(i), str(i % 7), None) for i in range(500)]
    small = taken(rows)
    monkeypatch.setattr(row_order, "_HELD_ROWS", 40)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    large = taken(rows)
    assert large._files
    assert list(tmp_path.iterdir()) == []
    assert large.sha256 == small.sha256
    assert given_out(large) == given_out(large) == given_out(small)
    large.close()


def test_a_full_disk_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(row_order, "_HELD_ROWS", 2)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(CannotWriteError) as caught:
        taken([("1", "2", None)] * 6)
    assert str(caught.value) == (
        "the folder for temporary files: got No space left on device; rows of a database are sorted there; make room, "
        "or name another folder in TMPDIR"
    )


def test_nul_bytes_and_huge_rows_are_marked_and_huge_ones_are_not_kept() -> None:
    ordered = taken([("ok", "1", None), ("a\0b", "2", None), ("3", "y" * 200_000, "z" * 500)])
    found = {row["a"]: row for table in ordered.tables() for row in table.to_pylist()}
    assert {name: row_order.FAULTS.get(row[FAULT], "") for name, row in found.items()} == {
        "ok": "", "a\0b": "NUL byte", "3": "row longer than 131,072 bytes",
    }  # fmt: skip
    assert [len(found["3"]["b"]), len(found["3"]["c"])] == [200, 200]
