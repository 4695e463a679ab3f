"""A typed value is the same text whatever stands beside it."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.numerics.typed_text import typed_as_float, typed_as_text

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


@pytest.mark.parametrize(
    "kind", [pa.decimal128(12, 2), pa.decimal128(20, 6), pa.decimal256(40, 3), pa.decimal128(9, 0)]
)
def test_decimals_lose_the_zeros_at_their_end_and_no_others(kind: pa.DataType) -> None:
    numbers = [Decimal("110"), Decimal("0"), None, Decimal("-30")] + [Decimal("7.5"), Decimal("0.01")] * (
        kind.scale > 1
    )
    texts = ["110", "0", None, "-30"] + ["7.5", "0.01"] * (kind.scale > 1)
    assert typed_as_text(pa.array(numbers, kind)).to_pylist() == texts


def test_a_decimal_of_hundreds_is_written_out() -> None:
    assert typed_as_text(pa.array([Decimal("1200")], pa.decimal128(5, -2))).to_pylist() == ["1200"]


@given(st.lists(st.decimals(-180, 180, places=6), max_size=9))
def test_a_decimal_is_the_number_that_its_text_is(numbers: list[Decimal]) -> None:
    read = typed_as_float(pa.array(numbers, pa.decimal128(20, 6))).to_pylist()
    assert read == [float(str(number)) for number in numbers]


def test_what_is_no_number_is_nothing() -> None:
    assert typed_as_text(pa.array([float("nan"), float("inf"), None, -2.5])).to_pylist() == [None, None, None, "-2.5"]


def test_texts_and_whole_numbers_stay_as_they_are() -> None:
    assert typed_as_text(pa.array(["7.0", " a", None])).to_pylist() == ["7.0", " a", None]
    assert typed_as_text(pa.array([7, None])).to_pylist() == ["7", None]
