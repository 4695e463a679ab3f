"""What the clock and the machine say about a run: how long each stage took, how much memory it needed."""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from patrolcast.domain.records import Progress
from patrolcast.io.encode import instant


@dataclass
class Watch:
    """Times the stages of a run; told in `timing.json`, the one file that differs between two equal runs."""

    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, progress: Progress | None = None) -> Iterator[None]:
        """A stage that is timed, and shown where ``progress`` is given."""
        start = time.monotonic()
        with (progress or Progress()).stage(name):
            yield
        self.seconds[name] = round(time.monotonic() - start, 3)

    def told(self) -> dict[str, Any]:
        """Start, end, seconds by stage, peak memory and the kind of machine; no name of it."""
        return {
            "started_at": instant(self.begun),
            "finished_at": instant(datetime.now(UTC)),
            "seconds": dict(self.seconds),
            "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "system": platform.system(),
        }
