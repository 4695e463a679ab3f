"""One run of the sample city, made once by the command itself and shared by all acceptance tests.

ACCEPTANCE_CONFIG in the environment names another city to run them on.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.finished import write_finished
from tests.runs.tiny_city import write_city

from patrolcast.cli import main
from patrolcast.io.encode import iso_utc
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.publish import publish_with_status

ROOT = Path(__file__).parents[2]
CONFIG = Path(os.environ.get("ACCEPTANCE_CONFIG", ROOT / "configs" / "sample.toml"))


def patrolcast(
    *arguments: object, cwd: Path = ROOT, seconds: float = 900, shell: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as a person calls it; ``shell``: what else its environment says."""
    command = [sys.executable, "-m", "patrolcast", *(str(one) for one in arguments)]
    env = {**os.environ, **(shell or {})}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds, cwd=cwd, env=env)


def called(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The same without a process of its own, whose start takes longer than most verbs; each verb has one that has."""
    command = [str(one) for one in arguments]
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors), contextlib.chdir(cwd):
        code = main(command)
    return subprocess.CompletedProcess(command, code, out.getvalue(), errors.getvalue())


@dataclass(frozen=True)
class Sample:
    """The shared run: the folder of runs of all cities, its own folder, its manifest, and what the command printed."""

    runs: Path
    folder: Path
    manifest: dict[str, Any]
    printed: str


@pytest.fixture
def tonight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The config of a city whose run was made up an hour ago and published now; the run is taken as it is."""
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)
    now = datetime.now(UTC)
    as_of, expires_at = now - timedelta(hours=1), now + timedelta(hours=12)
    run_id = f"{as_of:%Y%m%dT%H%MZ}-tiny-00000001"
    moments = {"as_of": iso_utc(as_of), "expires_at": iso_utc(expires_at)}
    publish_with_status(write_finished(tmp_path / "runs" / "tiny", run_id, made=now, **moments), now=now)
    return write_city(tmp_path)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    if CONFIG.name == "sample.toml" and not any((ROOT / "data" / "sample").glob("*.csv*")):
        pytest.skip("data/sample is empty: `make sample` writes it")
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    told, runs = shared / "sample-printed.txt", shared / "sample-runs"
    with (shared / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # held until the file closes: one of the test processes makes the run
        if not told.exists():
            done = patrolcast("forecast", CONFIG, "--runs", runs)
            assert done.returncode == 0, done.stderr
            assert done.stderr == ""
            told.write_text(done.stdout)
    [current] = runs.glob("*/current")
    folder = current.resolve()
    return Sample(runs, folder, json.loads((folder / "manifest.json").read_bytes()), told.read_text())
