"""A breach is one line, with the question to the records unit."""

from __future__ import annotations

import pytest

from patrolcast.audit.feed.names import ASKED, FEED_CHECKS, breaches, refusal_of, refuse_breaches
from patrolcast.audit.waivers import NEVER_WAIVED
from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import GateResult, GateVerdict

FAILED = GateResult("feed_rows", 0.1, "0.5 to 2 times the usual number", GateVerdict.FAIL, "6 where 60 are usual")
ROWS_LINE = (
    "feed check feed_rows (and report_age): got 6 where 60 are usual; 0.5 to 2 times the usual number; ask the records "
    "unit: is everything in the export, and nothing twice?"
)


def made(verdict: GateVerdict, *, stops: bool = True) -> GateResult:
    return GateResult("report_age", None, "at most 72", verdict, "no report has a time", stops=stops)


def test_the_first_breach_is_told_and_the_others_are_named() -> None:
    with pytest.raises(DataRefusedError) as refused:
        refuse_breaches([made(GateVerdict.PASS), FAILED, made(GateVerdict.NOT_MEASURED)])
    assert str(refused.value) == ROWS_LINE
    assert refused.value.exit_code == 13


@pytest.mark.parametrize(
    ("check", "stops"),
    [
        (made(GateVerdict.PASS), False), (made(GateVerdict.WARN), False), (made(GateVerdict.WAIVED), False),
        (made(GateVerdict.FAIL), True), (made(GateVerdict.NOT_MEASURED), True),
        (made(GateVerdict.NOT_MEASURED, stops=False), False),
    ],
)  # fmt: skip
def test_what_failed_or_should_have_been_measured_stops(check: GateResult, stops: bool) -> None:
    assert bool(breaches([check])) is stops


def test_nothing_stops_where_nothing_broke() -> None:
    refuse_breaches([made(GateVerdict.PASS)])


def test_every_question_is_one_and_a_copy_that_is_not_finished_is_never_waived() -> None:
    assert all(question.count("?") == 1 for question in ASKED.values())
    assert {"feed_settled"} == FEED_CHECKS & NEVER_WAIVED


def test_of_the_age_of_reports_the_hours_are_said() -> None:
    late = GateResult("report_age", 98.25, "at most 72", GateVerdict.FAIL, "hours between the newest report and as_of")
    assert "got 98.25 hours between the newest report and as_of; at most 72; ask the records unit" in str(
        refusal_of(late)
    )
