"""Whether the tool is paused, as the entries of its trail say: by whom, since when, why, and who wants to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from patrolcast.domain.errors import PausedError
from patrolcast.domain.trail.events import Actor
from patrolcast.domain.trail.review_events import Paused, ResumeAsked, Resumed
from patrolcast.io.encode import iso_utc
from patrolcast.io.store.publications import entries_with_pause
from patrolcast.io.store.published_link import remove_link
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.scan import has_trail, read_entries
from patrolcast.runs.trail.opened import require_entries

PERSON, GATE, MONITOR = "person", "gate", "monitor"


@dataclass(frozen=True)
class Pause:
    """One pause.

    Attributes
    ----------
    by : "person", "gate" or "monitor".
    run : the run that was published then, and is withdrawn.
    asked_to_end : persons who want to go on, of whom one is not enough.
    """

    since: datetime
    actor: Actor
    by: str
    reason: str
    run: str | None = None
    asked_to_end: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """Who paused, as people read it."""
        return {"gate": "a check that failed", "monitor": "an alarm of the monitor"}.get(self.by, self.actor.id)

    @property
    def sentence(self) -> str:
        """Who, since when (UTC) and why, as the end of a sentence."""
        return f"paused by {self.who} since {iso_utc(self.since)}: {self.reason}"

    @property
    def facts(self) -> dict[str, str]:
        """The same for programs: ``since`` (UTC), ``by`` and ``reason``."""
        return {"since": iso_utc(self.since), "by": self.who, "reason": self.reason}

    @property
    def person(self) -> str | None:
        """The account that paused; None where no person did."""
        return self.actor.id if self.by == PERSON else None


@dataclass
class PauseState:
    """The pause that stands, how many entries say so, and the times that were paused; `learn` takes one entry more.

    Attributes
    ----------
    last : the last entry, whose hash stands for all before it.
    """

    now: Pause | None = None
    entries: int = 0
    last: Entry | None = None
    past: list[tuple[datetime, datetime]] = field(default_factory=list)

    def learn(self, entry: Entry) -> None:
        """Takes the next entry of the trail."""
        self.entries, self.last = self.entries + 1, entry
        at = datetime.fromisoformat(entry.ts_utc)
        if entry.event == Paused.name and self.now is None:
            body = entry.body
            self.now = Pause(at, entry.actor, str(body["by"]), str(body["reason"]), entry.subject.run)
        elif entry.event == ResumeAsked.name and self.now is not None:
            persons = tuple(dict.fromkeys((*self.now.asked_to_end, entry.actor.id)))
            self.now = Pause(self.now.since, self.now.actor, self.now.by, self.now.reason, self.now.run, persons)
        elif entry.event == Resumed.name and self.now is not None:
            self.past.append((self.now.since, at))
            self.now = None

    def paused_at(self, moment: datetime) -> bool:
        """True within a pause that was ended, and since one that stands."""
        stands = self.now is not None and self.now.since <= moment
        return stands or any(begin <= moment < end for begin, end in self.past)


def pause_of(runs: Path) -> Pause | None:
    """The pause that stands on the trail of a city's runs; None without one, and where there is no trail yet.

    Raises as `pause_state`.
    """
    return pause_state(runs).now


def pause_state(runs: Path) -> PauseState:
    """What every entry of the trail of a city's runs says of pauses; nothing where there is no trail yet.

    Raises TrailBrokenError, CannotWriteError, NotPermittedError: the trail cannot be read. TrailTruncatedError: entries
    are missing, and a pause was among them.
    """
    state, least = PauseState(), entries_with_pause(runs)  # asked first: somebody may pause while the trail is read
    folder = trail_folder(runs)
    for entry in read_entries(folder) if has_trail(folder) else ():
        state.learn(entry)
    require_entries(state.entries, least, when="when the tool was paused")
    return state


def require_not_paused(runs: Path, city: str) -> None:
    """Raises PausedError where a pause stands, and what `pause_of` raises.

    A process that was killed while it paused may have left `current`: it is taken away then.
    """
    if (pause := pause_of(runs)) is not None:
        remove_link(runs)
        raise paused_error(city, pause)


def paused_error(city: str, pause: Pause) -> PausedError:
    """Who paused, since when and why, in one line."""
    rule, cure = "nothing is forecast, published or decided meanwhile", "two persons end it: `patrolcast resume CONFIG`"
    return PausedError(city, got=pause.sentence, rule=rule, cure=cure)
