"""What people leave on the trail: decisions, visits, closed shifts, pauses; fields as in `events`.

``text`` is the note of a person, kept beside the chain. Reasons of decisions are codes. The reason of a pause is a
statement of the department: it stands in the line for good and is shown, so it names nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from patrolcast.domain.trail.events import Event, Published


@dataclass(frozen=True)
class Decided(Event):
    """A person answered a suggestion.

    Attributes
    ----------
    decision : "accepted", "amended" or "declined".
    minutes, to_cell, not_before : what then holds; 0, "" and "" where it was declined.
    source : where it was decided: "command", "console", "import".
    request : the id that the asker gave it, so that it counts once; "" without one.
    """

    name = "review.decision"
    run: str
    suggestion: str
    cell: str
    decision: str
    reason: str
    decided_at: str
    minutes: float
    to_cell: str
    not_before: str
    source: str
    request: str
    text: str = ""


@dataclass(frozen=True)
class DecisionRefused(Event):
    """Somebody tried to answer, or to record a visit, and was refused; ``why`` is a code."""

    name = "review.refused"
    run: str
    suggestion: str
    asked: str
    reason: str
    why: str
    source: str
    text: str = ""


@dataclass(frozen=True)
class NotActioned(Event):
    """A shift ended and nobody had answered."""

    name = "review.not_actioned"
    run: str
    suggestion: str
    cell: str
    shift_end: str
    why: str


@dataclass(frozen=True)
class ShiftClosed(Event):
    """Every suggestion of a shift has its final answer; their number is the sum of the four."""

    name = "shift.closed"
    run: str
    shift_start: str
    shift_end: str
    suggestions: int
    accepted: int
    amended: int
    declined: int
    not_actioned: int


@dataclass(frozen=True)
class VisitsRecorded(Event):
    """Visits that took place for a suggestion; several entries add up."""

    name = "dosage.recorded"
    run: str
    suggestion: str
    cell: str
    visits: int
    minutes: float
    activity: str
    source: str
    request: str
    text: str = ""


@dataclass(frozen=True)
class Paused(Event):
    """Publication stops; ``run`` was published and is withdrawn. ``by`` is "person", "gate" or "monitor"."""

    name = "pause.begun"
    by: str
    reason: str
    run: str | None = None


@dataclass(frozen=True)
class ResumeAsked(Event):
    """One person wants to go on; it takes a second."""

    name = "pause.end_asked"
    reason: str


@dataclass(frozen=True)
class Resumed(Event):
    """Publication goes on; ``persons`` are the two, ``run`` is shown as published again where it is still valid."""

    name = "pause.ended"
    reason: str
    persons: tuple[str, ...]
    run: str | None = None


@dataclass(frozen=True)
class PauseRefused(Event):
    """Somebody tried to pause or to resume and may not."""

    name = "pause.refused"
    asked: str
    why: str


def withdrawing_pause(events: Iterable[str]) -> int | None:
    """Position of the pause that withdrew a run, among the names of the events about it in their order.

    None where no pause did, or a later event shows the run as published again.

    >>> withdrawing_pause(["suggestion.published", "pause.begun"]), withdrawing_pause(["pause.begun", "pause.ended"])
    (1, None)
    """
    latest = None
    for position, name in enumerate(events):
        if name in {Published.name, Paused.name, Resumed.name}:
            latest = position if name == Paused.name else None
    return latest


def stated_manifest(bodies: Iterable[Mapping[str, Any]]) -> str | None:
    """SHA-256 of a run's manifest as the last entry about it that states one has it; None where none does.

    Parameters
    ----------
    bodies : of the entries about one run, in their order.

    >>> stated_manifest([{"manifest_sha256": "ab"}, {"manifest_sha256": "cd"}, {"reason": "harm"}])
    'cd'
    """
    latest = None
    for body in bodies:
        if body.get("manifest_sha256") is not None:
            latest = str(body["manifest_sha256"])
    return latest
