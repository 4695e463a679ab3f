"""`patrolcast reproduce`: an earlier run comes out the same."""

from __future__ import annotations

from tests.acceptance.conftest import CONFIG, Sample, patrolcast


def test_the_sample_run_is_reproduced_byte_for_byte(sample: Sample) -> None:
    done = patrolcast("reproduce", "current", "--runs", sample.runs, "--config", CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    files = [path for path in sample.folder.rglob("*") if path.is_file() and path.name != "timing.json"]
    assert done.stdout == f"{sample.folder.name}: reproduced, {len(files)} files the same byte for byte\n"
