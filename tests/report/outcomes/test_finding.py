"""The sentences of the outcomes: what moved, what cannot be said, and never that nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from patrolcast.report import words
from patrolcast.report.outcomes.finding import contrast_label, finding_sentence, outcomes_finding


def row(verdict: str = "no clear change", **changed: Any) -> dict[str, Any]:
    """A contrast of outcomes.json."""
    ratio = {"value": 1.07, "lower": 0.93, "upper": 1.24}
    plain = {
        "measure": "force", "outcome": "use_of_force", "kind": "change", "group": "everyone", "versus": None,
        "per": "month", "matters": 1.3, "months_before": 48, "months_after": 24, "before": 7310, "after": 3911,
        "other_before": None, "other_after": None, "ratio": ratio, "is_hidden": False, "p": 0.4, "p_adjusted": 1.0,
        "smallest_found": 1.24, "earlier": ratio, "earlier_moved": False, "is_earlier_hidden": False,
        "levels": None, "verdict": verdict, "reason": "",
    }  # fmt: skip
    return {**plain, **changed}


def unmeasured(**changed: Any) -> dict[str, Any]:
    """A contrast that could not be measured."""
    gone = ("before", "after", "ratio", "p", "p_adjusted", "smallest_found", "earlier")
    return row("not measured", **dict.fromkeys(gone), reason="no stops were handed in", **changed)


NOTHING_DRAWN = {"verdict": "not measured", "reason": "there is no dosage log yet"}
DRAWN = {
    "verdict": "fell", "reason": "", "unit": "reported incidents in 1,000 places and shifts", "where_suggested": 31.0,
    "where_withheld": 42.0, "difference": [-11.0, -19.0, -3.1], "weighted_difference": [-10.0, -21.0, 1.1],
    "smallest_found": 12.0, "ratio": [0.74, 0.6, 0.91], "p": 0.008, "incidents": [310, 425], "rows": 20_000,
    "shifts": 540, "first_shift": "2026-01-01T00:00:00+00:00", "last_shift_end": "2026-06-30T00:00:00+00:00",
}  # fmt: skip


def document(*rows: dict[str, Any], crime: dict[str, Any] | None = None, withdrawn: int = 0) -> dict[str, Any]:
    """outcomes.json."""
    return {
        "contrasts": list(rows),
        "reported_crime": crime or NOTHING_DRAWN,
        "withdrawn": [{"id": f"m{k}", "named_on": "2026-07-01", "entry": k} for k in range(withdrawn)],
    }


ROSE = row("rose", kind="disparity", group="Group B", versus="Group A", other_before=5000, other_after=2500)


@pytest.mark.parametrize(
    ("rows", "begins"),
    [
        ([ROSE], "Use of force against Group B people rose beside that against Group A people."),
        ([row("fell"), ROSE], "Use of force against Group B people rose beside that against Group A people. One more"),
        ([row("fell", kind="compared")], "Use of force against people fell where suggestions are used, beside other"),
        ([row(), row()], "No clear change was found. That is not the same as no change."),
        ([row(), row("too small to tell")], "No clear change was found, but one of 2 questions stay open."),
        ([row(), unmeasured()], "No clear change was found, but one of 2 questions stay open."),
        ([row("too small to tell"), unmeasured()], "The data cannot tell whether anything changed."),
        ([unmeasured()], "Nothing could be measured yet."),
        ([row("chosen after the data was seen")], "No question was named before the data was seen."),
        ([], "No question was named before the data was seen."),
    ],
)
def test_the_first_sentence_says_what_was_found(rows: list[dict[str, Any]], begins: str) -> None:
    assert outcomes_finding(document(*rows)).startswith(begins)


def test_a_finding_says_that_it_is_an_old_move_and_what_stays_open() -> None:
    old = outcomes_finding(document(row("rose", earlier_moved=True), row("too small to tell"), unmeasured()))
    assert "rose. It moved already in the year before adoption. Two of 3 questions stay open." in old
    assert "moved already" not in outcomes_finding(document(ROSE))
    assert "stay open" not in outcomes_finding(document(ROSE, row()))


def test_what_was_chosen_afterwards_is_in_no_sentence() -> None:
    late = row("chosen after the data was seen", group="Group B")
    assert outcomes_finding(document(row(), late)) == outcomes_finding(document(row()))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("fell", "Fewer crimes were reported where patrol was suggested by lot than where it was withheld."),
        ("rose", "More crimes were reported where patrol was suggested by lot than where it was withheld."),
        ("no clear change", "was found between places suggested by lot and those withheld."),
        ("too small to tell", "Too few were drawn by lot to tell whether patrol lowers reported crime."),
    ],
)
def test_reported_crime_is_in_the_last_sentence(verdict: str, said: str) -> None:
    assert outcomes_finding(document(row(), crime={**DRAWN, "verdict": verdict})).endswith(said)
    assert outcomes_finding(document(row())).endswith("was not measured: there is no dosage log yet.")


def test_questions_that_went_away_are_said() -> None:
    assert "Two of the questions once named are no longer asked so." in outcomes_finding(document(row(), withdrawn=2))


def test_every_outcome_has_its_words() -> None:
    sentences = [
        finding_sentence(row("rose", outcome=one)) for one in ("arrests", "stops", "use_of_force", "complaints")
    ]
    assert sentences == [
        "Arrests of people rose.", "Stops of people rose.", "Use of force against people rose.",
        "Complaints by people rose.",
    ]  # fmt: skip
    assert contrast_label(ROSE) == "Use of force, Group B / Group A: since / before"
    assert words.calendar_month("2026-12") == "December 2026"
    with pytest.raises(ValueError, match="month"):
        words.calendar_month("2026-13")
