"""Another process that holds a lock."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patrolcast.io.lock import exclusive_lock


@contextmanager
def holder(folder: Path) -> Iterator[int]:
    """A process of ours that holds the lock until it is killed; its id."""
    ready, write = os.pipe()
    child = os.fork()
    if child == 0:
        with exclusive_lock(folder):
            os.write(write, b"x")
            signal.pause()
        os._exit(0)
    assert os.read(ready, 1) == b"x"
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def stop(child: int) -> None:
    """Stops a process, and returns once it is."""
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
