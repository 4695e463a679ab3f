"""`patrolcast screen`: what is stored of the sample is what a screen of today would store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import CONFIG, ROOT, patrolcast

pytestmark = pytest.mark.skipif(CONFIG.name != "sample.toml", reason="the stored screen is of the sample")


def test_the_stored_screen_is_measured_again_to_the_same_figures(tmp_path: Path) -> None:
    for folder in ("configs", "data/sample"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    config = tmp_path / "configs" / "sample.toml"
    stored = (tmp_path / "configs" / "evidence" / "sample.screen.json").read_bytes()
    done = patrolcast("screen", config, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(stored)
    assert (tmp_path / "configs" / "evidence" / "sample.screen.json").read_bytes() == stored
