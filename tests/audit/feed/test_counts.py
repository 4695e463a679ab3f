"""Too few, too many, one part gone: each is found, and the steady feed beside it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.audit.feed.weeks import kept, recent, steady

from patrolcast.audit.feed.comparison import DAY_US, FeedTable
from patrolcast.audit.feed.counts import (
    LostDays,
    categories_check,
    days_check,
    districts_check,
    rows_check,
    silent_days,
)
from patrolcast.domain.records import GateVerdict


def lost(feed: FeedTable, share: float, *, days: float) -> FeedTable:
    gone = recent(feed, days) & (np.random.default_rng(2).random(len(feed.known)) < share)
    return kept(feed, ~gone)


def twice(feed: FeedTable, days: float, times: int = 2) -> FeedTable:
    order = np.sort(np.concatenate([np.arange(len(feed.known)), *[np.flatnonzero(recent(feed, days))] * (times - 1)]))
    return kept(feed, order)


@pytest.mark.parametrize("seed", range(20))
def test_a_steady_feed_breaks_nothing(seed: int) -> None:
    feed = steady(seed)
    checks = (rows_check(feed), categories_check(feed), districts_check(feed))
    assert [check.verdict for check in checks] == [GateVerdict.PASS] * 3


@pytest.mark.parametrize("broken", [lost(steady(), 0.9, days=1), lost(steady(), 0.7, days=7), twice(steady(), 7, 3)])
def test_too_few_and_too_many_are_found_in_a_day_and_in_a_week(broken: FeedTable) -> None:
    assert rows_check(broken).verdict is GateVerdict.FAIL


@pytest.mark.parametrize(("gone", "verdict"), [(0.85, GateVerdict.FAIL), (0.3, GateVerdict.PASS)])
def test_next_to_nothing_is_found_also_where_days_vary_widely(gone: float, verdict: GateVerdict) -> None:
    """Five spreads of such days reach below zero: a day of which a tenth was left had passed."""
    feed = steady()
    day = (feed.end - feed.known) // DAY_US
    share = np.where(np.random.default_rng(4).random(day.max() + 1) < 0.5, 1.0, 0.6)
    share[::7] = 1.0
    varied = kept(feed, np.random.default_rng(5).random(len(day)) < share[day])
    assert rows_check(lost(varied, gone, days=1)).verdict is verdict


def test_what_chance_may_do_breaks_nothing() -> None:
    assert rows_check(lost(steady(), 0.2, days=7)).verdict is GateVerdict.PASS


def test_a_finding_says_what_came_and_what_is_usual() -> None:
    feed = steady()
    days = (feed.end - feed.known) // DAY_US
    usual = np.median([np.sum(days == 7 * k) for k in range(1, 9)])
    check = rows_check(lost(feed, 1.0, days=1))
    assert check.detail == f"0 incidents in the last day where {usual:.0f} are usual"
    assert check.value == 0.0
    assert check.threshold == "0.5 to 2 times the usual number, where chance does not explain it"


def test_a_category_that_vanished_is_named_while_the_whole_looks_usual() -> None:
    feed = steady()
    gone = kept(feed, ~(recent(feed, 7) & (feed.category == 1)))
    check = categories_check(gone)
    assert check.verdict is GateVerdict.FAIL
    assert check.detail.startswith("vehicle theft: 0 incidents in the last 7 days where 1")
    assert rows_check(gone).verdict is GateVerdict.PASS


def test_a_category_that_doubled_is_found() -> None:
    feed = steady()
    more = np.flatnonzero(recent(feed, 7) & (feed.category == 1))
    check = categories_check(kept(feed, np.sort(np.concatenate([np.arange(len(feed.known)), more, more]))))
    assert (check.verdict, check.value and round(check.value)) == (GateVerdict.FAIL, 3)


def test_a_district_that_vanished_is_named() -> None:
    feed = steady()
    check = districts_check(kept(feed, ~(recent(feed, 7) & (feed.district == 2))))
    assert check.verdict is GateVerdict.FAIL
    assert check.detail.startswith("district 3: 0 incidents")


def test_a_part_too_thin_to_be_seen_is_not_measured_and_stops_nothing() -> None:
    feed = steady()
    thin = kept(feed, np.arange(len(feed.known)) % 20 == 0)
    check = categories_check(thin)
    assert (check.verdict, check.stops) == (GateVerdict.NOT_MEASURED, False)
    assert districts_check(replace(feed, districts=("1",))).detail.startswith("there is one district only")


def test_records_of_a_month_are_not_measured() -> None:
    feed = steady()
    assert rows_check(kept(feed, recent(feed, 30))).verdict is GateVerdict.NOT_MEASURED


def test_the_same_weekday_is_compared_so_that_a_quiet_sunday_is_usual() -> None:
    feed = steady()
    sundays = ((feed.end - feed.known) // DAY_US) % 7 == 0
    quiet = kept(feed, ~sundays | (np.arange(len(feed.known)) % 5 == 0))
    assert rows_check(quiet).verdict is GateVerdict.PASS
    one_quiet_day = kept(feed, ~recent(feed, 1) | (np.arange(len(feed.known)) % 5 == 0))
    assert rows_check(one_quiet_day).verdict is GateVerdict.FAIL


@pytest.mark.parametrize("back", range(14))
def test_a_silent_day_of_the_fortnight_is_found_and_no_other(back: int) -> None:
    feed = steady()
    [lost] = silent_days(kept(feed, (feed.end - feed.known) // DAY_US != back))
    end = np.datetime64(feed.end, "us").astype("datetime64[D]").item()
    assert ((end - lost.first).days, lost.observed, lost.expected > 45) == (back, 0.0, True)


def test_no_day_of_a_steady_feed_is_silent_and_a_short_one_says_nothing() -> None:
    assert [silent_days(steady(seed)) for seed in range(20)] == [()] * 20
    feed = steady()
    assert silent_days(kept(feed, recent(feed, 30) & ~recent(feed, 1))) == ()


def test_days_without_reports_are_said_with_their_dates() -> None:
    check = days_check([LostDays(date(2026, 2, 20), date(2026, 2, 22), 1.0, 180.0)])
    assert (check.verdict, check.value) == (GateVerdict.FAIL, 3.0)
    assert check.detail == "2026-02-20 to 2026-02-22: 1 incidents where 180 are usual"
    assert days_check([]).verdict is GateVerdict.PASS
    assert days_check(None).verdict is GateVerdict.NOT_MEASURED


def test_a_festival_in_one_district_is_no_finding_and_ten_times_the_usual_is() -> None:
    feed = steady()
    here = np.flatnonzero(recent(feed, 1) & (feed.district == 1))
    festival, copied = (np.sort(np.concatenate([np.arange(len(feed.known)), *[here] * n])) for n in (2, 9))
    assert districts_check(kept(feed, festival)).verdict is GateVerdict.PASS
    assert districts_check(kept(feed, copied)).verdict is GateVerdict.FAIL
