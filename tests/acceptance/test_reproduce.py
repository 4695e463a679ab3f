"""`patrolcast reproduce`: an earlier run comes out the same."""

from __future__ import annotations

from tests.acceptance.conftest import CONFIG, Sample, patrolcast


def test_the_sample_run_is_reproduced_byte_for_byte(sample: Sample) -> None:
    done = patrolcast("reproduce", "current", "--runs", sample.runs, "--config", CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"{sample.folder.name}: reproduced, 14 files the same byte for byte\n"
