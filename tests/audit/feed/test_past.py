"""Records that an earlier night counted and this one does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from patrolcast.audit.feed.past import past_check
from patrolcast.domain.feed.accepted import AcceptedFeed
from patrolcast.domain.records import GateVerdict

MONTHS = {"theft": {"2026-01": 500, "2026-02": 500}, "robbery": {"2026-01": 300, "2026-02": 300}}
LAST = AcceptedFeed("run", datetime(2026, 2, 27, tzinfo=UTC), 1600, 1, bound="same", months=MONTHS)
PASS, FAIL, NOT_MEASURED = GateVerdict.PASS, GateVerdict.FAIL, GateVerdict.NOT_MEASURED


def tonight(**of_february: int) -> dict[str, dict[str, int]]:
    return {
        name: by_month | {"2026-02": of_february.get(name, by_month["2026-02"])} for name, by_month in MONTHS.items()
    }


@pytest.mark.parametrize(
    ("months", "verdict"),
    [
        (tonight(), PASS),
        (tonight(theft=520), PASS),  # late reports
        (tonight(theft=485), PASS),  # corrections
        (tonight(theft=400), FAIL),  # deleted
        (tonight(theft=600, robbery=200), FAIL),  # moved into another category
        ({"theft": MONTHS["theft"]}, FAIL),  # a category that is not there
        ({}, FAIL),
    ],
)
def test_what_an_accepted_night_counted_is_counted_again(
    months: dict[str, dict[str, int]], verdict: GateVerdict
) -> None:
    assert past_check(months, "same", LAST).verdict is verdict


def test_months_before_the_first_of_tonights_are_no_loss() -> None:
    rolled = {"theft": {"2026-01": 3, "2026-02": 500}, "robbery": {"2026-02": 300}}
    assert past_check(rolled, "same", LAST).verdict is PASS


def test_another_codebook_cannot_be_compared_and_says_so() -> None:
    check = past_check(tonight(theft=0), "other", LAST)
    assert (check.verdict, check.stops) == (NOT_MEASURED, False)
    assert "the codebook or the way of reading records is another" in check.detail


def test_without_a_history_nothing_is_measured_and_that_is_said() -> None:
    assert past_check(tonight(), "same", None).detail == "nothing is published yet"
    check = past_check(tonight(), "same", replace(LAST, months={}))
    assert (check.verdict, check.detail) == (NOT_MEASURED, "the feed history was not there; it begins anew tonight")
