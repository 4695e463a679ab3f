"""Planted holes, doubled batches, stops and late starts are found with their dates; an ordinary series is silent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.grid.feed_health import (
    FeedAnomaly,
    find_anomalies,
    maximal_runs,
    overdispersion,
    usual_by_day,
)
from patrolcast.numerics.arrays import IntArray

N_DAYS = 1_100
WEEKDAY: IntArray = np.arange(N_DAYS, dtype=np.int64) % 7


def series(mean: float = 12.0, *, seed: int = 1) -> IntArray:
    """Three years with a season of a quarter up and down, a busy weekend and Poisson counts."""
    day = np.arange(N_DAYS)
    rate = mean * (1 + 0.25 * np.sin(2 * np.pi * day / 365.25)) * np.where(WEEKDAY >= 5, 1.3, 0.9)
    return np.random.default_rng(seed).poisson(rate).astype(np.int64)


@pytest.mark.parametrize("seed", range(20))
def test_a_series_with_season_weekend_and_chance_is_silent(seed: int) -> None:
    assert find_anomalies(series(seed=seed), WEEKDAY) == ()


@pytest.mark.parametrize("mean", [0.2, 2.0, 60.0])
def test_thin_and_busy_series_are_silent_too(mean: float) -> None:
    assert find_anomalies(series(mean), WEEKDAY) == ()


@pytest.mark.parametrize("mean", [0.03, 0.08, 0.15, 0.3, 0.6])
def test_a_rare_kind_or_a_small_beat_neither_begins_late_nor_rises_for_years(mean: float) -> None:
    for seed in range(12):
        counts = np.random.default_rng(seed).poisson(mean, N_DAYS).astype(np.int64)
        assert find_anomalies(counts, WEEKDAY) == ()


def test_a_slow_decline_to_a_third_is_no_stop() -> None:
    rate = np.linspace(30.0, 10.0, N_DAYS)
    counts = np.random.default_rng(3).poisson(rate).astype(np.int64)
    assert find_anomalies(counts, WEEKDAY) == ()


@pytest.mark.parametrize("weeks", [1, 2, 3, 6])
@pytest.mark.parametrize("left", [0.0, 0.2])
@pytest.mark.parametrize("first", [70, 400, 900])
def test_a_planted_hole_is_found_with_its_dates(weeks: int, left: float, first: int) -> None:
    counts, last = series(40.0), first + 7 * weeks - 1
    counts[first : last + 1] = np.random.default_rng(5).binomial(counts[first : last + 1], left)
    [found] = find_anomalies(counts, WEEKDAY)
    assert found.kind == "hole"
    assert abs(found.first - first) <= 1
    assert abs(found.last - last) <= 1
    assert found.share == pytest.approx(left, abs=0.06)


@pytest.mark.parametrize(("first", "n_days"), [(50, 14), (500, 3), (700, 28)])
def test_a_batch_loaded_twice_is_a_surge(first: int, n_days: int) -> None:
    counts = series(60.0)
    counts[first : first + n_days] *= 2
    [found] = find_anomalies(counts, WEEKDAY)
    assert found.kind == "surge"
    assert (abs(found.first - first) <= 1, abs(found.n_days - n_days) <= 2) == (True, True)
    assert found.share == pytest.approx(2.0, abs=0.3)


def test_one_night_of_unrest_is_a_surge_of_one_day() -> None:
    counts = series()
    counts[801] += 300
    [found] = find_anomalies(counts, WEEKDAY)
    assert (found.kind, found.first, found.last) == ("surge", 801, 801)
    assert found.observed == counts[801]


@pytest.mark.parametrize("n_days", [30, 60, 120, 300])
def test_a_category_that_stops_is_found_however_long_ago(n_days: int) -> None:
    counts = series()
    counts[-n_days:] = 0
    [found] = find_anomalies(counts, WEEKDAY)
    assert (found.kind, found.last) == ("stop", N_DAYS - 1)
    assert abs(found.first - (N_DAYS - n_days)) <= 1


def test_a_category_that_begins_midway_is_a_late_start() -> None:
    counts = series()
    counts[:400] = 0
    [found] = find_anomalies(counts, WEEKDAY)
    assert (found.kind, found.first) == ("late start", 0)
    assert abs(found.last - 399) <= 1


def test_a_late_start_a_hole_and_a_stop_are_all_named() -> None:
    counts = series(40.0)
    counts[:200] = counts[500:514] = counts[1_000:] = 0
    assert [found.kind for found in find_anomalies(counts, WEEKDAY)] == ["late start", "hole", "stop"]


@pytest.mark.parametrize("counts", [np.zeros(900, dtype=np.int64), series()[:100]])
def test_nothing_is_said_of_an_empty_or_a_short_series(counts: IntArray) -> None:
    assert find_anomalies(counts, WEEKDAY[: len(counts)]) == ()


def test_what_is_usual_follows_weekday_and_level_and_not_a_hole() -> None:
    flat = np.where(WEEKDAY == 6, 20.0, 10.0)
    flat[300:330] = 0.0
    usual = usual_by_day(flat, WEEKDAY)
    # The hole is a thirtieth of the days: weekdays 10, Sundays 20, but for the little by which it moves their mean.
    assert usual[WEEKDAY == 6].mean() / usual[WEEKDAY == 2].mean() == pytest.approx(2.0, abs=0.02)
    assert usual[310:320].mean() == pytest.approx(usual[:200].mean(), rel=0.06)


def test_ordinary_weeks_that_vary_more_than_poisson_are_measured() -> None:
    rng = np.random.default_rng(8)
    plain = rng.poisson(50.0, 7 * 400).astype(np.float64)
    weekly = np.repeat(rng.gamma(25.0, 1 / 25.0, 400), 7)  # variance of a week: 350 + 350**2 / 25
    varied = rng.poisson(50.0 * weekly).astype(np.float64)
    flat = np.full(7 * 400, 50.0)
    assert overdispersion(plain, flat) == pytest.approx(1.0, abs=0.25)
    assert overdispersion(varied, flat) == pytest.approx(1 + 350 / 25, rel=0.3)


def test_runs_are_maximal_and_do_not_overlap() -> None:
    # Worked by hand: 3 - 1 + 2 joins because the dip costs less than either side gives; -9 parts.
    assert maximal_runs(np.array([3.0, -1.0, 2.0, -9.0, 4.0])) == [(0, 2, 4.0), (4, 4, 4.0)]
    assert maximal_runs(np.array([-1.0, -2.0])) == []


def runs_by_definition(score: list[int]) -> list[tuple[int, int, float]]:
    """Runs of which every part sums to less, and which lie in no other such run (Ruzzo & Tompa 1999, section 2)."""
    ends = [(i, j) for i in range(len(score)) for j in range(i, len(score))]
    total = {(i, j): sum(score[i : j + 1]) for i, j in ends}
    tight = [
        (i, j)
        for i, j in ends
        if total[i, j] > 0 and all(total[a, b] < total[i, j] for a, b in ends if i <= a and b <= j and (a, b) != (i, j))
    ]
    return [
        (i, j, float(total[i, j]))
        for i, j in tight
        if not any(a <= i and j <= b and (a, b) != (i, j) for a, b in tight)
    ]


@given(st.lists(st.integers(-3, 3), max_size=12))
def test_runs_are_those_of_the_definition_also_where_sums_are_equal(score: list[int]) -> None:
    assert maximal_runs(np.array(score, dtype=np.float64)) == runs_by_definition(score)


def test_an_anomaly_knows_its_share_and_length() -> None:
    anomaly = FeedAnomaly("hole", 10, 16, observed=7.0, expected=70.0)
    assert (anomaly.share, anomaly.n_days) == (0.1, 7)


@pytest.mark.parametrize("day", [300, 700, 1060])
def test_a_wild_night_is_a_surge_and_neither_a_stop_nor_a_late_start(day: int) -> None:
    counts = series(2.0)
    counts[day] = 300
    assert [(found.kind, found.first, found.last) for found in find_anomalies(counts, WEEKDAY)] == [("surge", day, day)]
