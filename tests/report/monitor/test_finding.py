"""What a look at the log found: the sign first, then what would have shown; on an alarm, what was seen."""

from __future__ import annotations

from typing import Any

import pytest
from tests.report.monitor.test_page import document, findings, gate, page

from patrolcast.report.audit.inputs_and_gates import stored_gate
from patrolcast.report.monitor.finding import exact_line, monitor_check_rows, monitor_finding, reports_by_lot
from patrolcast.report.monitor.words import CAUSES, CHECKS, EXACT, NEXT


def test_no_alarm_says_what_would_probably_have_shown() -> None:
    assert monitor_finding(document("no alarm", findings(40, 26))) == (
        "No sign that patrol is driving the forecast. A rise of 13 % or more in reports where patrol was suggested "
        "would "
        "probably have shown."
    )


def test_an_alarm_names_what_was_seen_and_only_that() -> None:
    found = document("alarm", findings(40, 26), gate("band_reports", "fail"), gate("call_source_labels", "pass"))
    assert monitor_finding(found) == (
        "Patrol is driving the forecast, or a record that should not reach it does. Citizens report more where patrol "
        "was suggested by lot than where it was withheld by lot."
    )


def test_without_a_look_nothing_is_claimed() -> None:
    assert monitor_finding(document("not measured", None)) == (
        "These logs cannot show whether patrol is driving the forecast."
    )


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0.99, "Citizens made 1 % fewer reports where patrol was suggested by lot than where it was withheld by lot"),
        (1.0, "Citizens made about as many reports where patrol was suggested by lot as where it was withheld by lot"),
        (1.3, "Citizens made 30 % more reports where patrol was suggested by lot than where it was withheld by lot"),
    ],
)
def test_reports_by_lot_are_said_with_what_could_be_missed(ratio: float, said: str) -> None:
    found = findings(40, 26)
    found["reports"] |= {"rate_ratio": ratio, "detectable": 1.18}
    assert reports_by_lot(document("no alarm", found)) == f"{said}; a rise of less than 18 % could be missed."
    assert reports_by_lot(document("not measured", None)) == ""


def exact(value: float | None) -> dict[str, Any]:
    return {**gate("past_suggestions_change_nothing", "pass"), "value": value}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "Moving past suggestions to other places changed no score."),
        (0.03, "Moving past suggestions to other places moved a score by up to 0.030."),
        (None, "Moving past suggestions to other places was not tried: about past_suggestions_change_nothing."),
    ],
)
def test_a_run_on_changed_data_says_whether_a_score_moved(value: float | None, said: str) -> None:
    assert exact_line(stored_gate(exact(value))) == said


def test_the_table_has_the_words_of_the_page_and_the_verdict_of_the_gate() -> None:
    found = document("no alarm", findings(40, 26), gate("band_reports", "pass"), gate("of_another_kind", "warn"))
    reports, other = monitor_check_rows(found)
    assert (reports["name"], reports["verdict"]) == ("Reports, by lot", "pass")
    assert reports["detail"].startswith("Citizens made 5 % more reports")
    assert (other["name"], other["threshold"], other["detail"]) == (
        "Of another kind",
        "a rule",
        "About of_another_kind",
    )


def test_every_cause_of_an_alarm_has_its_next_steps_and_its_name() -> None:
    assert CAUSES.keys() == NEXT.keys()
    assert CAUSES.keys() | EXACT.keys() <= CHECKS.keys()


def test_a_score_is_said_by_how_much_higher_or_lower() -> None:
    score = {"score_band": {"difference": -0.02, "lower": -0.05, "upper": 0.01}}
    shown = page(document("no alarm", findings(40, 26, **score), gate("band_reports", "pass")))
    assert "scores are 2.0 % lower where patrol was suggested by lot than where it was withheld" in shown
