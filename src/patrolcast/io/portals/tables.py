"""What the three kinds of portal have in common: a table of plain columns, and pages of rows in the order of a key.

A page is refused unless it holds just the columns that were asked for, in plain values, and joins the page before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from patrolcast.domain.errors import DataRefusedError, shown

KEY = "portal_row"
"""The snapshot's first column: the portal's own key of a row, by which rows are ordered and kept apart."""
_AGAIN = "fetch again; if it stays so, the portal has to be asked"


@dataclass(frozen=True)
class Table:
    """A dataset before a row of it is read.

    Attributes
    ----------
    columns : of the snapshot, in order, without :data:`KEY`.
    n_rows : as the portal counts them.
    version : when the portal says that it was changed last; "" where it does not say.
    left_out : columns that hold no plain value, or that were not wanted.
    """

    columns: tuple[str, ...]
    n_rows: int
    version: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """The next rows: their keys, and their values as text in the order of the table's columns."""

    keys: list[str]
    rows: list[list[str]]


class Reader(Protocol):
    """One dataset."""

    def describe(self) -> Table:
        """Its columns and the number of its rows, now."""

    def page(self, table: Table, *, n_done: int, last_key: str | None) -> Page:
        """The rows after the first ``n_done``, the last of which has ``last_key``; none: it has no more."""


def refused(what: str, got: str, rule: str) -> DataRefusedError:
    """A dataset that cannot be taken as it is."""
    return DataRefusedError(what, got=got, rule=rule, cure=_AGAIN)


def plain_text(value: object, column: str, *, what: str) -> str:
    """A plain value as a CSV holds it; numbers keep their digits.

    >>> [plain_text(value, "x", what="portal") for value in (None, True, 3, 41.88, "a")]
    ['', 'true', '3', '41.88', 'a']

    Raises DataRefusedError: a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise refused(what, f"a {type(value).__name__} in {shown(column)}", "a column must hold plain values all through")


def objects_in(answer: object, *, what: str) -> list[dict[str, Any]]:
    """The answer as rows.

    Raises DataRefusedError: it is no list of objects.
    """
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise refused(what, "an answer of another form", "must be rows")
    return answer


def refuse_unasked(row: Mapping[str, Any], names: frozenset[str], *, what: str) -> None:
    """Raises DataRefusedError: a row that holds a column which was not asked for."""
    if unknown := sorted(set(row) - names):
        raise refused(what, f"a column {shown(unknown[0])} that was not asked for", "columns must stay the same")


def joined(keys: Sequence[str], rows: Sequence[list[str]], last_key: str | None, *, what: str) -> Page:
    """The page without its first row, which must be the last one of the page before: so no row slips in or out.

    Raises DataRefusedError: it is another row, because the page repeats or rows were added or removed meanwhile.
    """
    if last_key is None or not keys:
        return Page(list(keys), list(rows))
    if keys[0] != last_key:
        raise refused(
            what, "a page that does not join the one before", "rows must stay where they are while they are read"
        )
    return Page(list(keys[1:]), list(rows[1:]))
