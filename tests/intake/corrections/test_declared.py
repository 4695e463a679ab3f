"""What the config says about corrections: a status is the same status however it is written."""

from __future__ import annotations

import pytest

from patrolcast.intake.corrections.declared import normalised_status


@pytest.mark.parametrize("text", ["Unfounded", " UNFOUNDED ", "unfounded.", "-Unfounded-"])
def test_a_status_is_compared_by_its_words(text: str) -> None:
    assert normalised_status(text) == "unfounded"
    assert normalised_status(f"not {text}") != "unfounded"
