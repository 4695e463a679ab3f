"""Reasons: at most two, in counts, what is unusual first, nothing that lowers."""

from __future__ import annotations

import re
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.forecast.reasons import PlaceCounts, count_reasons, usual

HOURS = "14:00 and 22:00"


def said(year: int, recent: int, in_slot: int = 0, next_door: int = 0, days: int = 365, **more: bool) -> list[str]:
    counts = PlaceCounts(year, recent, in_slot, next_door, days, **more)
    return count_reasons(counts, "assault", hours=HOURS, n_slots=3)


def test_a_place_as_ever_gives_its_year_and_its_four_weeks() -> None:
    assert said(66, 9, 30, 80) == [
        "66 reports of assault here in the past year, 30 of them between 14:00 and 22:00, and 9 in the past 4 weeks"
    ]


def test_what_is_unusual_comes_first_and_is_not_repeated() -> None:
    assert said(30, 8, 20) == [
        "More than usual: 8 reports of assault here in the past 4 weeks, where about 2 would be usual",
        "30 reports of assault here in the past year, 20 of them between 14:00 and 22:00",
    ]


@pytest.mark.parametrize(("recent", "unusual"), [(4, False), (5, True)])
def test_unusual_is_less_than_one_in_twenty_by_chance(recent: int, unusual: bool) -> None:
    mean = 2.0  # of the rest of the year: 24.07 reports in 337 days are 2 in 28
    chance = 1 - sum(exp(-mean) * mean**k / [1, 1, 2, 6, 24][k] for k in range(recent))
    assert (chance < 0.0527 + 1e-4) == unusual  # P(X >= 5) is .0527: a hair above one in twenty
    rest = 23  # a mean of 1.911: P(X >= 5) = .045, P(X >= 4) = .125
    assert said(rest + recent, recent)[0].startswith("More than usual") == unusual


def test_two_reports_are_never_unusual_and_neither_is_a_short_history() -> None:
    assert not said(2, 2)[0].startswith("More")
    assert said(3, 3)[0].startswith("More than usual")
    assert not said(9, 9, days=80)[0].startswith("More")


def test_fewer_than_usual_of_late_is_not_said() -> None:
    assert said(66, 3) == ["66 reports of assault here in the past year"]


def test_a_shift_is_named_only_where_it_has_more_than_its_part() -> None:
    assert "between" not in said(66, 0, 22)[0]
    assert "23 of them between" in said(66, 0, 23)[0]
    assert "all of them between" in said(5, 0, 5)[0]


def test_a_place_with_few_reports_speaks_of_its_neighbours_too() -> None:
    assert said(1, 0, 1, 12) == [
        "1 report of assault here in the past year",
        "12 reports of assault in the past year in the places next to it",
    ]
    assert len(said(12, 0, 0, 12)) == 1
    assert said(0, 0, 0, 1) == ["1 report of assault in the past year in the places next to it"]


def test_a_place_without_any_report_says_so() -> None:
    assert said(0, 0) == ["No report of assault here or next to it in the past year: a quiet place in a quiet district"]


def test_a_short_history_and_days_that_are_left_out_are_named() -> None:
    assert "in the past 200 days" in said(20, 0, days=200)[0]
    assert "in the past year (without the days that are left out)" in said(20, 0, left_out=True)[0]


def test_what_is_usual_is_the_rate_of_the_rest_of_the_year() -> None:
    assert usual(PlaceCounts(year=343, recent=6, in_slot=0, next_door=0, days=365)) == pytest.approx(28.0)


@given(st.integers(0, 400), st.integers(0, 60), st.integers(0, 400), st.integers(0, 900), st.integers(1, 365))
def test_at_most_two_reasons_and_every_number_is_a_count(a: int, recent: int, b: int, around: int, days: int) -> None:
    year = a + recent
    texts = said(year, recent, min(b, year), around, days)
    assert 1 <= len(texts) <= 2
    assert not any(word in text for text in texts for word in ("lower", "%", ";"))
    known = {str(n) for n in (year, recent, min(b, year), around, days, 4)} | {"14", "00", "22"}
    numbers = {number for text in texts for number in re.findall(r"\d+", text.split("about")[0])}
    assert numbers <= known
