"""Shifts on days when the clock changes, against instants worked out by hand from the zones' published rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.domain.shifts import daily_origins, local_instant, shift_calendar

DAYS = {
    "Chicago, spring: 02:00 CST is 03:00 CDT": ("America/Chicago", date(2026, 3, 8), "2026-03-08T06:00Z", 23.0),
    "Chicago, autumn: 02:00 CDT is 01:00 CST": ("America/Chicago", date(2025, 11, 2), "2025-11-02T05:00Z", 25.0),
    "London, spring": ("Europe/London", date(2026, 3, 29), "2026-03-29T00:00Z", 23.0),
    "London, autumn": ("Europe/London", date(2026, 10, 25), "2026-10-24T23:00Z", 25.0),
    "Lord Howe, spring: half an hour": ("Australia/Lord_Howe", date(2025, 10, 5), "2025-10-04T13:30Z", 23.5),
    "Lord Howe, autumn: half an hour": ("Australia/Lord_Howe", date(2026, 4, 5), "2026-04-04T13:00Z", 24.5),
    "Kathmandu: 5 h 45 min, never changes": ("Asia/Kathmandu", date(2026, 3, 29), "2026-03-28T18:15Z", 24.0),
    "Apia 2011: a day that never was": ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00Z", 0.0),
}


@pytest.mark.parametrize(("zone", "day", "midnight", "hours"), DAYS.values(), ids=DAYS.keys())
def test_a_day_has_the_hours_that_the_rule_gives_it(zone: str, day: date, midnight: str, hours: float) -> None:
    calendar = shift_calendar(["00:00", "12:00"], timezone=zone, first_day=day, last_day=day)
    assert calendar["shift_start"].iloc[0] == pd.Timestamp(midnight)
    assert calendar["hours"].sum() == hours


SHIFTS = {
    "the night of spring is an hour short": ("America/Chicago", date(2026, 3, 7), [8.0, 8.0, 7.0]),
    "the night of autumn is an hour long": ("America/Chicago", date(2025, 11, 1), [8.0, 8.0, 9.0]),
    "half an hour short": ("Australia/Lord_Howe", date(2025, 10, 4), [8.0, 8.0, 7.5]),
    "half an hour long": ("Australia/Lord_Howe", date(2026, 4, 4), [8.0, 8.0, 8.5]),
}


@pytest.mark.parametrize(("zone", "day", "hours"), SHIFTS.values(), ids=SHIFTS.keys())
def test_the_change_falls_into_the_shift_that_crosses_it(zone: str, day: date, hours: list[float]) -> None:
    calendar = shift_calendar(["06:00", "14:00", "22:00"], timezone=zone, first_day=day, last_day=day)
    assert calendar["hours"].tolist() == hours


def test_a_start_in_the_missing_hour_moves_to_its_end_and_one_in_the_repeated_hour_means_the_first() -> None:
    chicago, lord_howe = ZoneInfo("America/Chicago"), ZoneInfo("Australia/Lord_Howe")
    assert local_instant(date(2026, 3, 8), time(2, 30), chicago) == pd.Timestamp("2026-03-08T08:00Z")
    assert local_instant(date(2025, 11, 2), time(1, 30), chicago) == pd.Timestamp("2025-11-02T06:30Z")
    assert local_instant(date(2025, 10, 5), time(2, 15), lord_howe) == pd.Timestamp("2025-10-04T15:30Z")
    assert local_instant(date(2026, 4, 5), time(1, 45), lord_howe) == pd.Timestamp("2026-04-04T14:45Z")


ZONES = ["America/Chicago", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu",
         "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Chatham", "UTC"]  # fmt: skip
STARTS = st.sets(st.integers(0, 95), min_size=1, max_size=6).map(
    lambda quarters: [f"{q // 4:02d}:{q % 4 * 15:02d}" for q in sorted(quarters)]
)


@given(st.sampled_from(ZONES), st.dates(date(2010, 1, 1), date(2030, 12, 1)), STARTS)
@settings(max_examples=80, deadline=None)
def test_shifts_follow_each_other_without_gap_or_overlap(zone: str, first: date, starts: list[str]) -> None:
    calendar = shift_calendar(starts, timezone=zone, first_day=first, last_day=first + timedelta(days=3))
    begin, end = calendar["shift_start"].to_numpy(), calendar["shift_end"].to_numpy()
    assert (end[:-1] == begin[1:]).all()
    assert (end >= begin).all()
    local = calendar["shift_start"].dt.tz_convert(zone)
    assert (local.dt.tz_localize(None) >= calendar["shift_day"]).all()
    # The length of the span, from offsets alone.
    clock = time.fromisoformat(starts[0])
    ends = [datetime.combine(day, clock, tzinfo=ZoneInfo(zone)) for day in (first, first + timedelta(days=4))]
    if all(_exists(moment) for moment in ends):
        offset = [moment.utcoffset() or timedelta() for moment in ends]
        hours = 96 - (offset[1] - offset[0]) / timedelta(hours=1)
        assert calendar["hours"].sum() == pytest.approx(hours)


def _exists(moment: datetime) -> bool:
    back = moment.astimezone(ZoneInfo("UTC")).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None, fold=0) == moment.replace(tzinfo=None, fold=0)


def test_origins_keep_the_local_time_of_as_of_across_the_change() -> None:
    as_of = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("UTC"))  # 05:00 CDT
    hours = np.diff(daily_origins(as_of, timezone="America/Chicago", n_days=4)) / 3.6e9
    assert hours.tolist() == [23.0, 24.0, 24.0]


def test_a_calendar_that_adds_24_hours_to_each_start_is_reported_apart() -> None:
    day = date(2026, 3, 7)
    calendar = shift_calendar(["06:00", "14:00", "22:00"], timezone="America/Chicago", first_day=day, last_day=day)
    naive = calendar["shift_start"].iloc[0] + pd.Timedelta(hours=24)
    assert calendar["shift_end"].iloc[-1] == naive - pd.Timedelta(hours=1)
