"""Runs that earlier versions wrote, kept as files (`tests/cases/keep_run.py`): today's code reads and vouches for them.

No version was released yet, so the first kept run is of the version at hand. A version with a new number keeps its own.
"""

from __future__ import annotations

import json
import tomllib
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW

from patrolcast.io.store import run_store
from patrolcast.io.store.stored_run import read_run
from patrolcast.io.trail.verify import verify_trail
from patrolcast.runs.forecast.city_index import write_index
from patrolcast.runs.forecast.publish import published_state
from patrolcast.runs.forecast.rederive import run_faults

ROOT = Path(__file__).parents[3]
KEPT = ROOT / "tests" / "cases" / "kept_runs"
VERSIONS = sorted(path.stem for path in KEPT.glob("*.zip"))


@pytest.fixture(params=VERSIONS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a kept run, published as it was."""
    with zipfile.ZipFile(KEPT / f"{request.param}.zip") as archive:
        archive.extractall(tmp_path)
    [folder] = run_store.finished_runs(tmp_path)
    run_store.swap_current(tmp_path, folder.name)
    return folder


def test_the_version_at_hand_has_a_kept_run() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert version.rpartition(".")[0] in VERSIONS


def test_a_kept_run_is_read_audited_again_and_still_published(run: Path) -> None:
    manifest = run_store.read_manifest(run)
    assert run_faults(run, manifest) == ()
    assert published_state(run.parent, now=NOW) == {
        "state": "current", **{key: manifest[key] for key in ("run_id", "as_of", "expires_at")},
    }  # fmt: skip
    assert published_state(run.parent, now=NOW + timedelta(days=9))["state"] == "expired"
    stored = read_run(run)
    assert len(stored.forecast) > 0
    assert len(stored.suggestions) > 0


def test_a_kept_run_stands_in_the_index_and_its_trail_verifies(run: Path) -> None:
    status = {**published_state(run.parent, now=NOW), "last_start": None}
    assert write_index(run.parent, status, now=NOW, again=lambda: published_state(run.parent, now=NOW))
    assert run.name in (run.parent / "index.html").read_text(encoding="utf-8")
    looked = verify_trail(run.parent / "trail")
    assert (looked.exit_code, looked.size > 2) == (0, True)


def test_a_kept_run_of_which_one_byte_was_changed_is_no_longer_published(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps(manifest | {"title": "Another city"}), encoding="utf-8")
    assert published_state(run.parent, now=NOW)["state"] == "none"
