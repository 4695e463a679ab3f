"""JSON in one form only: RFC 8785 (JCS), and back, refusing every other spelling of the same value.

A number beyond 2**53 and NaN have no such form and are refused; a name that stands twice in an object is too.
"""

import json
from typing import Any

import rfc8785

from patrolcast.domain.errors import UsageError


class NotCanonicalError(ValueError):
    """Bytes that are not the canonical form of any value."""


def canonical_bytes(value: object) -> bytes:
    """The value as RFC 8785 writes it.

    Raises UsageError: a value that JSON cannot hold alike everywhere.
    """
    try:
        if not _small(value):  # a fraction beyond is written as a whole number, which no reader takes for one
            raise rfc8785.CanonicalizationError("a number beyond 2**53")
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        rule = "numbers within 2**53, texts that are Unicode, names that are texts"
        raise UsageError("an entry of the trail", got=str(error), rule=rule) from None


def read_canonical(line: bytes) -> dict[str, Any]:
    """The object that a line stands for.

    Raises NotCanonicalError: no JSON object, or not the form in which RFC 8785 writes it.
    """
    fractions: list[str] = []

    def fraction(text: str) -> float:
        fractions.append(text)
        return float(text)

    try:
        value = json.loads(line.decode("utf-8"), parse_float=fraction)
        if not isinstance(value, dict):
            raise NotCanonicalError("no object")
        same = _quickly(line, value, fractions) or rfc8785.dumps(value) == line
        return value if same and _small(value) else _refuse()
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from None


def _quickly(line: bytes, value: dict[str, Any], fractions: list[str]) -> bool:
    """True where Python's own writer, ten times as fast, must agree with RFC 8785 and does: ASCII, no fractions."""
    if fractions or not line.isascii() or b"Infinity" in line or b"NaN" in line:
        return False
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() == line


def _small(value: object) -> bool:
    if isinstance(value, dict):
        return all(_small(inner) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return all(_small(inner) for inner in value)
    return not isinstance(value, (int, float)) or abs(value) < 2**53


def _refuse() -> dict[str, Any]:
    raise NotCanonicalError("not in canonical form")
