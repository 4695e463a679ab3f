"""The dosage log as a type: exactly its columns, one row per cell and shift, cut at a moment."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from patrolcast.domain.dosage_log import LOG_COLUMN_NAMES, LOG_COLUMNS, VISIT_COLUMNS, DosageLog, Visits, make_log


def moment(hour: int) -> pd.Timestamp:
    return pd.Timestamp(f"2026-06-29T{hour:02d}:00Z")


def table(*rows: tuple[str, int]) -> pd.DataFrame:
    """One row for each cell and hour of start; shifts of eight hours."""
    blank: dict[str, Any] = dict.fromkeys(LOG_COLUMN_NAMES, "x")
    return pd.DataFrame(
        [blank | {"cell": cell, "shift_start": moment(hour), "shift_end": moment(hour + 8)} for cell, hour in rows]
    )


def test_a_log_is_put_in_order_of_shift_and_cell() -> None:
    made = make_log(table(("b", 6), ("a", 14), ("a", 6)).iloc[:, ::-1]).table
    assert tuple(made.columns) == LOG_COLUMN_NAMES
    assert list(zip(made["shift_start"].dt.hour, made["cell"], strict=True)) == [(6, "a"), (6, "b"), (14, "a")]


def test_a_column_more_or_less_and_a_repeated_row_are_refused() -> None:
    with pytest.raises(ValueError, match="a dosage log has the columns"):
        DosageLog(table(("a", 6)).assign(officer="4711"))
    with pytest.raises(ValueError, match="a dosage log has the columns"):
        DosageLog(table(("a", 6)).drop(columns="propensity"))
    with pytest.raises(ValueError, match="a dosage log has one row per cell and shift"):
        make_log(table(("a", 6), ("a", 6)))


def test_until_keeps_shifts_that_are_over_and_since_those_that_have_not_begun() -> None:
    log = make_log(table(("a", 6), ("a", 14)))
    assert log.until(moment(14)).table["shift_start"].dt.hour.tolist() == [6]
    assert log.until(moment(13)).table.empty
    assert log.since(moment(14)).table["shift_start"].dt.hour.tolist() == [14]
    assert log.since(moment(6)).table.index.tolist() == [0, 1]


def test_visits_hold_no_column_about_who_made_them() -> None:
    rows = pd.DataFrame([["a", moment(6), moment(7)]], columns=list(VISIT_COLUMNS))
    assert len(Visits(rows).table) == 1
    with pytest.raises(ValueError, match="visits have the columns"):
        Visits(rows.assign(unit="7"))


def test_what_a_person_or_a_delivery_may_leave_open_is_exactly_this() -> None:
    assert [column.name for column in LOG_COLUMNS if column.may_be_empty] == [
        "reason", "delivered_visits", "delivered_minutes", "source", "score_28_days_later",
    ]  # fmt: skip
