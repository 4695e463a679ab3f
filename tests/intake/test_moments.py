"""Moments: hand-worked instants of written times, ranges and reports, and what is refused as impossible."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.intake.raw_tables import raw_table, time_rules

from patrolcast.domain.errors import ConfigError, DataRefusedError
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
        ("1768039200", "these are counted seconds: set [incidents] time_format = 'epoch'"),
        ("1768039200000", "these are counted milliseconds: set [incidents] time_format = 'epoch_ms'"),
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


def many(n: int = 40, **columns: Any) -> Moments:
    rules = columns.pop("rules", {})
    as_of = columns.pop("as_of", None)
    chosen = {"time_format": columns.pop("time_format")} if "time_format" in columns else {}
    drop = columns.pop("drop", ())
    return resolve_moments(raw_table(n, drop=drop, **chosen, **columns), time_rules(**rules), as_of=as_of)


def test_a_time_of_day_that_stands_apart_is_joined_to_its_date_and_24_00_is_the_next_day() -> None:
    made = many(
        5,
        time_format="%m/%d/%Y %I:%M:%S %p",
        drop=("reported_at",),
        occurred_at=["01/10/2026 12:00:00 AM"] * 5,
        time=["1430", "45", "5", "2:30 PM", "24:00"],
    )
    local = [str(t)[:16] for t in (made.start - 6 * 3_600_000_000).view("datetime64[us]")]
    assert local == [f"2026-01-10T{clock}" for clock in ("14:30", "00:45", "00:05", "14:30")] + ["2026-01-11T00:00"]
    assert not made.days.any()


def test_a_date_whose_time_of_day_nobody_knew_is_its_whole_day() -> None:
    made = many(2, time_format="%Y-%m-%d", drop=("reported_at",), occurred_at=["2026-01-10"] * 2, time=["UNK", "930"])
    assert made.days.tolist() == [True, False]
    assert instants(made) == ["2026-01-10T06:00", "2026-01-11T06:00", "2026-01-12T06:00"]


def test_times_of_day_that_are_none_are_refused_row_by_row_and_as_a_whole_when_most_are() -> None:
    rows = {"time_format": "%Y-%m-%d", "occurred_at": ["2026-01-10"] * 4, "reported_at": ["2026-01-11"] * 4}
    raw, status = raw_table(4, time=["2561", "930", "1200", "1430"], **rows), RowStatus(4)
    mark_times(raw, resolve_moments(raw, time_rules()), time_rules(), status, file="export.csv")
    assert status.count("refused", np.ones(4, dtype=bool)) == {"no time of day": 1}
    raw = raw_table(4, time=["2561", "9876", "noon", "1430"], **rows)
    with pytest.raises(DataRefusedError, match=r"got 3 of 4 that are none, e\.g\. '2561'; a time of day is written as"):
        mark_times(raw, resolve_moments(raw, time_rules()), time_rules(), RowStatus(4), file="export.csv")


def test_a_time_of_day_beside_a_column_that_has_one_is_a_mistake_in_the_config() -> None:
    with pytest.raises(ConfigError, match=r"time: 'occurred' already holds a time of day; time is only for columns"):
        many(2, time=["1430", "930"])


@pytest.mark.parametrize("midnight", ["06:00", "00:00"])
def test_a_date_that_was_made_an_instant_is_that_date_by_the_clock_that_made_it(midnight: str) -> None:
    day = pa.array([np.datetime64(f"2026-01-10T{midnight}", "us").item()] * 2, pa.timestamp("us", tz="UTC"))
    made = many(2, drop=("reported_at",), occurred_at=day, time=["1430", "0"])
    assert [str(t)[:16] for t in made.start.view("datetime64[us]")] == ["2026-01-10T20:30", "2026-01-10T06:00"]


def test_a_report_date_at_midnight_is_known_at_the_end_of_its_day_and_no_report_is_before_its_incident() -> None:
    made = many(reported_at=["2026-01-10 00:00:00"] * 40)
    assert set(made.reported.view("datetime64[us]").astype(str)) == {"2026-01-11T06:00:00.000000"}
    assert (made.reported >= made.start).all()


def test_one_report_at_the_midnight_of_its_day_is_a_date_too_and_one_at_the_midnight_after_is_a_time() -> None:
    reports = ["2026-01-10 00:00:00", "2026-01-11 00:00:00", *["2026-01-10 12:00:00"] * 38]
    made = many(reported_at=reports)
    assert [str(t)[:16] for t in made.reported[:2].view("datetime64[us]")] == ["2026-01-11T06:00", "2026-01-11T06:00"]


def test_what_becomes_known_later_does_not_decide_how_a_column_is_written() -> None:
    reports = ["2026-01-10 00:00:00"] * 4 + ["2026-01-10 12:00:00"] * 30 + ["2026-01-20 00:00:00"] * 30
    days = ["2026-01-09 10:00:00"] * 64
    late = int(np.datetime64("2026-01-15", "us").astype(int))
    early, all_known = (
        many(64, occurred_at=days, reported_at=reports, as_of=late),
        many(64, occurred_at=days, reported_at=reports),
    )
    assert str(early.reported[0].view("datetime64[us]"))[:16] == "2026-01-10T06:00"
    assert str(all_known.reported[0].view("datetime64[us]"))[:16] == "2026-01-11T06:00"


def test_dates_at_midnight_are_noon_where_shifts_are_whole_days() -> None:
    made = many(rules={"whole_day_shifts": True}, drop=("reported_at",), occurred_at=["2026-01-10 00:00:00"] * 40)
    assert set(made.start.view("datetime64[us]").astype(str)) == {"2026-01-10T18:00:00.000000"}
    assert set(made.reported.view("datetime64[us]").astype(str)) == {"2026-01-12T06:00:00.000000"}
    assert made.days.all()


@pytest.mark.parametrize("end", ["1900-01-01 00:00:00", "9999-12-31 00:00:00", "0001-01-01 00:00:00", "NULL", ""])
def test_a_placeholder_for_no_end_is_no_end_and_is_counted(end: str) -> None:
    made = moments(occurred_until=[end])
    assert made.start.tolist() == made.end.tolist()
    assert not made.impossible.any()
    assert made.placeholders.tolist() == ["-" in end]


def test_the_twin_an_end_in_a_year_that_cannot_be_is_impossible() -> None:
    made = moments(occurred_until=["1901-01-01 00:00:00"])
    assert (made.impossible.tolist(), made.placeholders.tolist()) == ([True], [False])


def test_a_file_is_refused_when_more_than_half_of_its_years_cannot_be() -> None:
    with pytest.raises(DataRefusedError) as caught:
        refusals(occurred_at=["0024-01-10 10:00:00"] * 3)
    assert "rows with a year outside 1990 to 2100; most times must be true; check the columns" in str(caught.value)


def test_milliseconds_counted_as_seconds_are_refused_in_one_line() -> None:
    times = [f"{1768039200000 + i}" for i in range(20)]
    raw, rules = (
        raw_table(20, time_format="epoch", occurred_at=times, reported_at=times),
        time_rules(time_format="epoch"),
    )
    with pytest.raises(DataRefusedError, match="20 of 20 rows with a year outside 1990 to 2100"):
        mark_times(raw, resolve_moments(raw, rules), rules, RowStatus(20), file="export.csv")


def test_counted_times_that_a_spreadsheet_shortened_are_refused_with_the_cure() -> None:
    with pytest.raises(DataRefusedError, match="a spreadsheet shortened them, and the minutes are lost"):
        unreadable(20, "1.76804E+12")
