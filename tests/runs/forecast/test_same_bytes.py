"""Equal inputs give equal bytes on one core and on two; another seed, and only that, gives other ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW, plant_loop_test, write_city

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.once import run_once

PREDICTED = ("forecast.parquet", "suggestions.csv", "suggestions.geojson", "briefing.html", "rollcall.pdf",
             "model/model.txt")  # fmt: skip
ROOT = Path(__file__).parents[3]


def forecast(config: Path, runs: Path, *, cores: set[int]) -> tuple[str, dict[str, bytes]]:
    """The run's name and files, computed by a process that may use these cores only."""
    command = [sys.executable, "-m", "patrolcast", "forecast", str(config), "--runs", str(runs), "--quiet"]
    done = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": str(len(cores))})
    os.sched_setaffinity(done.pid, cores)
    assert done.wait(timeout=300) == 0
    (folder,) = run_store.finished_runs(runs / read_settings(config).settings.name)
    files = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    return folder.name, {name: data for name, data in files.items() if name != "timing.json"}


def reseeded(config: Path, seed: int) -> Path:
    """The same config with another seed."""
    text = config.read_text()
    config.write_text(re.sub(r"(?m)^\[model\]$", f"[model]\nseed = {seed}", text))
    plant_loop_test(config)
    return config


@pytest.mark.long
def test_one_core_and_all_cores_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    every = os.sched_getaffinity(0)
    one = forecast(write_city(tmp_path / "one"), tmp_path / "runs-1", cores={min(every)})
    all_ = forecast(write_city(tmp_path / "all"), tmp_path / "runs-2", cores=every)
    assert one[0] == all_[0]
    assert [name for name in one[1] if one[1][name] != all_[1].get(name)] == []
    other = run_once(read_settings(reseeded(write_city(tmp_path / "other"), 8)), now=NOW).folder
    assert [name for name in PREDICTED if one[1][name] == (other / name).read_bytes()] == []


@pytest.mark.long
def test_the_sample_city_is_the_same_to_the_byte_on_one_core_in_another_place(tmp_path: Path) -> None:
    config, every = ROOT / "configs" / "sample.toml", os.sched_getaffinity(0)
    one = forecast(config, tmp_path / "runs-1", cores={min(every)})
    all_ = forecast(config, tmp_path / "elsewhere" / "runs-2", cores=every)
    assert one == all_
