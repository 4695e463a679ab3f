from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from patrolcast.domain.errors import LockedError
from patrolcast.io.lock import exclusive_lock


def test_a_second_holder_is_refused_at_once_and_reported_who_holds_it(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path), pytest.raises(LockedError) as error, exclusive_lock(tmp_path):
        pass
    told = f"got a lock held by process {os.getpid()}; one run at a time; wait for it; the lock ends with its holder"
    assert str(error.value) == f"runs folder {tmp_path.name}: {told}"
    assert error.value.exit_code == 75


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with exclusive_lock(tmp_path):
            pass


def test_a_killed_holder_never_blocks_the_next(tmp_path: Path) -> None:
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        with exclusive_lock(tmp_path):
            os.write(told, b"x")
            signal.pause()
        os._exit(0)
    assert os.read(ready, 1) == b"x"
    with pytest.raises(LockedError), exclusive_lock(tmp_path):
        pass
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with exclusive_lock(tmp_path):
        pass
