"""The outsider's script: it imports nothing of ours, finds every figure again, and finds a changed one."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.runs.trained_halves import audited_run

from benchmarks import recompute_audit
from patrolcast.audit.disparity.compare_groups import compare_groups
from patrolcast.audit.disparity.concentration import concentration
from patrolcast.audit.disparity.districts import find_in_districts
from patrolcast.domain.measures import DisparityAudit
from patrolcast.domain.residents import GroupNames
from patrolcast.io.encode import json_bytes
from patrolcast.report.audit.disparity import disparity_document
from patrolcast.runs.forecast.run_folder import audit_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = audited_run(gap=True)
    (tmp_path / "audit").mkdir()
    for name, content in audit_files(run.audited).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "audit.json").write_bytes(
        json_bytes({"disparity": disparity_document(run.disparity, run.gates, GroupNames())})
    )
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


@pytest.mark.parametrize("key", ["estimate", "lower", pytest.param("upper", marks=pytest.mark.long)])
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


def made_folder(folder: Path, nightly: dict[str, list[float]], *, limit: float = 2.0) -> Path:
    """Two districts of two cells; group b alone lives in the first cell of each, others alone in the second."""
    days = pd.date_range("2026-01-01", periods=28).strftime("%Y-%m-%d")
    cells = pd.DataFrame({"cell": ["a1", "a2", "c1", "c2"], "district": ["A", "A", "C", "C"]})
    rows = [
        {"night": day, "cell": cell, "minutes": minutes[k], "need": 1.0, "reached": 0.0, "reported": 1.0}
        for cell, minutes in nightly.items()
        for k, day in enumerate(days)
    ]
    table = pd.DataFrame(rows)
    people = np.array([[900.0, 0.0, 900.0, 0.0]])
    wide = table.pivot_table(index="night", columns="cell", values="minutes")[list(nightly)].to_numpy()
    districts = {}
    for name, inside in (("A", [0, 1]), ("C", [2, 3])):
        total = np.array([900.0, 900.0])
        districts[name] = compare_groups(
            wide[:, inside], np.ones((28, 2)), people[:, inside], total, ["b"], least_residents=500.0
        )
    made = DisparityAudit(
        "", "suggested", 28, days[0], days[-1], "made up", concentration(wide), districts=districts,
        in_districts=find_in_districts(districts, limit=limit),
    )  # fmt: skip
    (folder / "audit").mkdir(exist_ok=True)
    table.to_parquet(folder / "audit" / "nights.parquet")
    cells.to_parquet(folder / "audit" / "cells.parquet")
    pd.DataFrame(
        {"cell": list(nightly), "group": "b", "spreading": "by area", "members": people[0],
         "others": 900.0 - people[0], "everyone": 900.0}
    ).to_parquet(folder / "audit" / "residents.parquet")  # fmt: skip
    (folder / "audit.json").write_bytes(json_bytes({"disparity": disparity_document(made, (), GroupNames())}))
    return folder


EVERY, NEVER = [120.0 + k % 3 for k in range(28)], [0.0] * 28
ONCE, TWELFTH = [0.0] * 3 + [15.0] + [0.0] * 24, [10.0 + k % 2 for k in range(28)]


@pytest.mark.parametrize(
    ("patrol", "beyond", "not_measured"), [(EVERY, 0, 0), (TWELFTH, 1, 0), (ONCE, 1, 0), (NEVER, 1, 0), (None, 0, 1)]
)
def test_districts_are_counted_as_the_audit_counts_them_with_and_without_intervals(
    tmp_path: Path, patrol: list[float] | None, beyond: int, not_measured: int
) -> None:
    odd = {"c1": patrol or NEVER, "c2": EVERY if patrol else NEVER}
    folder = made_folder(tmp_path, {"a1": EVERY, "a2": EVERY, **odd})
    said = json.loads((folder / "audit.json").read_text())["disparity"]["in_districts"]
    assert (len(said["beyond"]), len(said["not_measured"])) == (beyond, not_measured)
    assert recompute_audit.differences(folder) == []


@pytest.mark.parametrize("key", ["beyond", "not_measured"])
def test_a_finding_in_districts_that_was_taken_out_is_named(tmp_path: Path, key: str) -> None:
    odd = {"c1": ONCE, "c2": EVERY} if key == "beyond" else {"c1": NEVER, "c2": NEVER}
    folder = made_folder(tmp_path, {"a1": EVERY, "a2": EVERY, **odd})
    document = json.loads((folder / "audit.json").read_text())
    document["disparity"]["in_districts"][key] = []
    (folder / "audit.json").write_text(json.dumps(document))
    [line] = recompute_audit.differences(folder)
    assert line.startswith(f"districts: {key.replace('_', ' ')} is 0 in audit.json, 1 computed again")
