"""`patrolcast nightly`: twice in a night is one run."""

from __future__ import annotations

import json

from tests.acceptance.conftest import CONFIG, Sample, called, patrolcast


def test_a_night_whose_run_is_there_publishes_it_and_the_next_start_does_nothing(sample: Sample) -> None:
    told = [start("nightly", CONFIG, "--runs", sample.runs) for start in (patrolcast, called)]
    assert [one.returncode for one in told] == [0, 0]
    assert told[1].stdout == f"this night is finished: {sample.folder.name}; nothing to do\n"
    assert {json.loads(line)["step"] for line in told[1].stderr.splitlines()} >= {"recover", "freshness", "night"}
