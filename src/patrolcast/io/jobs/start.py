"""Starting a job, and seeing whether it is at work: the kernel's lock says so, never a note that a killed job left."""

import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from patrolcast.domain.errors import CannotWriteError, ConflictError
from patrolcast.io.jobs.folder import Job, clear_old, write_job
from patrolcast.io.jobs.progress import FILE, VARIABLE
from patrolcast.io.lock import LOCK
from patrolcast.io.safe_files import write_errors

PROGRAM: tuple[str, ...] = (sys.executable, "-m", "patrolcast")
"""What every job is: our own program; its arguments are a list, no shell reads them."""
TRIES, TRY_SECONDS = 20, 0.05
"""A keeper that has written its end, and a look from another process, hold the lock for a moment."""
_ONE = threading.Lock()


def start_job(jobs: Path, job: Job, *, record: Callable[[str], None], without: Collection[str] = ()) -> str:
    """Starts a job whose end nobody here waits for; its id.

    Parameters
    ----------
    jobs : the city's folder of jobs; job : its id gets a number where another has it.
    record : is called with the id before anything is started; where it raises, nothing is.
    without : variables of the environment that are no business of the verb's.

    Raises ConflictError: one is at work. CannotWriteError, NotPermittedError.
    """
    with _ONE, write_errors(jobs):
        jobs.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(jobs / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _take(lock)
            folder = _new_folder(jobs, job.job)
            try:
                write_job(folder, replace(job, job=folder.name))
                record(folder.name)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            os.ftruncate(lock, 0)
            os.pwrite(lock, folder.name.encode(), 0)
            _spawn(folder, lock, job, without)
            clear_old(jobs, at_work=folder.name)
        finally:
            os.close(lock)  # the keeper has inherited it
    return folder.name


def job_at_work(jobs: Path) -> str:
    """The id of the job at work; "" where none is."""
    with _ONE:
        try:
            lock = os.open(jobs / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return ""
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.pread(lock, 80, 0).decode("ascii", "replace")
        finally:
            os.close(lock)
    return ""


def _take(lock: int) -> None:
    for _ in range(TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(TRY_SECONDS)
    at_work = os.pread(lock, 80, 0).decode("ascii", "replace")
    rule, cure = "one job at a time", "wait for it, or stop it"
    raise ConflictError("a job of this city", why="at work", got=f"{at_work} at work", rule=rule, cure=cure)


def _new_folder(jobs: Path, name: str) -> Path:
    for n in range(1, 1000):
        folder = jobs / (name if n == 1 else f"{name}-{n}")
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder
    raise CannotWriteError(f"the folder of job {name}", rule="too many of one second")


def _spawn(folder: Path, lock: int, job: Job, without: Collection[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in without}
    keeper = [sys.executable, "-m", "patrolcast.io.jobs.keeper", str(folder), str(lock), str(job.most_seconds)]
    process = subprocess.Popen(
        [*keeper, *PROGRAM, *job.arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(lock,),
        start_new_session=True, env={**environment, VARIABLE: str((folder / FILE).absolute())},
    )  # fmt: skip
    threading.Thread(target=process.wait, daemon=True).start()  # else it stays in the process table when it ends
