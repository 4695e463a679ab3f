"""A job is at work while the kernel says so: one at a time, on the trail before it starts, gone when it is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.io.jobs.fake import WAITS, a_job, ended, fake, until, written

from patrolcast.domain.errors import CannotWriteError, ConflictError
from patrolcast.io.jobs import folder as stored
from patrolcast.io.jobs import start
from patrolcast.io.jobs.progress import FILE


def nothing(job: str) -> None:
    """No trail."""


def test_a_job_runs_with_its_arguments_and_leaves_how_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = "print(sys.argv[1:], 'SECRET' in os.environ, 'OTHER' in os.environ, os.environ['PATROLCAST_PROGRESS'])"
    fake(monkeypatch, f"import os, sys; {says}")
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("OTHER", "x")
    on_trail: list[tuple[str, bool]] = []
    jobs = tmp_path / "jobs"

    def record(job: str) -> None:
        on_trail.append((job, (jobs / job / stored.OUTPUT).exists()))

    job = start.start_job(jobs, a_job("forecast", "a; rm -rf b"), record=record, without=("SECRET",))
    assert ended(jobs / job).exit_code == 0
    printed = (jobs / job / stored.OUTPUT).read_text()
    assert printed == f"['forecast', 'a; rm -rf b'] False True {jobs / job / FILE}\n"
    assert on_trail == [(job, False)]
    assert jobs.stat().st_mode & 0o077 == 0
    until(lambda: start.job_at_work(jobs) == "")
    again = start.start_job(jobs, a_job(), record=nothing)
    assert again == f"{job}-2"
    ended(jobs / again)


def test_one_at_a_time_and_a_killed_keeper_leaves_none_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "TRIES", 2)
    fake(monkeypatch, WAITS.format(tmp_path / "pid"))
    job = start.start_job(tmp_path, a_job(), record=nothing)
    verb = written(tmp_path / "pid")
    keeper = int(Path(f"/proc/{verb}/stat").read_text().rpartition(")")[2].split()[1])
    try:
        assert start.job_at_work(tmp_path) == job
        recorded: list[str] = []
        with pytest.raises(ConflictError, match="one job at a time"):
            start.start_job(tmp_path, a_job(), record=recorded.append)
        assert (recorded, len(list(stored.job_folders(tmp_path)))) == ([], 1)
        os.kill(keeper, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{keeper}").exists())
        assert start.job_at_work(tmp_path) == job  # the verb lives on, and counts
    finally:
        os.kill(verb, signal.SIGKILL)
    until(lambda: start.job_at_work(tmp_path) == "")
    assert stored.read_ending(tmp_path / job) is None


def test_what_cannot_be_put_on_the_trail_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, f"open({str(tmp_path / 'started')!r}, 'w')")

    def refused(job: str) -> None:
        raise CannotWriteError("audit trail", rule="is full")

    with pytest.raises(CannotWriteError, match="is full"):
        start.start_job(tmp_path, a_job(), record=refused)
    assert (list(stored.job_folders(tmp_path)), start.job_at_work(tmp_path)) == ([], "")
    job = start.start_job(tmp_path, a_job(), record=nothing)
    assert ended(tmp_path / job).exit_code == 0


def test_without_a_folder_none_is_at_work(tmp_path: Path) -> None:
    assert start.job_at_work(tmp_path / "jobs") == ""
