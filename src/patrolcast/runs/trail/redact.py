"""Removing a personal text under a rule, by the account that asks for it."""

from patrolcast.domain.errors import UsageError, shown
from patrolcast.domain.settings.reasons import words_of
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.io.trail import Trail
from patrolcast.io.trail.checkpoints import copy_folders
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.keys import trail_key
from patrolcast.io.trail.machine import account
from patrolcast.io.trail.scan import has_trail
from patrolcast.runs.trail.find import CityTrail


def redact_entry(trail: CityTrail, seq: int, *, rule: str) -> Entry:
    """Removes the text of entry ``seq``; returns the entry that says so.

    Raises UsageError: the rule says nothing, or the entry has no text. TrailBrokenError, CannotWriteError and the like.
    """
    if len(words_of(rule)) < 2:
        raise UsageError("--rule", got=shown(rule), rule="must say in words why, and by what right")
    if not has_trail(trail.folder):
        raise UsageError(
            "the audit trail", got="no trail", rule="must be there", cure="name the config of a city that has run"
        )
    key, copies = trail_key(trail.runs), copy_folders(trail.copies)
    with Trail(trail.folder, city=trail.city, actor=account(OPERATOR), key=key, copies=copies) as opened:
        return opened.redact(seq, rule=rule)
