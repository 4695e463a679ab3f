"""A stored run is used again only as it was published, or as this process computes it, byte for byte."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast import rederive
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import publish
from patrolcast.runs.forecast.stored_runs import FinishedRun, is_same, stopping_gates

AS_OF = "2026-03-01T05:00:00-06:00"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ConfigFile, FinishedRun]:
    config = read_settings(write_city(tmp_path_factory.mktemp("made")))
    return config, run_once(config, now=NOW)


def runs_with(run: FinishedRun, runs: Path) -> Path:
    """A folder of runs of one test, with a copy of the run."""
    return Path(shutil.copytree(run.folder, runs / run.folder.name))


def with_a_page_of_my_own(folder: Path) -> None:
    """One file and its hash: what nothing else in the folder contradicts."""
    page = folder / "briefing.html"
    page.write_text("<p>arrest Bob</p>")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["outputs"]["briefing.html"] = hashlib.sha256(page.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_an_untouched_run_that_was_never_published_is_computed_again_and_kept(
    made: tuple[ConfigFile, FinishedRun], tmp_path: Path
) -> None:
    config, run = made
    folder = runs_with(run, tmp_path)
    again = run_once(config, runs=tmp_path, now=NOW, publishing=True)
    assert (again.folder, again.reused, again.computed) == (folder, True, True)
    publish(again)
    once_more = run_once(config, runs=tmp_path, now=NOW, publishing=True)
    assert (once_more.folder, once_more.computed) == (folder, False), "published as it is: nothing is computed"
    publish(once_more)


def test_an_edited_run_whose_hashes_agree_is_made_again_beside_it(
    made: tuple[ConfigFile, FinishedRun], tmp_path: Path
) -> None:
    config, run = made
    folder = runs_with(run, tmp_path)
    with_a_page_of_my_own(folder)
    assert rederive.run_faults(folder, run_store.read_manifest(folder)) == (), "nothing in the folder contradicts it"
    again = run_once(config, runs=tmp_path, now=NOW, publishing=True)
    assert (again.folder.name, again.computed) == (f"{folder.name}-2", True)
    assert b"arrest Bob" not in (again.folder / "briefing.html").read_bytes()
    publish(again)
    assert run_store.current_run(tmp_path) == again.folder


def test_one_edited_again_and_again_gets_the_next_number_and_stays_a_run_that_is_found(
    made: tuple[ConfigFile, FinishedRun], tmp_path: Path
) -> None:
    config, run = made
    with_a_page_of_my_own(runs_with(run, tmp_path))
    second = run_once(config, runs=tmp_path, now=NOW, publishing=True)
    with_a_page_of_my_own(second.folder)
    third = run_once(config, runs=tmp_path, now=NOW, publishing=True)
    assert (third.folder.name, third.computed) == (f"{run.folder.name}-3", True)
    assert third.folder in list(run_store.finished_runs(tmp_path))


def test_without_publishing_a_stored_run_is_used_as_it_is(made: tuple[ConfigFile, FinishedRun], tmp_path: Path) -> None:
    config, run = made
    folder = runs_with(run, tmp_path)
    again = run_once(config, runs=tmp_path, now=NOW)
    assert (again.folder, again.reused, again.computed) == (folder, True, False)


def test_a_run_is_the_same_only_for_the_same_inputs_and_moment(made: tuple[ConfigFile, FinishedRun]) -> None:
    from patrolcast.runs.forecast.stored_runs import identify

    config, run = made
    identity = identify(config)
    assert is_same(run.manifest, identity, as_of=AS_OF, now=NOW)
    assert not is_same(run.manifest | {"inputs_sha256": "0" * 64}, identity, as_of=AS_OF, now=NOW)
    assert not is_same(run.manifest, identity, as_of="now", now=NOW)
    assert not is_same(None, identity, as_of=AS_OF, now=NOW)


def test_a_gate_that_is_missing_stops_like_one_that_failed(made: tuple[ConfigFile, FinishedRun]) -> None:
    gates = made[1].manifest["gates"]
    assert stopping_gates(gates) == []
    assert stopping_gates([gate for gate in gates if gate["name"] != "calibration"]) == ["calibration"]
