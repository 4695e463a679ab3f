"""Counts of many pass; columns and rows about persons do not, and one wrong value refuses the file."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError
from patrolcast.intake.aggregates.outcome_counts import parse_counts, refuse_columns

MAPPED = {"month": "month", "area": "beat", "group": "race", "n": "n"}


Row = tuple[str, str, str, str]


def parsed(*rows: Row, outcome: str | None = "stops", before: str = "2026-07") -> list[list[object]]:
    roles = ("month", "area", "group", "n")
    columns = {role: np.array([row[k] for row in rows], dtype=object) for k, role in enumerate(roles)}
    lines = np.arange(2, len(rows) + 2)
    return parse_counts(columns, lines, file="f.csv", outcome=outcome, before=before).to_numpy().tolist()


def test_counts_are_read_with_what_is_not_stated_left_empty() -> None:
    assert parsed(("2026-05", "711", "BLACK", "12"), ("2026-06-01", "711", "nan", "3.0")) == [
        ["stops", "2026-05", "711", "BLACK", 12],
        ["stops", "2026-06", "711", "", 3],
    ]


@pytest.mark.parametrize(
    "header", [("month", "beat", "race", "n", "age"), ("month", "beat", "race", "n", "Suspect Name"),
               ("month", "beat", "race", "n", "badge"), ("month", "beat", "race", "sex", "n")],
)  # fmt: skip
def test_a_column_about_persons_or_officers_is_refused(header: tuple[str, ...]) -> None:
    with pytest.raises(ProhibitedDataError):
        refuse_columns(header, MAPPED, file="f.csv")


@pytest.mark.parametrize("header", ["suspect_name", "age", "officer_race", "badge", "dob"])
def test_what_is_mapped_as_a_group_must_be_one(header: str) -> None:
    with pytest.raises(ProhibitedDataError):
        refuse_columns(("month", "beat", header, "n"), {**MAPPED, "group": header}, file="f.csv")


@pytest.mark.parametrize("header", ["race", "subject_race", "ethnicity", "group", "Race Ethnicity"])
def test_a_group_may_stand_where_it_is_mapped(header: str) -> None:
    refuse_columns(("month", "beat", header, "n"), {**MAPPED, "group": header}, file="f.csv")


def test_any_other_column_and_a_missing_one_are_refused() -> None:
    with pytest.raises(DataRefusedError, match="a column 'case'"):
        refuse_columns(("month", "beat", "race", "n", "case"), MAPPED, file="f.csv")
    with pytest.raises(DataRefusedError, match="no column 'beat'"):
        refuse_columns(("month", "race", "n"), MAPPED, file="f.csv")


def test_rows_about_single_events_are_refused_as_rows_about_persons() -> None:
    with pytest.raises(ProhibitedDataError, match=r"f\.csv line 4: got a month, area and group that stood before"):
        parsed(("2026-05", "711", "a", "1"), ("2026-05", "712", "a", "1"), ("2026-05", "711", "a", "1"))


def test_a_count_of_one_in_every_row_is_a_list_of_events() -> None:
    rows = [("2026-05", f"case {k}", "a", "1") for k in range(20)]
    with pytest.raises(ProhibitedDataError, match="a count of 1 in every row"):
        parsed(*rows)
    assert len(parsed(*rows[:19])) == 19
    assert len(parsed(*rows[:19], ("2026-05", "711", "a", "0"))) == 20


def test_more_areas_than_a_city_has_may_be_addresses() -> None:
    with pytest.raises(ProhibitedDataError, match="5,001 different values"):
        parsed(*(("2026-05", f"{k} Main Street", "a", "2") for k in range(5001)))


@pytest.mark.parametrize("name", ["Grand Total", "Subtotal", "city total", "TOTALS:", "All races", "citywide"])
def test_rows_of_totals_are_refused_by_whatever_name(name: str) -> None:
    with pytest.raises(DataRefusedError, match="totals would be counted twice"):
        parsed(("2026-05", name, "a", "3"))
    assert len(parsed(("2026-05", "All Saints", "a", "3"))) == 1


def test_a_group_of_many_values_may_be_names() -> None:
    with pytest.raises(ProhibitedDataError, match="41 different values"):
        parsed(*(("2026-05", "711", f"name {k}", "1") for k in range(41)))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("2026-5", "1", "a", "1"), "month"),
        (("2026-05-17", "1", "a", "1"), "month"),
        (("2026-07", "1", "a", "1"), "month"),
        (("2026-05", "total", "a", "1"), "area"),
        (("2026-05", "1", "All", "1"), "group"),
        (("2026-05", "1" * 61, "a", "1"), "area"),
        (("2026-05", "1", "a", "-1"), "n"),
        (("2026-05", "1", "a", "1.5"), "n"),
        (("2026-05", "1", "a", ""), "n"),
        (("2026-05", "1", "a", "99999999"), "n"),
    ],
)
def test_one_wrong_value_refuses_the_file_and_is_not_printed(row: tuple[str, str, str, str], column: str) -> None:
    with pytest.raises(DataRefusedError) as refused:
        parsed(("2026-04", "1", "a", "1"), row)
    assert str(refused.value).startswith(f"f.csv line 3 {column}: ")
    assert "got" not in str(refused.value)


def test_what_counts_are_measured_against_has_no_group_and_outcomes_are_of_the_list() -> None:
    assert parsed(("2026-05", "1", "", "900"), outcome="reports") == [["reports", "2026-05", "1", "", 900]]
    with pytest.raises(DataRefusedError, match="group"):
        parsed(("2026-05", "1", "a", "900"), outcome="reports")
    with pytest.raises(DataRefusedError, match="outcome"):
        parsed(("2026-05", "1", "a", "900"), outcome="convictions")
