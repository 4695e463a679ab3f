"""What a person writes with an answer: a reason code of the config, a note in words, the id of a request."""

import re

from patrolcast.domain.errors import UsageError, shown
from patrolcast.domain.settings import Decisions
from patrolcast.domain.settings.reasons import words_of
from patrolcast.patrol.decisions import ACCEPTED, AMENDED, DECLINED

MOST_LETTERS = 2000
_REQUEST = re.compile(r"[A-Za-z0-9_-]{8,64}")


def checked_reason(settings: Decisions, answer: str, code: str) -> None:
    """Passes for a reason code of the config for this answer.

    Raises UsageError: none was given, or another one.
    """
    codes = {ACCEPTED: settings.accept, AMENDED: settings.amend, DECLINED: settings.decline}.get(answer)
    if codes is None:
        raise UsageError("decision", got=shown(answer), rule="must be accepted, amended or declined")
    if code not in codes:
        rule = f"a suggestion that is {answer} has a reason, one of {', '.join(codes)}"
        raise UsageError("reason", got=shown(code), rule=rule, cure="[decisions] in the config lists them")


def checked_note(text: str, *, needed: bool) -> str:
    """The note without blanks around it; "" for none.

    Raises UsageError: longer than 2,000 characters, without a word though it is needed, or nothing but signs. The text
    itself is never shown.
    """
    note = text.strip()
    if len(note) > MOST_LETTERS:
        raise UsageError("note", got=f"{len(note):,} characters", rule=f"at most {MOST_LETTERS:,}")
    if not words_of(note) and (note or needed):
        rule = "must say in words why" if needed else "must hold words, or be left out"
        raise UsageError("note", got="no words", rule=rule, cure="write a sentence")
    return note


def checked_request(request: str) -> None:
    """Passes for none, and for 8 to 64 letters, digits, - and _. Raises UsageError."""
    if request and not _REQUEST.fullmatch(request):
        raise UsageError("request", got=shown(request), rule="must be 8 to 64 letters, digits, - or _")
