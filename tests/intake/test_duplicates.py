"""Versions: among rows of one number the last reported stands, whatever the order of the file."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.intake.duplicates import COPY, ONLY, SUPERSEDED, find_duplicates

Rows = list[tuple[int, int, int]]


def _find(rows: Rows) -> np.ndarray:
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return find_duplicates(columns[0].astype(np.uint64), columns[1].astype(np.uint64), columns[2].astype(np.int64))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_exactly_one_version_of_each_number_stands_and_it_is_the_latest(rows: Rows) -> None:
    rows = [(number, content * 10 + reported, reported) for number, content, reported in rows]  # content holds the time
    versions = _find(rows)
    for number in {row[0] for row in rows if row[0]}:
        mine = [(row, version) for row, version in zip(rows, versions, strict=True) if row[0] == number]
        standing = [row for row, version in mine if version == ONLY]
        assert len(standing) == 1
        assert standing[0][2] == max(row[2] for row, _ in mine)
        assert sum(verdict != COPY for _, verdict in mine) == len({row[1] for row, _ in mine})
    assert all(version == ONLY for row, version in zip(rows, versions, strict=True) if row[0] == 0)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9), st.integers(0, 3)), min_size=1, max_size=30), st.randoms()
)
def test_the_order_of_rows_changes_no_standing_version(rows: Rows, random: object) -> None:
    rows = [(number, content * 10 + reported, reported) for number, content, reported in rows]
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    stand = [
        sorted(row for row, version in zip(order, _find(order), strict=True) if version == ONLY)
        for order in (rows, mixed)
    ]
    assert stand[0] == stand[1]


def test_a_copy_is_one_thing_and_an_older_version_another() -> None:
    assert _find([(1, 5, 1), (1, 5, 1), (1, 6, 2), (0, 7, 3), (0, 7, 3)]).tolist() == [
        SUPERSEDED,
        COPY,
        ONLY,
        ONLY,
        ONLY,
    ]
