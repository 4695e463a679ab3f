"""[decisions] and [pause]: defaults that are engagement, and keys that are refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Decisions, Pausing

ENFORCEMENT = ("stop", "search", "arrest", "cite", "citation", "warrant", "detain", "ticket", "question", "frisk")


def test_default_activities_are_engagement() -> None:
    words = " ".join([*Decisions().activities, *Decisions().activities.values()]).lower().replace("_", " ").split()
    assert not {*words} & {*ENFORCEMENT}
    assert len(Decisions().activities) >= 5


def test_every_answer_has_reasons_and_other_needs_a_note() -> None:
    own = Decisions()
    assert all("other" in codes and len(codes) >= 4 for codes in (own.accept, own.amend, own.decline))
    assert own.note_needed == ["other"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"accept": {}},
        {"accept": {"Not a code": "a meaning"}},
        {"decline": {"x": ""}},
        {"note_needed": ["nothing_of_the_kind"]},
        {"late_hours": -1.0},
        {"late_hours": 1000.0},
        {"reasons": {}},
    ],
)
def test_a_wrong_section_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Decisions.model_validate(wrong)


def test_a_pause_is_by_the_monitors_check_unless_the_config_says_otherwise() -> None:
    assert Pausing().on_gates == ["feedback_monitor"]
    with pytest.raises(ValidationError):
        Pausing.model_validate({"on_gates": ["Not A Gate"]})
