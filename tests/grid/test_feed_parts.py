"""Holes in a part of the feed that the whole does not show: named with the part and its dates, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from patrolcast.domain.shifts import wall_times
from patrolcast.grid.feed_parts import part_notes, shift_positions, step_notes
from patrolcast.grid.feed_series import FeedSeries
from patrolcast.grid.gaps import DEFAULT_RULE, find_gaps
from patrolcast.numerics.arrays import BoolArray, IntArray

FIRST, N_DAYS = date(2023, 1, 2), 700
SHIFTS = ("06:00 to 14:00", "14:00 to 22:00", "22:00 to 06:00")


def city(seed: int = 4) -> tuple[FeedSeries, IntArray]:
    """A seasonal city of two categories and two districts, 20 incidents a day; and the shift of each."""
    rng, day = np.random.default_rng(seed), np.arange(N_DAYS)
    rate = 20 * (1 + 0.25 * np.sin(2 * np.pi * day / 365.25)) * np.where(day % 7 >= 5, 1.3, 0.9)
    when = np.repeat(day, rng.poisson(rate))
    n = len(when)
    series = FeedSeries(
        FIRST, N_DAYS, when, (rng.random(n) < 0.4).astype(int), ["theft", "car_theft"],
        (rng.random(n) < 0.5).astype(int), ["N", "S"],
    )  # fmt: skip
    return series, rng.choice(3, n, p=[0.3, 0.5, 0.2])


def without(series: FeedSeries, lost: BoolArray) -> FeedSeries:
    keep = ~lost
    return replace(series, day=series.day[keep], category=series.category[keep], district=series.district[keep])


def said(series: FeedSeries, shift: IntArray | None = None) -> tuple[str, ...]:
    gaps = find_gaps(series, DEFAULT_RULE)
    return (*part_notes(series, gaps, shift=shift, shifts=SHIFTS), *step_notes(series, gaps))


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_an_ordinary_city_has_nothing_to_say(seed: int) -> None:
    series, shift = city(seed)
    assert said(series, shift) == ()


def test_a_shift_without_records_is_named_with_its_weeks_and_a_whole_hole_is_no_ones() -> None:
    series, shift = city()
    lost = (shift == 2) & (series.day >= 300) & (series.day < 342)
    (note,) = said(without(series, lost), shift[~lost])
    assert note.startswith("shift 22:00 to 06:00, 2023-10-")
    assert "are records missing?" in note
    whole = (series.day >= 300) & (series.day < 321)
    assert said(without(series, whole), shift[~whole]) == ()


def test_a_shift_that_grows_quieter_is_no_hole() -> None:
    series, shift = city()
    quieter = (shift == 2) & (series.day >= 400) & (np.arange(len(series.day)) % 9 < 4)
    assert said(without(series, quieter), shift[~quieter]) == ()


def test_a_weekday_that_stopped_is_named_to_the_end() -> None:
    series, shift = city()
    lost = (series.day % 7 == 6) & (series.day >= 609)
    (note,) = said(without(series, lost), shift[~lost])
    assert note.startswith("Sundays, 2024-09-02 to ")
    assert "cut off?" in note


@pytest.mark.parametrize("begin", [0, 3])
def test_a_weekday_has_its_name_on_whatever_day_the_history_begins(begin: int) -> None:
    series, shift = city()
    first = FIRST + timedelta(days=begin)
    moved = replace(series, first=first, day=series.day - begin, n_days=N_DAYS - begin)
    lost = (series.day % 7 == 6) & (series.day >= 609)
    (note,) = said(without(moved, lost), shift[~lost])
    assert note.startswith("Sundays, 2024-")


def test_half_of_a_feed_that_is_lost_for_good_is_stated_by_the_half_years_around_it() -> None:
    weeks = np.r_[np.full(60, 140), np.full(60, 70)]
    weeks[[58, 59, 60, 61]] += [14, -14, 7, -7]
    weeks[[33, 86]] += 140  # more than half a year away
    when = np.repeat(np.arange(7 * 120), np.repeat(weeks // 7, 7))
    one = np.zeros(len(when), dtype=int)
    (note,) = step_notes(FeedSeries(FIRST, 7 * 120, when, one, ["theft"], one, ["N"]), ())
    assert note.startswith("all incidents: from 2024-02-26 on 70.0 incidents a week where 140.0 were usual")


def test_a_category_that_stops_in_one_district_is_named() -> None:
    series, shift = city()
    lost = (series.category == 1) & (series.district == 1) & (series.day >= 560)
    notes = said(without(series, lost), shift[~lost])
    assert any(note.startswith("car theft in district S, 2024-07-15 to ") for note in notes)


def test_months_that_end_at_a_number_of_rows_are_named_by_their_day() -> None:
    series, shift = city()
    of_month = pd.DatetimeIndex(np.datetime64(FIRST) + series.day).day
    lost = np.asarray(of_month >= 25)
    notes = said(without(series, lost), shift[~lost])
    assert any(note.startswith("from day 25 on of every month: 0 incidents where about") for note in notes)


@pytest.mark.parametrize("times", [3.0, 7.0])
def test_a_season_is_no_step_however_strong(times: float) -> None:
    rng, day = np.random.default_rng(1), np.arange(N_DAYS)
    when = np.repeat(day, rng.poisson(20 * np.exp(np.log(times) / 2 * np.cos(2 * np.pi * (day - 200) / 365.25))))
    one = np.zeros(len(when), dtype=int)
    assert step_notes(FeedSeries(FIRST, N_DAYS, when, one, ["theft"], one, ["N"]), ()) == ()


def test_a_night_of_unrest_makes_no_hole_in_what_came_beside_it() -> None:
    series, shift = city()
    many = np.full(240, 400)
    unrest = replace(
        series, day=np.r_[series.day, many], category=np.r_[series.category, many % 2],
        district=np.r_[series.district, many % 2],
    )  # fmt: skip
    assert part_notes(unrest, (), shift=np.r_[shift, np.full(240, 2)], shifts=SHIFTS) == ()


def test_half_of_a_feed_that_is_lost_is_a_step_of_all_and_a_merged_code_one_of_its_category() -> None:
    series, shift = city()
    half = np.arange(len(series.day)) % 2 == 0
    lost = half & (series.day >= 497)
    (note,) = said(without(series, lost), shift[~lost])
    assert note.startswith("all incidents: from 2024-05-1")
    merged = replace(series, category=np.where(half & (series.day >= 497), 0, series.category))
    notes = said(merged, shift)
    assert any(note.startswith("car theft: from 2024-05-") for note in notes)
    assert not any(note.startswith("all incidents") for note in notes)


def test_a_short_history_and_unknown_times_of_day_say_nothing_of_shifts() -> None:
    series, shift = city()
    lost = (shift == 2) & (series.day >= 300)
    assert not any("shift" in note for note in said(without(series, lost)))
    assert part_notes(replace(series, n_days=100), (), shift=shift, shifts=SHIFTS) == ()


def test_the_shift_of_a_time_is_that_of_the_local_clock() -> None:
    moments = pd.DatetimeIndex(["2026-01-10 11:59", "2026-01-10 12:00", "2026-01-11 04:00"], tz="UTC")
    shift, names = shift_positions(wall_times(moments, "America/Chicago"), ["06:00", "14:00", "22:00"])
    assert (shift.tolist(), names) == ([2, 0, 2], SHIFTS)
