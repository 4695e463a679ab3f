"""What the clock and the machine say about a run: how long each stage took, how much memory it needed."""

import ctypes
import os
import platform
import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.records import Progress
from patrolcast.io.encode import iso_utc

START = "start of the program"
ELSEWHERE = "between the parts"
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX, _ALL = -1, -3, -4, 2**31 - 1
"""Options of mallopt (malloc.h of the GNU C library)."""


@dataclass
class Stopwatch:
    """Times the stages of a run; written to `timing.json`, the one file that differs between two equal runs."""

    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: dict[str, float] = field(default_factory=dict)
    parts: list[dict[str, float | str]] = field(default_factory=list)
    at_start: tuple[float, int] = field(default_factory=lambda: (_cpu(), _peak_memory_mib()))

    @contextmanager
    def stage(self, name: str, progress: Progress | None = None) -> Iterator[None]:
        """A stage that is timed; where ``progress`` is given it is shown, and is itself a part, not made of some."""
        start = time.monotonic()
        with (Progress() if progress is None else self.timed(progress)).stage(name):
            yield
        self.seconds[name] = round(time.monotonic() - start, 3)

    def timed(self, progress: Progress) -> Progress:
        """The same progress, each of its steps timed on the way: seconds, seconds of all cores, peak memory so far."""
        begun: dict[str, tuple[float, float]] = {}

        def step(name: str, done: int, total: int) -> None:
            progress.step(name, done, total)
            begun.setdefault(name, (time.monotonic(), _cpu()))
            if done >= total:
                at, cpu = begun.pop(name)
                seconds, cpu_seconds = round(time.monotonic() - at, 3), round(_cpu() - cpu, 3)
                self.parts.append(
                    {
                        "name": name,
                        "seconds": seconds,
                        "cpu_seconds": cpu_seconds,
                        "peak_memory_mib": _peak_memory_mib(),
                    }
                )

        return Progress(step)

    def timing(self) -> dict[str, Any]:
        """Start, end, seconds by stage and by part of it, peak memory and the kind of machine; no name of it.

        The first part is what the processor did before there was a watch: Python, the command, its first libraries;
        how long that took nobody has timed. The last is what no other holds: the processor's seconds of all parts are
        those of the run.
        """
        before: dict[str, float | str] = {"name": START, "seconds": 0.0, "cpu_seconds": round(self.at_start[0], 3)}
        before |= {"peak_memory_mib": self.at_start[1]}
        now, cpu = datetime.now(UTC), round(_cpu(), 3)
        seconds, cpu_seconds = (
            sum(float(part[of]) for part in (before, *self.parts)) for of in ("seconds", "cpu_seconds")
        )
        rest = {"name": ELSEWHERE, "seconds": round((now - self.begun).total_seconds() - seconds, 3)}
        rest |= {"cpu_seconds": round(cpu - cpu_seconds, 3), "peak_memory_mib": _peak_memory_mib()}
        return {
            "started_at": iso_utc(self.begun),
            "finished_at": iso_utc(now),
            "seconds": dict(self.seconds),
            "parts": [before, *self.parts, rest],
            "cpu_seconds": cpu,
            "peak_memory_mib": _peak_memory_mib(),
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "system": platform.system(),
        }


def free_bytes(folder: Path) -> int | None:
    """Room on the disk of a folder for this user; None where the system does not say."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak_memory_mib() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


@contextmanager
def memory_kept() -> Iterator[None]:
    """What is freed is used again, and goes back to the system at the end only; where the C library is GNU's.

    Otherwise each column of a large export is new memory, which the system clears page by page: a third of the time of
    rules that look at every row.
    """
    library = ctypes.CDLL(None) if os.name == "posix" else None
    option = getattr(library, "mallopt", None) if hasattr(library, "gnu_get_libc_version") else None
    if option is None:
        yield
        return
    option(_MMAP_MAX, 0)
    option(_TRIM_THRESHOLD, _ALL)
    try:
        yield
    finally:
        # What the library itself arrives at once large arrays come and go.
        option(_MMAP_MAX, 65_536)
        option(_MMAP_THRESHOLD, 32 * 2**20)
        option(_TRIM_THRESHOLD, 64 * 2**20)
        release_memory()


def release_memory() -> None:
    """What was freed goes back to the system, where the C library can do that: a large export leaves much behind."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)
