"""The page of the outcomes: what is hidden stays so, and what was chosen afterwards is marked."""

from __future__ import annotations

from typing import Any

from tests.report.outcomes.test_finding import DRAWN, ROSE, document, row, unmeasured
from tests.report.reader import Reader

from patrolcast.report.outcomes.finding import outcomes_finding
from patrolcast.report.outcomes.page import outcomes_page

LATE = "chosen after the data was seen"


def whole(*rows: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """outcomes.json with all that the page reads."""
    asked = {
        "question": "Did use of force change since adoption, and for whom?", "outcome": "use_of_force", "per": "month",
        "matters": 1.3, "named_on": "2026-06-01", "entry": 12, "named_beforehand": True,
    }  # fmt: skip
    covered = {
        "first": "2022-01", "last": "2027-12", "months_before": 48, "months_after": 24, "months_missing": 0,
        "share_of_other_or_no_group": 0.031,
    }  # fmt: skip
    plain = {
        **document(*rows),
        "adopted": "2026-01", "patrolcast": "0.4.0", "notice": "Advisory only.", "call_source": "", "owner": "Board",
        "residents_source": None, "look": {"number": 1, "level": 0.025, "contrasts_named_beforehand": len(rows)},
        "measures": [asked, {**asked, "named_beforehand": False}], "covered": {"use_of_force": covered},
    }  # fmt: skip
    made = {**plain, **changed}
    return {**made, "finding": outcomes_finding(made)}


def page(*rows: dict[str, Any], **changed: Any) -> str:
    return outcomes_page(whole(*rows, **changed), title="City")


def words(*rows: dict[str, Any], **changed: Any) -> str:
    return Reader(page(*rows, **changed)).words


def test_counts_ratios_and_what_would_have_been_found_stand_in_the_table() -> None:
    text = words(ROSE, row())
    for said in ("7,310", "3,911", "1.07", "0.93 to 1.24", "1.24 times", "Rose", "7,310 to 5,000"):
        assert said in text, said


def test_what_is_hidden_is_not_there_and_the_page_says_why() -> None:
    gone: dict[str, Any] = {
        "after": None,
        "ratio": None,
        "smallest_found": None,
        "earlier": None,
        "p": None,
        "is_hidden": True,
    }
    text = words(row(**gone))
    assert "not shown" in text
    assert "Counts below ten are not shown" in text
    assert "Counts below ten are not shown" not in words(row())


def test_what_was_chosen_afterwards_is_marked_in_table_and_list() -> None:
    text = words(row(LATE))
    assert text.count("hosen after the data was seen") >= 2
    assert "circle" not in text


def test_a_ratio_of_the_year_before_that_is_hidden_is_not_called_unmeasured() -> None:
    text = words(row(earlier=None, is_earlier_hidden=True))
    assert "not shown" in text
    assert "Counts below ten are not shown" in text
    covered = {"use_of_force": {**whole()["covered"]["use_of_force"], "share_of_other_or_no_group": None}}
    assert "not shown: too few to be, or none" in words(row(), covered=covered)


def test_nothing_measured_is_said_and_drawn_as_nothing() -> None:
    made = page(unmeasured())
    assert "<svg" not in made
    assert "none" not in Reader(made).words.partition("What was asked")[0], "that is said of what no rise could reach"
    assert "No stops were handed in" in Reader(made).words
    assert "Not measured: there is no dosage log yet. Where no place" in Reader(made).words


def test_reported_crime_has_both_estimates_and_no_percentage() -> None:
    text = words(row(), reported_crime=DRAWN)
    assert "-11 (-19 to -3.1)" in text
    assert "-10 (-21 to +1.1)" in text
    assert "310 and 425" in text
    few = words(row(), reported_crime={**DRAWN, "ratio": None})
    assert "not stated: fewer than 50 reported on one side" in few


def test_an_end_without_limit_and_a_group_of_markup_are_safe() -> None:
    wild = row(group="<b>B</b>", ratio={"value": None, "lower": 5.1, "upper": None})
    made = page(wild, row(ratio={"value": 0.0, "lower": 0.0, "upper": 0.2}))
    assert "<b>B</b>" not in made
    assert "no limit" in made


def test_months_that_are_missing_are_said() -> None:
    covered = {**whole()["covered"]["use_of_force"], "months_missing": 2}
    nothing = {**covered, "first": None, "last": None, "share_of_other_or_no_group": None}
    text = words(row(), covered={"use_of_force": covered, "stops": nothing})
    assert "2 months between them missing" in text
    assert "nothing was handed in" in text
