"""What one value or one reason says of who started a call, and how much two columns disagree."""

from __future__ import annotations

import pytest

from patrolcast.intake.words.offence_words import word_book
from patrolcast.intake.words.who_started import (
    Starter,
    is_officers_flag,
    officers_values,
    rows_of_both,
    starter_in_reason,
    starter_of,
)
from patrolcast.io.codebook_files import offence_words

SOURCES = word_book(offence_words(), "sources")


@pytest.mark.parametrize(
    "value",
    [
        "OFFCR", "LEO", "PO INIT", "Cop initiated", "Trooper", "Sergeant", "Seen by police", "Found on patrol",
        "Unit Initiated Call", "Proactive call", "Traffic stop call", "On View - Dispatch", "Officer phone",
        "Officer-generated activity call", "OIA", "\u041eFFICER", "0FFICER", "OFF1CER", "Of\u200bficer", "offi cer",
        "INITIATED", "ONV", "View", "DIRECTED", "Investigative", "own initiative", "found by us", "Hot spot", "Streife",
        "Off-icer", "officer text", "Officer (911)", "Self Init", "OFFICERINITIATED",
    ],
)  # fmt: skip
def test_an_officers_words_win_over_a_way_of_reporting_and_over_a_disguise(value: str) -> None:
    assert starter_of(value, SOURCES) == Starter.OFFICER


@pytest.mark.parametrize(
    "value", ["OFF", "Observed", "Viewed", "P.O.", "Deputy", "policia", "Radio", "Detail", "Officer dispatched",
              "Officer/Citizen", "Citizen request for officer"],
)  # fmt: skip
def test_a_word_that_may_mean_something_else_and_a_citizen_beside_an_officer_leave_a_doubt(value: str) -> None:
    assert starter_of(value, SOURCES) == Starter.PERHAPS


@pytest.mark.parametrize(
    "value", ["911", "E911", "PHONE", "Walk-in", "caller", "Non-officer", "Not officer initiated", "S1", "B5",
              "Station desk", "ALARM", "Citizen observed"],
)  # fmt: skip
def test_others_words_say_nothing_of_officers(value: str) -> None:
    assert starter_of(value, SOURCES) == Starter.NOBODY_NAMED


def test_a_reason_says_officer_by_what_happened_and_not_by_a_rank() -> None:
    assert starter_in_reason("officer initiated, entered by phone", SOURCES) == Starter.OFFICER
    assert starter_in_reason("call, taken by an officer", SOURCES) == Starter.NOBODY_NAMED
    assert starter_in_reason("a call, not on view", SOURCES) == Starter.NOBODY_NAMED
    assert starter_in_reason("on view, or a caller", SOURCES) == Starter.PERHAPS


def test_a_yes_is_an_officers_only_under_an_officers_header() -> None:
    assert officers_values("is officer", {"Y", "N"}, SOURCES) == {"Y"}
    assert officers_values("oi flag", {"1", "0", ""}, SOURCES) == {"1"}
    assert officers_values("is officer", {"Y", "N", "maybe"}, SOURCES) == frozenset()
    assert officers_values("domestic", {"Y", "N"}, SOURCES) == frozenset()
    assert officers_values("how", {"OV", "CIT"}, SOURCES) == {"OV"}
    assert not is_officers_flag("citizen or officer")


def test_rows_of_both_are_those_on_which_the_columns_disagree() -> None:
    pairs = {("911", "OV"): 3, ("911", "CIT"): 5, ("PATROL", "OV"): 7}
    assert rows_of_both(pairs, {"911"}, {"OV"}) == 3
