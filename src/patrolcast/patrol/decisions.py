"""Which answer to a suggestion is legal, from which state, and by whom. Pure: no clock, no file, no config.

::

    unanswered --accept--> accepted --visits--> delivered
               --amend---> amended  --visits--> delivered
               --decline-> declined
               --(the shift ended)--> not_actioned

A person and a reason stand behind every answer but the last. An answer is final: a second one, of whomever, is a
conflict. An amendment stays within the district's budget of the shift, within the area, and within the shift.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from patrolcast.domain.errors import ConflictError, NotAllowedError, UsageError, shown

ACCEPTED, AMENDED, DECLINED = "accepted", "amended", "declined"
NOT_ACTIONED, UNANSWERED = "not_actioned", "unanswered"
ANSWERS = (ACCEPTED, AMENDED, DECLINED)
SUPERVISOR, OFFICER, RECORDS = "supervisor", "officer", "records"
"""Roles: who decides, who patrols, who hands in what another system recorded. No machine has one of them."""
MAY_DECIDE = frozenset({SUPERVISOR, RECORDS})
MAY_DELIVER = frozenset({SUPERVISOR, OFFICER, RECORDS})
MOST_VISITS, MOST_VISIT_MINUTES = 50, 24 * 60.0
LEAST_MINUTES = 1.0
"""Less is no patrol: such an amendment would be a refusal that counts as followed."""


@dataclass(frozen=True)
class Offer:
    """A suggestion as a run published it.

    Attributes
    ----------
    minutes : patrol minutes suggested; budget : those of its district and shift, all suggestions together.
    """

    run: str
    suggestion: str
    district: str
    area: str
    cell: str
    shift_start: datetime
    shift_end: datetime
    minutes: float
    budget: float


@dataclass(frozen=True)
class Change:
    """What an amendment changes; None leaves it as it was suggested.

    Attributes
    ----------
    minutes : 1 or more. cell : another cell of the area. not_before : a later start within the shift, still to come,
        with zone.
    """

    minutes: float | None = None
    cell: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What then holds: minutes, cell, and the start where it was moved."""

    decision: str
    minutes: float
    cell: str
    not_before: datetime | None = None


@dataclass(frozen=True)
class Moment:
    """What held at the moment of an answer.

    Attributes
    ----------
    state : of the suggestion: "unanswered", or how it was answered.
    standing : "published", "withdrawn" or "expired", of its run.
    minutes_left : of the budget, when every other suggestion of district and shift keeps what it has.
    cells : those to which it may be moved.
    """

    at: datetime
    state: str
    standing: str
    minutes_left: float
    cells: Collection[str] = ()


def answered(offer: Offer, decision: str, change: Change | None, moment: Moment) -> Answer:
    """The answer that then holds.

    Raises
    ------
    ConflictError
        answered before, withdrawn, expired, not in its time, beyond the budget, or in a place that it may not move to.
    UsageError
        no answer at all, or a change that is none, or one where nothing is to be changed.
    """
    if decision not in ANSWERS:
        raise UsageError("decision", got=shown(decision), rule=f"must be one of {', '.join(ANSWERS)}")
    _require_change(decision, change)
    _require_open(offer, moment)
    if decision == DECLINED:
        return Answer(DECLINED, 0.0, "")
    minutes = offer.minutes if change is None or change.minutes is None else change.minutes
    _require_budget(offer, minutes, moment.minutes_left)
    if change is None:
        return Answer(ACCEPTED, minutes, offer.cell)
    cell = offer.cell if change.cell is None else change.cell
    if cell != offer.cell and cell not in moment.cells:
        raise ConflictError(
            f"suggestion {offer.suggestion}",
            why="place",
            got=f"cell {shown(cell)[1:-1]}",
            rule=f"may move to a cell in or beside area {offer.area} that has no suggestion and is not held back",
            cure="name another cell, or decline it",
        )
    if change.not_before is not None:
        _require_within(offer, change.not_before, minutes, at=moment.at)
    answer = Answer(AMENDED, minutes, cell, change.not_before)
    if (minutes, cell, change.not_before) == (offer.minutes, offer.cell, None):
        raise UsageError("amendment", got="what was suggested", rule="must change something", cure="accept it instead")
    return answer


def require_person(person: str, role: str, *, may: Collection[str], what: str) -> None:
    """Passes for a named account in one of the roles ``may``.

    Raises NotAllowedError.
    """
    if not person.strip() or role not in may:
        got = f"role {shown(role)[1:-1]}" if person.strip() else "nobody"
        roles = " or ".join(sorted(may))
        raise NotAllowedError(what, got=got, rule=f"takes a person in the role {roles}", cure="ask one of them")


def require_delivered(
    offer: Offer, state: str, *, visits: int, minutes: float, at: datetime, late_hours: float
) -> None:
    """Passes for visits that can have taken place for this suggestion.

    Raises
    ------
    ConflictError
        nobody accepted it, its shift has not begun, or it is too late.
    UsageError
        no number of visits or minutes.
    """
    what = f"suggestion {offer.suggestion}"
    if not 1 <= visits <= MOST_VISITS:
        raise UsageError("visits", got=str(visits), rule=f"must be 1 to {MOST_VISITS}")
    if not 0.0 <= minutes <= MOST_VISIT_MINUTES:
        raise UsageError("minutes", got=f"{minutes:g}", rule=f"must be 0 to {MOST_VISIT_MINUTES:g}")
    if state not in {ACCEPTED, AMENDED}:
        rule = "visits are recorded for what was accepted or amended"
        raise ConflictError(what, why="not accepted", got=state, rule=rule, cure="decide first")
    if at < offer.shift_start:
        raise ConflictError(
            what, why="not yet", got="a shift that has not begun", rule="visits are recorded afterwards"
        )
    if at > offer.shift_end + timedelta(hours=late_hours):
        rule = f"visits are handed in within {late_hours:g} hours of the shift's end"
        raise ConflictError(what, why="shift over", got="a shift long over", rule=rule)


def _require_change(decision: str, change: Change | None) -> None:
    if (decision == AMENDED) != (change is not None):
        rule = "an amendment says what changes, and no other answer does"
        raise UsageError("decision", got=decision, rule=rule, cure="name minutes, another cell or a later start")


def _require_open(offer: Offer, moment: Moment) -> None:
    what = f"suggestion {offer.suggestion}"
    if moment.state != UNANSWERED:
        got, rule = f"{moment.state.replace('_', ' ')} before", "an answer is final"
        raise ConflictError(what, why="decided", got=got, rule=rule, cure="look at it again")
    if moment.standing != "published":
        rule = "only what is published and not expired is answered"
        raise ConflictError(what, why=moment.standing, got=f"a run that is {moment.standing}", rule=rule)
    if moment.at >= offer.shift_end:
        raise ConflictError(what, why="shift over", got="a shift that is over", rule="it is answered within its shift")


def _require_budget(offer: Offer, minutes: float, minutes_left: float) -> None:
    if minutes != offer.minutes and not LEAST_MINUTES <= minutes < float("inf"):
        rule = f"must be {LEAST_MINUTES:g} or more"
        raise UsageError("minutes", got=f"{minutes:g}", rule=rule, cure="decline it instead")
    if minutes > minutes_left + 1e-9:
        raise ConflictError(
            f"suggestion {offer.suggestion}",
            why="budget",
            got=f"{minutes:g} minutes",
            rule=f"district {offer.district} has {max(minutes_left, 0.0):g} of its {offer.budget:g} left for it",
            cure="decline or shorten another one first",
        )


def _require_within(offer: Offer, start: datetime, minutes: float, *, at: datetime) -> None:
    if start.tzinfo is None:
        raise UsageError("later start", got="a time without zone", rule="must have a zone")
    latest = offer.shift_end - timedelta(minutes=minutes)  # not start + minutes, which may lie beyond the year 9999
    if not max(offer.shift_start, at) < start <= latest:
        raise ConflictError(
            f"suggestion {offer.suggestion}",
            why="shift over",
            got=f"a start at {start.isoformat(timespec='minutes')}",
            rule="must be still to come, after the shift's start, and leave its minutes before the end",
            cure="name another one",
        )
