"""A value is one text, whichever driver hands it over; a column is one kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.databases.values import (
    BYTES,
    CLOCK,
    DATE,
    EMPTY,
    INSTANT,
    LOCAL,
    NUMBER,
    OTHER,
    TEXT,
    TRUTH,
    as_text,
    column_texts,
    kind_of,
    one_kind,
    typed,
)


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        ("0042 ", "0042 ", TEXT),
        (7, "7", NUMBER),
        (2**60, "1152921504606846976", NUMBER),
        (-87.6512345, "-87.6512345", NUMBER),
        (41.0, "41", NUMBER),
        (1e300, "1e+300", NUMBER),
        (float("nan"), "nan", NUMBER),
        (Decimal("-87.650000"), "-87.65", NUMBER),
        (Decimal("1E-7"), "0.0000001", NUMBER),
        (Decimal("0.000"), "0", NUMBER),
        (Decimal("Infinity"), "Infinity", NUMBER),
        (True, "true", TRUTH),
        (time(2, 30), "02:30:00", CLOCK),
        (date(24, 1, 5), "0024-01-05", DATE),
        (datetime(2026, 3, 1, 2, 30), "2026-03-01 02:30:00.000000", LOCAL),
        (datetime(2026, 3, 1, 2, 30, tzinfo=timezone(timedelta(hours=-6))), "2026-03-01 08:30:00.000000", INSTANT),
        (UUID(int=5), "00000000-0000-0000-0000-000000000005", TEXT),
        (b"x", "", BYTES),
        (memoryview(b"x"), "", BYTES),
        ([1], "", OTHER),
        (timedelta(1), "", OTHER),
    ],
)
def test_each_value_has_one_text_and_one_kind(value: Any, text: str, kind: str) -> None:
    assert (as_text(value), kind_of(value)) == (text, kind)
    assert column_texts([None, value]) == ([None, text], {kind})


def test_a_number_is_the_same_text_as_a_decimal_a_float_and_an_integer() -> None:
    assert {as_text(one) for one in (7, 7.0, Decimal("7.00"))} == {"7"}
    assert {as_text(one) for one in (-87.65, Decimal("-87.650"))} == {"-87.65"}


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [(set(), EMPTY), ({NUMBER}, NUMBER), ({NUMBER, TEXT}, TEXT), ({TRUTH, CLOCK}, CLOCK), ({INSTANT}, INSTANT)],
)
def test_numbers_beside_texts_are_a_column_of_text(kinds: set[str], kind: str) -> None:
    assert one_kind(kinds, "x") == kind


@pytest.mark.parametrize("kinds", [{LOCAL, INSTANT}, {LOCAL, TEXT}, {DATE, LOCAL}, {BYTES, TEXT}])
def test_times_beside_anything_else_are_refused(kinds: set[str]) -> None:
    with pytest.raises(DataRefusedError) as caught:
        one_kind(kinds, "DB:calls column 'at'")
    got = " and ".join(sorted(kinds))
    assert str(caught.value) == (
        f"DB:calls column 'at': got {got}; a column holds one type; cast it to one type in the query"
    )


def test_times_come_back_as_times_and_all_else_as_text() -> None:
    local = typed(pa.array(["2026-03-01 02:30:00.000001", None]), LOCAL, "x")
    assert local.type == pa.timestamp("us")
    assert local.to_pylist() == [datetime(2026, 3, 1, 2, 30, 0, 1), None]
    moment = typed(pa.array(["2026-03-01 08:30:00.000000"]), INSTANT, "x")
    assert (moment.type, moment.to_pylist()) == (pa.timestamp("us", "UTC"), [datetime(2026, 3, 1, 8, 30, tzinfo=UTC)])
    assert typed(pa.array(["0024-01-05"]), DATE, "x").to_pylist() == [date(24, 1, 5)]
    assert typed(pa.array(["7", None]), NUMBER, "x").to_pylist() == ["7", None]


@pytest.mark.parametrize("kind", [BYTES, OTHER])
def test_bytes_and_lists_are_no_column_of_an_export(kind: str) -> None:
    with pytest.raises(DataRefusedError) as caught:
        typed(pa.array([""]), kind, "DB:calls column 'photo'")
    assert str(caught.value) == (
        f"DB:calls column 'photo': got {kind}; a column holds one text, number or time a row; leave it out of the "
        "query, or cast it there"
    )
