"""RFC 8785: the table of its appendix B, and an independent writer of the same form."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import verify_trail as alone

from patrolcast.domain.errors import UsageError
from patrolcast.io.trail.canonical import NotCanonicalError, canonical_bytes, read_canonical

TABLE = {
    "0000000000000000": "0", "8000000000000000": "0", "0000000000000001": "5e-324", "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308", "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992", "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000", "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23", "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000", "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001", "41b3de4355555553": "333333333.3333332", "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333", "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343", "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}  # fmt: skip
"""RFC 8785, appendix B: the bits of a number and its text."""

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


@pytest.mark.parametrize(("bits", "text"), TABLE.items())
def test_numbers_are_written_as_the_standard_s_own_table_has_them(bits: str, text: str) -> None:
    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert alone.canonical(value) == text
    if abs(value) < 2**53:
        assert canonical_bytes(value).decode() == text


def test_names_are_sorted_by_their_utf_16_units_as_the_standard_s_example() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\u00f6"]
    want = ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    written = canonical_bytes(dict.fromkeys(names, 0))
    assert list(json.loads(written)) == want
    assert alone.canonical(dict.fromkeys(names, 0)).encode() == written


@given(st.dictionaries(texts, values, max_size=5))
def test_two_writers_that_share_no_code_agree_and_what_they_write_is_read(value: dict[str, object]) -> None:
    written = canonical_bytes(value)
    assert alone.canonical(value).encode() == written
    assert canonical_bytes(read_canonical(written)) == written


@given(st.dictionaries(texts, values, min_size=1, max_size=5))
def test_another_spelling_of_the_same_value_is_refused(value: dict[str, object]) -> None:
    spaced = json.dumps(value, indent=1, ensure_ascii=False).encode()
    with pytest.raises(NotCanonicalError):
        read_canonical(spaced)


@pytest.mark.parametrize(
    "line",
    [b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a": 1}', b'{"a":1.0}', b'{"a":1e0}', b'{"a":-0}', b'{"a":NaN}',
     b'{"a":Infinity}', b'{"a":"\\u0041"}', b'{"a":"\\/"}', b'{"a":9007199254740992}', b'{"a":"\xff"}',
     b'{"a":"\\ud800"}',
     b"[1]", b"1", b"", b"{}\r", b"[" * 100_000, b'{"a":"\\u000A"}', b'{"a":1E400}', b'{"a":1e+21}',
     b'{"a":9007199254740993}'],
)  # fmt: skip
def test_what_has_no_canonical_form_or_another_is_refused(line: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        read_canonical(line)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, 2.0**53, 1e300, "\ud800", {1: 2}, object()])
def test_what_json_cannot_hold_alike_everywhere_is_not_written(value: object) -> None:
    with pytest.raises(UsageError, match="an entry of the trail"):
        canonical_bytes({"a": value})
