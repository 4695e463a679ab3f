"""Strict JSON: what readers would read differently is refused, and plain JSON comes back as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io import strict_json
from patrolcast.io.strict_json import read_json


def read_text(text: str | bytes) -> object:
    return read_json(text if isinstance(text, bytes) else text.encode(), name="layer.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "b": 2, "a": 3}', "layer.json: got the key 'a' twice; keys must differ; export it again"),
        ("[-Infinity]", "layer.json: got -Infinity; JSON has no such number; export it again"),
        (
            "[9223372036854775808]",
            "layer.json: got the number '9223372036854775808'; at most 64 bits; write it as text",
        ),
        (b'["\xe9"]', "layer.json: got a byte that is not UTF-8 at offset 2; must be UTF-8; export it again"),
        ("[1,\n2,,3]", "layer.json line 2: got 'Expecting value'; must be JSON; export it again"),
    ],
)
def test_json_that_readers_would_read_differently_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(DataRefusedError) as caught:
        read_text(text)
    assert str(caught.value) == message


def test_the_largest_number_of_64_bits_and_a_byte_order_mark_are_read() -> None:
    assert read_text("\ufeff[9223372036854775807, -9223372036854775807]") == [2**63 - 1, 1 - 2**63]


def test_json_beyond_the_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "_LARGEST_JSON", 2**20)
    assert read_text('"' + "x" * (2**20 - 2) + '"') == "x" * (2**20 - 2)
    with pytest.raises(DataRefusedError) as caught:
        read_text('"' + "x" * (2**20 - 1) + '"')
    assert str(caught.value) == "layer.json: got a larger file; at most 1 MB of JSON; export it as Parquet or CSV"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@settings(max_examples=40)
@given(PLAIN)
def test_whatever_is_plain_json_comes_back_as_it_was(value: object) -> None:
    assert read_text(json.dumps(value)) == value
