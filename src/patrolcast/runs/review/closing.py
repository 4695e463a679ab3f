"""Shifts that are over: what nobody answered is written down as not actioned, and the shift as closed.

Every call of `runs/review` does it first, and so does the night; so the record does not hang on anybody's remembering.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from patrolcast.domain.trail import Actor, Event
from patrolcast.domain.trail.review_events import NotActioned, ShiftClosed
from patrolcast.io.encode import iso_utc
from patrolcast.patrol.decisions import ACCEPTED, AMENDED, DECLINED, NOT_ACTIONED, UNANSWERED, Offer
from patrolcast.runs.review.offers import OfferedRun
from patrolcast.runs.review.state import Publication, ReviewState

CLOCK = Actor(id="patrolcast", role="clock", auth="none")
"""Who writes that nobody answered: no person."""


def over_at(publication: Publication, start: datetime, end: datetime, *, now: datetime, late_hours: float) -> bool:
    """True for a shift that is to be closed: the run was the published one within it, and it is over.

    A past night that was made and published afterwards was never anybody's to answer: it is left out. (Where the clock
    of the trail is ahead of ``now`` a past night is replayed, and its as_of counts.)
    """
    in_its_time = publication.recorded < end or publication.recorded > now
    replaced = publication.until is not None and publication.until <= start
    return in_its_time and publication.since < end and not replaced and now >= end + timedelta(hours=late_hours)


def shifts_of(run: OfferedRun) -> Iterator[tuple[datetime, datetime, list[Offer]]]:
    """Start, end and suggestions of each shift, in order."""
    by_shift: dict[tuple[datetime, datetime], list[Offer]] = {}
    for offer in run.offers.values():
        by_shift.setdefault((offer.shift_start, offer.shift_end), []).append(offer)
    for start, end in sorted(by_shift):
        yield start, end, by_shift[start, end]


def next_closing(state: ReviewState, publication: Publication, start: datetime, offers: list[Offer]) -> Event | None:
    """What is still to be written of a shift that is over; None where it is closed."""
    run = publication.run
    if (run, iso_utc(start)) in state.closed:
        return None
    for offer in offers:
        if state.state(run, offer.suggestion) == UNANSWERED:
            replaced = publication.until is not None and publication.until < offer.shift_end
            why = "another run replaced it within the shift" if replaced else "the shift ended without an answer"
            return NotActioned(run, offer.suggestion, offer.cell, iso_utc(offer.shift_end), why)
    counts = Counter(state.state(run, offer.suggestion) for offer in offers)
    answers = (counts[answer] for answer in (ACCEPTED, AMENDED, DECLINED, NOT_ACTIONED))
    return ShiftClosed(run, iso_utc(start), iso_utc(offers[0].shift_end), len(offers), *answers)
