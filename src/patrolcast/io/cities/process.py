"""One city in a process of its own: whatever becomes of it, the others go on, and what it ended with is known.

The process is the command that a single city is run with. It is ended when it takes too long or does not get on, when
the night is asked to end, and by itself when whoever started it is gone (its standard input closes then). One that was
killed is started again, a few times: every start of a night is a recovery, so nothing is lost or done twice.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event
from typing import IO, Any

from patrolcast.domain.errors import DEFECT, ConfigError, EndedBySignalError, LockedError, shown
from patrolcast.io.cities.step_watch import StepWatch
from patrolcast.io.processes.ending import end, wait_for
from patrolcast.io.run_identity import code_sha256, versions

MOST_TRIES = 3
_LOOK_SECONDS, _END_SECONDS, _LOCKED_SECONDS = 0.2, 30.0, 2.0
_MOST_OUTPUT = 2**24
_LINE = "patrolcast: "


@dataclass(frozen=True)
class CityTask:
    """One city to be run.

    Attributes
    ----------
    module : of Python, that is started with ``arguments``; it prints one JSON document.
    most_seconds : after which it is ended.
    most_step_seconds : that may pass without a new step, of which it says by its progress; then it is ended too.
    locked_seconds : how long it is tried again while another start holds the city; of a worker that was killed the
        city's process may live on for a moment.
    identity : of the code and the libraries that must be there; "" for whatever is.
    shown : what it prints goes where the starter's own output goes, instead of into its ending.
    threads : that its trees may be fitted with at a time; 0 for as many as its config says. Never changes a byte.
    """

    module: str
    arguments: tuple[str, ...]
    most_seconds: float
    locked_seconds: float = 0.0
    identity: str = ""
    most_step_seconds: float = math.inf
    shown: bool = False
    threads: int = 0


@dataclass(frozen=True)
class CityEnding:
    """How a city ended.

    Attributes
    ----------
    exit_code : as the command's; 143 where it was killed or asked to end, 70 where it hung.
    message : its one line of error, or ours.
    document : what it printed; empty where it failed.
    tries : how often it was started.
    hung : it, or one step of it, took longer than allowed, and it did not end well when it was asked to.
    """

    exit_code: int
    message: str
    seconds: float
    tries: int
    hung: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)


def run_city(task: CityTask, stop: Event | None = None) -> CityEnding:
    """Runs a city to its end. Never raises for what its process does.

    Parameters
    ----------
    stop : set when the night is asked to end.
    """
    begun = time.monotonic()
    if task.identity and task.identity != installed():
        got = "other code or libraries on this worker"
        error = ConfigError(
            "worker", got=got, rule="must be those of the caller", cure="install the same lock file there"
        )
        return CityEnding(error.exit_code, str(error), 0.0, 0)
    stop = stop or Event()
    tries = 0
    while True:
        tries += 1
        ending, killed = _one_start(task, stop, begun, tries)
        waits = ending.exit_code == LockedError.exit_code and ending.seconds < task.locked_seconds
        if stop.is_set() or not (waits or (killed and tries < MOST_TRIES)):
            return ending
        if waits:
            tries -= 1
            stop.wait(_LOCKED_SECONDS)


def _one_start(task: CityTask, stop: Event, begun: float, tries: int) -> tuple[CityEnding, bool]:
    """How one start ended, and whether somebody killed it."""

    def ended(code: int, message: str, *, hung: bool = False, document: Mapping[str, Any] | None = None) -> CityEnding:
        return CityEnding(code, message, round(time.monotonic() - begun, 3), tries, hung, document or {})

    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as errors,
        tempfile.TemporaryDirectory(prefix="patrolcast-steps-") as steps_folder,
    ):
        steps = StepWatch(Path(steps_folder), task.most_step_seconds)
        process = subprocess.Popen(
            [sys.executable, "-m", task.module, *task.arguments], stdin=subprocess.PIPE,
            stdout=None if task.shown else out, stderr=None if task.shown else errors, start_new_session=True,
            env={**os.environ, **_thread_limit(task.threads), **steps.environment},
        )  # fmt: skip
        try:
            over = wait_for(
                process, until=begun + task.most_seconds, must_stop=lambda: stop.is_set() or steps.is_stuck(),
                look_seconds=_LOOK_SECONDS,
            )  # fmt: skip
            hung = over == "too long" or (over == "stopped" and not stop.is_set())
        finally:
            code = end(process, patience_seconds=_END_SECONDS)
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
        if hung and code != 0:  # one that was done, and only its messages to others were not, has not hung
            where, most = steps.step, task.most_seconds if over == "too long" else task.most_step_seconds
            why = "no end" if over == "too long" else f"it did not get on with {shown(where)[1:-1]}: no new step"
            return ended(DEFECT, f"{why} after {most / 60:g} minutes; it was ended", hung=True), False
        if code < 0:
            by_us = stop.is_set()
            why = "the night was asked to end" if by_us else f"its process was killed (signal {-code})"
            return ended(_ENDED, f"{why}; start it again"), not by_us
        return ended(code, _last_line(errors), document=_document(out)), False


_ENDED = EndedBySignalError.exit_code


def _thread_limit(threads: int) -> dict[str, str]:
    """OpenMP's own limit holds whatever number of threads LightGBM asks for."""
    return {"OMP_THREAD_LIMIT": str(threads)} if threads else {}


def _document(out: IO[bytes]) -> dict[str, Any]:
    with suppress(ValueError):
        out.seek(0)
        document = json.loads(out.read(_MOST_OUTPUT))
        if isinstance(document, dict):
            return document
    return {}


def _last_line(errors: IO[bytes]) -> str:
    """The last complaint of the command; its log lines are in the city's own log."""
    errors.seek(max(errors.seek(0, os.SEEK_END) - _MOST_OUTPUT, 0))
    lines = errors.read().decode("utf-8", "replace").splitlines()
    return next((line.removeprefix(_LINE) for line in reversed(lines) if line.startswith(_LINE)), "")


@cache
def installed() -> str:
    """What decides the bytes of a run here: the hash of our code, and the versions of the libraries."""
    return " ".join([code_sha256(), *(f"{name}={version}" for name, version in sorted(versions().items()))])
