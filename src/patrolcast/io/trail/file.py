"""The file of the trail as the system sees it: opened once, locked for each append, written at its end and synced."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from patrolcast.domain.errors import LockedError
from patrolcast.io.safe_files import sync_folder, write_errors

WAIT_SECONDS = 30.0
"""How long a writer waits for another one: an append takes milliseconds."""
_POLL_SECONDS = 0.0005
FULL = {errno.ENOSPC, errno.EDQUOT}
_RESERVE, _RESERVE_BYTES = ".reserve", 16_384


def trail_folder(runs: Path) -> Path:
    """Where the trail of a city lies, beside its runs."""
    return runs / "trail"


def wait_for_writer(handle: int) -> None:
    """Waits until nobody is in the middle of an append, at most as long as a writer waits for another.

    Parameters
    ----------
    handle : of the file, opened for reading. Where the system has no locks nothing is waited for.
    """
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_POLL_SECONDS)
        except OSError:
            return
        else:
            fcntl.flock(handle, fcntl.LOCK_UN)
            return


class TrailFile:
    """A file to append to; a link in its place is refused.

    Raises CannotWriteError, NotPermittedError: it cannot be opened for writing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with write_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            self.handle = os.open(path, flags, 0o644)
            sync_folder(path.parent)

    def close(self) -> None:
        """Lets go of it."""
        os.close(self.handle)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else appends meanwhile; the kernel ends the lock of a process that dies.

        Raises LockedError: another writer does not end.
        """
        until = time.monotonic() + WAIT_SECONDS
        while not self._try_lock():
            if time.monotonic() > until:
                got, cure = "a writer that does not end", "look for a stopped process of patrolcast"
                raise LockedError("the audit trail", got=got, rule="one writer at a time", cure=cure)
            time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(self.handle, fcntl.LOCK_UN)
            time.sleep(2 * _POLL_SECONDS)  # whoever waits comes first, or one busy writer would keep all others out

    def append(self, data: bytes) -> None:
        """Writes at the end, at once, and waits until the disk has it.

        Raises OSError: a part of it may be there, and nobody knows what the disk holds.
        """
        if os.write(self.handle, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # a part only: the disk took no more
        os.fsync(self.handle)

    def cut(self, size: int) -> None:
        """Takes away what stands behind ``size`` bytes, and waits until the disk knows. Raises OSError."""
        os.ftruncate(self.handle, size)
        os.fsync(self.handle)

    def try_cut(self, size: int) -> None:
        """The same after a failure, when the system may refuse that too."""
        with suppress(OSError):
            os.ftruncate(self.handle, size)

    def keep_reserve(self) -> None:
        """Keeps a few blocks of the disk that are given up when it is full, so that even that can be recorded."""
        path = self.path.with_name(_RESERVE)
        with suppress(OSError):
            if not path.is_file() or path.stat().st_size < _RESERVE_BYTES:
                path.write_bytes(os.urandom(_RESERVE_BYTES))

    def give_up_reserve(self) -> bool:
        """Frees those blocks; False where there are none."""
        with suppress(OSError):
            self.path.with_name(_RESERVE).unlink()
            return True
        return False

    def _try_lock(self) -> bool:
        with write_errors(self.path):
            try:
                fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True
