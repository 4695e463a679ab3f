"""Waits for a process that may be asked to stop or take too long, and ends it together with its session."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

WhyOver = Literal["exit", "stopped", "too long"]


def wait_for(
    process: "subprocess.Popen[bytes]", *, until: float, must_stop: Callable[[], bool], look_seconds: float
) -> WhyOver:
    """Waits until it ends or has to; why the waiting is over.

    Parameters
    ----------
    until : of `time.monotonic`.
    must_stop : whether somebody asks it to stop; looked at every ``look_seconds``.
    """
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(look_seconds)
            return "exit"
        if must_stop():
            return "stopped"
        if time.monotonic() > until:
            return "too long"


def end(process: "subprocess.Popen[bytes]", *, patience_seconds: float) -> int:
    """Asks it to end, and kills it and its session where it does not; one that has ended is left alone.

    Its exit code, negative where a signal ended it. It must have been started in a session of its own.
    """
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience_seconds)
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
