"""The keeper writes down how a verb ended: by itself, killed, too long, asked to stop, never started."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from patrolcast.io.jobs import folder as stored
from patrolcast.io.jobs.folder import JobEnding
from patrolcast.io.jobs.keeper import keep


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[int]:
    handle, former = os.open(tmp_path / ".lock", os.O_RDWR | os.O_CREAT), signal.getsignal(signal.SIGTERM)
    yield handle
    os.close(handle)
    signal.signal(signal.SIGTERM, former)  # the keeper has a process of its own, except here


def kept(folder: Path, lock: int, code: str, *, most_seconds: float = 60.0) -> tuple[str, int | None]:
    ending = keep(folder, lock, most_seconds, [sys.executable, "-S", "-c", code])
    assert stored.read_ending(folder) == ending
    return ending.why, ending.exit_code


def test_what_it_printed_and_its_exit_code_are_kept(tmp_path: Path, lock: int) -> None:
    code = "import sys; print('a'); print('b', file=sys.stderr); sys.exit(20)"
    assert kept(tmp_path, lock, code) == ("exit", 20)
    assert (tmp_path / stored.OUTPUT).read_text() == "a\n"
    assert (tmp_path / stored.ERRORS).read_text() == "b\n"


def test_a_verb_that_the_system_kills_did_not_end_by_itself(tmp_path: Path, lock: int) -> None:
    assert kept(tmp_path, lock, "import os; os.kill(os.getpid(), 9)") == ("signal", -9)


def test_one_that_takes_too_long_is_ended(tmp_path: Path, lock: int) -> None:
    assert kept(tmp_path, lock, "import time; time.sleep(600)", most_seconds=0.1) == ("too long", -15)


def test_one_that_does_not_listen_is_ended_all_the_same(
    tmp_path: Path, lock: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolcast.io.jobs.keeper.END_SECONDS", 0.2)
    stored.ask_for_stop(tmp_path)
    code = (
        f"import signal, time; signal.signal(15, signal.SIG_IGN); open({str(tmp_path / 'on')!r}, 'w'); time.sleep(600)"
    )
    why, exit_code = kept(tmp_path, lock, code)
    assert (why, exit_code in (-9, -15)) == ("stopped", True)  # -15 where it was ended before it stopped listening


def test_what_cannot_be_started_is_said(tmp_path: Path, lock: int) -> None:
    assert keep(tmp_path, lock, 1.0, [str(tmp_path / "nothing")]).why == "not started"
    assert "could not be started" in (tmp_path / stored.ERRORS).read_text()
    assert isinstance(stored.read_ending(tmp_path), JobEnding)
