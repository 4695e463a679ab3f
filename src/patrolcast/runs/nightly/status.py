"""The verb `status`: a city's nights for the person who is on duty.

What is published and until when, the last start and what became of it, the next, and what is open. It says only what
can be known from here: a timer's calendar is not patrolcast's, and a killed start is seen by a lock nobody holds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from patrolcast.domain.records import GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.io.encode import iso_utc
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.publish import EXPIRED
from patrolcast.runs.forecast.stored_runs import stopping_gates
from patrolcast.runs.nightly.standing import CityStanding, look_at

STATUS_VERSION = 1
MOST_STOPPED = 5
NEXT_START = (
    "not known to patrolcast, which is started by a timer or by cron: `systemctl list-timers patrolcast.timer` or the "
    "crontab has it"
)


@dataclass(frozen=True)
class OpenFinding:
    """What a person should look at: a sentence, of which the names of checks are facts, so that a page may call them.

    Attributes
    ----------
    before, after : what stands around the names; without ``checks`` all of it is in ``before``.
    """

    before: str
    checks: tuple[str, ...] = ()
    after: str = ""

    def __str__(self) -> str:
        return self.called(str)

    def called(self, name_of: Callable[[str], str]) -> str:
        """The sentence with each check under the name that ``name_of`` gives it."""
        return f"{self.before}{', '.join(map(name_of, self.checks))}{self.after}"


@dataclass(frozen=True)
class CityStatus:
    """A city's nights as `status` shows them.

    Attributes
    ----------
    became : what became of the last start: "ended well", "failed", "at work", "stopped", "killed", "unknown".
    open_findings : the published run's first.
    """

    title: str
    timezone: str
    now: datetime
    standing: CityStanding
    became: str
    open_findings: tuple[OpenFinding, ...]

    def lines(self) -> list[str]:
        """For people, times in the agency's zone."""
        return [
            self.title,
            f"  published    {self._published()}",
            f"  last start   {self._last_start()}",
            f"  next start   {NEXT_START}",
            f"  pause        {self._pause()}",
            *(f"  {'open' if n == 0 else '':<13}{text}" for n, text in enumerate(self.open_findings or ("nothing",))),
        ]

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``; every key is always there."""
        run, last = self.standing, self.standing.last
        return {
            "status_version": STATUS_VERSION,
            "title": self.title,
            "timezone": self.timezone,
            "checked_at": iso_utc(self.now),
            "state": run.state,
            "fault": run.fault,
            "run_id": run.run_id,
            "as_of": None if run.as_of is None else iso_utc(run.as_of),
            "expires_at": None if run.expires_at is None else iso_utc(run.expires_at),
            "last_start": None if last is None else {
                "at": iso_utc(last.at), "exit_code": last.exit_code, "message": last.message, "became": self.became,
            },
            "next_start": None,
            "pause": None if run.pause is None else {**run.pause.facts, "asked_to_end": list(run.pause.asked_to_end)},
            "open": [str(finding) for finding in self.open_findings],
        }  # fmt: skip

    def _published(self) -> str:
        run = self.standing
        if run.as_of is None or run.expires_at is None:
            return f"nothing that may be used: {run.fault}"
        until = f"may be used until {self._local(run.expires_at)}"
        if run.state == EXPIRED:
            until = f"EXPIRED at {self._local(run.expires_at)}: not to be used"
        return f"{run.run_id}, as of {self._local(run.as_of)}; {until}"

    def _pause(self) -> str:
        pause = self.standing.pause
        if pause is None:
            return "not paused"
        persons = " and ".join(pause.asked_to_end)
        wish = f"; {persons} wants to go on: it takes a second person" if persons else ""
        return f"PAUSED by {pause.who} at {self._local(pause.since)}: {pause.reason}{wish}"

    def _last_start(self) -> str:
        last, holder = self.standing.last, self.standing.holder
        if last is None:
            return "not known: status.json does not say"
        at = self._local(last.at)
        if self.became == "killed":
            return f"{at}: it did not end and no process is at work: it was killed; the next start clears up after it"
        if holder is not None and last.exit_code is None:
            return f"{at}: {self.became} (process {holder.pid})"
        return f"{at}: {last.message}" if last.exit_code == 0 else f"{at}: exit code {last.exit_code}: {last.message}"

    def _local(self, moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(self.timezone)):%a %d %b %Y %H:%M %Z}"


def status_of(settings: Settings, runs: Path, *, now: datetime) -> CityStatus:
    """A city's nights.

    Raises OSError, PatrolcastError: the system refuses the look, or a signing key cannot be used.
    """
    standing = look_at(settings, runs, now=now)
    findings = (*_of_the_run(standing.manifest), *islice(_stopped_since(standing, runs), MOST_STOPPED))
    return CityStatus(settings.title, settings.area.timezone, now, standing, _became(standing), findings)


def _became(standing: CityStanding) -> str:
    last, holder = standing.last, standing.holder
    if last is None:
        return "unknown"
    if last.exit_code is not None:
        return "failed" if last.exit_code else "ended well"
    if holder is None:
        return "killed"
    return "stopped" if holder.stopped else "at work"


def _of_the_run(manifest: Mapping[str, Any]) -> Iterator[OpenFinding]:
    """What a person should look at in the published run: gates that did not pass, and what is not as it comes."""
    for gate in manifest.get("gates", ()):
        if gate["verdict"] not in {GateVerdict.PASS, GateVerdict.WAIVED}:  # a waived one is among the exceptions
            detail = f": {gate['detail']}" if gate.get("detail") else ""
            yield OpenFinding("check ", (gate["name"],), f", {gate['verdict']}{detail}")
    yield from (OpenFinding(str(exception)) for exception in manifest.get("exceptions", ()))


def _stopped_since(standing: CityStanding, runs: Path) -> Iterator[OpenFinding]:
    """Runs later than the published one that a gate stopped, the latest first."""
    published = "" if standing.run_id is None else standing.run_id
    for folder in run_store.finished_runs(runs):
        if folder.name.partition("-")[0] <= published.partition("-")[0]:
            return
        manifest = run_store.manifest_or_none(folder)
        try:
            stopped_by = [] if manifest is None else stopping_gates(manifest["gates"])
        except (LookupError, TypeError):
            stopped_by = []
        if stopped_by:
            yield OpenFinding(f"{folder.name} was stopped by ", tuple(stopped_by), ": read its audit.html")
