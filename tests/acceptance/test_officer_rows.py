"""Adding officer-initiated rows to the sample, by the command itself, changes no byte of forecast or suggestions."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.acceptance.conftest import CONFIG, ROOT, Sample, patrolcast

SAME = ("forecast.parquet", "suggestions.csv", "suggestions.geojson", "model/model.txt", "model/matrix.parquet")


def with_twice_the_patrol(export: Path) -> int:
    """Every officer-initiated row once more, half a mile west; returns how many were added."""
    with gzip.open(export, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    found = [row for row in rows[1:] if len(row) == len(rows[0]) and row[7] == "OFFICER" and row[4]]
    more = [[f"X{row[0]}", *row[1:4], f"{float(row[4]) - 0.01:.6f}", *row[5:]] for row in found]
    order = np.random.default_rng(1).permutation(len(more) + len(rows) - 1)
    body = rows[1:] + more
    text = io.StringIO(newline="")
    csv.writer(text).writerows([rows[0], *(body[i] for i in order)])
    export.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), compresslevel=1))
    return len(more)


@pytest.mark.long
@pytest.mark.skipif(CONFIG.name != "sample.toml", reason="written for the sample's columns")
def test_twice_the_patrol_changes_no_byte_of_the_forecast(sample: Sample, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copytree(ROOT / "data" / "sample", tmp_path / "data" / "sample")
    added = with_twice_the_patrol(tmp_path / "data" / "sample" / "incidents.csv.gz")
    done = patrolcast("forecast", tmp_path / "configs" / "sample.toml", "--runs", tmp_path / "runs", "--quiet")
    assert done.returncode in {0, 20}, done.stderr  # a gate on what was read may stop it; the run is written either way
    (folder,) = (one.parent for one in (tmp_path / "runs").glob("*/*/manifest.json") if not one.parent.is_symlink())
    assert added > 10_000
    assert folder.name != sample.folder.name
    assert [n for n in SAME if (folder / n).read_bytes() != (sample.folder / n).read_bytes()] == []
