"""A typed value is the same text whatever stands beside it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.numerics.typed_text import typed_as_text

NUMBERS = st.one_of(
    st.none(), st.floats(width=32), st.integers(-(2**24), 2**24).map(float), st.sampled_from([-0.0, 1e30, 2.0**62])
)


@given(st.lists(NUMBERS, max_size=12), st.sampled_from([pa.float32(), pa.float64()]))
def test_a_number_is_the_same_text_alone_and_in_any_column(numbers: list[float | None], kind: pa.DataType) -> None:
    whole = typed_as_text(pa.array(numbers, kind)).to_pylist()
    assert whole == [typed_as_text(pa.array([number], kind))[0].as_py() for number in numbers]


@pytest.mark.parametrize("beside", [None, float("nan"), 7.5, float("inf"), 1e300])
def test_whole_numbers_lose_their_point_whatever_stands_beside_them(beside: float | None) -> None:
    assert typed_as_text(pa.array([41.0, beside, 1e16])).to_pylist()[::2] == ["41", "10000000000000000"]


def test_what_is_no_number_is_nothing() -> None:
    assert typed_as_text(pa.array([float("nan"), float("inf"), None, -2.5])).to_pylist() == [None, None, None, "-2.5"]


def test_texts_and_whole_numbers_stay_as_they_are() -> None:
    assert typed_as_text(pa.array(["7.0", " a", None])).to_pylist() == ["7.0", " a", None]
    assert typed_as_text(pa.array([7, None])).to_pylist() == ["7", None]
