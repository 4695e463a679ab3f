"""`patrolcast screen`: what is stored is what a screen of today would store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import CONFIG, ROOT, called, patrolcast
from tests.runs.peopled_city import write_peopled_city


@pytest.mark.long
def test_a_small_city_is_screened_stored_and_measured_again_to_the_same_figures(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    done = patrolcast("screen", config, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    path = config.parent / "evidence" / "tiny.screen.json"
    assert json.loads(done.stdout) == json.loads(path.read_bytes())
    assert "place_canopy" in json.loads(done.stdout)["excluded"], "it was planted to follow a group"
    again = called("evidence", "verify", config, "--kind", "screen")
    assert again.returncode == 0, again.stdout
    assert "measured again, the same" in again.stdout


@pytest.mark.long
@pytest.mark.skipif(CONFIG.name != "sample.toml", reason="the stored screen is of the sample")
def test_the_stored_screen_is_measured_again_to_the_same_figures(tmp_path: Path) -> None:
    for folder in ("configs", "data/sample"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    config = tmp_path / "configs" / "sample.toml"
    stored = (tmp_path / "configs" / "evidence" / "sample.screen.json").read_bytes()
    done = patrolcast("screen", config, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(stored)
    assert (tmp_path / "configs" / "evidence" / "sample.screen.json").read_bytes() == stored
