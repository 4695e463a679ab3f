"""Dates in disguise are refused, moved clocks are hinted at, and an ordinary city is left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.shifts import from_instants, wall_times
from patrolcast.intake.clock.rhythm import (
    _heap,
    late_clock_note,
    narrow_shifts_note,
    refuse_one_clock,
    rhythm_notes,
)
from patrolcast.intake.times import DAY, HOUR, to_utc
from patrolcast.numerics.arrays import IntArray

AREA = "America/Los_Angeles"
FIRST = int(np.datetime64("2024-01-01", "us").astype(np.int64))


def ordinary(n: int = 4000) -> IntArray:
    """Wall-clock microseconds of a city that is busiest at 17:00 and quietest at 5:00, over a year."""
    rng = np.random.default_rng(7)
    hour = (rng.normal(17, 4.5, n) % 24 * 3600).astype(np.int64) * 1_000_000
    return np.asarray(FIRST + rng.integers(0, 365, n) * DAY + hour, dtype=np.int64)


def refuse(local: IntArray, *, zones: tuple[str, ...] = (AREA, AREA, "UTC"), clock: str = "") -> None:
    exact = np.ones(len(local), dtype=bool)
    refuse_one_clock(to_utc(local, AREA)[0], exact, zones=zones, header="when", file="x.csv", clock=clock)


def notes(local: IntArray, category: str | list[str] = "theft", *, zone: str = AREA) -> list[str]:
    moments = from_instants(to_utc(local, AREA)[0])
    incidents = pd.DataFrame({"occurred_at": moments, "category": category})
    return rhythm_notes(incidents, wall_times(moments, AREA), zone=zone, area_zone=AREA)


def test_an_ordinary_city_is_neither_refused_nor_noted() -> None:
    refuse(ordinary())
    assert notes(ordinary()) == []


@pytest.mark.parametrize("clock", [0, 12 * HOUR, 23 * HOUR + 59 * 60_000_000])
def test_dates_written_as_one_time_of_day_are_refused_with_the_cure(clock: int) -> None:
    local = ordinary()
    with pytest.raises(
        DataRefusedError, match="missing; with shifts shorter than a day at most 25% may share one minute"
    ) as caught:
        refuse(local - local % DAY + clock, clock="TIME OCC")
    assert "'TIME OCC' seems to hold the time of day: set [incidents.columns] time = \"TIME OCC\"; otherwise" in str(
        caught.value
    )


def test_midnight_in_utc_is_one_time_of_day_though_the_local_clock_shows_two() -> None:
    day = ordinary() - ordinary() % DAY
    with pytest.raises(DataRefusedError, match=r"100\.0% of times at exactly 00:00 by the clock of UTC"):
        refuse_one_clock(day, day > 0, zones=(AREA, "UTC"), header="w", file="x", clock="")


def test_a_third_of_dates_among_times_is_refused_and_a_sixth_is_not() -> None:
    local = ordinary()
    with pytest.raises(DataRefusedError):
        refuse(np.where(np.arange(local.size) % 3 == 0, local - local % DAY, local))
    refuse(np.where(np.arange(local.size) % 6 == 0, local - local % DAY, local))


def test_nights_of_unrest_under_one_time_of_day_are_no_dates_in_disguise() -> None:
    unrest = FIRST + np.repeat(np.arange(80, 130, 7), 250) * DAY + 20 * HOUR
    local = np.concatenate([ordinary(), unrest])
    refuse(local)
    assert notes(local) == []
    assert notes(local, ["theft"] * 4000 + ["unrest"] * len(unrest)) == []


def test_ranges_are_no_times_at_one_minute() -> None:
    local = ordinary()
    day = to_utc(local - local % DAY, AREA)[0]
    refuse_one_clock(day, np.arange(day.size) % 5 == 0, zones=(AREA,), header="w", file="x", clock="")


def test_few_incidents_say_nothing() -> None:
    refuse((ordinary() - ordinary() % DAY)[:199])


def test_a_category_whose_times_nobody_knew_is_named() -> None:
    local = ordinary()
    fraud = np.arange(local.size) % 10 == 0
    local = np.where(fraud, local - local % DAY, local)
    [note] = notes(local, np.where(fraud, "petty_fraud", "theft").tolist())
    assert note == (
        "petty fraud: 100.0% of times are exactly 00:00: does it stand for an unknown time? The split by shift is "
        "unreliable for this category"
    )


def test_months_whose_times_are_dates_are_named() -> None:
    local = ordinary()
    month = local.view("datetime64[us]").astype("datetime64[M]")
    spring = (month == np.datetime64("2024-03")) | (month == np.datetime64("2024-04"))
    [note] = notes(np.where(spring, local - local % DAY, local))
    assert note.startswith(
        "2024-03 to 2024-04: 100.0% of times are exactly 00:00: the time of day seems to be "
        "missing; these times are used for training"
    )


def test_whole_hours_are_noted() -> None:
    local = ordinary()
    assert notes(local - local % HOUR) == [
        "100.0% of times are whole hours: shifts that do not begin on the hour receive some incidents of the shift "
        "before or after"
    ]


def test_utc_read_as_local_is_hinted_at() -> None:
    utc = to_utc(ordinary(), AREA)[0]
    [note] = notes(utc)
    assert 'with [incidents] time_zone = "UTC" they would lie around 0' in note


def test_local_times_read_as_utc_are_hinted_at() -> None:
    moments = from_instants(ordinary())
    incidents = pd.DataFrame({"occurred_at": moments, "category": "theft"})
    [note] = rhythm_notes(incidents, wall_times(moments, AREA), zone="UTC", area_zone=AREA)
    assert 'with [incidents] time_zone = "local"' in note


def test_a_city_of_night_life_is_not_taken_for_one_with_a_wrong_clock() -> None:
    assert notes(ordinary() + 3 * HOUR) == []


def test_times_without_a_rhythm_say_nothing() -> None:
    local = ordinary()
    assert notes(local - local % DAY + np.arange(local.size) * 7 % 1440 * 60_000_000) == []


def test_dates_with_narrow_shifts_name_the_clock_beside_them() -> None:
    assert narrow_shifts_note("") == (
        "the export has dates without times, but shifts are shorter than a day: differences between the shifts of a "
        "day are chance"
    )
    assert narrow_shifts_note("TM").endswith(
        "; 'TM' seems to hold the time of day: set [incidents.columns] time = \"TM\""
    )


@pytest.mark.parametrize("noon", [0, 12 * HOUR])
def test_times_that_lost_am_and_pm_are_refused_with_the_cure(noon: int) -> None:
    local = ordinary()
    clock = local % (12 * HOUR)
    lost = local - local % DAY + np.where(clock < HOUR, clock + noon, clock)
    with pytest.raises(DataRefusedError, match=r"no time from 13:00 on among .* AM and PM were lost.*%I:%M %p"):
        refuse(lost)


def test_a_few_times_of_the_morning_are_not_taken_for_lost_halves_of_the_day() -> None:
    local = ordinary(180)
    refuse(local - local % DAY + local % (12 * HOUR))


def test_local_times_marked_as_utc_are_hinted_at_and_true_instants_are_not() -> None:
    def noted(local: IntArray) -> list[str]:
        incidents = pd.DataFrame({"occurred_at": from_instants(local), "category": "theft"})
        wall = wall_times(incidents["occurred_at"], AREA)
        return rhythm_notes(incidents, wall, zone=AREA, area_zone=AREA, instants=True)

    [note] = noted(ordinary())
    assert "only marked or counted as UTC" in note
    assert noted(to_utc(ordinary(), AREA)[0]) == []


def delayed(hours: float) -> pd.DataFrame:
    """Incidents whose reports come between a minute and two days later, and these hours more."""
    start = to_utc(ordinary(), AREA)[0]
    delay = np.random.default_rng(3).exponential(6 * HOUR, start.size).astype(np.int64) + int(hours * HOUR)
    return pd.DataFrame({"occurred_at": from_instants(start), "reported_at": from_instants(start + delay)})


def late(incidents: pd.DataFrame) -> list[str]:
    return late_clock_note(incidents, wall_times(incidents["reported_at"], AREA))


def test_reports_in_utc_of_incidents_by_the_local_clock_are_noted() -> None:
    [note] = late(delayed(7))
    assert note.startswith("no report comes within 7 hours of its incident")
    assert late(delayed(0)) == []


def test_reports_that_are_dates_and_few_reports_say_nothing_of_their_clock() -> None:
    incidents = delayed(7)
    dates = incidents.assign(reported_at=incidents["reported_at"].dt.tz_convert(AREA).dt.ceil("D", ambiguous=True))
    assert late(dates) == []
    assert late(incidents[:100]) == []


def test_reports_days_later_are_slow_and_of_no_other_clock() -> None:
    assert late(delayed(120)) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_heap_that_is_looked_for_is_found_however_uneven_the_days(seed: int) -> None:
    rng = np.random.default_rng(seed)
    per_day = rng.choice([1, 2, 40, 300], size=30, p=[0.3, 0.1, 0.3, 0.3])
    day = np.repeat(np.arange(30), per_day)
    minute = rng.integers(0, 1441, day.size)
    minute[(per_day[day] < 3) & (rng.random(day.size) < rng.choice([0.3, 0.7, 1.0]))] = 600
    minute[rng.random(day.size) < rng.choice([0.0, 0.05, 0.2, 0.3])] = 600
    exact, quick = _heap(minute, day), _heap(minute, day, above=0.25)
    assert quick == exact if exact[1] > 0.25 else quick[1] <= 0.25


def test_months_that_hold_heaps_at_different_minutes_are_named_with_the_share_of_the_largest() -> None:
    base = ordinary(12_000)
    months = wall_times(from_instants(to_utc(base, AREA)[0]), AREA).days.astype("datetime64[M]")
    rng = np.random.default_rng(7)
    for i, month in enumerate(np.unique(months)[1:7]):
        heaped = (months == month) & (rng.random(base.size) < 0.3)
        base[heaped] = base[heaped] // DAY * DAY + (9 + i) * HOUR
    named = [note for note in notes(base) if "the time of day seems to be missing" in note]
    assert len(named) == 1
    assert 3.0 < float(named[0].split(": ")[1].split("%")[0]) < 20.0


def test_a_heap_that_a_few_thin_days_bring_over_the_limit_is_found() -> None:
    day = np.r_[np.repeat(np.arange(28), 300), 28, 29]
    minute = np.r_[np.tile(np.where(np.arange(300) < 66, 600, np.arange(300)), 28), 600, 600]
    assert _heap(minute, day, above=0.25) == _heap(minute, day)
    assert _heap(minute, day)[1] > 0.25
