"""`patrolcast check`: what a run would find, without running."""

from __future__ import annotations

import json

from tests.acceptance.conftest import CONFIG, Sample, patrolcast


def test_the_sample_can_run(sample: Sample) -> None:
    done = patrolcast("check", CONFIG)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].endswith(": a run can start")


def test_it_tells_the_same_accounts_as_a_run(sample: Sample) -> None:
    document = json.loads(patrolcast("check", CONFIG, "--json").stdout)
    told = {one["name"]: (one["rows_in"], one["kept"]) for one in document["sources"]}
    assert told == {one["name"]: (one["rows_in"], one["kept"]) for one in sample.manifest["sources"]}
