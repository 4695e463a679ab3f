"""A verb that is none: a few lines of Python in the place of the program; and how to wait for the end of a job."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patrolcast.io.jobs import start
from patrolcast.io.jobs.folder import Job, JobEnding, read_ending

STARTED = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
WAITS = "import os, pathlib, time; pathlib.Path('{0}').write_text(str(os.getpid())); time.sleep(600)"
"""A verb that does not end; it writes its process into a file."""


def a_job(*arguments: str, most_seconds: float = 60.0) -> Job:
    return Job("20260301T123000Z-trial", "trial", arguments, "analyst-x", STARTED, most_seconds)


def fake(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Code of Python that stands for the program; the job's arguments are its own."""
    monkeypatch.setattr(start, "PROGRAM", (sys.executable, "-S", "-c", code))


def ended(folder: Path) -> JobEnding:
    """How it ended, once it has."""
    until(lambda: read_ending(folder) is not None)
    found = read_ending(folder)
    assert found is not None
    return found


def until(happened: Callable[[], object]) -> None:
    """Waits until something is so."""
    for _ in range(1200):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def written(path: Path) -> int:
    """The process that a waiting verb wrote down."""
    until(lambda: path.is_file() and path.read_text())
    return int(path.read_text())
