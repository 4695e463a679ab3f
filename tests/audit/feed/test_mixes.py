"""Codes, places, hours and twins that suddenly hold a share that they never held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.audit.feed.weeks import changed, kept, recent, steady

from patrolcast.audit.feed.comparison import FeedTable
from patrolcast.audit.feed.mixes import clock_check, codes_check, doubled_check, hours_check, points_check
from patrolcast.domain.records import GateResult, GateVerdict

Check = Callable[[FeedTable], GateResult]
CHECKS: list[tuple[Check, str, int]] = [
    (codes_check, "offence", 77), (doubled_check, "again", 1), (points_check, "point", 9), (hours_check, "hour", 0),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_steady_feed_breaks_nothing(seed: int) -> None:
    assert [check(steady(seed)).verdict for check, _, _ in CHECKS] == [GateVerdict.PASS] * 4


@pytest.mark.parametrize(("check", "name", "value"), CHECKS)
@pytest.mark.parametrize("days", [1, 7])
def test_half_of_the_newest_rows_with_one_value_are_found(check: Check, name: str, value: int, days: int) -> None:
    found = check(changed(steady(), name, value, days=days, share=0.5))
    assert found.verdict is GateVerdict.FAIL
    assert found.value is not None
    assert found.value > 0.3


@pytest.mark.parametrize(("check", "name", "value"), CHECKS)
def test_a_value_that_was_always_that_frequent_is_usual(check: Check, name: str, value: int) -> None:
    assert check(changed(steady(), name, value, days=200, share=0.5)).verdict is GateVerdict.PASS


@pytest.mark.parametrize(("check", "name", "value"), CHECKS)
def test_a_few_rows_more_are_no_finding(check: Check, name: str, value: int) -> None:
    assert check(changed(steady(), name, value, days=7, share=0.04)).verdict is GateVerdict.PASS


def by_day(seed: int = 1) -> FeedTable:
    """A feed of which most happens between noon and midnight."""
    feed = steady(seed)
    return replace(feed, hour=np.where(feed.again + feed.point % 4 > 0, 12 + feed.hour % 12, feed.hour))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("hours", [6, -6, 12])
def test_a_clock_that_moved_is_found_where_the_day_has_a_shape(seed: int, hours: int) -> None:
    feed = by_day(seed)
    found = clock_check(replace(feed, hour=np.where(recent(feed, 7), (feed.hour + hours) % 24, feed.hour)))
    assert found.verdict is GateVerdict.FAIL
    assert found.value is not None
    assert abs(found.value - hours) <= 1
    later = f"{found.value:.0f} hours later" if hours > 0 else f"{-found.value:.0f} hours earlier"
    assert found.detail.endswith(f"incidents in the last 7 days are those of earlier weeks about {later}")


@pytest.mark.parametrize("seed", range(20))
def test_a_steady_day_and_a_heap_in_one_hour_are_no_other_clock(seed: int) -> None:
    assert [clock_check(feed(seed)).verdict for feed in (steady, by_day)] == [GateVerdict.PASS] * 2
    for hour in (0, 12, 20):
        heap = changed(by_day(seed), "hour", hour, days=7, share=0.5)
        assert (clock_check(heap).verdict, hours_check(heap).verdict) == (GateVerdict.PASS, GateVerdict.FAIL)


def test_a_clock_that_was_always_off_is_usual() -> None:
    feed = by_day()
    assert clock_check(replace(feed, hour=(feed.hour + 6) % 24)).verdict is GateVerdict.PASS


def test_of_dates_and_of_few_incidents_no_clock_is_measured() -> None:
    feed = by_day()
    for some in (replace(feed, hour=feed.hour * 0), kept(feed, feed.known % 40 == 0), kept(feed, recent(feed, 30))):
        assert (clock_check(some).verdict, clock_check(some).stops) == (GateVerdict.NOT_MEASURED, False)


def test_a_finding_says_how_many_and_what_is_usual() -> None:
    check = hours_check(changed(steady(), "hour", 0, days=7, share=0.5))
    assert "incidents in the last 7 days fall into one hour of the day; usual is" in check.detail
    assert check.threshold == "at most 0.15 of incidents in one hour of the day, beyond what is usual in it"


def test_too_few_incidents_are_not_measured_and_stop_nothing() -> None:
    feed = steady()
    thin = kept(feed, (feed.known % 40 == 0))
    assert [(check(thin).verdict, check(thin).stops) for check, _, _ in CHECKS] == [
        (GateVerdict.NOT_MEASURED, False)
    ] * 4
    assert codes_check(kept(feed, recent(feed, 30))).verdict is GateVerdict.NOT_MEASURED
