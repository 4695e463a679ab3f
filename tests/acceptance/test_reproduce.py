"""`patrolcast reproduce`: an earlier run comes out the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.acceptance.conftest import CONFIG, Sample, called, patrolcast
from tests.runs.tiny_city import write_city


def reproduced(folder: Path) -> str:
    """What the command says of a run that came out again."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "timing.json"]
    return f"{folder.name}: reproduced, {len(files)} files the same byte for byte\n"


@pytest.mark.long
def test_a_run_is_reproduced_byte_for_byte_and_a_changed_export_is_told(tmp_path: Path) -> None:
    config, runs = write_city(tmp_path), tmp_path / "made"
    assert called("forecast", config, "--runs", runs, "--quiet").returncode == 0
    [current] = runs.glob("*/current")
    done = patrolcast("reproduce", "current", "--runs", runs, "--config", config)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == reproduced(current.resolve())
    export = tmp_path / "data" / "incidents.csv"
    export.write_text("".join(export.read_text().splitlines(keepends=True)[:-1]))
    changed = called("reproduce", "current", "--runs", runs, "--config", config)
    assert changed.returncode != 0
    assert "incidents.csv" in changed.stdout + changed.stderr


@pytest.mark.long
def test_the_sample_run_is_reproduced_byte_for_byte(sample: Sample) -> None:
    done = patrolcast("reproduce", "current", "--runs", sample.runs, "--config", CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == reproduced(sample.folder)
