"""The verb `health`: is tonight's run there and good? Yes, or one line that says why not.

It says yes only to what is proven, and no to whatever it cannot read: a monitor that hears nothing must think of the
worst. The first reason is the one that is given, in the order in which a person would look: the run, the clock, the
last start, the ages.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import PatrolcastError, shown
from patrolcast.io.encode import iso_utc
from patrolcast.io.lock import LONGEST_HOURS
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.runs.forecast.publish import CURRENT
from patrolcast.runs.nightly.clock import SKEW
from patrolcast.runs.nightly.standing import CityStanding, look_at

HEALTH_VERSION = 1


@dataclass(frozen=True)
class Health:
    """What `health` answers.

    Attributes
    ----------
    why : why it is not good, one line; "" where it is.
    standing : None where not even that could be read.
    """

    why: str
    city: str | None
    now: datetime
    max_age: timedelta
    standing: CityStanding | None = None

    @property
    def healthy(self) -> bool:
        """True when nothing speaks against it."""
        return not self.why

    @property
    def line(self) -> str:
        """One line for people and monitors."""
        if self.standing is None or not self.healthy:
            return f"not good: {self.why}"
        run = self.standing
        return f"good: {run.run_id} is published and may be used until {_stated(run.expires_at)}"

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``; every key is always there, null where it is not known or not proven."""
        run = self.standing
        last = None if run is None else run.last
        return {
            "health_version": HEALTH_VERSION,
            "healthy": self.healthy,
            "why": self.why,
            "checked_at": iso_utc(self.now),
            "max_age_hours": _hours(self.max_age),
            "city": self.city,
            "state": None if run is None else run.state,
            "run_id": None if run is None else run.run_id,
            "as_of": None if run is None else _stated(run.as_of),
            "as_of_age_hours": None if run is None or run.as_of is None else _hours(self.now - run.as_of),
            "expires_at": None if run is None else _stated(run.expires_at),
            "last_start": None if last is None else {
                "at": _stated(last.at), "exit_code": last.exit_code, "message": last.message
            },
            "last_start_age_hours": None if last is None else _hours(self.now - last.at),
            "at_work": run is not None and run.at_work,
            "disk_free_bytes": None if run is None else run.free_bytes,
            "trail": None if run is None or not run.trail_head else {
                "entries": run.trail_entries, "head": run.trail_head
            },
        }  # fmt: skip


def health_of(read: Callable[[], ConfigFile], *, runs: Path | None, now: datetime, max_age: timedelta) -> Health:
    """Whether a city's published run is there and good. Never raises an error: what cannot be read is not good.

    Parameters
    ----------
    read : reads the config.
    runs : folder of runs of all cities, instead of the config's.
    max_age : of what the published run knows, and of the last start.
    """
    city = None
    try:
        settings = read().settings
        city = settings.name
        standing = look_at(settings, settings.city_runs(runs), now=now)
        why = next(reasons_against(standing, now=now, max_age=max_age), "")
    except PatrolcastError as error:
        return Health(_one_line(str(error)), city, now, max_age)
    except Exception as error:
        return Health(f"it cannot be read ({type(error).__name__}: {shown(error)[1:-1]})", city, now, max_age)
    return Health(_one_line(why), city, now, max_age, standing)


def reasons_against(standing: CityStanding, *, now: datetime, max_age: timedelta) -> Iterator[str]:
    """Why a city does not stand well, the gravest first; nothing where it does."""
    as_of, expires_at, last = standing.as_of, standing.expires_at, standing.last
    if standing.fault or as_of is None or expires_at is None:
        yield standing.fault or "nothing is published"
        return
    if as_of > now + SKEW:
        yield f"the published run is as of {iso_utc(as_of)}, which is later than now: was the clock set back?"
    if standing.state != CURRENT:
        yield f"the published run ended at {iso_utc(expires_at)}, and no newer one is published"
    if last is None:
        yield "status.json does not say how the last start ended"
        return
    if last.at > now + SKEW:
        yield f"the last start was at {iso_utc(last.at)}, which is later than now: was the clock set back?"
    if last.exit_code:
        yield f"the last start, at {iso_utc(last.at)}, ended with exit code {last.exit_code}: {last.message}"
    yield from _of_the_holder(standing, now=now)
    if last.exit_code is not None and standing.said_published != standing.run_id:
        named = shown(standing.said_published)[1:-1]
        yield f"status.json names {named} as published, and `current` leads to another run"
    for clause, moment in (("the published run is as of", as_of), ("the last start was at", last.at)):
        if now - moment > max_age:
            yield f"{clause} {iso_utc(moment)}, {_hours(now - moment):g} hours ago; more than {_hours(max_age):g}"


def _of_the_holder(standing: CityStanding, *, now: datetime) -> Iterator[str]:
    """What is wrong with a start that has not ended."""
    last, holder = standing.last, standing.holder
    if last is None or last.exit_code is not None:
        return
    if holder is None:
        yield f"the last start, at {iso_utc(last.at)}, did not end, and no process is at work: it was killed"
    elif holder.stopped:
        yield f"the start at {iso_utc(last.at)} does not get on: process {holder.pid} is stopped"
    elif now - holder.since > timedelta(hours=LONGEST_HOURS):
        at_work = f"process {holder.pid} has been at work for more than {LONGEST_HOURS:g} hours"
        yield f"the start at {iso_utc(last.at)} does not end: {at_work}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600.0, 2)


def _stated(moment: datetime | None) -> str | None:
    return None if moment is None else iso_utc(moment)
