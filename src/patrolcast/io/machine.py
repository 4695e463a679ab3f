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


@dataclass
class Stopwatch:
    """Times the stages of a run; written to `timing.json`, the one file that differs between two equal runs."""

    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: dict[str, float] = field(default_factory=dict)
    parts: list[dict[str, float | str]] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, progress: Progress | None = None) -> Iterator[None]:
        """A stage that is timed, and shown where ``progress`` is given."""
        start = time.monotonic()
        with (progress or Progress()).stage(name):
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
                seconds, used = round(time.monotonic() - at, 3), round(_cpu() - cpu, 3)
                self.parts.append(
                    {"name": name, "seconds": seconds, "cpu_seconds": used, "peak_memory_mib": _peak_memory_mib()}
                )

        return Progress(step)

    def timing(self) -> dict[str, Any]:
        """Start, end, seconds by stage and by part of it, peak memory and the kind of machine; no name of it."""
        return {
            "started_at": iso_utc(self.begun),
            "finished_at": iso_utc(datetime.now(UTC)),
            "seconds": dict(self.seconds),
            "parts": list(self.parts),
            "cpu_seconds": round(_cpu(), 3),
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
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_memory_mib() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def release_memory() -> None:
    """What was freed goes back to the system, where the C library can do that: a large export leaves much behind."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)
