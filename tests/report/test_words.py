"""Numbers, times and shares as people read them: nothing rounds to a lie, and what is missing says so."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.report import words


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_missing_or_not_finite_is_not_measured(value: float | None) -> None:
    assert words.number(value) == words.share(value) == "not measured"


@given(st.floats(1e-9, 1e9))
def test_a_number_is_read_back_to_within_half_of_its_second_digit(value: float) -> None:
    assert float(words.number(value).replace(",", "")) == pytest.approx(value, rel=0.051)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (1e-6, "less than 0.1 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (0.9999, "more than 99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_that_is_not_nothing_or_everything_never_reads_like_it(share: float, text: str) -> None:
    assert words.share(share) == text


def test_the_ends_of_an_interval_are_written_in_their_order_and_apart() -> None:
    assert words.with_interval(0.0302, 0.0301, 0.0304) == ("0.0302", "0.0301 to 0.0304")
    assert words.with_interval(1.0, 1.0, 1.0) == ("1", "1 to 1")


@pytest.mark.parametrize("digits", [2, 3])
def test_rounding_never_puts_an_estimate_outside_its_interval_nor_into_it(digits: int) -> None:
    rng = np.random.default_rng(5)
    tight = rng.normal(1.0, 0.002, (4000, 3)) * np.exp(rng.normal(0, 3, (4000, 1)))
    for value, one, other in tight:
        lower, upper = min(one, other), max(one, other)
        estimate, interval = words.with_interval(value, lower, upper, digits=digits)
        low, high = (float(end.replace(",", "")) for end in interval.split(" to "))
        assert (low <= float(estimate.replace(",", "")) <= high) == (lower <= value <= upper)


@pytest.mark.parametrize(
    ("mean", "text"),
    [
        (0.0, "none"),
        (0.02, "on average 1 in about 50 such shifts"),
        (0.23, "on average 1 in about 4 such shifts"),
        (0.29, "on average 3 in about 10 such shifts"),
        (0.39, "on average 4 in about 10 such shifts"),
        (0.5, "on average 1 in about 2 such shifts"),
        (0.68, "on average 7 in about 10 such shifts"),
        (0.97, "on average about 1 a shift"),
        (3.0, "on average about 3 a shift"),
    ],
)
def test_expected_incidents_are_a_rate_and_never_a_chance(mean: float, text: str) -> None:
    assert words.expected(mean) == text


def test_the_night_the_clock_goes_back_says_both_zones_and_the_shift_to_midnight_ends_at_24() -> None:
    start = datetime(2026, 11, 1, 3, tzinfo=UTC)
    assert words.shift(start, datetime(2026, 11, 1, 12, tzinfo=UTC), "America/Chicago") == (
        "Saturday 31 October, 22:00 CDT to 06:00 next day CST"
    )
    start = datetime(2026, 7, 1, 21, tzinfo=UTC)
    assert words.shift(start, datetime(2026, 7, 2, 5, tzinfo=UTC), "America/Chicago").endswith("16:00 to 24:00 CDT")


def test_a_zone_without_a_name_is_written_as_its_offset() -> None:
    assert words.clock(datetime(2026, 1, 1, 12, tzinfo=UTC), "America/Sao_Paulo") == "09:00 UTC-03:00"


def test_a_district_keeps_a_name_that_reads_like_one() -> None:
    names = ("4", "12b", "District 4", "Central", "all")
    assert [words.district(name) for name in names] == [
        "District 4", "District 12b", "District 4", "Central", "Whole area"
    ]  # fmt: skip
