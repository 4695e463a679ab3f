"""Words for nothing, and words that only look like them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from patrolcast.numerics.missing import is_missing


@pytest.mark.parametrize(
    "word", ["", "NULL", "(null)", "<NULL>", "N/A", "#N/A", "na", "None", "NaN", "NaT", "-", "\\N"]
)
def test_a_word_for_nothing_says_nothing(word: str) -> None:
    assert is_missing(pa.array([word, None, "1"])).tolist() == [True, True, False]


@pytest.mark.parametrize("word", ["0", "nullable", "Nancy", "-1", ".", "unknown"])
def test_a_word_that_only_looks_like_it_says_something(word: str) -> None:
    assert is_missing(pa.array([word])).tolist() == [False]
