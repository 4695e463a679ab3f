"""Rows of places: every shift and district in the order people count, each number in words."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from patrolcast.domain.records import RunContext, RunResult
from patrolcast.report.run.place_rows import shifts_with_rows


def test_shifts_stand_in_time_and_districts_by_number(result: RunResult, context: RunContext) -> None:
    shuffled = dataclasses.replace(result, suggestions=result.suggestions.sample(frac=1, random_state=3))
    shifts = shifts_with_rows(shuffled, context)
    assert [shift["start"] for shift in shifts] == sorted(shift["start"] for shift in shifts)
    for shift in shifts:
        assert [one["name"] for one in shift["districts"]] == ["1", "2", "3", "4", "5"]
        assert [row["rank"] for row in shift["districts"][0]["rows"]] == list(range(1, 9))
    assert sum(shift["n"] for shift in shifts) == len(result.suggestions)


def test_a_shift_without_suggestions_is_there_with_no_rows(result: RunResult, context: RunContext) -> None:
    first = result.forecast["shift_start"].min()
    later = result.suggestions[result.suggestions["shift_start"] > first]
    shift = shifts_with_rows(dataclasses.replace(result, suggestions=later), context)[0]
    assert (shift["n"], shift["districts"]) == (0, [])


def test_no_sheet_holds_longer_than_its_run(result: RunResult, context: RunContext) -> None:
    soon = dataclasses.replace(context, expires_at=result.forecast["shift_end"].min() + timedelta(hours=1))
    untils = [shift["until"] for shift in shifts_with_rows(result, soon)]
    assert untils == [f"Tuesday 30 June 2026, {hour}:00 CDT" for hour in (14, 15, 15)]


def test_a_row_says_what_it_is_listed_for_how_often_and_how_long(result: RunResult, context: RunContext) -> None:
    told = result.suggestions.assign(category="assault", expected_incidents=0.05, lower=0.021, upper=0.08, visits=2)
    told = told.assign(patrol_minutes=30.0, role="explored")
    row = shifts_with_rows(dataclasses.replace(result, suggestions=told), context)[0]["districts"][0]["rows"][0]
    assert row["listed"] == "Listed for assault; theft is more likely"
    assert (row["dose"], row["expected"], row["interval"]) == ("2 × 15 min", "0.050", "0.021 to 0.080")
    assert row["rate"] == "on average 1 in about 20 such shifts"
    assert row["role"].startswith("Explored: chosen at random")
    assert [reason[:5] for reason in row["reasons"]] == ["More ", "41 re"]
