"""What a night may take of the machine, less and less: room on the disk, size of a file, open files, memory.

Room is that of a tmpfs below the folder of runs, which only root can mount; the others are limits of a process
(`setrlimit`, as `ulimit -f`, `-n` and `-v` set them). The night meets them itself: no call of Python is replaced.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

DISK, FILE_SIZE, OPEN_FILES, MEMORY = "disk", "file size", "open files", "memory"
LIMITS = (DISK, FILE_SIZE, OPEN_FILES, MEMORY)
_OF_PROCESS = {FILE_SIZE: resource.RLIMIT_FSIZE, OPEN_FILES: resource.RLIMIT_NOFILE, MEMORY: resource.RLIMIT_AS}
HUNG_SECONDS = 20
"""Arrow waits for ever for a thread for which there was no memory. In use `--most-minutes` ends such a night."""
_PLENTY = 64 * 2**20
_PAGE = 4096


def mount_disk(folder: Path) -> None:
    """A tmpfs with room for everything over a folder; in a namespace of mounts of one's own (`unshare -m`)."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_PLENTY}", "tmpfs", str(folder)], check=True)


def resize_disk(folder: Path, room: int | None) -> None:
    """Leaves so many bytes of room; None: room for everything."""
    stat = os.statvfs(folder)
    used = (stat.f_blocks - stat.f_bfree) * stat.f_frsize
    size = _PLENTY if room is None else used + room // _PAGE * _PAGE
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def used_by(folder: Path) -> int:
    """Bytes that the disk has given away."""
    stat = os.statvfs(folder)
    return (stat.f_blocks - stat.f_bfree) * stat.f_frsize


def spread(most: int, steps: int) -> list[int]:
    """Nothing, and amounts up to ``most``, each by the same factor more than the one before, from a thousandth on."""
    return sorted({0, *(round(most * 1000 ** (-n / (steps - 2))) for n in range(steps - 1))})


def setter(limit: str, amount: int) -> Callable[[], None]:
    """Sets a limit of the process that calls it: bytes of a file; of handles and memory how much beyond what it has."""

    def set_limit() -> None:
        if limit == OPEN_FILES:
            least = os.dup(0)  # the first that is free
            os.close(least)
        elif limit == MEMORY:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            least = pages * resource.getpagesize()
            signal.alarm(HUNG_SECONDS)
        else:
            least = 0
        resource.setrlimit(_OF_PROCESS[limit], (least + amount, least + amount))

    return set_limit
