"""One at a time: a lock that the kernel holds, so that a holder who was killed never blocks the next.

The lock file is never removed: removing it would let two holders lock two files of the same name.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patrolcast.domain.errors import LockedError, shown
from patrolcast.io.safe_files import write_errors

LOCK = ".lock"


@contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """Holds the lock of ``folder``; does not wait.

    Raises LockedError: another process holds it.
    """
    path = folder / LOCK
    with write_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 64, 0).decode("ascii", "replace").strip() or "unknown"
            raise LockedError(
                f"runs folder {shown(folder.name)[1:-1]}",
                got=f"a lock held by process {shown(holder)[1:-1]}",
                rule="one run at a time",
                cure="wait for it; the lock ends with its holder",
            ) from None
        with write_errors(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def try_lock_folder(folder: Path) -> int | None:
    """A handle that locks an existing folder until it is closed, or None while another process holds it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
