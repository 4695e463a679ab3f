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
) -> Taken:
    """Writes what ``event`` returns, or that it was refused and why; raises the refusal.

    Parameters
    ----------
    requests : those that were taken so far, by their id; it grows while others write.
    event : decides, with everything known that was written before.
    """
    failed, before = list[PatrolcastError](), list[Entry]()

    def decide() -> Event | None:
        if request and request in requests:
            before.append(_same(requests[request], refused))
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


def _same(known: Entry, asked: DecisionRefused) -> Entry:
    if (known.subject.run, known.subject.suggestion) != (asked.run, asked.suggestion):
        rule = "must be new for each thing that is asked"
        raise UsageError("request", got="the id of another request", rule=rule)
    return known


def _code(error: PatrolcastError) -> str:
    if isinstance(error, ConflictError):
        return error.why
    return "paused" if isinstance(error, PausedError) else "not allowed"
