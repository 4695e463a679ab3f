"""Shifts on the days when the clock changes, worked by hand; more in tests/oracles/test_days_of_the_clock.py."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.shifts import (
    daily_origins,
    from_instants,
    local_instant,
    months_of_days,
    shift_calendar,
    to_instants,
    wall_times,
)

CHICAGO = ZoneInfo("America/Chicago")
THREE = ["06:00", "14:00", "22:00"]


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 1, 10), time(6), "2026-01-10T12:00"),
        (date(2026, 3, 8), time(1, 59), "2026-03-08T07:59"),
        (date(2026, 3, 8), time(2, 0), "2026-03-08T08:00"),  # 02:00 to 03:00 does not exist
        (date(2026, 3, 8), time(2, 59), "2026-03-08T08:00"),
        (date(2026, 3, 8), time(3, 0), "2026-03-08T08:00"),
        (date(2026, 11, 1), time(1, 30), "2026-11-01T06:30"),  # the first of the two
        (date(2026, 11, 1), time(2, 0), "2026-11-01T08:00"),
    ],
)
def test_the_wall_clock_of_a_day_is_one_instant(day: date, clock: time, instant: str) -> None:
    assert local_instant(day, clock, CHICAGO).strftime("%Y-%m-%dT%H:%M") == instant


def calendar(first: date, last: date) -> pd.DataFrame:
    return shift_calendar(THREE, timezone="America/Chicago", first_day=first, last_day=last)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 1, 10), [8, 8, 8]), (date(2026, 3, 7), [8, 8, 7]), (date(2026, 10, 31), [8, 8, 9])]
)
def test_the_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn(day: date, hours: list[int]) -> None:
    shifts = calendar(day, day)
    assert shifts["hours"].tolist() == hours
    assert shifts["slot"].tolist() == [0, 1, 2]
    assert shifts["weekday"].tolist() == [5, 5, 5]
    assert (shifts["shift_day"] == pd.Timestamp(day)).all()


def test_each_shift_ends_where_the_next_begins() -> None:
    shifts = calendar(date(2026, 3, 6), date(2026, 3, 10))
    assert len(shifts) == 15
    assert (shifts["shift_end"].iloc[:-1].to_numpy() == shifts["shift_start"].iloc[1:].to_numpy()).all()


def test_a_calendar_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DataRefusedError) as caught:
        calendar(date(2026, 3, 6), date(2026, 3, 5))
    assert str(caught.value) == "shifts: got 2026-03-06 to 2026-03-05; the last day is not before the first"


def test_origins_stand_at_the_same_local_time_on_every_day_and_end_with_as_of() -> None:
    as_of = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)  # 05:00 in Chicago, two days after 05:00 was 11:00 UTC
    origins = from_instants(daily_origins(as_of, timezone="America/Chicago", n_days=3))
    assert [str(origin)[:16] for origin in origins] == ["2026-03-07 11:00", "2026-03-08 10:00", "2026-03-09 10:00"]


def test_instants_do_not_depend_on_the_unit_or_the_zone_that_pandas_keeps() -> None:
    moments = pd.DatetimeIndex(["2026-01-10T12:00:00.000001Z"])
    expected = [1_768_046_400_000_001]
    for kept in (moments, moments.as_unit("us"), moments.tz_convert("America/Chicago")):
        assert to_instants(kept).tolist() == expected
    assert to_instants(from_instants(np.array(expected))).tolist() == expected
    with pytest.raises(ValueError, match="moments have no zone"):
        to_instants(pd.DatetimeIndex(["2026-01-10"]))


@pytest.mark.parametrize(
    ("starts", "weekend"),
    [
        (["06:00", "14:00", "22:00"], ["Fri 22:00", "Sat 06:00", "Sat 14:00", "Sat 22:00", "Sun 06:00", "Sun 14:00"]),
        (["00:00"], ["Sat 00:00", "Sun 00:00"]),
        (["08:00", "16:00"], ["Fri 16:00", "Sat 08:00", "Sat 16:00", "Sun 08:00"]),
    ],
)
def test_a_shift_is_of_the_weekend_when_it_ends_on_a_saturday_or_sunday(starts: list[str], weekend: list[str]) -> None:
    """Also where the clock changes within it: 2026-03-08 is a Sunday."""
    made = shift_calendar(starts, timezone="America/Chicago", first_day=date(2026, 3, 3), last_day=date(2026, 3, 9))
    local = made["shift_start"].dt.tz_convert("America/Chicago")
    assert [f"{start:%a %H:%M}" for start in local[made["weekend"] == 1]] == weekend


def test_moments_by_the_wall_clock_are_days_minutes_and_months_of_the_agency() -> None:
    moments = pd.DatetimeIndex(["2026-01-01T05:59:59Z", "2026-03-08T08:00Z", "1969-12-31T12:00Z"])
    wall = wall_times(moments, "America/Chicago")
    assert [str(day) for day in wall.days] == ["2025-12-31", "2026-03-08", "1969-12-31"]
    assert wall.minute.tolist() == [23 * 60 + 59, 3 * 60, 6 * 60]
    assert months_of_days(wall.day).tolist() == [2025 * 12 + 11, 2026 * 12 + 2, 1969 * 12 + 11]
    assert months_of_days(wall.day[:0]).size == 0


def test_instants_of_a_table_cannot_be_written_to_behind_its_back() -> None:
    table = pd.DataFrame({"at": pd.DatetimeIndex(["2026-01-01T05:30Z", "2026-01-02T05:30Z"]).as_unit("us")})
    with pytest.raises(ValueError, match="read-only"):
        to_instants(table["at"])[0] = 0
