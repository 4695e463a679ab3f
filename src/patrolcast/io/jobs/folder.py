"""The folder of a job: what was started by whom, what it printed, and how it ended.

::

    jobs/.lock             held by the keeper and the verb while one of them lives; names the job at work
    jobs/ID/job.json       verb, arguments, account, moment, longest time; written before anything is started
    jobs/ID/output.txt     what the verb printed; errors.txt: what it complained of
    jobs/ID/progress.json  what the verb does now, and how far it is
    jobs/ID/stop           there once somebody asked for an end
    jobs/ID/ended.json     how it ended; a job without it that holds no lock was killed
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from patrolcast.io.safe_files import replace_synced, write_file

JOB, ENDED, OUTPUT, ERRORS, STOP = "job.json", "ended.json", "output.txt", "errors.txt", "stop"
ID = re.compile(r"\d{8}T\d{6}Z-[a-z]{1,20}(-\d{1,3})?")
KEPT = 40
"""Jobs that are kept, the newest; what they made lies elsewhere and is not touched."""
MOST_TAIL = 16_384
MOST_WHOLE = 2**22


@dataclass(frozen=True)
class Job:
    """What was started.

    Attributes
    ----------
    job : its id, "20260301T123000Z-trial"; ``kind`` : what the console calls it.
    arguments : of ``patrolcast``, the verb first.
    by : the account that started it.
    most_seconds : after which it is ended.
    """

    job: str
    kind: str
    arguments: tuple[str, ...]
    by: str
    started: datetime
    most_seconds: float


@dataclass(frozen=True)
class JobEnding:
    """How a job ended.

    Attributes
    ----------
    why : "exit" by itself; "signal" where the system killed it; "stopped", "too long", "not started"; "unreadable".
    exit_code : of the verb; below 0 the signal that killed it; None where there is none.
    seconds : that it took.
    """

    why: str
    exit_code: int | None
    seconds: float


def write_job(folder: Path, job: Job) -> None:
    """Writes down what is about to be started.

    Raises CannotWriteError, NotPermittedError.
    """
    stored = {**asdict(job), "started": job.started.isoformat()}
    write_file(folder / JOB, json.dumps(stored, sort_keys=True, indent=1).encode())


def read_job(folder: Path) -> Job | None:
    """What was started; None where the folder says nothing that can be read."""
    try:
        stored = json.loads((folder / JOB).read_bytes())
        job = Job(
            job=str(stored["job"]),
            kind=str(stored["kind"]),
            arguments=tuple(map(str, stored["arguments"])),
            by=str(stored["by"]),
            started=datetime.fromisoformat(stored["started"]),
            most_seconds=float(stored["most_seconds"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return job if job.job == folder.name and job.started.tzinfo is not None else None


def write_ending(folder: Path, ending: JobEnding) -> None:
    """Writes down how it ended, whole or not at all."""
    replace_synced(folder / ENDED, json.dumps(asdict(ending), sort_keys=True).encode())


def read_ending(folder: Path) -> JobEnding | None:
    """How it ended; None while nothing says so."""
    try:
        stored = json.loads((folder / ENDED).read_bytes())
        code = stored["exit_code"]
        return JobEnding(str(stored["why"]), None if code is None else int(code), float(stored["seconds"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return JobEnding("unreadable", None, 0.0)


def ask_for_stop(folder: Path) -> None:
    """Asks the keeper to end it; no process is named, so none can be mistaken for it."""
    write_file(folder / STOP, b"")


def job_folders(jobs: Path) -> Iterator[Path]:
    """Folders of jobs, the newest first."""
    with suppress(FileNotFoundError):
        yield from sorted(
            (folder for folder in jobs.iterdir() if ID.fullmatch(folder.name) and folder.is_dir()), reverse=True
        )


def clear_old(jobs: Path, *, at_work: str) -> None:
    """Removes all but the newest, and never the one at work."""
    for folder in list(job_folders(jobs))[KEPT:]:
        if folder.name != at_work:
            shutil.rmtree(folder, ignore_errors=True)


def tail(path: Path, lines: int) -> tuple[str, ...]:
    """The last lines of a file, as they may be shown; empty where it is not there."""
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - MOST_TAIL, 0))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ()
    return tuple("".join(c if c.isprintable() else " " for c in line) for line in text.splitlines()[-lines:])


def read_output(folder: Path) -> bytes | None:
    """All that it printed; None where it is not there or is more than 4 MiB."""
    try:
        with (folder / OUTPUT).open("rb") as file:
            data = file.read(MOST_WHOLE + 1)
    except OSError:
        return None
    return data if len(data) <= MOST_WHOLE else None
