"""Does a process get on? It writes what it is at into a file; a step that takes longer than allowed is found here.

What the file holds is compared, and the waiting is timed by the monotonic clock: a clock that is set ends nothing.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

from patrolcast.io.jobs.folder import JOB
from patrolcast.io.jobs.progress import FILE, VARIABLE, JobProgress, read_progress


@dataclass
class StepWatch:
    """Watches the steps of one process.

    Attributes
    ----------
    folder : an empty one, in which the process says what it is at.
    most_seconds : that one step may take.
    """

    folder: Path
    most_seconds: float
    _last: JobProgress | None = field(default=None, init=False)
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self._since = time.monotonic()
        (self.folder / JOB).write_text("{}", encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What the process needs to know."""
        return {VARIABLE: str(self.folder / FILE)}

    @property
    def step(self) -> str:
        """What the process said last."""
        return self._last.name if self._last is not None else "its start"

    def is_stuck(self) -> bool:
        """Whether it has said nothing new for too long. To be asked every second or so."""
        progress, now = read_progress(self.folder), time.monotonic()
        if progress is not None and progress != self._last:
            self._last, self._since = progress, now
        return now - self._since > self.most_seconds
