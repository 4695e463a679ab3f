"""Codes, places, hours and twins that suddenly hold a share that they never held."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.audit.feed.weeks import changed, kept, recent, steady

from patrolcast.audit.feed.comparison import FeedTable
from patrolcast.audit.feed.mixes import codes_check, doubled_check, hours_check, points_check
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
