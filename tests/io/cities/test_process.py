"""A city's process, whatever becomes of it: refused, killed, hanging, stubborn, locked, of another version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from patrolcast.io.cities import process
from patrolcast.io.cities.process import CityTask, run_city
from patrolcast.io.cities.step_watch import StepWatch

ROOT = Path(__file__).parents[3]
PLAY = "tests.io.cities.play"


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def task(
    folder: Path, *, most_seconds: float = 60.0, step: float = 60.0, name: str = "a", locked: float = 0.0, **says: Any
) -> CityTask:
    config = folder / f"{name}.toml"
    config.write_text(json.dumps(says))
    return CityTask(PLAY, (str(config),), most_seconds, locked, most_step_seconds=step)


def starts(folder: Path, name: str = "a") -> list[int]:
    file = folder / f"{name}.starts"
    return [int(line) for line in file.read_text().splitlines()] if file.is_file() else []


def until(holds: Callable[[], bool]) -> None:
    """Waits for what another process does; minutes are for a machine that is busy."""
    for _ in range(6000):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_city_that_ends_well_gives_its_document(tmp_path: Path) -> None:
    ending = run_city(task(tmp_path))
    assert (ending.exit_code, ending.message, ending.tries) == (0, "", 1)
    assert ending.document["status"] == {"run_id": "r1"}


def test_a_city_that_is_refused_gives_its_code_and_line_and_is_not_started_again(tmp_path: Path) -> None:
    ending = run_city(task(tmp_path, code=13))
    assert (ending.exit_code, ending.message, ending.tries) == (13, "it ended with 13", 1)
    assert len(starts(tmp_path)) == 1


@pytest.mark.parametrize(("kills", "code", "tries"), [(2, 0, 3), pytest.param(3, 143, 3, marks=pytest.mark.long)])
def test_one_that_was_killed_is_started_again_a_few_times(tmp_path: Path, kills: int, code: int, tries: int) -> None:
    ending = run_city(task(tmp_path, kills=kills))
    assert (ending.exit_code, ending.tries, len(starts(tmp_path))) == (code, tries, tries)
    assert ending.message == ("" if code == 0 else "its process was killed (signal 9); start it again")


@pytest.mark.parametrize("stubborn", [pytest.param(False, marks=pytest.mark.long), True])
def test_one_that_hangs_is_ended_and_not_started_again(
    tmp_path: Path, stubborn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_END_SECONDS", 0.3)
    ending = run_city(task(tmp_path, seconds=300, stubborn=stubborn, most_seconds=1.5))
    assert (ending.exit_code, ending.hung, ending.tries) == (70, True, 1)
    assert ending.message == "no end after 0.025 minutes; it was ended"
    assert all(is_gone(pid) for pid in starts(tmp_path))


class Patient(StepWatch):
    """Waits for a start, however busy the machine is."""

    def is_stuck(self) -> bool:
        return super().is_stuck() and self.step == "training"


def test_one_that_ends_well_when_it_is_asked_to_end_has_not_hung(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A published night whose summary command takes long."""
    monkeypatch.setattr(process, "StepWatch", Patient)
    ending = run_city(task(tmp_path, steps=["training"], seconds=300, only_tells=True, step=0.3))
    assert (ending.exit_code, ending.hung, ending.message, ending.tries) == (0, False, "", 1)


def test_one_that_is_stopped_in_the_middle_of_a_step_is_ended_and_the_step_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped process takes no SIGTERM; it is killed."""
    monkeypatch.setattr(process, "_END_SECONDS", 0.3)
    monkeypatch.setattr(process, "StepWatch", Patient)
    ending = run_city(task(tmp_path, steps=["features", "training"], stops=True, step=0.3))
    assert (ending.exit_code, ending.hung, ending.tries) == (70, True, 1)
    assert ending.message == "it did not get on with training: no new step after 0.005 minutes; it was ended"
    assert all(is_gone(pid) for pid in starts(tmp_path))


def test_what_a_shown_city_prints_is_the_starters_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ending = run_city(replace(task(tmp_path, code=13), shown=True))
    assert (ending.exit_code, ending.message, ending.document) == (13, "", {})
    assert capfd.readouterr().err.splitlines() == ['{"step": "run"}', "patrolcast: it ended with 13"]


def test_a_night_that_is_asked_to_end_ends_its_cities_and_starts_none_again(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    ending = run_city(task(tmp_path, seconds=300), stop)
    assert (ending.exit_code, ending.tries) == (143, 1)
    assert "asked to end" in ending.message


def test_a_city_that_another_start_holds_is_waited_for_where_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_city(task(tmp_path, code=75)).exit_code == 75
    monkeypatch.setattr(process, "_LOCKED_SECONDS", 0.05)
    waiting = task(tmp_path, name="b", code=75, locked=60.0)

    def free() -> None:
        until(lambda: len(starts(tmp_path, "b")) >= 2)
        (tmp_path / "b.toml").write_text("{}")

    freed = threading.Thread(target=free)
    freed.start()
    ending = run_city(waiting)
    freed.join()
    assert (ending.exit_code, ending.tries) == (0, 1)


def test_other_code_than_the_callers_runs_nothing(tmp_path: Path) -> None:
    given = task(tmp_path)
    ending = run_city(CityTask(given.module, given.arguments, 60.0, identity="another"))
    assert (ending.exit_code, ending.tries, starts(tmp_path)) == (10, 0, [])
    assert "other code or libraries on this worker" in ending.message
    same = CityTask(given.module, given.arguments, 60.0, identity=process.installed())
    assert run_city(same).exit_code == 0


def test_a_city_ends_when_its_starter_was_killed(tmp_path: Path) -> None:
    config = task(tmp_path, waits_for_its_starter=True).arguments[0]
    code = f"from patrolcast.io.cities.process import *; run_city(CityTask({PLAY!r}, ({config!r},), 600.0))"
    starter = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    until(lambda: bool(starts(tmp_path)))
    [city] = starts(tmp_path)
    time.sleep(0.3)
    assert not is_gone(city)  # it lives as long as its starter does
    starter.kill()
    starter.wait()
    until(lambda: is_gone(city))


def test_what_is_installed_says_code_and_libraries() -> None:
    assert f"python={sys.version_info.major}.{sys.version_info.minor}" in process.installed()
    assert "lightgbm=" in process.installed()
    assert os.sep not in process.installed()
