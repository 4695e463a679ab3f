"""Many processes append at once: every entry is there, once, and the chain is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from tests.io.trail.trails import ACTOR, lines, opened, verdict

from patrolcast.domain.trail.events import RunStarted

ROOT = Path(__file__).parents[3]


def write(folder: Path, n_writers: int, n_entries: int) -> None:
    children = []
    for number in range(n_writers):
        child = os.fork()
        if child == 0:
            with opened(folder, key=None) as trail:
                for n in range(n_entries):
                    event = RunStarted(city="tiny", as_of=f"{number}/{n}", config_sha256="", inputs_sha256="")
                    trail.append(event, actor=ACTOR)
            os._exit(0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * n_writers


@pytest.mark.parametrize(("n_writers", "n_entries"), [(8, 10), pytest.param(8, 200, marks=pytest.mark.long)])
def test_eight_writers_at_once_lose_nothing(tmp_path: Path, n_writers: int, n_entries: int) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.io.trail.test_writers_at_once",
        str(tmp_path),
        str(n_writers),
        str(n_entries),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    written = [json.loads(line)["body"]["as_of"] for line in lines(tmp_path)]
    assert len(written) == n_writers * n_entries
    for number in range(n_writers):
        own = [text for text in written if text.startswith(f"{number}/")]
        assert own == [f"{number}/{n}" for n in range(n_entries)], "each writer's entries in its own order"
    assert verdict(tmp_path) == 0
    turns = sum(one.partition("/")[0] != two.partition("/")[0] for one, two in pairwise(written))
    assert turns >= n_writers, "they must have written at the same time"


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
