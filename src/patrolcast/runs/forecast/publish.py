"""Publication: the link `current`, the files `status.json` and `index.html`, and the removal of old runs.

`current` is swapped only when every gate passes. A published run is withdrawn by its age, never because a later run
failed: until it expires, the last good run stays.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import GateRefusedError, GovernanceError, PatrolcastError
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.io.encode import iso_utc
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.settings.objectives_file import EXAMPLE
from patrolcast.io.store import run_store
from patrolcast.io.store.city_folders import retire_former_link
from patrolcast.io.store.index_file import remove_index_file
from patrolcast.io.store.publications import (
    entries_with_pause,
    forget_publication,
    publication_fault,
    record_publication,
)
from patrolcast.runs.forecast.city_index import write_index
from patrolcast.runs.forecast.on_trail import trail_publication
from patrolcast.runs.forecast.rederive import run_faults
from patrolcast.runs.forecast.stored_runs import FinishedRun
from patrolcast.runs.forecast.watched import require_watched
from patrolcast.runs.trail.pauses import pause_of, require_not_paused

CURRENT, EXPIRED, NONE, PAUSED = "current", "expired", "none", "paused"


def require_publishable(run: FinishedRun) -> None:
    """Passes when no gate stops the run, and its gates follow from its own data (`rederive`).

    Raises GateRefusedError: a gate failed, was not measured, or is missing; or somebody changed the run.
    """
    if not run.publishable:
        raise GateRefusedError(
            f"run {run.folder.name}",
            got=f"a stop from {', '.join(run.stopped_by) or 'no gate by name'}",
            rule="nothing is published when a gate fails or is missing",
            cure="read audit.html in the run folder",
        )
    if faults := run_faults(run.folder, run_store.read_manifest(run.folder)):
        raise GateRefusedError(
            f"run {run.folder.name}",
            got=f"a run that was changed since it was made: {faults[0]}{_more(faults)}",
            rule="a run is never changed",
            cure="run it again with --force",
        )


def _more(faults: Sequence[str]) -> str:
    return f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""


def require_objectives(run: FinishedRun) -> None:
    """Passes for a run that reports against objectives. Raises GovernanceError: it has none that are finished."""
    if not run.manifest.get("objectives"):
        got, rule = "no finished objectives", "a run is published only against what it is for"
        raise GovernanceError(f"run {run.folder.name}", got=got, rule=rule, cure=EXAMPLE)


def require_computed(run: FinishedRun) -> None:
    """Passes for a run that this process computed, byte for byte, and for one that was published as it is now.

    Everything else in a run folder is words that somebody may have written.

    Raises GateRefusedError.
    """
    if not run.computed and (fault := publication_fault(run.folder)):
        raise GateRefusedError(
            f"run {run.folder.name}",
            got=f"a stored run: {fault}",
            rule="only what was computed here, or published before, is published",
            cure="run it again with --force",
        )


def publish(run: FinishedRun, *, force: bool = False, role: str = OPERATOR) -> None:
    """Points `current` at the run, once the audit trail says so.

    Raises GateRefusedError: a gate stops it, somebody changed it, nobody here computed it, or what is published is
    newer; `current` stays as it is. PausedError: publication is paused.

    Parameters
    ----------
    force : an older run may take the place of a newer one.
    role : of the account that publishes.
    """
    require_publishable(run)
    require_objectives(run)
    require_watched(run.folder, run.manifest)
    require_computed(run)
    if not force:
        require_not_older(run.folder.parent, run_moment(run))
    entries = trail_publication(run, force=force, role=role)
    record_publication(run.folder, entries=entries)
    runs = run.folder.parent
    remove_index_file(runs)  # until it is written anew: it would name the run before as the published one
    run_store.swap_current(runs, run.folder.name)
    retire_former_link(runs, str(run.manifest.get("name")))
    require_not_paused(runs, str(run.manifest.get("name")))  # somebody may have paused since the trail was written


def run_moment(run: FinishedRun) -> datetime:
    """The moment that a run looks from. Raises GateRefusedError: its manifest does not say."""
    try:
        return datetime.fromisoformat(run.manifest["as_of"])
    except (KeyError, TypeError, ValueError):
        rule = "its manifest must say as of when it is"
        raise GateRefusedError(f"run {run.folder.name}", got="no moment", rule=rule, cure="run it again") from None


def require_not_older(runs: Path, as_of: datetime) -> None:
    """Passes when a run as of that moment is not older than the published one.

    Raises GateRefusedError: after a clock was set back, or for a past moment, an older night would take its place.
    """
    published = published_as_of(runs)
    if published is not None and as_of < published:
        raise GateRefusedError(
            "publication",
            got=f"a run as of {iso_utc(as_of)} after one as of {iso_utc(published)}",
            rule="an older night never replaces a newer one",
            cure="is the clock right? --force publishes the older one all the same",
        )


def published_as_of(runs: Path) -> datetime | None:
    """The moment that the published run looks from; None where there is none to read."""
    folder = run_store.current_run(runs)
    manifest = None if folder is None or publication_fault(folder) else run_store.manifest_or_none(folder)
    try:
        return None if manifest is None else datetime.fromisoformat(manifest["as_of"])
    except (KeyError, TypeError, ValueError):
        return None


def publish_with_status(run: FinishedRun, *, now: datetime, force: bool = False) -> dict[str, Any]:
    """Publishes the run, writes `status.json` and the index; returns the status.

    Nothing else publishes meanwhile: whether an older run would take the place of a newer one is asked under the lock.

    Raises GateRefusedError: as `publish`; the index then lists the run as one that was not published. LockedError:
    a night is at work.
    """
    with exclusive_lock(run.folder.parent, now=now):
        try:
            publish(run, force=force)
        except GateRefusedError:
            refresh_index(run.folder.parent, now=now)
            raise
        return write_published(run, now=now)


def write_published(run: FinishedRun, *, now: datetime) -> dict[str, Any]:
    """`status.json` after a start that ended with this run published; returns it."""
    last = {"at": iso_utc(now), "exit_code": 0, "message": f"published {run.folder.name}"}
    return write_status(run.folder.parent, now=now, last=last)


def published_state(runs: Path, *, now: datetime) -> dict[str, Any]:
    """What `current` points at, and whether it may still be used: not one that was changed or stopped, or has no end.

    Returns
    -------
    ``state`` ("current", "expired", "none", "paused"), ``run_id``, ``as_of``, ``expires_at``; of a run that was
    changed, or that a gate stopped and a hand linked, and while the tool is paused, also ``fault``: why none counts;
    then ``pause`` too: ``since``, ``by``, ``reason``.
    """
    folder = run_store.current_run(runs)
    manifest = None if folder is None else run_store.manifest_or_none(folder)
    nothing = {"state": NONE, "run_id": None, "as_of": None, "expires_at": None}
    try:
        pause = pause_of(runs)
    except PatrolcastError as error:  # what is published stays, unless a pause is on record beside the trail
        pause = None
        if entries_with_pause(runs):
            return {**nothing, "fault": f"it was paused, and the trail cannot say that this has ended: {error}"}
    if pause is not None:
        return {**nothing, "state": PAUSED, "fault": pause.sentence, "pause": pause.facts}
    if folder is None:
        return nothing
    fault = publication_fault(folder)
    if manifest is None:
        return {**nothing, "fault": f"{folder.name}: {fault or 'its manifest cannot be read'}"}
    if faults := ((fault,) if fault else run_faults(folder, manifest)):
        return {**nothing, "fault": f"{folder.name}: {faults[0]}{_more(faults)}"}
    try:
        linked = FinishedRun(folder, manifest, reused=True)
        if not linked.publishable:
            return {**nothing, "fault": f"{folder.name}: it was stopped by {', '.join(linked.stopped_by) or 'a gate'}"}
        run = {key: manifest[key] for key in ("run_id", "as_of", "expires_at")}
        expired = now >= datetime.fromisoformat(run["expires_at"])
    except (KeyError, TypeError, ValueError):
        return nothing
    return {"state": EXPIRED if expired else CURRENT, **run}


def write_status(runs: Path, *, now: datetime, last: Mapping[str, Any]) -> dict[str, Any]:
    """`status.json` and `index.html`: what is published, until when, how the last start ended; returns the status."""
    status = {**published_state(runs, now=now), "checked_at": iso_utc(now), "last_start": dict(last)}
    try:
        run_store.write_status_file(runs, status)
    finally:  # an index of an earlier state must not stay where the disk is full
        write_index(runs, status, now=now, again=lambda: published_state(runs, now=now))
    return status


def refresh_index(runs: Path, *, now: datetime) -> bool:
    """`index.html` after a run that was not published: it is listed, and `status.json` stays; True when it is there."""
    status = {**published_state(runs, now=now), "last_start": run_store.read_last_start(runs)}
    return write_index(runs, status, now=now, again=lambda: published_state(runs, now=now))


def old_runs(runs: Path, *, name: str, now: datetime, keep_days: int) -> list[str]:
    """Ids of this city's runs that were made more than ``keep_days`` ago, never the current one."""
    oldest = (now - timedelta(days=keep_days)).timestamp()
    current = run_store.current_run(runs)
    ids = []
    for folder in list(run_store.finished_runs(runs)):
        manifest = run_store.manifest_or_none(folder)
        ours = manifest is not None and manifest.get("name") == name and manifest["run_id"] == folder.name
        if ours and folder != current and run_store.made_at(folder) < oldest:
            ids.append(folder.name)
    return ids


def remove_runs(runs: Path, ids: Sequence[str]) -> None:
    """Removes runs, each with the record that it was published.

    The record goes first: of a run that is left without one the next start knows that it is old, of a record without
    its run nobody would.
    """
    for run_id in ids:
        forget_publication(runs / run_id)
        run_store.remove_run(runs / run_id)
