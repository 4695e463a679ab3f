"""Reasons, notes and requests as a person writes them."""

from __future__ import annotations

import pytest

from patrolcast.domain.errors import UsageError
from patrolcast.domain.settings import Decisions
from patrolcast.runs.review.words import checked_note, checked_reason, checked_request


def test_a_reason_is_one_of_the_config_for_that_answer() -> None:
    checked_reason(Decisions(), "accepted", "known_concern")
    for answer, code in (("accepted", "nobody_free"), ("declined", ""), ("not_actioned", "nobody_free")):
        with pytest.raises(UsageError):
            checked_reason(Decisions(), answer, code)


def test_a_note_is_kept_without_blanks_and_may_be_left_out_where_none_is_needed() -> None:
    assert checked_note("  Shops asked for it. ", needed=True) == "Shops asked for it."
    assert checked_note("", needed=False) == ""


@pytest.mark.parametrize("text", [" ", "🙂", "...", "x" * 2001, "aaaa"])
def test_a_note_without_words_is_refused_and_never_shown(text: str) -> None:
    with pytest.raises(UsageError) as error:
        checked_note(text, needed=True)
    assert text.strip() == "" or text not in str(error.value)


def test_a_request_is_a_plain_id() -> None:
    checked_request("")
    checked_request("0f9e-4c2a")
    for text in ("short", "a b c d e f g", "x" * 65, "../../../etc"):
        with pytest.raises(UsageError):
            checked_request(text)
