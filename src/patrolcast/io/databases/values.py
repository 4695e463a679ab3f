"""Values of a driver as text, each in the one form that a value has whichever database it comes from.

Whole numbers have no ".0", decimals no exponent, moments are in UTC to the microsecond; so the same rows are the same
text, and have the same hash, from PostgreSQL, from SQLite and from a CSV of them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from patrolcast.domain.errors import DataRefusedError, shown

EMPTY, TEXT, NUMBER, TRUTH, CLOCK = "no value", "text", "number", "true or false", "time of day"
DATE, LOCAL, INSTANT, BYTES, OTHER = "date", "time without zone", "time with zone", "bytes", "another type"
TEXTS = {EMPTY, TEXT, NUMBER, TRUTH, CLOCK}
"""Kinds that are handed on as text and may stand in one column; all others stand alone."""
_MOST_WHOLE = 2.0**53


def kind_of(value: object) -> str:
    """What a value is.

    >>> kind_of(1.5), kind_of("a"), kind_of(datetime(2026, 1, 1))
    ('number', 'text', 'time without zone')
    """
    if isinstance(value, datetime):
        return INSTANT if value.tzinfo is not None else LOCAL
    return _KINDS.get(type(value), OTHER)


def as_text(value: Any) -> str | None:  # noqa: ANN401
    """A value in its one form; None for NULL, "" for what no text can stand for.

    >>> as_text(7.0), as_text(Decimal("1E+2")), as_text(-87.65), as_text(True)
    ('7', '100', '-87.65', 'true')
    """
    return None if value is None else _TEXT_OF.get(type(value), _no_text)(value)


def column_texts(values: Sequence[Any]) -> tuple[list[str | None], set[str]]:
    """Texts of one column's values, and the kinds found in it."""
    types = {*map(type, values)} - {type(None)}
    if types == {str}:
        return list(values), {TEXT}
    if len(types) == 1:
        (only,) = types
        text_of = _TEXT_OF.get(only, _no_text)
        texts = [None if value is None else text_of(value) for value in values]
    else:
        texts = [as_text(value) for value in values]
    if datetime in types:
        return texts, {kind_of(value) for value in values if value is not None}
    return texts, {_KINDS.get(python_type, OTHER) for python_type in types}


def _of_float(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _MOST_WHOLE else repr(value)


def _of_decimal(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _of_moment(value: datetime) -> str:
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.isoformat(" ", "microseconds")


def _no_text(value: object) -> str:
    return ""


_TEXT_OF: dict[type, Callable[[Any], str]] = {
    str: str, UUID: str, int: str, float: _of_float, Decimal: _of_decimal, bool: lambda value: str(value).lower(),
    time: time.isoformat, date: date.isoformat, datetime: _of_moment,
}  # fmt: skip
_KINDS: dict[type, str] = {
    str: TEXT, UUID: TEXT, int: NUMBER, float: NUMBER, Decimal: NUMBER, bool: TRUTH, time: CLOCK, date: DATE,
    bytes: BYTES, memoryview: BYTES, bytearray: BYTES,
}  # fmt: skip


def one_kind(kinds: set[str], what: str) -> str:
    """What a whole column holds.

    Raises DataRefusedError: times beside texts, or with and without zone; ``what`` names the column.
    """
    if kinds <= TEXTS:
        return next((kind for kind in (TEXT, CLOCK, TRUTH, NUMBER) if kind in kinds), EMPTY)
    if len(kinds) > 1:
        got = " and ".join(sorted(kinds))
        raise DataRefusedError(what, got=got, rule="a column holds one type", cure="cast it to one type in the query")
    return next(iter(kinds))


def typed(texts: pa.Array, kind: str, what: str) -> pa.Array:
    """Texts of a column as what they are: times and dates as such, all else as text.

    Raises DataRefusedError: bytes, lists and the like; ``what`` names the column.
    """
    if kind in TEXTS:
        return texts
    if kind in {BYTES, OTHER}:
        rule, cure = "a column holds one text, number or time a row", "leave it out of the query, or cast it there"
        raise DataRefusedError(what, got=shown(kind)[1:-1], rule=rule, cure=cure)
    if kind == DATE:
        return texts.cast(pa.date32())
    local = texts.cast(pa.timestamp("us"))
    return pc.assume_timezone(local, "UTC") if kind == INSTANT else local
