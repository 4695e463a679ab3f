"""A process is waited for within bounds and ended with what it started, and an exit code says how."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from patrolcast.io.processes.ending import end, wait_for

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(300)"


def started(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)


@pytest.mark.parametrize(
    ("code", "seconds", "asked", "why"),
    [
        ("raise SystemExit(3)", 300.0, False, "exit"),
        ("import time; time.sleep(300)", 300.0, True, "stopped"),
        ("import time; time.sleep(300)", 0.0, False, "too long"),
    ],
)
def test_why_the_waiting_is_over(code: str, seconds: float, asked: bool, why: str) -> None:
    process = started(code)
    found = wait_for(process, until=time.monotonic() + seconds, must_stop=lambda: asked, look_seconds=0.02)
    assert (found, end(process, patience_seconds=5.0)) == (why, 3 if why == "exit" else -signal.SIGTERM)


def test_one_that_does_not_hear_is_killed() -> None:
    process = started(STUBBORN)
    assert process.stdout is not None
    process.stdout.readline()
    assert end(process, patience_seconds=0.1) == -signal.SIGKILL
