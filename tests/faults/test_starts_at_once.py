"""Twenty starts at once: one runs, nineteen exit 75; a holder that is killed keeps nobody from the next."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, write_finished
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.stored_runs import FinishedRun, identify
from patrolcast.runs.nightly import nightly

STARTS = 20


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConfigFile:
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)  # its run is made up
    return read_settings(write_city(tmp_path))


def started(config: ConfigFile, begun: Callable[[], None]) -> int:
    """A night in a process of its own, which makes up its run once ``begun`` returns; its number."""

    def made_up(read: ConfigFile, *, runs: Path, as_of: str, **_: object) -> FinishedRun:
        begun()
        return write_finished(runs, RUN_ID, as_of_asked=as_of, inputs_sha256=identify(read).inputs_sha256)

    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            nightly.run_once = made_up  # type: ignore[assignment]
            nightly.run_night(config, now=NOW)
            code = 0
        except PatrolcastError as error:
            code = error.exit_code
        finally:
            os._exit(code)
    return child


def ending(children: set[int]) -> tuple[int, int]:
    """The next of these children to end, and how; it is taken out. Other children of this process are not touched."""
    while True:
        for child in sorted(children):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                children.remove(child)
                return child, os.waitstatus_to_exitcode(status)
        time.sleep(0.01)


def test_of_twenty_starts_at_once_one_runs_and_nineteen_exit_75(config: ConfigFile, tmp_path: Path) -> None:
    others_ended, let_go = os.pipe()
    children = {started(config, lambda: os.read(others_ended, 1)) for _ in range(STARTS)}  # type: ignore[arg-type,return-value]
    running = set(children)
    endings = dict(ending(running) for _ in range(STARTS - 1))
    assert set(endings.values()) == {75}, "whoever has the lock is still at work"
    os.write(let_go, b".")
    endings.update([ending(running)])
    assert endings.keys() == children
    assert sorted(endings.values()) == [0, *[75] * (STARTS - 1)]
    runs = tmp_path / "runs" / "tiny"
    assert [path.name for path in run_store.finished_runs(runs)] == [RUN_ID]
    assert run_store.read_status_file(runs)["last_start"]["exit_code"] == 0


def test_after_the_holder_was_killed_the_next_start_runs(config: ConfigFile, tmp_path: Path) -> None:
    here, there = os.pipe()

    def hold() -> None:
        os.write(there, b"1")
        signal.pause()

    holder = started(config, hold)
    assert os.read(here, 1) == b"1"
    assert ending({started(config, lambda: None)})[1] == 75
    os.kill(holder, signal.SIGKILL)
    assert ending({holder}) == (holder, -signal.SIGKILL)
    assert ending({started(config, lambda: None)})[1] == 0
    assert run_store.current_run(tmp_path / "runs" / "tiny") == tmp_path / "runs" / "tiny" / RUN_ID
