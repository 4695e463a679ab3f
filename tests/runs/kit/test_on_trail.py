"""The run's own entries with their proofs, and of all others a hash: no account of whoever decides leaves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.io.trail.trails import KEY, lines, opened, write_lines

from patrolcast.domain.errors import DataRefusedError, TrailBrokenError, TrailTruncatedError
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import Published, RunFinished, RunStarted
from patrolcast.domain.trail.review_events import Paused
from patrolcast.runs.kit.on_trail import trail_of_run

MANIFEST: dict[str, Any] = {"run_id": "r1", "name": "tiny", "config": {}}
SHA = hashlib.sha256(b"manifest").hexdigest()
STARTED = RunStarted(city="tiny", as_of="now", config_sha256="aa", inputs_sha256="bb")
FINISHED = RunFinished(run="r1", manifest_sha256=SHA, publishable=True, gates={"skill": "pass"}, stopped_by=())
PUBLISHED = Published(
    run="r1", manifest_sha256=SHA, suggestions_sha256="dd", as_of="x", expires_at="y", former=None, forced=False
)
MARTA = Actor(id="marta.diaz", role="supervisor", auth="password")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    with opened(tmp_path / "trail", key=KEY) as trail:
        for event in (STARTED, FINISHED, PUBLISHED):
            trail.append(event)
        trail.checkpoint()
        trail.append(Paused(by="person", reason="harm", run="r1"), actor=MARTA)
    return tmp_path


def test_it_holds_the_runs_entries_the_key_every_leaf_and_proofs(runs: Path) -> None:
    found = trail_of_run(runs, MANIFEST, SHA)
    entries = [json.loads(line) for line in found.files["trail/entries.jsonl"].splitlines()]
    assert [one["event"] for one in entries] == ["run.finish", "suggestion.published", "key.rotation"]
    assert len(found.files["trail/leaves.txt"].split()) == 5
    assert sorted(name for name in found.files if name.endswith((".note", ".proof"))) == [
        "trail/checkpoints/000000000004.note", "trail/proofs/2.proof", "trail/proofs/3.proof", "trail/proofs/4.proof",
    ]  # fmt: skip


def test_a_pause_that_withdrew_the_run_is_counted_and_its_person_not_named(runs: Path) -> None:
    found = trail_of_run(runs, MANIFEST, SHA)
    assert found.withdrawn_by == 5
    assert all(b"marta" not in data for data in found.files.values())


def test_a_line_that_was_changed_is_refused(runs: Path) -> None:
    changed = [line.replace(b'"forced":false', b'"forced":true') for line in lines(runs / "trail")]
    write_lines(runs / "trail", changed)
    with pytest.raises(TrailBrokenError, match="a kit is made of a trail that verifies"):
        trail_of_run(runs, MANIFEST, SHA)


def test_a_trail_that_was_cut_is_refused(runs: Path) -> None:
    write_lines(runs / "trail", lines(runs / "trail")[:3])
    with pytest.raises(TrailTruncatedError):
        trail_of_run(runs, MANIFEST, SHA)


def test_a_manifest_that_the_trail_does_not_state_is_refused(runs: Path) -> None:
    with pytest.raises(DataRefusedError, match="got another manifest than the audit trail states"):
        trail_of_run(runs, MANIFEST, "0" * 64)
    with pytest.raises(DataRefusedError, match="got no entry of it on the audit trail"):
        trail_of_run(runs, {**MANIFEST, "run_id": "r2"}, SHA)
