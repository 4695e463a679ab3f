"""Records and lines: a quote opens only at the start of a field, and every kind of line end is one."""

from __future__ import annotations

from io import BytesIO

import pytest

from patrolcast.io.csv.lines import iter_records


def records(text: bytes, delimiter: str = ",") -> list[tuple[int, int, int, bool]]:
    return list(iter_records(BytesIO(text), delimiter))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_each_record_has_its_number_and_lines_whatever_ends_a_line(end: bytes) -> None:
    assert records(end.join([b"a,b", b"1,2", b"", b"3,4"])) == [(1, 1, 1, True), (2, 2, 2, True), (3, 4, 4, True)]


def test_a_quoted_field_may_hold_lines() -> None:
    assert records(b'a,b\n"x\ny",2\n3,4\n') == [(1, 1, 1, True), (2, 2, 3, True), (3, 4, 4, True)]


def test_a_doubled_quote_does_not_close_a_field() -> None:
    assert records(b'"he said ""no""\nand left",1\n2,3') == [(1, 1, 2, True), (2, 3, 3, True)]


def test_a_quote_inside_a_field_opens_nothing() -> None:
    assert records(b'5 3/4",b\n1,2\n') == [(1, 1, 1, True), (2, 2, 2, True)]


def test_quotes_that_are_never_closed_are_said() -> None:
    assert records(b'a\n"open\nto the end') == [(1, 1, 1, True), (2, 2, 3, False)]


def test_the_declared_delimiter_decides_where_a_field_begins() -> None:
    text = b'x,"a;b\n"c;d\n'
    assert records(text, ";") == [(1, 1, 1, True), (2, 2, 2, False)]
    assert records(text, ",") == [(1, 1, 2, True)]
