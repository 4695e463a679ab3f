"""A writer killed at its writes and syncs loses no entry that it was sent an answer for, and leaves a whole trail."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.long)])
def test_no_answered_entry_is_lost_by_a_kill(tmp_path: Path, every: int) -> None:
    command = [sys.executable, "-m", "tests.io.trail.killing", str(tmp_path), str(every)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert {"write", "fsync", "ftruncate", "replace"} <= set(result["calls"])
    assert len(result["kills"]) == -(-3 * result["moments"] // every) > 10
    for kill in result["kills"]:
        assert kill["ended"] == -signal.SIGKILL, f"the kill must have fired: {kill}"
        assert kill["code"] == 0, kill
        assert kill["notes"] == [], kill
        assert max(kill["answered"], default=0) <= kill["size"], f"an answered entry was lost: {kill}"
    assert any(kill["answered"] for kill in result["kills"])
    if every == 1:
        assert {kill["call"] for kill in result["kills"]} == set(result["calls"])
