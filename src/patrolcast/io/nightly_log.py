"""The nightly's log: one line of JSON for each step, on stderr and in `runs/CITY/nightly.log`.

The log is for people who were asleep. A log that cannot be written never stops a run. A log that has reached 1 MB is
moved to `nightly.log.1`, that one to `.2`, and so on to `.5`: at most about 6 MB for each city. Each line opens the
file by its name (unlike `logging.handlers.RotatingFileHandler`, which keeps it open): a second start may write too, and
its line must not land in a file that was moved.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TextIO

from patrolcast.io.encode import iso_utc

LOG = "nightly.log"
MOST_LOG_BYTES = 1_000_000
KEPT = 5
"""Older logs that are kept, `nightly.log.1` the youngest."""


@dataclass
class NightlyLog:
    """Writes log lines; never raises."""

    folder: Path
    stream: TextIO | None = field(default_factory=lambda: sys.stderr)
    begun: float = field(default_factory=time.monotonic)
    seconds_before: float = 0.0
    """Of a start that another process speaks for: how long it had taken when this log was opened."""

    @property
    def seconds(self) -> float:
        """Since this log was opened, however the clock was set meanwhile."""
        return round(time.monotonic() - self.begun + self.seconds_before, 3)

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
            with contextlib.suppress(OSError):  # better a long log than none
                _rotate(path)
            with path.open("ab+") as file:
                file.write(_line_end(file) + text.encode("ascii") + b"\n")

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


def _rotate(path: Path) -> None:
    """Moves a log that is long enough aside; the oldest one gives way."""
    if not path.is_file() or path.stat().st_size < MOST_LOG_BYTES:
        return
    for n in range(KEPT - 1, 0, -1):
        older = path.with_name(f"{LOG}.{n}")
        if older.is_file():
            older.replace(path.with_name(f"{LOG}.{n + 1}"))
    path.replace(path.with_name(f"{LOG}.1"))


def _line_end(file: IO[bytes]) -> bytes:
    """A newline where the last line is torn, because its start was killed or the disk was full; else nothing."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"
