"""Files that are whole or not there: written, synced and only then named; and the system's refusals in one line.

A file that was renamed into place without being synced may be empty after a power cut; a folder that was renamed
without syncing its parent may be gone (Pillai et al. 2014, "All File Systems Are Not Created Equal", OSDI).
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from patrolcast.domain.errors import CannotReadError, CannotWriteError, NotPermittedError, PatrolcastError, shown

_ASIDE = re.compile(r"\..+\.([1-9][0-9]{0,9})")
"""As `replace_synced` names what it writes aside: with the number of its process."""
_CURES = {
    errno.ENOSPC: "free some space and start again",
    errno.EDQUOT: "free some space and start again",
    errno.EFBIG: "raise the limit on file sizes",
    errno.EROFS: "choose a folder that can be written, with --runs",
    errno.EMFILE: "raise the limit on open files",
    errno.ENOLCK: "put the runs on a filesystem that has locks, with --runs",
}


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turns what the operating system refuses below ``path`` into one line.

    Raises
    ------
    NotPermittedError
        access was refused.
    CannotWriteError
        full, read-only, too long, too many open files, an error of the disk.
    """
    try:
        yield
    except PermissionError as error:
        raise NotPermittedError(
            _name(path), got=_reason(error), rule="must be readable and writable", cure="ask who owns the folder"
        ) from None
    except OSError as error:
        cure = _CURES.get(error.errno or 0, "check the folder and start again")
        raise CannotWriteError(_name(path), got=_reason(error), cure=cure) from None


def system_error(error: OSError) -> PatrolcastError:
    """What the system refused where nothing else was said of it, in one line: never a defect of ours."""
    name = error.filename if isinstance(error.filename, str) else ""
    what = _name(Path(name)) if name else "a file"
    if isinstance(error, PermissionError):
        return NotPermittedError(what, got=_reason(error), rule="must be readable", cure="ask who owns it")
    if error.errno in _CURES:
        return CannotWriteError(what, got=_reason(error), cure=_CURES[error.errno])
    cure = "look at the disk or the network share, and start again"
    return CannotReadError(what, got=_reason(error), rule="must be readable to its end", cure=cure)


def write_synced(path: Path, data: bytes) -> None:
    """Writes a new file and waits until the disk has it; a file of that name is an error."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_synced(path: Path, data: bytes) -> None:
    """Writes a file aside and swaps it in: a reader sees the old bytes or the new ones, never a part."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    write_synced(aside, data)
    aside.replace(path)
    sync_folder(path.parent)


def clear_asides(*folders: Path) -> list[str]:
    """Removes what `replace_synced` wrote aside in a process that is gone; the names of what was removed."""
    removed = []
    for path in (path for folder in folders for path in sorted(folder.glob(".*")) if _is_left_aside(path)):
        with suppress(OSError):  # what is left aside harms nobody
            path.unlink()
            removed.append(path.name)
    return removed


def _is_left_aside(path: Path) -> bool:
    named = _ASIDE.fullmatch(path.name)
    return named is not None and path.is_file() and not path.is_symlink() and not is_anothers(named[1])


def is_anothers(pid: str) -> bool:
    """True for the number of a process that lives and is not this one: what it names so may still be in use."""
    return pid.isdigit() and int(pid) != os.getpid() and Path(f"/proc/{pid}").exists()


def write_file(path: Path, data: bytes) -> Path:
    """Writes ``path`` whole, over an older file if there is one; missing folders are made.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    with write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_synced(path, data)
    return path


def write_new_private(path: Path, data: bytes) -> None:
    """Writes a file that is not there yet and only its owner may read, and waits until the disk has it.

    Raises FileExistsError: it is there; OSError.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.resolve().parent)


def overwrite_or_remove(path: Path, data: bytes) -> None:
    """Writes over a file where it lies, which needs no room; where that fails too, the file is removed."""
    with suppress(FileNotFoundError):
        try:
            with path.open("r+b") as file:
                file.write(data)
                file.truncate()
                os.fsync(file.fileno())
        except FileNotFoundError:
            raise
        except OSError:
            with suppress(OSError):
                path.unlink()


def sync_folder(folder: Path) -> None:
    """Waits until the disk has the names in ``folder``."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    return shown(error.strerror or type(error).__name__)


def _name(path: Path) -> str:
    return shown(path.name or str(path))[1:-1]
