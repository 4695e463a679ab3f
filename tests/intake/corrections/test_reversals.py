"""Reversals: each takes back one report, the likest first, and nothing is taken back twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.intake.corrections.reversals import signs_first, take_back


def left(count: list[int], *keys: list[int]) -> list[int]:
    n = np.ones(len(count), dtype=bool)
    return take_back(np.array(count), n, [np.array(key, dtype=np.uint64) for key in keys]).tolist()


def test_a_reversal_takes_back_the_likest_report_and_only_one() -> None:
    assert left([1, 1, -1], [1, 2, 2], [1, 1, 1]) == [1, 0, 0]
    assert left([1, 1, -1], [1, 2, 3], [7, 7, 7]) == [0, 1, 0]


def test_a_reversal_without_a_key_or_a_report_finds_nothing() -> None:
    assert left([1, -1], [0, 0]) == [1, -1]
    assert left([1, -1, -1], [4, 4, 4]) == [0, 0, -1]


def test_a_part_of_a_row_that_counts_several_is_taken_back() -> None:
    assert left([3, -2], [1, 1]) == [1, 0]
    assert left([1, 1, -3], [1, 1, 1]) == [0, 0, -1]


def test_a_row_that_does_not_take_part_keeps_its_count() -> None:
    rows = np.array([True, False])
    assert take_back(np.array([1, -1]), rows, [np.array([1, 1], dtype=np.uint64)]).tolist() == [1, -1]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 4)), max_size=40))
def test_the_sum_of_each_key_stays_and_no_row_changes_its_sign(rows: list[tuple[int, int]]) -> None:
    count, key = [n for n, _ in rows], [k for _, k in rows]
    after = left(count, key)
    for one in set(key):
        mine = [i for i, k in enumerate(key) if k == one]
        assert sum(after[i] for i in mine) == sum(count[i] for i in mine)
        assert not (any(after[i] > 0 for i in mine) and any(after[i] < 0 for i in mine))
    assert all(a * b >= 0 and abs(b) <= abs(a) for a, b in zip(count, after, strict=True))


@pytest.mark.parametrize("text", ["(1)", " ( 1.0 ) ", "1-", "1 -", "\u22121", "- 1", "-1"])
def test_a_count_below_zero_is_read_however_its_minus_is_written(text: str) -> None:
    back = float(signs_first(pa.array([text]))[0].as_py())
    assert back == -1.0


def test_a_count_that_is_no_number_below_zero_is_left_as_it_stands() -> None:
    texts = ["1", "+1", "1-2", "(a)", "(1", "", None]
    assert signs_first(pa.array(texts)).to_pylist() == texts
    assert signs_first(pa.array([1, -1])).to_pylist() == [1, -1]
