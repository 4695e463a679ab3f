"""Moments: hand-worked instants of written times, ranges and reports, and what is refused as impossible."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.intake.raw_tables import raw_table, time_rules

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.moments import Moments, mark_times, resolve_moments
from patrolcast.intake.row_status import RowStatus


def moments(*, rules: dict[str, Any] | None = None, time_format: str | None = None, **columns: Any) -> Moments:
    chosen: dict[str, Any] = {"time_format": time_format} if time_format else {}
    return resolve_moments(raw_table(1, **chosen, **columns), time_rules(**(rules or {})))


def instants(made: Moments) -> list[str]:
    """Start, end and report of the first row, in UTC."""
    values = np.array([made.start[0], made.end[0], made.reported[0]]).view("datetime64[us]")
    return [str(value)[:16] for value in values]


def test_a_time_is_a_moment_and_winter_in_chicago_is_six_hours_behind() -> None:
    assert instants(moments()) == ["2026-01-10T16:00", "2026-01-10T16:00", "2026-01-10T18:00"]


def test_without_a_time_of_report_a_record_becomes_known_a_delay_after_its_range() -> None:
    made = moments(drop=("reported_at",), occurred_until=["2026-01-10 11:30:00"])
    assert instants(made) == ["2026-01-10T16:00", "2026-01-10T17:30", "2026-01-11T17:30"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-10", ["2026-01-10T06:00", "2026-01-11T06:00", "2026-01-12T06:00"]),
        (
            "2026-03-08",
            ["2026-03-08T06:00", "2026-03-09T05:00", "2026-03-10T05:00"],
        ),  # 23 hours
    ],
)
def test_a_date_stands_for_its_whole_local_day(day: str, expected: list[str]) -> None:
    made = moments(time_format="%Y-%m-%d", drop=("reported_at",), occurred_at=[day])
    assert (instants(made), made.only_dates) == (expected, True)


def test_where_shifts_are_whole_days_a_date_is_noon_but_is_known_only_after_its_day() -> None:
    made = moments(
        rules={"whole_day_shifts": True}, time_format="%Y-%m-%d", drop=("reported_at",), occurred_at=["2026-01-10"]
    )
    assert instants(made) == ["2026-01-10T18:00", "2026-01-10T18:00", "2026-01-12T06:00"]


def test_a_range_ends_with_the_report_at_the_latest() -> None:
    made = moments(occurred_until=["2026-01-10 13:00:00"])
    assert instants(made) == ["2026-01-10T16:00", "2026-01-10T18:00", "2026-01-10T18:00"]


def test_a_report_in_the_repeated_hour_is_the_second_when_the_first_would_come_before_the_incident() -> None:
    made = moments(occurred_at=["2025-11-02 01:50:00"], reported_at=["2025-11-02 01:10:00"])
    assert instants(made) == ["2025-11-02T06:50", "2025-11-02T06:50", "2025-11-02T07:10"]
    assert made.doubtful.tolist() == [True]


def test_midnight_is_noted_only_where_times_of_day_exist() -> None:
    assert moments(occurred_at=["2026-01-10 00:00:00"]).at_midnight.tolist() == [True]
    assert moments(time_format="%Y-%m-%d", occurred_at=["2026-01-10"], drop=("reported_at",)).at_midnight.tolist() == [
        False
    ]


def refusals(**columns: Any) -> dict[str, int]:
    raw = raw_table(3, **columns)
    status = RowStatus(3)
    mark_times(raw, resolve_moments(raw, time_rules()), time_rules(), status, file="export.csv")
    return status.count("refused", np.ones(3, dtype=bool))


GOOD = ["2026-01-10 10:00:00"] * 2


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"occurred_at": [*GOOD, "1989-12-31 23:59:59"]}, "year outside 1990 to 2100"),
        ({"reported_at": ["2026-01-10 12:00:00"] * 2 + ["2101-01-01 00:00:00"]}, "year outside 1990 to 2100"),
        ({"occurred_until": ["", "", "2026-01-10 10:01:59"]}, "ends before it begins"),
        ({"occurred_at": [*GOOD, "2025-12-01 10:00:00"], "occurred_until": ["", "", "2025-12-31 10:00:01"]},
         "range longer than 30 days"),
        ({"reported_at": ["2026-01-10 12:00:00"] * 2 + ["2026-01-10 10:01:59"]}, "known before it happened"),
        ({"occurred_at": [*GOOD, ""]}, "no time"),
        ({"reported_at": ["2026-01-10 12:00:00"] * 2 + [""]}, "no time"),
        ({"occurred_at": [*GOOD, "10/01/2026"]}, "time not in the declared format"),
    ],
)  # fmt: skip
def test_a_row_whose_times_cannot_be_true_is_refused_by_rule(columns: dict[str, list[str]], rule: str) -> None:
    assert refusals(**columns) == {rule: 1}


@pytest.mark.parametrize(
    "columns",
    [
        {"occurred_at": [*GOOD, "1990-01-01 00:00:00"]},
        {"occurred_until": ["", "", "2026-01-10 10:02:00"]},
        {"occurred_at": [*GOOD, "2025-12-01 10:00:00"], "occurred_until": ["", "", "2025-12-31 10:00:00"]},
        {"reported_at": ["2026-01-10 12:00:00"] * 2 + ["2026-01-10 10:02:00"]},
    ],
)
def test_the_twin_on_the_edge_of_each_rule_is_kept(columns: dict[str, list[str]]) -> None:
    assert refusals(**columns) == {}


def unreadable(bad: int, text: str) -> RowStatus:
    """Twenty rows of which the first ``bad`` have ``text`` for a time."""
    raw = raw_table(20, occurred_at=[text] * bad + ["2026-01-10 10:00:00"] * (20 - bad))
    status = RowStatus(20)
    mark_times(raw, resolve_moments(raw, time_rules()), time_rules(), status, file="export.csv")
    return status


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("10 Jan 2026", "declare the format they have in [incidents] time_format"),
        ("46032.5", "these are day numbers of a spreadsheet: export them as dates"),
        ("1768039200", "these are counted seconds: export them as dates"),
    ],
)
def test_a_file_is_refused_when_more_than_half_of_its_times_are_unreadable(text: str, cure: str) -> None:
    assert int((~unreadable(10, text).open).sum()) == 10
    with pytest.raises(DataRefusedError) as caught:
        unreadable(11, text)
    assert str(caught.value) == (
        f"export.csv column 'occurred': got 11 of 20 that are not, e.g. '{text}'; "
        f"times are written as %Y-%m-%d %H:%M:%S; {cure}"
    )
