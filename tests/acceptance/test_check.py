"""`patrolcast check`: what a run would find, without running; its lines are tested in `runs/check/test_check`."""

from __future__ import annotations

import json

from tests.acceptance.conftest import CONFIG, Sample, patrolcast


def test_the_sample_can_run_and_check_tells_the_same_accounts_as_a_run(sample: Sample) -> None:
    done = patrolcast("check", CONFIG, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    told = {one["name"]: (one["rows_in"], one["kept"]) for one in document["sources"]}
    assert told == {one["name"]: (one["rows_in"], one["kept"]) for one in sample.manifest["sources"]}
