"""Statuses are compared by their letters, and a value of the config that cancels nothing or too little is noted."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.intake.corrections.statuses import cancelling, status_notes


@pytest.mark.parametrize("text", ["Unfounded\u00a0", "UNFOUNDED.", "un-founded", "Un founded", "un_founded"])
def test_a_status_cancels_however_its_words_are_parted(text: str) -> None:
    assert cancelling([text], ["Unfounded"]).all()
    assert cancelling(["Unfounded"], [text]).all()


def test_numbers_cancel_with_and_without_their_point_and_an_empty_status_never_does() -> None:
    assert cancelling(["0.0", "0", "10", "-1", "1"], ["0", "-1"]).tolist() == [True, True, False, True, False]
    assert cancelling(["", " ", "-"], ["", "-"]).tolist() == [False, False, True]


def noted(statuses: dict[str, int], *values: str) -> list[str]:
    return status_notes(list(statuses), np.array(list(statuses.values())), values)


def test_a_value_that_no_row_has_is_noted_with_the_statuses_like_it_or_with_all() -> None:
    assert noted({"Open": 90, "Unfounded - False": 5}, "unfounded") == [
        "cancelled_values 'unfounded': no row has it; statuses like it, which count: 'Unfounded - False' (5)"
    ]
    assert noted({"Open": 90, "X": 5, "": 3}, "unfounded") == [
        "cancelled_values 'unfounded': no row has it; the statuses are 'Open' (90), 'X' (5)"
    ]
    assert noted({"Open": 90, "VOID": 5}, "VOID", "Unfounded") == ["cancelled_values 'Unfounded': no row has it"]


def test_a_value_that_cancels_too_little_is_noted_with_what_still_counts() -> None:
    [note] = noted({"Open": 9, "Unfounded": 3, "Unfounded / False report": 2, "Unfouned": 1}, "Unfounded")
    assert note == (
        "cancelled_values 'Unfounded': rows have it; "
        "statuses like it, which count: 'Unfounded / False report' (2), 'Unfouned' (1)"
    )


def test_statuses_that_mean_something_else_give_no_note() -> None:
    clean = {"Open": 9, "Cleared": 8, "Closed": 7, "Not unfounded": 5, "Founded": 2, "Unfounded": 3, "Admin Close": 1}
    assert noted(clean, "UNFOUNDED", "admin close") == []
    assert noted({"1": 9, "10": 8, "0": 3}, "0") == []


def test_a_status_that_cancels_by_its_words_and_is_not_listed_is_noted() -> None:
    [note] = noted({"Open": 9, "Unfounded": 3, "Baseless": 2, "CANCELLED": 4, "Jane Roe - cancelled": 1}, "Unfounded")
    assert note == (
        "statuses that read as if they cancelled, which count: 'CANCELLED' (4), 'Baseless' (2), "
        "a text that is not shown (1); where they do, add them to cancelled_values"
    )
    assert noted({"Open": 9, "Unfounded": 3, "Baseless": 2}, "Unfounded", "baseless") == []
