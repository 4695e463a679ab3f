"""What lies on the disk of a job: read back as it was written, and nothing believed that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.jobs.fake import a_job

from patrolcast.io.jobs import folder as stored
from patrolcast.io.jobs.folder import JobEnding


def made(jobs: Path, name: str = "20260301T123000Z-trial") -> Path:
    folder = jobs / name
    folder.mkdir(parents=True)
    stored.write_job(folder, stored.Job(name, "trial", ("forecast", "a b.toml"), "x", a_job().started, 60.0))
    return folder


def test_a_job_and_its_ending_come_back_as_they_were_written(tmp_path: Path) -> None:
    folder = made(tmp_path)
    job = stored.read_job(folder)
    assert job is not None
    assert (job.arguments, job.by, job.started) == (("forecast", "a b.toml"), "x", a_job().started)
    assert stored.read_ending(folder) is None
    stored.write_ending(folder, JobEnding("exit", 20, 3.5))
    assert stored.read_ending(folder) == JobEnding("exit", 20, 3.5)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"job": "other"}', b"\xff"])
def test_what_cannot_be_read_is_no_job_and_no_good_ending(tmp_path: Path, damage: bytes) -> None:
    folder = made(tmp_path)
    (folder / stored.JOB).write_bytes(damage)
    (folder / stored.ENDED).write_bytes(damage)
    assert stored.read_job(folder) is None
    assert stored.read_ending(folder) == JobEnding("unreadable", None, 0.0)


def test_a_job_of_another_folder_is_not_believed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    assert stored.read_job(folder.rename(tmp_path / "20260301T123000Z-forecast")) is None


def test_the_newest_are_kept_and_the_one_at_work_whatever_its_age(tmp_path: Path) -> None:
    names = [f"20260301T1230{n:02d}Z-trial" for n in range(stored.KEPT + 3)]
    for name in names:
        made(tmp_path, name)
    (tmp_path / "notes").mkdir()
    stored.clear_old(tmp_path, at_work=names[0])
    left = [folder.name for folder in stored.job_folders(tmp_path)]
    assert left == [*names[:2:-1], names[0]]
    assert (tmp_path / "notes").is_dir()


def test_last_lines_hold_no_control_characters_and_end_with_the_newest(tmp_path: Path) -> None:
    file = tmp_path / "output.txt"
    file.write_bytes(b"x" * 100_000 + b"\none\x1b[31m\ntwo\xff\n")
    assert stored.tail(file, 2) == ("one [31m", "two�")
    assert len(stored.tail(file, 9)[0]) < stored.MOST_TAIL
    assert stored.tail(tmp_path / "nothing", 2) == ()


def test_output_of_more_than_can_be_shown_is_not_cut_but_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST_WHOLE", 4)
    (tmp_path / stored.OUTPUT).write_bytes(b"1234")
    assert stored.read_output(tmp_path) == b"1234"
    (tmp_path / stored.OUTPUT).write_bytes(b"12345")
    assert stored.read_output(tmp_path) is None
