"""A process that says something new gets on; one that says the same for too long, or nothing, does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.io.cities import step_watch
from patrolcast.io.cities.step_watch import StepWatch
from patrolcast.io.jobs.progress import FILE, VARIABLE, progress_file, written_progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock; tests move it."""
    now = [100.0]
    monkeypatch.setattr(step_watch.time, "monotonic", lambda: now[0])
    return now


def test_a_process_may_take_as_long_as_allowed_for_each_step(tmp_path: Path, clock: list[float]) -> None:
    watch = StepWatch(tmp_path, 60.0)
    for name in ("features", "training"):
        clock[0] += 60.0
        assert not watch.is_stuck()
        written_progress(tmp_path / FILE).step(name, 0, 1)
        assert not watch.is_stuck()
        assert watch.step == name
    clock[0] += 60.0
    assert not watch.is_stuck()
    clock[0] += 0.1
    assert watch.is_stuck()


def test_saying_the_same_again_is_not_getting_on(tmp_path: Path, clock: list[float]) -> None:
    watch = StepWatch(tmp_path, 60.0)
    for _ in range(3):
        written_progress(tmp_path / FILE).step("features", 1, 6)
        stuck = watch.is_stuck()
        clock[0] += 40.0
    assert stuck
    written_progress(tmp_path / FILE).step("features", 2, 6)
    assert not watch.is_stuck()


def test_a_process_that_says_nothing_is_stuck_at_its_start(tmp_path: Path, clock: list[float]) -> None:
    watch = StepWatch(tmp_path, 60.0)
    (tmp_path / FILE).write_text("[")
    clock[0] += 61.0
    assert watch.is_stuck()
    assert watch.step == "its start"


def test_the_process_writes_where_it_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [(name, path)] = StepWatch(tmp_path, 60.0).environment.items()
    monkeypatch.setenv(name, path)
    assert name == VARIABLE
    assert progress_file() == tmp_path / FILE
