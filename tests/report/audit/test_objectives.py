"""Objectives in words."""

from __future__ import annotations

from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings.deciding.objectives import ObjectiveReport
from patrolcast.report.audit.objectives import objective_rows, objectives_sentence


def test_how_many_are_met_is_one_sentence() -> None:
    assert objectives_sentence(["met"]) == "Of 1 objective 1 is met."
    states = ["met", "not met", "not met", "not measured"]
    assert objectives_sentence(states) == "Of 4 objectives 1 is met, 2 are not met, 1 is not measured by this run."
    assert objectives_sentence([]) == "This run has no objectives, so it cannot be published."


def test_a_row_says_what_was_wanted_and_found() -> None:
    one = ObjectiveReport("a", "A goal", "calibration", "at most 1.1", 0.98765, "met", "", "2027-01-31", "Board")
    (row,) = objective_rows([one], GroupNames())
    assert (row["measure"], row["value"], row["state"]) == ("Calibration", "0.988", "Met")
    (row,) = objective_rows([ObjectiveReport(**{**vars(one), "value": None, "state": "not measured"})], GroupNames())
    assert (row["value"], row["state"]) == ("", "Not measured")
