"""Taking what a person asks for: checked and written under one lock; a refusal is written too, and then raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from patrolcast.domain.errors import ConflictError, NotAllowedError, PatrolcastError, PausedError, UsageError
from patrolcast.domain.trail import Actor, Event
from patrolcast.domain.trail.review_events import DecisionRefused
from patrolcast.io.trail import Trail
from patrolcast.io.trail.entry import Entry

IMPORT = "import"
"""Source of what a file says: its requests are made of its rows, so they are the same whoever hands it in."""


@dataclass(frozen=True)
class Taken:
    """What stands on the trail now; ``repeated``: the same request was taken before, and nothing was written."""

    entry: Entry
    repeated: bool

    @property
    def body(self) -> Mapping[str, Any]:
        """What the entry says."""
        return self.entry.body


def taken(
    trail: Trail,
    requests: Mapping[str, Entry],
    event: Callable[[], Event],
    refused: DecisionRefused,
    *,
    actor: Actor,
    request: str,
    same: Mapping[str, Any],
) -> Taken:
    """Writes what ``event`` returns, or that it was refused and why; raises the refusal.

    Parameters
    ----------
    requests : those that were taken so far, by their id; it grows while others write. Only the same account that asks
        the same again learns that it was taken before (of a file: any account); anything else under that id is
        refused (UsageError), since whoever asked would believe that it was done.
    same : what the entry of the same request says, by key.
    event : decides, with everything known that was written before.
    """
    failed, before = list[PatrolcastError](), list[Entry]()

    def decide() -> Event | None:
        if request and request in requests:
            before.append(_before(requests[request], refused, same, actor))
            return None
        try:
            return event()
        except (ConflictError, NotAllowedError, PausedError) as error:
            failed.append(error)
            return replace(refused, why=_code(error))

    entry = trail.append_decided(decide, actor=actor)
    if failed:
        raise failed[0]
    return Taken(before[0] if entry is None else entry, repeated=entry is None)


def _before(known: Entry, attempt: DecisionRefused, same: Mapping[str, Any], actor: Actor) -> Entry:
    of_the_same = (known.subject.run, known.subject.suggestion) == (attempt.run, attempt.suggestion)
    says_it = {key: known.body.get(key) for key in same} == same
    if not of_the_same or not says_it or (known.actor.id != actor.id and attempt.source != IMPORT):
        rule = "must be new for each thing that is asked"
        raise UsageError("request", got="the id of another request", rule=rule)
    return known


def _code(error: PatrolcastError) -> str:
    if isinstance(error, ConflictError):
        return error.why
    return "paused" if isinstance(error, PausedError) else "not allowed"
