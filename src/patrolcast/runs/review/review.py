"""Opening what is published, answering it, recording visits: the calls of the console and of the verbs.

Each call first closes the shifts that are over. An answer is checked and written under the lock of the trail, so of two
at once one wins; the other is refused (ConflictError), and both stand on the trail.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from patrolcast.domain.errors import (
    ConflictError,
    DataRefusedError,
    PausedError,
    UnknownError,
    UsageError,
    shown,
)
from patrolcast.domain.settings import Settings
from patrolcast.domain.trail import Actor, Event
from patrolcast.domain.trail.review_events import Decided, DecisionRefused, VisitsRecorded
from patrolcast.io.encode import iso_utc
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import publication_fault
from patrolcast.io.trail import Trail
from patrolcast.io.trail.entry import Entry
from patrolcast.patrol import decisions
from patrolcast.patrol.decisions import Change, Moment, Offer
from patrolcast.runs.review.closing import CLOCK, next_closing, over_at, shifts_of
from patrolcast.runs.review.offers import OfferedRun, read_offers
from patrolcast.runs.review.state import ReviewState
from patrolcast.runs.review.table import suggestions_table
from patrolcast.runs.review.taking import Taken, taken
from patrolcast.runs.review.words import checked_note, checked_reason, checked_request
from patrolcast.runs.trail.pauses import paused_error

COMMAND = "command"


class Review:
    """The suggestions of a city's runs, opened for answering; see :func:`opened_review`. Safe to share between threads.

    Each method raises PatrolcastError, one line: TrailBrokenError, CannotWriteError and the like among them, and then
    nothing was taken.
    """

    def __init__(self, settings: Settings, runs: Path, trail: Trail, state: ReviewState) -> None:
        self.settings, self.runs, self.trail, self.state = settings, runs, trail, state
        self._offered: dict[str, OfferedRun] = {}

    def close_shifts(self, *, now: datetime) -> list[Entry]:
        """Closes every shift that is over; the entries written. A run that was removed or changed is left out."""
        written = []
        late = self.settings.decisions.late_hours
        self.trail.append_decided(lambda: None)  # what others wrote meanwhile
        for publication in list(self.state.publications):
            run = self._offered_or_none(publication.run)
            for start, end, offers in () if run is None else shifts_of(run):
                if over_at(publication, start, end, now=now, late_hours=late):
                    what_is_next = partial(next_closing, self.state, publication, start, offers)
                    while (entry := self.trail.append_decided(what_is_next, actor=CLOCK)) is not None:
                        written.append(entry)
        return written

    def open_suggestions(self, *, now: datetime, district: str | None = None, run: str | None = None) -> pd.DataFrame:
        """Suggestions with what became of them (:data:`~patrolcast.runs.review.table.STATE_COLUMNS`).

        Parameters
        ----------
        run : None: what is published now, in shifts that are not over; else every suggestion of that run.

        Raises PausedError: the tool is paused, and no run was named.
        """
        self.close_shifts(now=now)
        if run is None:
            self.require_not_paused()
            published = self._published_now()
            offered = None if published is None else self.offered(published)
            if offered is None or now >= offered.expires_at:
                return suggestions_table(None, self.state)
            table = suggestions_table(offered, self.state)
            table = table[table["shift_end"] > pd.Timestamp(now)]
        else:
            table = suggestions_table(self.offered(run), self.state)
        return (table if district is None else table[table["district"] == district]).reset_index(drop=True)

    def decide(
        self,
        run: str,
        suggestion: str,
        *,
        answer: str,
        reason_code: str,
        note: str = "",
        actor: Actor,
        change: Change | None = None,
        now: datetime,
        decided_at: datetime | None = None,
        source: str = COMMAND,
        request: str = "",
    ) -> Taken:
        """Takes an answer: "accepted", "amended" or "declined".

        Parameters
        ----------
        note : free text; kept beside the chain, and can be redacted.
        decided_at : for what was decided before, and is handed in later; None: now.
        request : an id of the asker's; the same one again returns what it did.

        Raises
        ------
        ConflictError
            another was first, the run was withdrawn or has expired, the shift is over, the budget is spent.
        NotAllowedError, PausedError
            not in this role; the tool is paused.
        UsageError
            no such answer, reason or change. UnknownError: no such run or suggestion.
        """
        checked_reason(self.settings.decisions, answer, reason_code)
        note = checked_note(note, needed=reason_code in self.settings.decisions.note_needed)
        checked_request(request)
        at = decided_at or now
        self.close_shifts(now=now)
        offered = self.offered(run)
        offer = offered.offer(suggestion)

        def event() -> Event:
            decisions.require_person(actor.id, actor.role, may=decisions.MAY_DECIDE, what="a decision")
            if decided_at is None:
                self.require_not_paused()
            elif self.state.pause.paused_at(at):
                raise PausedError(f"suggestion {suggestion}", got="an answer given while the tool was paused")
            moment = self._moment(offered, offer, at=at, live=decided_at is None, moves=change is not None)
            then = decisions.answered(offer, answer, change, moment)
            later = "" if then.not_before is None else iso_utc(then.not_before)
            return Decided(
                run, suggestion, offer.cell, answer, reason_code, iso_utc(at), then.minutes, then.cell, later, source,
                request, note,
            )  # fmt: skip

        refused = DecisionRefused(run, suggestion, answer, reason_code, "", source, note)
        same = {"decision": answer, "reason": reason_code, **_changed(change)}
        return taken(self.trail, self.state.requests, event, refused, actor=actor, request=request, same=same)

    def deliver(
        self,
        run: str,
        suggestion: str,
        *,
        visits: int,
        minutes: float,
        activity: str,
        note: str = "",
        actor: Actor,
        now: datetime,
        source: str = COMMAND,
        request: str = "",
        once: bool = False,
    ) -> Taken:
        """Records visits that took place; several records of one suggestion add up. Raises as `decide`.

        Parameters
        ----------
        minutes : of all these visits together.
        once : they are all that this source knows: a second record of it is a conflict.
        """
        known = self.settings.decisions.activities
        if activity not in known:
            raise UsageError("activity", got=shown(activity), rule=f"must be one of {', '.join(known)}")
        note = checked_note(note, needed=activity in self.settings.decisions.note_needed)
        checked_request(request)
        self.close_shifts(now=now)
        offered = self.offered(run)
        offer = offered.offer(suggestion)

        def event() -> Event:
            decisions.require_person(actor.id, actor.role, may=decisions.MAY_DELIVER, what="a visit")
            late = self.settings.decisions.late_delivery_hours
            state = self.state.state(run, suggestion)
            decisions.require_delivered(offer, state, visits=visits, minutes=minutes, at=now, late_hours=late)
            if once and any(
                delivery.body["source"] == source for delivery in self.state.deliveries.get((run, suggestion), ())
            ):
                rule = f"{source} says once what was delivered"
                raise ConflictError(f"suggestion {suggestion}", why="delivered", got="other visits before", rule=rule)
            cell = str(self.state.answer(run, suggestion)["to_cell"])
            return VisitsRecorded(run, suggestion, cell, visits, float(minutes), activity, source, request, note)

        refused = DecisionRefused(run, suggestion, "delivered", activity, "", source, note)
        same = {"visits": visits, "minutes": float(minutes), "activity": activity}
        return taken(self.trail, self.state.requests, event, refused, actor=actor, request=request, same=same)

    def offered(self, run: str) -> OfferedRun:
        """A run that was published. Raises UnknownError: none of that name was. DataRefusedError: it was changed."""
        if run not in self._offered:
            published = {publication.run: publication.manifest_sha256 for publication in self.state.publications}
            if run not in published:
                rule, cure = "must be the id of a run that was published", "`patrolcast status CONFIG` names it"
                raise UnknownError("run", got=shown(run), rule=rule, cure=cure)
            self._offered[run] = read_offers(self.runs, run, published[run])
        return self._offered[run]

    def require_not_paused(self) -> None:
        """Raises PausedError, saying who paused, since when and why."""
        if (pause := self.state.pause.now) is not None:
            raise paused_error(self.settings.name, pause)

    def _offered_or_none(self, run: str) -> OfferedRun | None:
        try:
            return self.offered(run)
        except (DataRefusedError, OSError):
            return None

    def _moment(self, offered: OfferedRun, offer: Offer, *, at: datetime, live: bool, moves: bool) -> Moment:
        """What holds at the moment of an answer; asked under the lock of the trail."""
        published = self._published_now() if live else self.state.published_at(at)
        standing = "withdrawn" if published != offer.run else "expired" if at >= offered.expires_at else "published"
        others = [other for other in offered.of_district(offer) if other.suggestion != offer.suggestion]
        left = offer.budget - sum(self._minutes(other) for other in others)
        cells = offered.cells_beside(offer) - self._moved_to(offer) if moves else frozenset[str]()
        return Moment(at, self.state.state(offer.run, offer.suggestion), standing, left, cells)

    def _published_now(self) -> str | None:
        """The run that is published, if every file of it is what was published: people answer what they read there."""
        folder = run_store.current_run(self.runs)
        whole = folder is not None and not publication_fault(folder) and run_store.verified_manifest(folder) is not None
        return folder.name if folder is not None and whole else None

    def _minutes(self, offer: Offer) -> float:
        """What a suggestion has of the budget: what was decided, else what was suggested."""
        state = self.state.state(offer.run, offer.suggestion)
        if state == decisions.UNANSWERED:
            return offer.minutes
        return float(self.state.answer(offer.run, offer.suggestion).get("minutes", 0.0))

    def _moved_to(self, offer: Offer) -> set[str]:
        """Cells to which another suggestion of the shift was moved."""
        of_shift = [
            other for other in self.offered(offer.run).offers.values() if other.shift_start == offer.shift_start
        ]
        return {str(self.state.answer(other.run, other.suggestion).get("to_cell", "")) for other in of_shift}


def _changed(change: Change | None) -> dict[str, Any]:
    """What the entry of an amendment says of what it changes."""
    if change is None:
        return {}
    later = None if change.not_before is None else iso_utc(change.not_before)
    fields = {"minutes": change.minutes, "to_cell": change.cell, "not_before": later}
    return {key: value for key, value in fields.items() if value is not None}
