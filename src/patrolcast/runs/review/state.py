"""What the entries of a trail say of decisions: each is learned once, in order; the sum is what stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from patrolcast.domain.trail.events import Published
from patrolcast.domain.trail.review_events import Decided, NotActioned, ShiftClosed, VisitsRecorded
from patrolcast.io.trail.entry import Entry
from patrolcast.patrol.decisions import NOT_ACTIONED, UNANSWERED
from patrolcast.runs.trail.pauses import PauseState

Key = tuple[str, str]
"""Run and suggestion."""


@dataclass(frozen=True)
class Publication:
    """A run and the moments between which it is the published one; ``until`` is None for the last.

    Attributes
    ----------
    since : its as_of: what a run says counts from then on. recorded : when it was published, by the clock.
    """

    run: str
    manifest_sha256: str
    since: datetime
    recorded: datetime
    until: datetime | None = None


@dataclass
class ReviewState:
    """Everything that was answered, delivered, closed and paused so far; `learn` takes one entry more."""

    publications: list[Publication] = field(default_factory=list)
    answers: dict[Key, Entry] = field(default_factory=dict)
    deliveries: dict[Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    requests: dict[str, Entry] = field(default_factory=dict)
    closed: set[tuple[str, str]] = field(default_factory=set)
    pause: PauseState = field(default_factory=PauseState)

    def learn(self, entry: Entry) -> None:
        """Takes the next entry of the trail."""
        self.pause.learn(entry)
        key = (entry.subject.run or "", entry.subject.suggestion or "")
        if entry.event == Published.name:
            self._published(entry)
        elif entry.event in {Decided.name, NotActioned.name}:
            self.answers[key] = entry
        elif entry.event == VisitsRecorded.name:
            self.deliveries[key].append(entry)
        elif entry.event == ShiftClosed.name:
            self.closed.add((key[0], str(entry.body["shift_start"])))
        if request := entry.body.get("request"):
            self.requests[str(request)] = entry

    def state(self, run: str, suggestion: str) -> str:
        """The answer that stands: "unanswered" without one."""
        entry = self.answers.get((run, suggestion))
        if entry is None:
            return UNANSWERED
        return NOT_ACTIONED if entry.event == NotActioned.name else str(entry.body["decision"])

    def answer(self, run: str, suggestion: str) -> dict[str, Any]:
        """What the answer that stands says; empty without one."""
        entry = self.answers.get((run, suggestion))
        return {} if entry is None else entry.body

    def published_at(self, moment: datetime) -> str | None:
        """The run that was the published one at a moment."""
        for publication in reversed(self.publications):
            if publication.since <= moment and (publication.until is None or moment < publication.until):
                return publication.run
        return None

    def _published(self, entry: Entry) -> None:
        since = datetime.fromisoformat(str(entry.body["as_of"]))
        recorded = datetime.fromisoformat(entry.ts_utc)
        if self.publications and self.publications[-1].until is None:
            last = self.publications.pop()
            until = max(since, last.since)
            self.publications.append(Publication(last.run, last.manifest_sha256, last.since, last.recorded, until))
        sha256 = str(entry.body["manifest_sha256"])
        self.publications.append(Publication(entry.subject.run or "", sha256, since, recorded))
