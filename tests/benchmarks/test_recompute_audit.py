"""The outsider's script: it imports nothing of ours, finds every figure again, and finds a changed one."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pandas as pd
import pytest
from tests.runs.trained_halves import audited_run

from benchmarks import recompute_audit
from patrolcast.io.encode import json_bytes
from patrolcast.report.audit.disparity import disparity_document
from patrolcast.runs.forecast.run_folder import audit_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = audited_run(gap=True)
    (tmp_path / "audit").mkdir()
    for name, content in audit_files(run.audited).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "audit.json").write_bytes(json_bytes({"disparity": disparity_document(run.disparity, run.gates)}))
    return tmp_path


def test_it_imports_nothing_of_patrolcast() -> None:
    source = ast.parse(Path(recompute_audit.__file__).read_text(encoding="utf-8"))
    modules = {
        name
        for node in ast.walk(source)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
        + ([node.module] if isinstance(node, ast.ImportFrom) else [])
    }
    assert modules == {"__future__", "json", "math", "sys", "pathlib", "typing", "pandas"}


def test_every_figure_comes_out_again(folder: Path) -> None:
    assert recompute_audit.differences(folder) == []
    assert recompute_audit.count_figures(folder) > 150


@pytest.mark.parametrize("key", ["estimate", "lower", "upper"])
def test_a_figure_that_was_edited_is_named(folder: Path, key: str) -> None:
    document = json.loads((folder / "audit.json").read_text())
    document["disparity"]["groups"][1]["excess"][key] += 1e-3
    (folder / "audit.json").write_text(json.dumps(document))
    [line] = recompute_audit.differences(folder)
    assert line.startswith(f"city group_b: excess {key} is ")


def test_minutes_that_were_edited_are_found(folder: Path) -> None:
    nights = pd.read_parquet(folder / "audit" / "nights.parquet")
    nights.loc[nights.index[0], "minutes"] += 20.0
    nights.to_parquet(folder / "audit" / "nights.parquet")
    assert recompute_audit.differences(folder)
