"""Pausing a city and letting it go on.

A pause is written first, then `current` is taken away and the pages are made anew: a killed process leaves a pause that
holds, since every start and every look reads it off the trail. Going on takes two persons: whoever paused and another,
or, where a check or the monitor paused, two that ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import (
    ConflictError,
    NotAllowedError,
    PatrolcastError,
    PausedError,
    UnknownError,
    UsageError,
    shown,
)
from patrolcast.domain.records import GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.reasons import words_of
from patrolcast.domain.trail import Actor, Event
from patrolcast.domain.trail.review_events import Paused, PauseRefused, ResumeAsked, Resumed
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import forget_pause, publication_fault, record_pause
from patrolcast.io.store.published_link import remove_link
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.scan import has_trail
from patrolcast.runs.forecast.publish import refresh_index, write_status
from patrolcast.runs.trail.opened import opened_trail
from patrolcast.runs.trail.pauses import GATE, MONITOR, PERSON, Pause, PauseState

MONITOR_GATE = "feedback_monitor"
MOST_LETTERS = 500
MACHINE = Actor(id="patrolcast", role="check", auth="none")


def pause(
    settings: Settings,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    by: str = PERSON,
    runs: Path | None = None,
) -> Pause:
    """Stops publication, and withdraws what is published.

    Parameters
    ----------
    reason : in words; it stays on the trail and on the pages, so it names nobody.
    by : "person", "gate" or "monitor".

    Raises
    ------
    ConflictError
        it is paused already. NotAllowedError: the config lets others do that.
    UsageError
        no reason in words. UnknownError: nothing has run yet, so there is nothing to pause.
    TrailBrokenError, CannotWriteError and the like
        the pause could not be recorded, and does not hold.
    """
    runs, reason = runs or settings.city_runs(), _in_words(reason, needed=True)
    _require_runs(settings, runs)
    state, failed = PauseState(), list[PatrolcastError]()
    with opened_trail(runs, settings.name, settings.trail.copies, actor, on_entry=state.learn) as trail:

        def event() -> Event:
            may = settings.pause.may_pause
            if by == PERSON and (not actor.id.strip() or (may and actor.id not in may)):
                failed.append(NotAllowedError("pause", got=shown(actor.id), rule="[pause] may_pause names who may"))
                return PauseRefused("pause", "not allowed")
            if state.now is not None:
                got, rule = state.now.sentence, "one pause at a time"
                failed.append(ConflictError(settings.name, why="paused", got=got, rule=rule))
                return PauseRefused("pause", "paused")
            folder = run_store.current_run(runs)
            return Paused(by, reason, None if folder is None else folder.name)

        trail.append_decided(event)
        if not failed:
            trail.checkpoint()
        pause = state.now
    if pause is not None:
        remove_link(runs)
        record_pause(runs, entries=state.entries)
        _show(runs, now=now)
    if failed:
        raise failed[0]
    assert pause is not None
    return pause


def resume(
    settings: Settings, *, actor: Actor, now: datetime, reason: str = "", runs: Path | None = None
) -> Pause | None:
    """Lets publication go on, where this is the second person; the pause that still stands, or None where it ended.

    What was published before is published again, if it is whole and has not expired.

    Raises
    ------
    ConflictError
        it is not paused. NotAllowedError: the config lets others do that. Else as `pause`.
    """
    runs, reason = runs or settings.city_runs(), _in_words(reason, needed=False)
    _require_runs(settings, runs)
    state, failed, ended = PauseState(), list[PatrolcastError](), list[Pause]()
    with opened_trail(runs, settings.name, settings.trail.copies, actor, on_entry=state.learn) as trail:

        def event() -> Event:
            may, stands = settings.pause.may_resume, state.now
            if not actor.id.strip() or (may and actor.id not in may):
                failed.append(NotAllowedError("resume", got=shown(actor.id), rule="[pause] may_resume names who may"))
                return PauseRefused("resume", "not allowed")
            if stands is None:
                failed.append(ConflictError(settings.name, why="not paused", got="no pause", rule="nothing to end"))
                return PauseRefused("resume", "not paused")
            others = [
                person for person in (stands.person, *stands.asked_to_end) if person is not None and person != actor.id
            ]
            if not others:
                return ResumeAsked(reason)
            ended.append(stands)
            remove_link(runs)  # what somebody linked while it was paused is not what was published
            return Resumed(reason, tuple(dict.fromkeys((*others, actor.id))), _still_valid(runs, stands.run, now=now))

        entry = trail.append_decided(event)
        if not failed:
            trail.checkpoint()
    if failed:
        raise failed[0]
    if ended and entry is not None:
        forget_pause(runs)
        if (run := entry.subject.run) is not None and run_store.current_run(runs) is None:
            run_store.swap_current(runs, run)
        _show(runs, now=now)
    return state.now


def require_second(settings: Settings, pause: Pause | None) -> None:
    """Raises PausedError where a pause still stands after one person asked for its end."""
    if pause is not None:
        persons = " and ".join(pause.asked_to_end)
        got, rule = f"one person who wants to go on ({persons})", "it takes a second one"
        raise PausedError(f"{settings.name} stays paused", got=got, rule=rule, cure="another account runs resume too")


def pause_on_gates(settings: Settings, manifest: Mapping[str, Any], runs: Path, *, now: datetime) -> Pause | None:
    """Pauses where a check that [pause] on_gates names has failed in a run; None where none has, or it is paused."""
    wanted = {*settings.pause.on_gates}
    failed = [gate for gate in manifest["gates"] if gate["name"] in wanted and gate["verdict"] == GateVerdict.FAIL]
    if not failed:
        return None
    why = f"check {failed[0]['name']} failed in {manifest['run_id']}: {failed[0].get('detail') or 'no detail'}"
    return _by_itself(settings, why, by=GATE, runs=runs, now=now)


def pause_on_alarm(settings: Settings, finding: str, *, now: datetime, runs: Path | None = None) -> Pause | None:
    """Pauses after an alarm of the monitor, where [pause] on_gates names its check and something has run."""
    runs = runs or settings.city_runs()
    if MONITOR_GATE not in settings.pause.on_gates or not has_trail(trail_folder(runs)):
        return None
    return _by_itself(settings, f"alarm of the monitor: {finding}", by=MONITOR, runs=runs, now=now)


def _by_itself(settings: Settings, why: str, *, by: str, runs: Path, now: datetime) -> Pause | None:
    text = " ".join(why.split())
    reason = text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 3]}..."
    try:
        return pause(settings, reason=reason, actor=MACHINE, now=now, by=by, runs=runs)
    except ConflictError:
        return None


def _in_words(text: str, *, needed: bool) -> str:
    reason = " ".join(text.split())
    if len(reason) > MOST_LETTERS:
        raise UsageError("--reason", got=f"{len(reason):,} characters", rule=f"at most {MOST_LETTERS}")
    if (reason or needed) and len(words_of(reason)) < 2:
        rule = "must say in words why; it is shown on the pages and never removed, so it names nobody"
        raise UsageError("--reason", got=shown(reason), rule=rule)
    return reason


def _require_runs(settings: Settings, runs: Path) -> None:
    if not has_trail(trail_folder(runs)):
        cure = "nothing has run yet, so there is nothing to pause"
        raise UnknownError(f"runs of {settings.name}", got="no audit trail", rule="must be there", cure=cure)


def _still_valid(runs: Path, run: str | None, *, now: datetime) -> str | None:
    """The run that was published when the pause began, if nobody changed it and it has not expired."""
    manifest = None if run is None else run_store.verified_manifest(runs / run)
    if run is None or manifest is None or publication_fault(runs / run):
        return None
    return run if now < datetime.fromisoformat(str(manifest["expires_at"])) else None


def _show(runs: Path, *, now: datetime) -> None:
    """`status.json` and the index say at once what holds."""
    last = run_store.read_last_start(runs)
    if isinstance(last, Mapping):
        write_status(runs, now=now, last=last)
    else:
        refresh_index(runs, now=now)
