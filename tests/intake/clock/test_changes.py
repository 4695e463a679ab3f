"""Clocks that change midway are named with their months; an ordinary city, DST and whole hours are left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from patrolcast.domain.shifts import from_instants, wall_times
from patrolcast.intake.clock.changes import clock_change_notes, mistyped_year_note
from patrolcast.intake.times import DAY, HOUR, to_utc
from patrolcast.numerics.arrays import IntArray

AREA = "America/Los_Angeles"
FIRST = int(np.datetime64("2024-01-01", "us").astype(np.int64))
NEWEST = int(np.datetime64("2024-11-01", "us").astype(np.int64))


def ordinary(seed: int = 7) -> IntArray:
    rng = np.random.default_rng(seed)
    hour = (rng.normal(17, 4.5, 4000) % 24 * 3600).astype(np.int64) * 1_000_000
    return np.asarray(np.sort(FIRST + rng.integers(0, 365, 4000) * DAY + hour), dtype=np.int64)


def notes(local: IntArray) -> tuple[str, ...]:
    return clock_change_notes(wall_times(from_instants(to_utc(local, AREA)[0]), AREA))


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_an_ordinary_city_and_whole_hours_say_nothing(seed: int) -> None:
    assert notes(ordinary(seed)) == ()
    assert notes(ordinary(seed) // HOUR * HOUR) == ()


def test_months_in_utc_among_local_ones_are_named() -> None:
    local = ordinary()
    (note,) = notes(np.where(local >= NEWEST, to_utc(local, AREA)[0], local))
    assert note.startswith("2024-11 to 2024-12: the busy and the quiet hours of the day lie about ")
    middle = (local >= FIRST + 120 * DAY) & (local < FIRST + 213 * DAY)
    (note,) = notes(np.where(middle, to_utc(local, AREA)[0], local))
    assert note.startswith("2024-05 to 2024-07: ")


@pytest.mark.parametrize("years", [1, 3])
def test_a_season_of_nights_out_is_no_change_of_clock(years: int) -> None:
    """In summer up to half of a resort's incidents happen at night, each year, and come and go by degrees."""
    rng = np.random.default_rng(3)
    day = rng.integers(0, 365 * years, 4000 * years)
    night = rng.random(len(day)) < 0.5 * np.clip(np.sin(np.pi * (day % 365 - 60) / 245), 0, 1)
    hour = np.where(night, rng.normal(24, 2, len(day)), rng.normal(16, 4.5, len(day))) % 24 * 3600
    assert notes(np.sort(FIRST + day * DAY + hour.astype(np.int64) * 1_000_000)) == ()


def test_months_without_am_and_pm_are_named() -> None:
    local = ordinary()
    afternoon = local % DAY >= 13 * HOUR
    (note,) = notes(np.where((local >= NEWEST) & afternoon, local - 12 * HOUR, local))
    assert note.startswith("2024-11 to 2024-12: almost no times are after 13:00. AM and PM were lost")


@pytest.mark.parametrize(("at", "named"), [(12 * HOUR, "12:00"), (DAY - 60_000_000, "23:59")])
def test_a_minute_that_holds_a_tenth_is_named(at: int, named: str) -> None:
    local = ordinary()
    some = np.arange(local.size) % 8 == 0
    (note,) = notes(np.where(some, local // DAY * DAY + at, local))
    assert note.endswith(f"of times are exactly {named}: often a time that nobody knew")


def reported(days: IntArray) -> tuple[str, ...]:
    occurred = ordinary()[: days.size]
    return mistyped_year_note(
        pd.DataFrame({"occurred_at": from_instants(occurred), "reported_at": from_instants(occurred + days * DAY)})
    )


def test_reports_a_year_after_their_incident_are_a_mistyped_year_and_long_delays_are_none() -> None:
    rng = np.random.default_rng(3)
    days = rng.exponential(300, 4000).astype(np.int64)
    assert reported(days) == ()
    typed = days.copy()
    typed[:300] = 365 + rng.integers(0, 3, 300)
    (note,) = reported(typed)
    assert "almost exactly a year after they happened" in note
