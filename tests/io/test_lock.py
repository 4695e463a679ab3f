from __future__ import annotations

import errno
import fcntl
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.io.lock_holder import holder, stop

from patrolcast.domain.errors import CannotWriteError, HeldTooLongError, LockedError
from patrolcast.io.lock import LOCK, exclusive_lock, lock_holder, try_lock_folder


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
    with holder(tmp_path), pytest.raises(LockedError), exclusive_lock(tmp_path):
        pass
    with exclusive_lock(tmp_path):
        pass


def test_a_stopped_holder_is_named_with_a_code_of_its_own(tmp_path: Path) -> None:
    with holder(tmp_path) as child:
        stop(child)
        with pytest.raises(HeldTooLongError) as error, exclusive_lock(tmp_path, now=datetime.now(UTC)):
            pass
    assert f"a lock held by process {child}, which is stopped" in str(error.value)
    assert error.value.exit_code == 76


@pytest.mark.parametrize(("hours", "kind"), [(5, LockedError), (-48, LockedError), (7, HeldTooLongError)])
def test_a_holder_that_does_not_end_is_said_to_hang(tmp_path: Path, hours: int, kind: type[Exception]) -> None:
    with holder(tmp_path):
        since = datetime.fromtimestamp((tmp_path / LOCK).stat().st_mtime, UTC)
        with pytest.raises(kind) as error, exclusive_lock(tmp_path, now=since + timedelta(hours=hours, minutes=1)):
            pass
    assert type(error.value) is kind


def test_a_filesystem_without_locks_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(handle: int, what: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(CannotWriteError, match="put the runs on a filesystem that has locks"), exclusive_lock(tmp_path):
        pass
    assert try_lock_folder(tmp_path) is None


PROC_LOCKS = pytest.mark.skipif(not Path("/proc/locks").is_file(), reason="this system lists no locks")


@PROC_LOCKS
def test_who_holds_the_lock_is_known_without_taking_it(tmp_path: Path) -> None:
    assert lock_holder(tmp_path) is None
    with holder(tmp_path) as pid:
        found = lock_holder(tmp_path)
        assert found is not None
        assert (found.pid, found.stopped) == (pid, False)
    assert (tmp_path / LOCK).is_file()
    assert lock_holder(tmp_path) is None, "the number of a process that is gone says nothing"


@PROC_LOCKS
def test_a_look_at_the_lock_never_keeps_a_start_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object) -> None:
        raise AssertionError("locked")

    with exclusive_lock(tmp_path):
        pass
    monkeypatch.setattr(fcntl, "flock", never)
    assert lock_holder(tmp_path) is None


@PROC_LOCKS
def test_the_kernel_says_who_holds_it_and_the_text_of_the_file_nothing(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    other.mkdir()
    with holder(mine) as pid:
        (other / LOCK).write_text(f"{pid}\n")
        assert lock_holder(other) is None, "it holds a lock, but not this one"
        (mine / LOCK).write_text("no number\n")
        found = lock_holder(mine)
        assert found is not None
        assert found.pid == pid


@PROC_LOCKS
def test_a_stopped_holder_is_seen(tmp_path: Path) -> None:
    with holder(tmp_path) as pid:
        stop(pid)
        found = lock_holder(tmp_path)
        assert found is not None
        assert found.stopped


def test_a_full_disk_takes_the_lock_without_the_holders_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a start would end before it could say in `status.json` that the disk is full."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with (
        exclusive_lock(tmp_path),
        pytest.raises(LockedError, match="held by process unknown"),
        exclusive_lock(tmp_path),
    ):
        pass


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_lock_whose_file_is_gone_is_not_held_any_more(tmp_path: Path, how: str) -> None:
    """Another start would lock a new file of the same name, and both would publish."""
    with exclusive_lock(tmp_path) as lock:
        lock.require_held()
        (tmp_path / LOCK).unlink()
        if how == "replaced":
            (tmp_path / LOCK).write_text("")
        with pytest.raises(LockedError, match=r"got another \.lock than this start locked; one run at a time"):
            lock.require_held()


def test_a_pipe_in_place_of_the_lock_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / LOCK)
    assert lock_holder(tmp_path) is None
