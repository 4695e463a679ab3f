"""Records that an earlier night counted and this one does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
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


LONG = AcceptedFeed(
    "run", datetime(2026, 2, 27, tzinfo=UTC), 3000, 1, bound="same",
    months={
        "theft": dict.fromkeys([*(f"2025-{m:02d}" for m in range(6, 13)), "2026-01", "2026-02"], 300),
        "arson": {"2025-08": 30},
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "month", "more", "verdict"),
    [
        ("theft", "2025-08", 300, FAIL),  # a month's batch came again under new numbers
        ("theft", "2025-12", 100, FAIL),
        ("theft", "2025-08", 20, PASS),  # late reports
        ("arson", "2025-08", 21, FAIL),  # few of all, most of its own
        ("fraud", "2025-08", 21, FAIL),  # a category that was not there
        ("theft", "2026-01", 300, PASS),  # reports of the last month still come in
        ("theft", "2025-06", 300, PASS),  # the first month may have been held in part
        ("theft", "2024-03", 300, PASS),  # an export that reaches further back
    ],
)
def test_months_that_were_long_over_do_not_grow(name: str, month: str, more: int, verdict: GateVerdict) -> None:
    months = {key: dict(by_month) for key, by_month in LONG.months.items()}
    months.setdefault(name, {})
    months[name][month] = months[name].get(month, 0) + more
    check = past_check(months, "same", LONG)
    assert check.verdict is verdict, check.detail
    if verdict is FAIL:
        assert f"{more} of " in check.detail


def test_months_before_the_first_of_tonights_are_no_loss() -> None:
    rolled = {"theft": {"2026-01": 3, "2026-02": 500}, "robbery": {"2026-02": 300}}
    assert past_check(rolled, "same", LAST).verdict is PASS


def test_another_codebook_cannot_be_compared_and_says_so() -> None:
    check = past_check(tonight(theft=0), "other", LAST)
    assert (check.verdict, check.stops) == (NOT_MEASURED, False)
    assert "the codebook, the boundary or the way of reading records is another" in check.detail


def test_without_a_history_nothing_is_measured_and_that_is_said() -> None:
    assert past_check(tonight(), "same", None).detail == "nothing is published yet"
    check = past_check(tonight(), "same", replace(LAST, months={}))
    assert (check.verdict, check.detail) == (NOT_MEASURED, "the feed history was not there; it begins anew tonight")


def grouped(records: np.ndarray) -> dict[str, list[int]]:
    """Records of eight months in 64 groups each, as if by a hash."""
    at = {f"2025-{5 + m:02d}": records[m::8] for m in range(8)}
    return {month: np.bincount(some % 64, minlength=64).tolist() for month, some in at.items()}


@pytest.mark.parametrize("n", [400, 40_000])
@pytest.mark.parametrize(("share", "verdict"), [(0.0, PASS), (0.1, PASS), (0.35, FAIL), (1.0, FAIL)])
def test_months_long_over_whose_records_stand_elsewhere_are_seen_though_every_count_is_the_same(
    n: int, share: float, verdict: GateVerdict
) -> None:
    rng = np.random.default_rng(3)
    before = rng.integers(0, 2**40, n)
    after = np.where(rng.random(n) < share, rng.integers(0, 2**40, n), before)
    check = past_check(LONG.months, "same", replace(LONG, contents=grouped(before)), grouped(after))
    assert check.verdict is verdict
    assert "in months long over stand at another place or time" in check.detail
    stated = float(check.detail.rpartition("about ")[2].partition(" %")[0])
    assert stated == pytest.approx(100 * share, abs=10)


def test_a_history_that_did_not_note_where_records_stood_is_compared_by_its_counts() -> None:
    some, other = {"2025-08": [1] * 64}, {"2025-08": [9]}
    for before, after in (({}, some), (some, {}), (other, some)):
        check = past_check(LONG.months, "same", replace(LONG, contents=before), after)
        assert check.verdict is PASS
        assert "another place" not in check.detail
