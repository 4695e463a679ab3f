"""The dosage log: what was suggested, explored or left as comparison, what a person decided, what was delivered.

One row is one cell in one shift. It never says who patrolled: no officer, unit, car or radio has a column here, and a
file that carries one is refused. docs/dosage-log.md explains every column to those who fill them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

SUGGESTED, EXPLORED, COMPARISON = "suggested", "explored", "comparison"
ROLES = (SUGGESTED, EXPLORED, COMPARISON)
ALARM_E_VALUE = 20.0
"""Evidence of this strength that patrol drives what is reported is an alarm: chance reaches it in 1 city of 20."""
DECISIONS = ("accepted", "amended", "declined", "not_actioned", "unanswered")
Kind = Literal["text", "instant", "number", "count", "code"]


@dataclass(frozen=True)
class LogColumn:
    """One column: its kind, who fills it, and whether it may be empty.

    Attributes
    ----------
    kind : text; instant (ISO 8601 with zone); number or count (0 or more); code (a-z, 0-9, _; never free text).
    filled_by : "run" (from a published run), "person" (the decision), "delivery" (from AVL, CAD or the console).
    choices : the only values allowed; empty: any.
    """

    name: str
    kind: Kind
    filled_by: Literal["run", "person", "delivery", "later run"]
    may_be_empty: bool = False
    choices: tuple[str, ...] = ()


LOG_COLUMNS = (
    LogColumn("suggestion_id", "text", "run"),
    LogColumn("run_id", "text", "run"),
    LogColumn("shift_start", "instant", "run"),
    LogColumn("shift_end", "instant", "run"),
    LogColumn("district", "text", "run"),
    LogColumn("cell", "text", "run"),
    LogColumn("role", "code", "run", choices=ROLES),
    LogColumn("propensity", "number", "run"),
    LogColumn("variant", "code", "run"),
    LogColumn("score", "number", "run"),
    LogColumn("suggested_visits", "count", "run"),
    LogColumn("suggested_minutes", "number", "run"),
    LogColumn("decision", "code", "person", choices=DECISIONS),
    LogColumn("reason", "code", "person", may_be_empty=True),
    LogColumn("delivered_visits", "count", "delivery", may_be_empty=True),
    LogColumn("delivered_minutes", "number", "delivery", may_be_empty=True),
    LogColumn("source", "code", "delivery", may_be_empty=True),
    LogColumn("score_28_days_later", "number", "later run", may_be_empty=True),
)
"""Every column of the log, in order."""

LOG_COLUMN_NAMES = tuple(column.name for column in LOG_COLUMNS)
DECISION_COLUMNS = ("suggestion_id", "decision", "reason")
VISIT_COLUMNS = ("cell", "arrived_at", "left_at")


@dataclass(frozen=True)
class DosageLog:
    """A checked log: :data:`LOG_COLUMN_NAMES`, one row per cell and shift, in their order; empty numbers are NaN."""

    table: pd.DataFrame

    def __post_init__(self) -> None:
        if tuple(self.table.columns) != LOG_COLUMN_NAMES:
            raise ValueError(f"a dosage log has the columns {LOG_COLUMN_NAMES}, got {tuple(self.table.columns)}")
        if self.table.duplicated(["cell", "shift_start"]).any():
            raise ValueError("a dosage log has one row per cell and shift")

    def until(self, moment: pd.Timestamp) -> DosageLog:
        """Rows whose shift was over at ``moment``."""
        return DosageLog(self.table[self.table["shift_end"] <= moment].reset_index(drop=True))

    def since(self, moment: pd.Timestamp) -> DosageLog:
        """Rows whose shift began at ``moment`` or later."""
        return DosageLog(self.table[self.table["shift_start"] >= moment].reset_index(drop=True))


@dataclass(frozen=True)
class Visits:
    """Delivered visits: ``cell``, ``arrived_at``, ``left_at`` (instants); nothing about who made them."""

    table: pd.DataFrame

    def __post_init__(self) -> None:
        if tuple(self.table.columns) != VISIT_COLUMNS:
            raise ValueError(f"visits have the columns {VISIT_COLUMNS}, got {tuple(self.table.columns)}")


def make_log(table: pd.DataFrame) -> DosageLog:
    """A log from a table with all its columns, put in order."""
    ordered = table.sort_values(["shift_start", "cell"], kind="stable", ignore_index=True)
    return DosageLog(ordered[list(LOG_COLUMN_NAMES)])
