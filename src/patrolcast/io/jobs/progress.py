"""How far a job is: the verb writes it into a file that its environment names, the console reads it."""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from patrolcast.domain.records import Progress
from patrolcast.io.jobs.folder import JOB

VARIABLE = "PATROLCAST_PROGRESS"
"""Names the file; where it is not set, or names no file of a job, nothing is written."""
FILE = "progress.json"
LEAST_SECONDS = 1.0


@dataclass(frozen=True)
class JobProgress:
    """What a verb does now, and how much of it is done: ``done`` of ``total``."""

    name: str
    done: int
    total: int


def progress_file() -> Path | None:
    """The file that the console named; None where it named none, or somebody else named something else."""
    path = Path(os.environ.get(VARIABLE, ""))
    return path if path.name == FILE and (path.parent / JOB).is_file() else None


def written_progress(path: Path) -> Progress:
    """Progress that goes into a file, once a second at most, and whenever something else begins or it is done.

    What cannot be written is left out: no verb fails for it.
    """
    last_name, last_time = "", 0.0

    def step(name: str, done: int, total: int) -> None:
        nonlocal last_name, last_time
        now = time.monotonic()
        if name != last_name or done >= total or now - last_time >= LEAST_SECONDS:
            last_name, last_time = name, now
            _write(path, JobProgress(name, done, total))

    return Progress(step)


def _write(path: Path, progress: JobProgress) -> None:
    fresh = path.with_suffix(".new")
    try:
        fresh.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        fresh.replace(path)  # a reader sees the whole of one or of the other; it need not outlive the machine
    except OSError:
        return


def read_progress(folder: Path) -> JobProgress | None:
    """What the job of a folder does now; None where it has not said so."""
    try:
        stored = json.loads((folder / FILE).read_bytes())
        return JobProgress(str(stored["name"]), int(stored["done"]), int(stored["total"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
