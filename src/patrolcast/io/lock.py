"""One at a time: a lock that the kernel holds, so that a holder who was killed never blocks the next.

The lock file is never removed: removing it would let two holders lock two files of the same name.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from patrolcast.domain.errors import HeldTooLongError, LockedError, PatrolcastError, shown
from patrolcast.io.safe_files import write_errors

LOCK = ".lock"
LONGEST_HOURS = 6.0
"""No night takes so long: Chicago takes minutes, and the timer's service ends a run after two hours."""


@dataclass(frozen=True)
class HeldLock:
    """A lock that this process holds, by the open file that bears it."""

    path: Path
    handle: int

    def require_held(self) -> None:
        """Passes while the file that bears the lock lies at its name.

        Raises LockedError: somebody removed or replaced it, and another process may hold another lock.
        """
        ours = os.fstat(self.handle)
        try:
            there = self.path.stat()
        except OSError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
            what, got = f"runs folder {shown(self.path.parent.name)[1:-1]}", f"another {LOCK} than this start locked"
            cure = "start it again; nobody removes that file"
            raise LockedError(what, got=got, rule="one run at a time", cure=cure)


@contextmanager
def exclusive_lock(folder: Path, *, now: datetime | None = None) -> Iterator[HeldLock]:
    """Holds the lock of ``folder``; does not wait.

    Raises
    ------
    LockedError
        another process holds it.
    HeldTooLongError
        it was stopped, or has held the lock for more than 6 hours by ``now``: it will not end by itself.
    CannotWriteError, NotPermittedError
        the folder cannot be written, or its filesystem has no locks.
    """
    path = folder / LOCK
    with write_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(folder, handle, now) from None
        except OSError as error:
            with write_errors(path):
                raise error
        with suppress(OSError):  # the lock holds without its holder's number, and a full disk is said in `status.json`
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield HeldLock(path, handle)
    finally:
        os.close(handle)


def _held(folder: Path, handle: int, now: datetime | None) -> PatrolcastError:
    """Who holds the lock, and whether he gets on."""
    holder = os.pread(handle, 64, 0).decode("ascii", "replace").strip() or "unknown"
    what, rule = f"runs folder {shown(folder.name)[1:-1]}", "one run at a time"
    got = f"a lock held by process {shown(holder)[1:-1]}"
    hours = 0.0 if now is None else (now.timestamp() - os.fstat(handle).st_mtime) / 3600.0
    if _is_stopped(holder):
        return HeldTooLongError(what, got=f"{got}, which is stopped", rule=rule, cure="resume that process, or end it")
    if hours > LONGEST_HOURS:
        return HeldTooLongError(
            what,
            got=f"{got} for {hours:.0f} hours",
            rule=f"{rule}; no run takes more than {LONGEST_HOURS:g} hours",
            cure="look at that process, and end it if it hangs",
        )
    return LockedError(what, got=got, rule=rule, cure="wait for it; the lock ends with its holder")


@dataclass(frozen=True)
class Holder:
    """The process that holds a lock, since when, and whether it was stopped by a signal or a debugger."""

    pid: int
    since: datetime
    stopped: bool


def lock_holder(folder: Path) -> Holder | None:
    """Who holds the lock of ``folder``, without touching it: a look must not keep a start from its lock.

    None where nobody does, and where it cannot be known: the kernel lists the holders of locks on Linux only
    (`/proc/locks`), and only those that one's own process namespace sees.
    """
    try:
        file = (folder / LOCK).stat()
        if not stat.S_ISREG(file.st_mode):
            return None  # a pipe: reading it would wait for ever
        written = (folder / LOCK).read_text(encoding="ascii").strip()
        listed = Path("/proc/locks").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    device = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}"
    for row in map(str.split, listed.splitlines()):
        if len(row) < 6 or row[1] != "FLOCK" or row[3] != "WRITE" or not row[4].isdigit():
            continue
        on, _, inode = row[5].rpartition(":")
        if inode == str(file.st_ino) and (on == device or row[4] == written):  # btrfs shows files another device
            return Holder(int(row[4]), datetime.fromtimestamp(file.st_mtime, UTC), _is_stopped(row[4]))
    return None


def _is_stopped(pid: str) -> bool:
    """True for a process that was stopped by a signal or a debugger."""
    if not pid.isdigit():
        return False
    try:
        state = Path(f"/proc/{int(pid)}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return False
    return state[:1] in (["T"], ["t"])


def try_lock_folder(folder: Path) -> int | None:
    """A handle that locks an existing folder until it is closed, or None while another process holds it.

    None also where the filesystem has no locks: then nothing that lies there can be known to be left behind.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
