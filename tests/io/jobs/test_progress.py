"""A verb says how far it is, at most once a second; what it cannot write stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.cli.console import progress_bars
from patrolcast.io.jobs import progress
from patrolcast.io.jobs.folder import JOB
from patrolcast.io.jobs.progress import FILE, VARIABLE, JobProgress, read_progress, written_progress


def test_what_begins_is_written_at_once_and_the_rest_not_more_often_than_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([10.0, 10.5, 11.2, 11.3])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    step = written_progress(tmp_path / FILE).step
    seen = []
    for name, done in (("nights", 0), ("nights", 3), ("nights", 7), ("pages", 0)):
        step(name, done, 26)
        seen.append(read_progress(tmp_path))
    assert seen == [
        JobProgress("nights", 0, 26),
        JobProgress("nights", 0, 26),
        JobProgress("nights", 7, 26),
        JobProgress("pages", 0, 26),
    ]


def test_a_folder_that_is_gone_stops_no_verb_and_a_torn_file_says_nothing(tmp_path: Path) -> None:
    written_progress(tmp_path / "gone" / FILE).step("nights", 1, 2)
    assert read_progress(tmp_path) is None
    (tmp_path / FILE).write_text('{"name": "nights"')
    assert read_progress(tmp_path) is None


def test_a_verb_that_the_console_started_writes_where_it_was_told_and_any_other_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress_bars(quiet=True) as silent:
        silent.step("nights", 1, 2)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / JOB).write_text("{}")
    monkeypatch.setenv(VARIABLE, str(tmp_path / FILE))
    with progress_bars(quiet=True) as written:
        written.step("nights", 1, 2)
    assert read_progress(tmp_path) == JobProgress("nights", 1, 2)


@pytest.mark.parametrize("named", ["notes.txt", FILE, ".", "/", "1"])
def test_a_variable_that_names_no_file_of_a_job_overwrites_nothing_and_stops_no_verb(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("kept")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, named)
    with progress_bars(quiet=True) as silent:
        silent.step("nights", 1, 2)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("notes.txt", "kept")]


def test_what_is_done_is_written_at_once_however_soon(tmp_path: Path) -> None:
    """Else the page says 25 of 26 for as long as what comes after it says nothing."""
    step = written_progress(tmp_path / FILE).step
    for done in (25, 26):
        step("nights", done, 26)
    assert read_progress(tmp_path) == JobProgress("nights", 26, 26)


@pytest.mark.parametrize("text", ['{"name": "n", "done": 1e999, "total": 2}', "[" * 100_000])
def test_a_file_that_no_verb_wrote_says_nothing_and_breaks_no_page(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_progress(tmp_path) is None
