"""What stands in a city's folder of runs, as far as it is proven: what `health` decides on and `status` shows.

Of the published run it believes what the audit of the stored run and the record outside it prove (`published_state`);
of the last start it has only `status.json`, a text that whoever can write the folder can change; what a start said of
its end stands on the trail. It writes nothing and takes no lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.settings import Settings
from patrolcast.io.lock import Holder, lock_holder
from patrolcast.io.machine import free_bytes
from patrolcast.io.signing import VARIABLE, configured_key
from patrolcast.io.store import run_store
from patrolcast.io.store.published_link import link_fault
from patrolcast.report.index.values import LastStart
from patrolcast.runs.forecast.publish import NONE, PAUSED, published_state
from patrolcast.runs.trail.pauses import Pause, pause_state

_TRIES = 3


@dataclass(frozen=True)
class CityStanding:
    """A city as it stands.

    Attributes
    ----------
    fault : why nothing counts as published, as a sentence; "" where a run is published.
    state : "current", "expired", "paused" or "none".
    manifest : of the published run; empty where there is none.
    last : None where `status.json` does not say.
    said_published : the run that `status.json` names.
    holder : the process at work, where there is one and the system lists it.
    trail_entries, trail_head : how many entries the audit trail has, and the hash of the last, which stands for all.
    """

    fault: str
    state: str
    run_id: str | None = None
    as_of: datetime | None = None
    expires_at: datetime | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    last: LastStart | None = None
    said_published: object = None
    holder: Holder | None = None
    free_bytes: int | None = None
    trail_entries: int = 0
    trail_head: str = ""
    pause: Pause | None = None

    @property
    def at_work(self) -> bool:
        """True when the last start has not ended, and a process holds the lock."""
        return self.last is not None and self.last.exit_code is None and self.holder is not None


def look_at(settings: Settings, runs: Path, *, now: datetime) -> CityStanding:
    """The city as it stands at one moment: a start that begins or ends meanwhile is looked at again.

    Raises OSError, PatrolcastError: the system refuses the look, or a signing key cannot be used.
    """
    for _ in range(_TRIES):
        status = run_store.read_status_file(runs)
        standing = _look(settings, runs, status, now=now)
        if run_store.read_status_file(runs) == status:
            break
    return standing


def _look(settings: Settings, runs: Path, status: Mapping[str, Any], *, now: datetime) -> CityStanding:
    on_trail = pause_state(runs)
    pause, published, manifest = on_trail.now, dict[str, Any](), dict[str, Any]()
    fault = link_fault(runs) if pause is None else f"publication is {pause.sentence}"
    if not fault:
        published = published_state(runs, now=now)
        fault = _fault(settings, runs, published)
    if not fault:
        manifest = run_store.read_manifest(runs / str(published["run_id"]))
        fault = (
            "" if manifest.get("name") == settings.name else f"{published['run_id']}: it is no run of {settings.name}"
        )
    if fault:
        published, manifest = {}, {}
    return CityStanding(
        fault=fault,
        state=str(published.get("state", NONE)) if pause is None else PAUSED,
        run_id=published.get("run_id"),
        as_of=_moment(published.get("as_of")),
        expires_at=_moment(published.get("expires_at")),
        manifest=manifest,
        last=_last_start(status.get("last_start")),
        said_published=status.get("run_id"),
        holder=lock_holder(runs),
        free_bytes=free_bytes(runs),
        trail_entries=on_trail.entries,
        trail_head="" if on_trail.last is None else on_trail.last.hash,
        pause=pause,
    )


def _fault(settings: Settings, runs: Path, published: Mapping[str, Any]) -> str:
    """Why what `published_state` found does not count; "" where it does."""
    if published.get("fault"):
        return str(published["fault"])
    run_id, moments = published.get("run_id"), [_moment(published.get(key)) for key in ("as_of", "expires_at")]
    if run_id is None or None in moments:
        return "the published run does not say as of when it is, and until when"
    if settings.publish.signed_evidence and configured_key(runs) is None:
        return f"{run_id}: [publish] signed_evidence is set and {VARIABLE} names no key: its record is not proven"
    return ""


def _moment(text: object) -> datetime | None:
    """An instant with its zone, or None."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _last_start(stored: object) -> LastStart | None:
    """The last start, or None where `status.json` does not say when it was and how it ended."""
    if not isinstance(stored, Mapping) or "exit_code" not in stored:
        return None
    at, code = _moment(stored.get("at")), stored["exit_code"]
    if at is None or not (code is None or type(code) is int):
        return None
    return LastStart(at, code, str(stored.get("message") or ""))
