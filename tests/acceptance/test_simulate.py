"""`patrolcast simulate`: what it writes, what it stores, how it ends; the playing itself is tested in tests/runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.runs.simulate.test_simulate import fake
from tests.runs.tiny_city import write_city

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.cli.door import main
from patrolcast.domain.records import GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import evidence_path
from patrolcast.runs.simulate import simulate as simulating
from patrolcast.runs.simulate.evidence import loop_gate
from patrolcast.runs.simulate.scenario import LoopTask


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(simulating, "simulate_pair", fake)
    path = write_city(tmp_path)
    evidence_path(read_settings(path), "loop").unlink()
    return path


def test_an_open_loop_is_written_stored_and_lets_a_run_be_published(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", str(config), "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert "Verdict: open. 12 cities per scenario, 56 nights." in printed
    read = read_settings(config)
    document = json.loads(evidence_path(read, "loop").read_bytes())
    told = read.project / "simulated" / "tiny"
    assert json.loads((told / "feedback.json").read_bytes()) == document
    assert "(the loop is open)" in (told / "feedback.html").read_text()
    assert loop_gate(read).verdict is GateVerdict.PASS


def test_a_loop_that_feeds_on_itself_ends_with_20_and_is_stored_as_what_it_is(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaking(task: LoopTask, settings: Settings) -> LoopOutcome:
        return replace(fake(task, settings), gain=0.3, belief_difference=0.2)

    monkeypatch.setattr(simulating, "simulate_pair", leaking)
    assert main(["simulate", str(config), "--workers", "1", "--quiet"]) == 20
    gate = loop_gate(read_settings(config))
    assert gate.verdict is GateVerdict.FAIL
    assert "feeds on itself" in gate.detail


def test_a_small_test_is_reported_and_not_stored(
    config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "small"
    command = ["simulate", str(config), "--cities", "2", "--nights", "14", "--out", str(out), "--workers", "1"]
    assert main(command) == 20
    assert "not stored as evidence: too small" in capsys.readouterr().out
    assert (out / "feedback.json").is_file()
    assert len(list((out / "parts").iterdir())) == 14
    assert loop_gate(read_settings(config)).verdict is GateVerdict.NOT_MEASURED


def test_json_is_the_stored_document(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(config), "--workers", "1", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(evidence_path(read_settings(config), "loop").read_bytes())


def test_a_folder_that_cannot_be_written_is_one_line(config: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert main(["simulate", str(config), "--workers", "1", "--out", str(tmp_path / "taken")]) == 73
