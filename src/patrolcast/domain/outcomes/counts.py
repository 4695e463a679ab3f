"""Monthly counts by area and group, of outcomes and of what they are measured against."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

OUTCOMES = ("arrests", "stops", "use_of_force", "complaints")
EXPOSURES = ("reports", "patrol_minutes")
"""What outcomes are counted against; such rows have no group."""
COUNT_COLUMNS = ("outcome", "month", "area", "group", "n")
NOT_STATED = ""
"""Area or group of a row whose export says none."""


@dataclass(frozen=True)
class OutcomeCounts:
    """Counts with one row for each outcome, month, area and group.

    ``table`` : :data:`COUNT_COLUMNS`: text, text (``2026-07``), text, text, whole number (0 or more).
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        if tuple(self.table.columns) != COUNT_COLUMNS:
            raise ValueError(f"counts have the columns {COUNT_COLUMNS}, got {tuple(self.table.columns)}")
        if self.table.duplicated(list(COUNT_COLUMNS[:-1])).any():
            raise ValueError("counts have one row for each outcome, month, area and group")

    def of(self, outcome: str) -> pd.DataFrame:
        """Rows of one outcome."""
        return self.table[self.table["outcome"] == outcome]


def merged(parts: list[pd.DataFrame]) -> OutcomeCounts:
    """Imports in the order in which they came: a later one replaces the months that it holds of an outcome, whole.

    So a correction can take a row away, which adding rows never could.
    """
    rows = pd.DataFrame({name: pd.Series(dtype="int64" if name == "n" else "object") for name in COUNT_COLUMNS})
    for part in parts:
        new = pd.MultiIndex.from_frame(part[["outcome", "month"]])
        old = pd.MultiIndex.from_frame(rows[["outcome", "month"]])
        rows = pd.concat([rows[~old.isin(new)], part], ignore_index=True)
    ordered = rows.sort_values(list(COUNT_COLUMNS[:-1]), kind="stable", ignore_index=True)
    return OutcomeCounts(ordered[list(COUNT_COLUMNS)])
