"""The nightly's log: one line of JSON for each step, on stderr and in `runs/CITY/nightly.log`.

The log is for people who were asleep. A log that cannot be written never stops a run; a long one is moved aside.
"""

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from patrolcast.io.encode import iso_utc

LOG = "nightly.log"
MAX_BYTES = 1_000_000


@dataclass
class NightlyLog:
    """Writes log lines; never raises."""

    folder: Path
    stream: TextIO | None = field(default_factory=lambda: sys.stderr)

    def write(self, step: str, state: str, **facts: str | int | float | None) -> None:
        """One line: when, which step, its state (start, done, refused, note), and facts."""
        entry = {"at": iso_utc(datetime.now(UTC)), "step": step, "state": state, **facts}
        text = json.dumps(entry, ensure_ascii=True, allow_nan=False)
        with contextlib.suppress(OSError, ValueError):
            if self.stream is not None:
                self.stream.write(text + "\n")
                self.stream.flush()
        with contextlib.suppress(OSError):
            path = self.folder / LOG
            if path.is_file() and path.stat().st_size > MAX_BYTES:
                path.replace(path.with_suffix(".log.1"))
            with path.open("a", encoding="ascii") as file:
                file.write(text + "\n")

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step that is logged at its start and at its end, with the seconds it took or the error that ended it."""
        begun = time.monotonic()
        self.write(name, "start")
        try:
            yield
        except BaseException as error:
            reason = str(error) if isinstance(error, Exception) else type(error).__name__
            self.write(name, "failed", seconds=round(time.monotonic() - begun, 3), error=reason[:400])
            raise
        self.write(name, "done", seconds=round(time.monotonic() - begun, 3))
