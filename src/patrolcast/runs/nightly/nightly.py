"""The unattended run: lock, recovery, freshness, feed, run, gates, publish, retention. Every start is a recovery.

A start that finds the night finished does nothing and says so; one that finds another start at work ends at once with
75; one that finds what a killed start left behind clears it and goes on. Other processes only ever see complete runs.
"""

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import (
    DEFECT,
    INTERRUPTED,
    EndedBySignalError,
    HeldTooLongError,
    PatrolcastError,
    Terminated,
)
from patrolcast.domain.records import Progress
from patrolcast.domain.settings.settings import parse_as_of
from patrolcast.domain.shifts import local_day
from patrolcast.io.encode import iso_utc
from patrolcast.io.lock import HeldLock, exclusive_lock
from patrolcast.io.nightly_log import NightlyLog
from patrolcast.io.safe_files import clear_asides, system_error
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store import publications, run_store
from patrolcast.io.store.publications import publication_fault
from patrolcast.io.trail import checkpoints
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.scan import has_trail
from patrolcast.io.trail.writer import QUARANTINE
from patrolcast.runs.forecast.on_trail import UNATTENDED, trail_refusal, trail_retention
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import (
    EXPIRED,
    old_runs,
    publish,
    remove_runs,
    require_not_older,
    run_moment,
    write_published,
    write_status,
)
from patrolcast.runs.forecast.stored_runs import FinishedRun, faults_of_own_run, identify
from patrolcast.runs.load.increment import last_said
from patrolcast.runs.nightly.clock import clock_note, require_not_future
from patrolcast.runs.nightly.feed import FeedStage
from patrolcast.runs.nightly.published_history import update_history
from patrolcast.runs.nightly.signals import Signals, show_metrics
from patrolcast.runs.pause.pausing import pause_on_gates
from patrolcast.runs.review import close_shift
from patrolcast.runs.trail.pauses import require_not_paused


@dataclass(frozen=True)
class Night:
    """How a start ended: the run that is published, and whether the night was finished before this start."""

    run: FinishedRun
    was_finished: bool
    status: dict[str, Any]


def run_night(
    config: ConfigFile,
    *,
    runs: Path | None = None,
    as_of: str | None = None,
    now: datetime,
    force: bool = False,
    progress: Progress | None = None,
) -> Night:
    """One night, from the lock to retention.

    Raises
    ------
    LockedError
        another start is at work; nothing was touched.
    PatrolcastError
        one line; the last good run stays published until it expires, and `status.json` says what happened.
    """
    runs, as_of = runs or config.settings.city_runs(), as_of or config.settings.as_of
    try:
        holding = ExitStack()
        lock = holding.enter_context(exclusive_lock(runs, now=now))
    except HeldTooLongError as error:  # nobody else says it: its holder does not get on
        journal = NightlyLog(runs)
        Signals(config, runs, journal).ended(*_ended(runs, now, _broken_off(error), journal, city=config.settings.name))
        raise
    with holding:
        journal = NightlyLog(runs)
        signals = Signals(config, runs, journal)
        try:
            started = {"at": iso_utc(now), "exit_code": None, "message": "started, and not ended yet"}
            signals.show(write_status(runs, now=now, last=started))
            night = _locked_night(config, runs, as_of, now, force, progress, journal, lock)
        except (Exception, KeyboardInterrupt) as error:
            reported = system_error(error) if isinstance(error, OSError) else error
            signals.ended(*_ended(runs, now, _broken_off(reported), journal, city=config.settings.name))
            if reported is not error:
                raise reported from error
            raise
        if night.status["state"] == EXPIRED:
            journal.write("expiry", "note", message=f"{night.run.folder.name} expired at {night.status['expires_at']}")
        outcome = "finished before" if night.was_finished else ""
        journal.write("night", "done", run_id=night.run.folder.name, message=outcome)
        signals.ended(night.status, outcome or "published")
        return night


def status_of_unread_config(
    runs: Path | None, error: PatrolcastError, *, now: datetime, metrics: tuple[str, Path] | None = None
) -> None:
    """`status.json` says that a start failed on its config; nothing where there is no folder of runs.

    Parameters
    ----------
    metrics : the city and the metrics file that the config states, as far as it can be read.
    """
    if runs is not None:
        journal = NightlyLog(runs)
        status, _ = _ended(runs, now, _broken_off(error), journal, city=None)
        if metrics is not None:
            show_metrics(metrics[1], status, runs, journal, city=metrics[0])


def record_hung(config: ConfigFile, why: str, *, runs: Path, now: datetime, seconds: float) -> None:
    """Says of a start that hung and was killed how it ended, as every start does of itself. Never raises an error.

    Nothing where another start is at work, or one that began since then has ended: `status.json` is then its own.

    Parameters
    ----------
    seconds : that it took.
    """
    with suppress(PatrolcastError), exclusive_lock(runs, now=now):
        journal, begun = NightlyLog(runs, seconds_before=seconds), now - timedelta(seconds=seconds)
        stored = run_store.read_last_start(runs)
        last = stored if isinstance(stored, Mapping) else {}
        # All that a killed start says of itself.
        was_killed = last.get("exit_code") in (None, EndedBySignalError.exit_code)
        if not was_killed and str(last.get("at", "")) >= iso_utc(begun):
            return
        ended = _ended(runs, now, ("hung", DEFECT, why), journal, city=config.settings.name, begun=begun)
        Signals(config, runs, journal).ended(*ended)


def _ended(
    runs: Path, now: datetime, how: tuple[str, int, str], journal: NightlyLog, *, city: str | None,
    begun: datetime | None = None,
) -> tuple[dict[str, Any], str]:  # fmt: skip
    """Log and status of a start that broke off; the status, and how it ended in a word.

    Parameters
    ----------
    how : in a word, its exit code, and why.
    begun : when the start began; left out: at ``now``.
    """
    ending, code, why = how
    if not trail_refusal(runs, exit_code=code, text=why, city=city, role=UNATTENDED):
        journal.write("trail", "failed", error="this ending could not be recorded on the audit trail")
    journal.write("night", ending, exit_code=code, error=why)
    return _status_after(runs, now, {"at": iso_utc(begun or now), "exit_code": code, "message": why}, journal), ending


def _broken_off(error: BaseException) -> tuple[str, int, str]:
    """How a night ended, its exit code and why; of a defect only its kind, the command line reports the rest."""
    if isinstance(error, PatrolcastError):
        return "refused", error.exit_code, _printable(str(error))
    if isinstance(error, Terminated):
        return "stopped", EndedBySignalError.exit_code, "the system asked the run to end (SIGTERM); start it again"
    return "failed", INTERRUPTED if isinstance(error, KeyboardInterrupt) else DEFECT, type(error).__name__


def _printable(text: str) -> str:
    """A name of a file may hold bytes that are no text; they are shown as codes, so that every page can hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _locked_night(
    config: ConfigFile,
    runs: Path,
    as_of: str,
    now: datetime,
    force: bool,
    progress: Progress | None,
    journal: NightlyLog,
    lock: HeldLock,
) -> Night:
    with journal.step("recover"):
        for name in (*run_store.clear_leftovers(runs), *clear_asides(runs, *_written_in(runs))):
            journal.write("recover", "note", message=f"cleared {name}")
    if clock_message := clock_note(runs):
        journal.write("clock", "note", message=clock_message)
    if has_trail(trail_folder(runs)) and (n_written := len(close_shift(config.settings, now=now, runs=runs))):
        journal.write("decisions", "note", message=f"{n_written} entries of shifts that are over")
    require_not_paused(runs, config.settings.name)
    if as_of == "now" and (n_past := update_history(config, runs, now=now, force=force)) is not None:
        journal.write("past", "note", message=f"{n_past} suggestions of nights before tonight are counted by the caps")
    with journal.step("freshness"):
        finished = None if force else finished_night(config, runs, as_of=as_of, now=now)
    if finished is not None:
        journal.write("night", "note", message=f"already finished by {finished.folder.name}; nothing to do")
        _retain(config, runs, now, journal)  # the start that finished it may have been killed before
        return Night(finished, True, write_published(finished, now=now))
    if as_of == "now" and not force:
        require_not_older(runs, now)
    elif as_of not in {"now", "last-report"}:  # known before anything is read
        require_not_future(parse_as_of(as_of), now=now)
    if (portal := config.settings.portal) is not None and portal.allow_network:
        from patrolcast.runs.fetch.fetch import fetch_export  # what asks a portal takes time to import

        with journal.step("fetch"):
            receipt = fetch_export(config, now=now, progress=progress).receipt
        journal.write("fetch", "note", message=f"{receipt.state.n_rows} rows of {receipt.state.dataset}")
    with journal.step("run"):
        feed = FeedStage(config.settings, runs, journal)
        run = run_once(
            config, runs=runs, as_of=as_of, now=now, force=force, publishing=True, role=UNATTENDED, progress=progress,
            inspect=feed.look,
        )  # fmt: skip
        if run.reused:
            journal.write("run", "note", message=f"{run.folder.name} was whole; used again")
    if (note := last_said(config.settings, runs, now=now)) is not None:
        journal.write("store", "note", message=note)
    journal.write("gates", "done", **gate_counts(run.manifest["gates"]), stopped_by=", ".join(run.stopped_by))
    if (pause := pause_on_gates(config.settings, run.manifest, runs, now=now)) is not None:
        journal.write("pause", "note", message=pause.sentence)
    with journal.step("publish"):
        require_not_future(run_moment(run), now=now)
        lock.require_held()
        publish(run, force=force, role=UNATTENDED)
    feed.accept(run.folder.name)
    _retain(config, runs, now, journal)
    return Night(run, False, write_published(run, now=now))


def _written_in(runs: Path) -> list[Path]:
    """Folders beside the runs in which a start replaces files."""
    trail = trail_folder(runs)
    return [runs / publications.FOLDER, runs / "refused", trail / checkpoints.FOLDER, trail / QUARANTINE]


def _retain(config: ConfigFile, runs: Path, now: datetime, journal: NightlyLog) -> None:
    """Removes what the config keeps no longer: runs, and personal texts of the trail."""
    with journal.step("retention"):
        publishing = config.settings.publish
        old = old_runs(runs, name=config.settings.name, now=now, keep_days=publishing.keep_days)
        n_texts = trail_retention(config, runs, old, now=now)
        remove_runs(runs, old)
        journal.write("retention", "note", removed=len(old), texts=n_texts)


def finished_night(config: ConfigFile, runs: Path, *, as_of: str, now: datetime) -> FinishedRun | None:
    """The published run that this start would only make again, or None.

    With an ``as_of`` of "now" a night is a local date: one run for each date, config and set of inputs.
    """
    folder = run_store.current_run(runs)
    manifest = None if folder is None else run_store.manifest_or_none(folder)
    if folder is None or manifest is None or manifest.get("as_of_asked") != as_of or publication_fault(folder):
        return None
    if as_of == "now" and _local_date(manifest["as_of"], config) != _local_date(iso_utc(now), config):
        return None
    if manifest.get("inputs_sha256") != identify(config).inputs_sha256 or faults_of_own_run(folder, manifest, config):
        return None
    run = FinishedRun(folder, manifest, reused=True)
    return run if run.publishable else None


def gate_counts(gates: list[Mapping[str, Any]]) -> dict[str, int]:
    """Verdict -> number of gates."""
    verdicts = [str(gate["verdict"]).replace(" ", "_") for gate in gates]
    return {name: verdicts.count(name) for name in sorted(set(verdicts))}


def _local_date(text: str, config: ConfigFile) -> str:
    return local_day(datetime.fromisoformat(text), config.settings.area.timezone).isoformat()


def _status_after(runs: Path, now: datetime, last: Mapping[str, Any], journal: NightlyLog) -> dict[str, Any]:
    """The status as it was written; where it could not be, nothing is said of what is published."""
    try:
        return write_status(runs, now=now, last=last)
    except PatrolcastError as error:
        journal.write("status", "failed", error=str(error))
        return {"state": None, "last_start": dict(last)}
