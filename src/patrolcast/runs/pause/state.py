"""Whether the tool is paused, as the entries of its trail say: by whom, since when, why, and who wants to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from patrolcast.domain.trail.events import Actor
from patrolcast.domain.trail.review_events import Paused, ResumeAsked, Resumed
from patrolcast.io.trail.entry import Entry


@dataclass(frozen=True)
class Pause:
    """One pause.

    Attributes
    ----------
    by : "person", "gate" or "monitor".
    run : the run that was published then, and is withdrawn.
    asked : persons who want to go on, of whom one is not enough.
    """

    since: datetime
    actor: Actor
    by: str
    reason: str
    run: str | None = None
    asked: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """Who paused, as people read it."""
        return {"gate": "a check", "monitor": "the monitor's alarm"}.get(self.by, self.actor.id)


@dataclass
class PauseState:
    """The pause that stands, and the times that were paused; `learn` takes one entry more."""

    now: Pause | None = None
    past: list[tuple[datetime, datetime]] = field(default_factory=list)

    def learn(self, entry: Entry) -> None:
        """Takes the next entry of the trail."""
        at = datetime.fromisoformat(entry.ts_utc)
        if entry.event == Paused.name and self.now is None:
            body = entry.body
            self.now = Pause(at, entry.actor, str(body["by"]), str(body["reason"]), entry.subject.run)
        elif entry.event == ResumeAsked.name and self.now is not None:
            asked = tuple(dict.fromkeys((*self.now.asked, entry.actor.id)))
            self.now = Pause(self.now.since, self.now.actor, self.now.by, self.now.reason, self.now.run, asked)
        elif entry.event == Resumed.name and self.now is not None:
            self.past.append((self.now.since, at))
            self.now = None

    def paused_at(self, moment: datetime) -> bool:
        """True within a pause that was ended, and since one that stands."""
        stands = self.now is not None and self.now.since <= moment
        return stands or any(begin <= moment < end for begin, end in self.past)
