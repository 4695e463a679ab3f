"""`patrolcast backtest`: one command, two files, the finding in words."""

from __future__ import annotations

import json
from pathlib import Path

from tests.acceptance.conftest import called, patrolcast
from tests.runs.backtest.test_backtest import SECTION
from tests.runs.tiny_city import write_city


def test_it_writes_both_files_and_tells_the_finding(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    config.write_text(config.read_text() + SECTION)
    out = tmp_path / "out"
    done = patrolcast("backtest", config, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("There was too little to compare the forecast with counting past reports.")
    document = json.loads((out / "backtest.json").read_bytes())
    assert document["horizons"] == {"shift": 1, "week": 21}
    assert (out / "backtest.html").read_text().startswith("<!DOCTYPE html>")
    assert str(tmp_path) not in (out / "backtest.json").read_text() + (out / "backtest.html").read_text()
    again = called("backtest", config, "--out", out, "--json")
    assert json.loads(again.stdout) == document
