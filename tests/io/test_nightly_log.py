"""The nightly's log: a line of JSON for each step, moved aside when it is long, and never in a night's way."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from patrolcast.io import nightly_log
from patrolcast.io.nightly_log import KEPT, LOG, NightlyLog


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_a_line_is_json_with_moment_step_state_and_facts_on_stderr_too(tmp_path: Path) -> None:
    stream = io.StringIO()
    NightlyLog(tmp_path, stream).write("gates", "done", stopped_by="é\n\x1b[31m")
    [entry] = lines(tmp_path / LOG)
    assert list(entry) == ["at", "step", "state", "stopped_by"]
    assert entry["stopped_by"] == "é\n\x1b[31m"
    assert stream.getvalue() == (tmp_path / LOG).read_text()
    assert stream.getvalue().isascii()
    assert stream.getvalue().count("\n") == 1


def test_a_long_log_moves_aside_and_the_oldest_of_five_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly_log, "MOST_LOG_BYTES", 1)
    log = NightlyLog(tmp_path, None)
    for n in range(KEPT + 3):
        log.write("night", "note", n=n)
    names = [LOG, *(f"{LOG}.{n}" for n in range(1, KEPT + 1))]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert [lines(tmp_path / name)[0]["n"] for name in names] == [7, 6, 5, 4, 3, 2]


def test_a_log_is_not_moved_before_it_is_long(tmp_path: Path) -> None:
    log = NightlyLog(tmp_path, None)
    for n in range(3):
        log.write("night", "note", n=n)
    assert [entry["n"] for entry in lines(tmp_path / LOG)] == [0, 1, 2]
    with (tmp_path / LOG).open("ab") as file:
        file.truncate(nightly_log.MOST_LOG_BYTES)
    log.write("night", "note", n=3)
    assert [entry["n"] for entry in lines(tmp_path / LOG)] == [3]


def test_a_log_that_cannot_be_moved_is_written_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly_log, "MOST_LOG_BYTES", 1)
    (tmp_path / f"{LOG}.1").mkdir()
    log = NightlyLog(tmp_path, None)
    for n in range(2):
        log.write("night", "note", n=n)
    assert [entry["n"] for entry in lines(tmp_path / LOG)] == [0, 1]


def test_a_line_after_a_torn_one_stands_alone(tmp_path: Path) -> None:
    (tmp_path / LOG).write_text('{"at": "2026-03-01T12:0')
    NightlyLog(tmp_path, None).write("recover", "start")
    torn, whole = (tmp_path / LOG).read_text().splitlines()
    assert torn == '{"at": "2026-03-01T12:0'
    assert json.loads(whole)["step"] == "recover"


def test_a_log_and_a_stream_that_refuse_everything_raise_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    stream.close()
    (tmp_path / LOG).mkdir()
    NightlyLog(tmp_path, stream).write("run", "start")

    def refuse(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", refuse)
    NightlyLog(tmp_path / "full", None).write("run", "start")


def test_a_step_that_breaks_is_logged_with_its_reason_and_breaks_on(tmp_path: Path) -> None:
    log = NightlyLog(tmp_path, None)
    with log.step("run"):
        pass
    with pytest.raises(ValueError, match="no"), log.step("publish"):
        raise ValueError("no")
    assert [(entry["step"], entry["state"], entry.get("error")) for entry in lines(tmp_path / LOG)] == [
        ("run", "start", None), ("run", "done", None), ("publish", "start", None), ("publish", "failed", "no"),
    ]  # fmt: skip
    assert log.seconds >= 0
