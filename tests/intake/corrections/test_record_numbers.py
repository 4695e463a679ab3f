"""Record numbers: what stands where a number was to come is no number, and a number that looks odd is one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from patrolcast.intake.corrections import record_numbers
from patrolcast.intake.corrections.record_numbers import DESTROYED, EMPTY, NUMBERED, PLACEHOLDER, read_numbers


@pytest.mark.parametrize(
    "text",
    ["NULL", "null", "(null)", "0", "000000", "00-0000", "PENDING", "pending...", "N/A", "n.a.", "NaN", "<NA>", "-",
     "--", "?", "XXXX", "TBD", "-1", "#N/A", "#REF!", "Unknown", "not assigned", "NO CASE #", "None", "0.0"],
)  # fmt: skip
def test_a_word_or_zeros_in_place_of_a_number_are_no_number(text: str) -> None:
    found = read_numbers(pa.array([text]))
    assert found.kind.tolist() == [PLACEHOLDER]
    assert found.bits.tolist() == [0]


@pytest.mark.parametrize("text", ["2.02E+11", "2.02409E+11", "2,02E+11", "2E+15", "2.0e+11", "#######"])
def test_what_a_spreadsheet_leaves_of_a_long_number_is_destroyed(text: str) -> None:
    assert read_numbers(pa.array([text])).kind.tolist() == [DESTROYED]


@pytest.mark.parametrize(
    "text", ["1", "007", "2023E1234", "24-00012", "JX-0", "10", "A0", "HZ100370", "202000000000", "N12", "0001-TEST"]
)
def test_an_ordinary_number_is_one(text: str) -> None:
    found = read_numbers(pa.array([text]))
    assert found.kind.tolist() == [NUMBERED]
    assert found.bits[0] != 0


def test_floats_with_missing_numbers_are_numbers_and_none() -> None:
    found = read_numbers(pa.array([20240001.0, float("nan"), None, 20240002.0]))
    assert found.kind.tolist() == [NUMBERED, EMPTY, EMPTY, NUMBERED]
    assert found.bits[0] == read_numbers(pa.array(["20240001"])).bits[0]
    assert found.bits[0] == read_numbers(pa.array([20240001])).bits[0]
    assert found.bits[0] == read_numbers(pa.array(["20240001.0"])).bits[0]
    assert found.bits[0] != found.bits[3]


def test_no_row_gives_no_number_and_a_column_of_nothing_gives_none() -> None:
    assert read_numbers(pa.array([], type=pa.string())).kind.size == 0
    assert np.all(read_numbers(pa.array([None, None])).kind == EMPTY)
    assert read_numbers(pa.array([float("nan")] * 2)).kind.tolist() == [EMPTY, EMPTY]


def test_the_quick_look_at_many_numbers_says_what_the_close_look_at_each_says() -> None:
    rng = np.random.default_rng(1)
    signs = list("0019Ab-X_ +#E?")
    texts = ["".join(rng.choice(signs, size=rng.integers(0, 6))).strip() for _ in range(5_000)] + [
        "DIV0",
        "TRUE",
        "1E+5",
    ]
    texts = [text for text in texts if "." not in text]  # "7.0" is read as 7 before either looks
    kinds = [record_numbers._kind(text) for text in texts]
    assert set(kinds) == {NUMBERED, EMPTY, PLACEHOLDER, DESTROYED}
    assert read_numbers(pa.array(texts)).kind.tolist() == kinds


@pytest.mark.parametrize(
    "written", ["'0077", '="0077"', "0077\u200b", "\ufeff0077", "\u00a00077 ", "\uff10\uff10\uff17\uff17"]
)
def test_a_number_is_the_same_in_whatever_wrapping(written: str) -> None:
    read = read_numbers(pa.array(["0077", written, "77"]))
    assert read.bits[0] == read.bits[1] != read.bits[2]
    assert read.kind.tolist() == [NUMBERED] * 3
