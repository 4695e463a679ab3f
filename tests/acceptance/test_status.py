"""`patrolcast status`: what is published, until when, and how the last start ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.acceptance.conftest import patrolcast

from patrolcast.cli.door import main
from patrolcast.io.store.run_store import current_run


def test_it_shows_the_published_run_and_the_last_start(tonight: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = current_run(tonight.parents[1] / "runs" / "tiny")
    assert run is not None
    assert main(["status", str(tonight)]) == 0
    head, published, last, *_ = capsys.readouterr().out.splitlines()
    assert head == "Tiny city"
    assert published.startswith(f"  published    {run.name}, as of ")
    assert "; may be used until " in published
    assert last.endswith(f": published {run.name}")
    assert main(["status", str(tonight), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["state"], document["run_id"]) == ("current", run.name)
    assert document["last_start"]["became"] == "ended well"


def test_a_city_without_runs_has_nothing_to_use_and_a_config_that_is_not_there_ends_with_10(
    tonight: Path, tmp_path: Path
) -> None:
    done = patrolcast("status", tonight, "--runs", tmp_path / "elsewhere")
    assert done.returncode == 0
    assert "nothing that may be used: there is no folder of runs of tiny\n" in done.stdout
    gone = patrolcast("status", tmp_path / "gone.toml")
    assert (gone.returncode, gone.stdout) == (10, "")
    assert gone.stderr.startswith("patrolcast: gone.toml: got no such file")
