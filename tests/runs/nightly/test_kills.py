"""A night killed at moments spread over its writing: the next start makes it whole, and `current` never dangles."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.runs.tiny_city import write_city

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("moments", [3, pytest.param(10, marks=pytest.mark.long)])
def test_kills_are_each_followed_by_a_whole_run_and_current_never_dangles(tmp_path: Path, moments: int) -> None:
    write_city(tmp_path)
    command = [sys.executable, "-m", "tests.runs.nightly.killing", str(tmp_path), str(moments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["total"] > 20
    assert [night["ended"] for night in result["nights"]] == [-signal.SIGKILL] * moments
    assert len({night["at"] for night in result["nights"]}) == moments, "each must be a moment of its own"
    seen = set()
    for night in result["nights"]:
        for moment in (night["killed"], night["after"]):
            assert moment["dangling"] is False
            assert moment["halves"] == []
        assert night["killed"]["current"] in {result["earlier"], result["clean"]}
        assert night["again"] == 0
        assert night["after"]["current"] == result["clean"]
        assert night["after"]["aside"] == []
        seen.add((night["killed"]["current"], bool(night["killed"]["aside"])))
    assert len(seen) >= 3, "the kills must have hit different states"
