"""What runs leave on the audit trail, each before the thing happens that it speaks of.

A run that cannot be recorded is not made, and one whose publication cannot be recorded is not published: the error ends
the start. Only the entry that a start *failed* may be missing, since there is nothing left that could be stopped.
Nothing here changes a byte of a run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import (
    DEFECT,
    INTERRUPTED,
    ConfigError,
    LockedError,
    PatrolcastError,
)
from patrolcast.domain.records import GateVerdict
from patrolcast.domain.settings.limits import chosen_limits
from patrolcast.domain.shifts import local_day
from patrolcast.domain.trail.events import (
    OPERATOR,
    PolicyChanged,
    Published,
    RunFinished,
    RunRefused,
    RunsRemoved,
    RunStarted,
    ThresholdsChanged,
    WaiverUsed,
)
from patrolcast.io.hashing import file_sha256
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import publication_fault, trail_entries
from patrolcast.io.trail import Trail
from patrolcast.io.trail.keys import VARIABLE, trail_key
from patrolcast.io.trail.machine import account
from patrolcast.runs.forecast.stored_runs import FinishedRun
from patrolcast.runs.trail.opened import opened_trail
from patrolcast.runs.trail.pauses import PauseState, paused_error

UNATTENDED = "unattended"
"""Roles of the account that starts a run: a person at a terminal, the timer."""
_LIMITING = ("gates.", "screen.", "waivers")
_MOST_LETTERS = 1000
_MOST_BYTES = 200_000
"""Of the changes in one entry: a line of the trail holds 262,144 bytes, and a run must never fail on its length."""


def trail_start(config: ConfigFile, runs: Path, *, inputs_sha256: str, as_of: str, role: str) -> None:
    """Records that a run begins, and before it what its config does otherwise than that of the run before.

    Raises TrailBrokenError, CannotWriteError and the like: then the run must not begin.
    """
    with _opened(runs, config.settings.name, config.settings.trail.copies, role) as trail:
        former = trail.latest(RunStarted)
        before = config.sha256 if former is None else str(former.body.get("config_sha256"))
        if before != config.sha256:
            _record_change(trail, config, runs, before)
        trail.append(RunStarted(config.settings.name, as_of, config.sha256, inputs_sha256))


def trail_finish(config: ConfigFile, run: FinishedRun, *, role: str) -> None:
    """Records the waivers that a run stands on, and its gates; signs a checkpoint where the run ends there."""
    settings, manifest, run_id = config.settings, run.manifest, run.folder.name
    gates = {str(gate["name"]): str(gate["verdict"]) for gate in manifest["gates"]}
    day = local_day(datetime.fromisoformat(manifest["as_of"]), settings.area.timezone)
    with _opened(run.folder.parent, settings.name, settings.trail.copies, role) as trail:
        for waiver in settings.waivers:
            kind, of = waiver.subject
            if waiver.holds_on(day) and (kind != "gate" or gates.get(of) == str(GateVerdict.WAIVED)):
                trail.append(WaiverUsed(run_id, kind, of, waiver.owner, waiver.expires, waiver.reason))
        sha256 = file_sha256(run.folder / run_store.MANIFEST)
        trail.append(RunFinished(run_id, sha256, run.publishable, gates, tuple(run.stopped_by)))
        if not run.publishable:
            trail.checkpoint()


def trail_publication(run: FinishedRun, *, force: bool, role: str) -> int:
    """Records that the run is about to be published, and signs a checkpoint; nothing where it is published already.

    Returns how many entries the trail has then.

    Raises PausedError: publication is paused. ConfigError: its config wants signed checkpoints, or copies of them, and
    there is no key. TrailBrokenError, CannotWriteError and the like: then it must not be published.
    """
    runs, manifest = run.folder.parent, run.manifest
    former = run_store.current_run(runs)
    if former == run.folder and not publication_fault(run.folder):
        return trail_entries(runs)
    stated = manifest.get("config", {}).get("trail", {})
    city, pause = str(manifest["name"]), PauseState()
    with opened_trail(runs, city, stated.get("copies", []), account(role), on_entry=pause.learn) as trail:
        key = next((key for key in ("signed", "copies") if stated.get(key)), None)
        if key is not None and trail_key(runs) is None:
            rule, cure = "a run is published only with a signed checkpoint", f"set {VARIABLE}, or take `{key}` out"
            raise ConfigError(f"[trail] {key}", got=f"no {VARIABLE}", rule=rule, cure=cure)

        def event() -> Published:
            if pause.now is not None:
                raise paused_error(city, pause.now)
            return Published(
                run=run.folder.name,
                manifest_sha256=file_sha256(run.folder / run_store.MANIFEST),
                suggestions_sha256=manifest["outputs"].get("suggestions.csv"),
                as_of=str(manifest["as_of"]),
                expires_at=manifest.get("expires_at"),
                former=None if former is None else former.name,
                forced=force,
            )

        trail.append_decided(event)
        trail.checkpoint()
        return trail.size


def trail_refusal(runs: Path, *, exit_code: int, text: str, city: str | None, role: str) -> bool:
    """Records that a start failed; True where that could be written.

    Parameters
    ----------
    text : the line that the user sees.
    city : None where the config could not be read.
    """
    try:
        trail_key(runs)
    except PatrolcastError:  # it may be what the start failed on, and is no reason to record nothing
        city = None
    with suppress(PatrolcastError, OSError), _opened(runs, city, (), role) as trail:
        named = text.removeprefix("run ").partition(":")[0]
        known = text.startswith("run ") and run_store.manifest_or_none(runs / named) is not None
        trail.append(RunRefused(exit_code=exit_code, text=text, run=named if known else None))
        return True
    return False


@contextmanager
def refusals_recorded(config: ConfigFile, runs: Path, *, role: str = OPERATOR) -> Iterator[None]:
    """Whatever ends the start inside is recorded as a refusal, and goes on its way; not that another one is at work."""
    city = config.settings.name
    try:
        yield
    except LockedError:
        raise
    except PatrolcastError as error:
        trail_refusal(runs, exit_code=error.exit_code, text=str(error), city=city, role=role)
        raise
    except BaseException as error:
        code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else DEFECT
        trail_refusal(runs, exit_code=code, text=type(error).__name__, city=city, role=role)
        raise


def trail_retention(config: ConfigFile, runs: Path, old: list[str], *, now: datetime) -> int:
    """Records which runs are about to be removed, and removes texts older than the config keeps them; how many.

    Raises TrailBrokenError, CannotWriteError and the like.
    """
    settings = config.settings
    with _opened(runs, settings.name, settings.trail.copies, UNATTENDED) as trail:
        if old:
            trail.append(RunsRemoved(tuple(old), settings.publish.keep_days))
        texts = trail.texts_before(now - timedelta(days=settings.trail.text_days))
        for seq in texts:
            trail.redact(seq, rule=f"[trail] text_days = {settings.trail.text_days}")
    return len(texts)


def _opened(
    runs: Path, city: str | None, copies: list[str] | tuple[str, ...], role: str
) -> AbstractContextManager[Trail]:
    return opened_trail(runs, city, copies, account(role))


def _record_change(trail: Trail, config: ConfigFile, runs: Path, former_sha256: str) -> None:
    """What differs from the config of the last run that was finished; one that was refused meanwhile left no values."""
    finished = trail.latest(RunFinished)
    folder = None if finished is None or finished.subject.run is None else runs / finished.subject.run
    former = None if folder is None else run_store.manifest_or_none(folder)
    changes = [] if former is None else _changes(former.get("config", {}), config.raw)
    limits = {limit.key for limit in chosen_limits(config.settings)}
    on_limits = [change for change in changes if change["key"] in limits or change["key"].startswith(_LIMITING)]
    others = [change for change in changes if change not in on_limits]
    if on_limits:
        trail.append(ThresholdsChanged(config.sha256, former_sha256, _that_fit(on_limits)))
    if others or not on_limits:
        trail.append(PolicyChanged(config.sha256, former_sha256, _that_fit(others)))


def _changes(former: Mapping[str, Any], present: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each key that differs, with both values; None stands for one that is not stated."""
    was, is_now = dict(_leaves(former)), dict(_leaves(present))
    keys = sorted({*was, *is_now})
    return [
        {"key": key, "was": _value(was.get(key)), "is": _value(is_now.get(key))}
        for key in keys
        if was.get(key) != is_now.get(key)
    ]


def _that_fit(changes: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """As many as one entry takes; the last then says how many more there are."""
    kept, size = list[dict[str, Any]](), 0
    for change in changes:
        size += len(json.dumps(change))  # in ASCII, which is never shorter than the line
        if size > _MOST_BYTES:
            return (*kept, {"key": f"and {len(changes) - len(kept):,} more", "was": None, "is": None})
        kept.append(change)
    return tuple(kept)


def _leaves(values: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", value


def _value(value: object) -> object:
    """As it may stand in an entry: what is no short text or small number is written as JSON, and cut."""
    small = isinstance(value, (int, float)) and abs(value) < 2**53
    if value is None or small or (isinstance(value, str) and len(value) <= _MOST_LETTERS):
        return value
    return json.dumps(value, sort_keys=True, default=str)[:_MOST_LETTERS]
