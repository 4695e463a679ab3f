"""Darkness against published times of sunrise and sunset, and against astral's own sunrise and sunset."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from astral import Observer
from astral.sun import sun

from patrolcast.domain.shifts import shift_calendar
from patrolcast.features.sun import darkness

GRAIN = 1 / 9 / 2 + 0.012
"""Nine moments a shift: half a step, and five minutes for the day and the place of the table."""

PUBLISHED = {
    # Place, day, local sunrise and sunset as almanacs print them (to the minute).
    "Chicago, longest day": ("America/Chicago", -87.65, 41.85, date(2026, 6, 21), "05:15", "20:29"),
    "Chicago, shortest day": ("America/Chicago", -87.65, 41.85, date(2025, 12, 21), "07:15", "16:23"),
    "London, longest day": ("Europe/London", -0.13, 51.51, date(2026, 6, 21), "04:43", "21:21"),
    "London, shortest day": ("Europe/London", -0.13, 51.51, date(2025, 12, 21), "08:04", "15:53"),
    "Sydney, longest day": ("Australia/Sydney", 151.21, -33.87, date(2025, 12, 22), "05:41", "20:05"),
}


def dark_hours(start: datetime, end: datetime, sunrise: datetime, sunset: datetime) -> float:
    """Hours of a shift that lie outside sunrise to sunset of its day, all within that day."""
    light = min(end, sunset) - max(start, sunrise)
    return ((end - start) - max(light, timedelta(0))) / timedelta(hours=1)


@pytest.mark.parametrize(("zone", "longitude", "latitude", "day", "rise", "sink"), PUBLISHED.values(),
                         ids=PUBLISHED.keys())  # fmt: skip
def test_a_shift_is_dark_as_long_as_the_almanac_says(
    zone: str, longitude: float, latitude: float, day: date, rise: str, sink: str
) -> None:
    calendar = shift_calendar(["00:00", "08:00", "16:00"], timezone=zone, first_day=day, last_day=day)
    found = darkness(calendar, longitude=longitude, latitude=latitude)
    local = [datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)) for clock in (rise, sink)]
    wanted = [
        dark_hours(row.shift_start, row.shift_end, *local) / row.hours for row in calendar.itertuples(index=False)
    ]
    np.testing.assert_allclose(found, wanted, atol=GRAIN)


def test_no_day_of_three_years_differs_from_astrals_own_sunrise_and_sunset() -> None:
    zone, longitude, latitude = "America/Chicago", -87.65, 41.85
    calendar = shift_calendar(["06:00", "14:00", "22:00"], timezone=zone, first_day=date(2023, 7, 1),
                              last_day=date(2026, 6, 30))  # fmt: skip
    found = darkness(calendar, longitude=longitude, latitude=latitude)
    observer = Observer(latitude, longitude)
    days = {day: sun(observer, date=day, tzinfo=ZoneInfo(zone)) for day in _days(calendar)}
    wanted = []
    for row in calendar.itertuples(index=False):
        day = row.shift_day.date()
        light = sum(
            max(min(row.shift_end, days[d]["sunset"]) - max(row.shift_start, days[d]["sunrise"]), timedelta(0))
            / timedelta(hours=1)
            for d in (day, day + timedelta(days=1))
        )
        wanted.append(1 - light / row.hours)
    worst = np.abs(found - np.array(wanted)).max()
    assert worst < GRAIN, calendar.iloc[int(np.abs(found - np.array(wanted)).argmax())]


def _days(calendar: pd.DataFrame) -> list[date]:
    first, last = calendar["shift_day"].min().date(), calendar["shift_day"].max().date()
    return [first + timedelta(days=i) for i in range((last - first).days + 2)]


def test_beyond_the_polar_circle_a_summer_is_never_dark_and_a_winter_always() -> None:
    for day, wanted in ((date(2026, 6, 21), 0.0), (date(2025, 12, 21), 1.0)):
        calendar = shift_calendar(["00:00", "12:00"], timezone="Europe/Oslo", first_day=day, last_day=day)
        assert darkness(calendar, longitude=18.96, latitude=69.65).tolist() == [wanted, wanted]


def test_a_place_on_the_other_side_of_the_earth_is_reported_apart() -> None:
    noon = pd.Timestamp(datetime(2026, 6, 21, 6, tzinfo=UTC))
    calendar = shift_calendar(["06:00"], timezone="UTC", first_day=noon.date(), last_day=noon.date())
    here, there = (darkness(calendar.assign(hours=8.0), longitude=x, latitude=0.0) for x in (0.0, 180.0))
    assert abs(float(here[0]) - float(there[0])) > 0.5
