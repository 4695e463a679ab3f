"""Calendar features against dates that can be looked up."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings import Features
from patrolcast.domain.shifts import shift_calendar
from patrolcast.features.calendar import calendar_features


def features(first: date, last: date, **more: object) -> dict[str, np.ndarray]:
    calendar = shift_calendar(["06:00", "22:00"], timezone="America/Chicago", first_day=first, last_day=last)
    place = {name: more.pop(name, default) for name, default in (("longitude", -87.6), ("latitude", 41.8))}
    seasons = more.pop("seasons", True)
    switches = Features.model_validate({"darkness": False, **more})
    return calendar_features(calendar, switches, **place, seasons=seasons)  # type: ignore[arg-type]


def test_weekday_and_slot_are_those_of_the_local_start() -> None:
    made = features(date(2026, 3, 7), date(2026, 3, 9))  # Saturday to Monday, across the change of the clock
    assert made["weekday"].tolist() == [5, 5, 6, 6, 0, 0]
    assert made["slot"].tolist() == [0, 1] * 3


def test_the_fourth_of_july_is_a_holiday_and_the_third_its_eve() -> None:
    made = features(date(2025, 7, 3), date(2025, 7, 5), holidays="US")
    assert made["holiday"].tolist() == [0, 0, 1, 1, 0, 0]
    assert made["eve_of_holiday"].tolist() == [1, 1, 0, 0, 0, 0]


def test_new_years_eve_sees_the_holiday_of_the_next_year() -> None:
    made = features(date(2025, 12, 31), date(2025, 12, 31), holidays="US-IL")
    assert made["eve_of_holiday"].tolist() == [1, 1]


def test_the_time_of_year_is_reported_only_where_there_are_years_to_learn_it_from() -> None:
    dates = date(2025, 6, 1), date(2025, 9, 30)
    known, unknown = features(*dates), features(*dates, seasons=False)
    for name in ("season_sin", "season_cos"):
        assert np.ptp(known[name]) > 0.5
        assert not unknown[name].any()
    assert (known["weekday"] == unknown["weekday"]).all()


@pytest.mark.parametrize("region", ["__class__", "HolidayBase", "US-XX", "us", "country_holidays", "-", "NYSE"])
def test_a_name_that_the_library_of_holidays_has_for_something_else_is_no_region(region: str) -> None:
    with pytest.raises(ConfigError, match=r"\[features\] holidays: got .*; no such region"):
        features(date(2025, 7, 3), date(2025, 7, 3), holidays=region)


def test_a_region_without_holidays_is_reported() -> None:
    with pytest.raises(ConfigError) as told:
        features(date(2025, 7, 3), date(2025, 7, 3), holidays="XX")
    assert str(told.value) == (
        "[features] holidays: got 'XX'; no such region; use a country or country-region code, e.g. US or US-IL"
    )


def test_a_payday_beyond_the_months_end_falls_on_its_last_day() -> None:
    made = features(date(2026, 2, 14), date(2026, 3, 2), paydays=[15, 31])
    days = made["days_after_payday"][::2].astype(int).tolist()
    # 14 February: 14 days after 31 January; 15: payday; 28: the last of the month, payday; 1 March: a day after.
    assert days == [14, 0, *range(1, 13), 0, 1, 2]


def test_the_seasons_come_round_once_a_year() -> None:
    made = features(date(2025, 1, 1), date(2025, 12, 30))
    angle = np.arctan2(made["season_sin"], made["season_cos"])[::2]
    np.testing.assert_allclose(np.diff(np.unwrap(angle)), 2 * np.pi / 365.25, rtol=1e-3)


def test_what_is_switched_off_is_not_there() -> None:
    assert set(features(date(2026, 3, 7), date(2026, 3, 7))) == {"weekday", "slot", "season_sin", "season_cos"}
