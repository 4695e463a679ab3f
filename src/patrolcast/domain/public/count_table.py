"""Counts by two headings as they may be shown to the public: some are withheld, and margins stand under ``all``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ALL = "all"
"""Heading of a margin: the total over all others."""
WITHHELD = "withheld"
"""What stands for a count that is not shown, in words."""


@dataclass(frozen=True)
class CountTable:
    """Counts of one thing in one period.

    Attributes
    ----------
    measure : what is counted: "reports", "residents".
    period : a month ("2026-05") or the edition of a census.
    rows, columns : headings; :data:`ALL` is a margin.
    values : ``[row][column]``; None is withheld.
    """

    measure: str
    period: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int | None, ...], ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(self.rows) or any(len(row) != len(self.columns) for row in self.values):
            raise ValueError(f"{self.measure} {self.period}: values do not fit their headings")

    @property
    def document(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "measure": self.measure,
            "period": self.period,
            "rows": list(self.rows),
            "columns": list(self.columns),
            "values": [list(row) for row in self.values],
        }

    @classmethod
    def stored(cls, document: dict[str, Any]) -> "CountTable":
        """The table that a document holds. Raises KeyError, TypeError, ValueError: it holds none."""
        values = tuple(tuple(_count(cell) for cell in row) for row in document["values"])
        return cls(
            str(document["measure"]),
            str(document["period"]),
            tuple(map(str, document["rows"])),
            tuple(map(str, document["columns"])),
            values,
        )


def with_margins(
    measure: str,
    period: str,
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Sequence[Sequence[int]],
    *,
    by_row: bool,
) -> CountTable:
    """The whole table of counts, nothing withheld: a margin below, and one to the right where ``by_row``.

    Raises ValueError: a heading bears the name of the margin, or stands twice.

    >>> with_margins("reports", "2026-05", ["north", "south"], ["theft"], [[3], [4]], by_row=True).values
    ((3, 3), (4, 4), (7, 7))
    """
    if ALL in {*rows, *columns} or len(set(rows)) < len(rows) or len(set(columns)) < len(columns):
        raise ValueError(f"{measure} {period}: headings must differ, and none may be {ALL!r}")
    full = [list(row) for row in counts] + [[sum(column) for column in zip(*counts, strict=True)]]
    if by_row:
        full = [[*row, sum(row)] for row in full]
    margin = (ALL,) if by_row else ()
    return CountTable(measure, period, (*rows, ALL), (*columns, *margin), tuple(tuple(row) for row in full))


def _count(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a count is a whole number, or withheld")
    return value
