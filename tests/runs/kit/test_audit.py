"""The tables of a kit are no finer than the audit needs, and carry each number whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from patrolcast.io.encode import parquet_bytes
from patrolcast.io.store import run_store
from patrolcast.runs.kit.audit import audit_tables_of, batch_of_night

NIGHTS = pd.DataFrame(
    {
        "night": ["2026-01-01", "2026-01-02", "2026-01-07", "2026-01-07"],
        "cell": ["a", "a", "a", "b"],
        "minutes": [30.0, 0.0, 0.0, 15.0],
        "need": [3.0, 1.0, 0.1 + 0.2, 0.0],
        "reported": [1.0, 1.0, 1.0, 0.0],
        "reached": [1.0, 0.0, 0.0, 0.0],
    }
)
CELLS = pd.DataFrame({"cell": ["a", "b"], "district": ["1", "2"], "expected": [9.0, 9.0], "minutes_of_training_1": 1.5})
PEOPLE = pd.DataFrame({"spreading": "by area", "group": "g", "cell": ["a"], "members": 1 / 3, "others": 2.0,
                       "everyone": 2 + 1 / 3})  # fmt: skip
AUDIT: dict[str, Any] = {
    "disparity": {"groups": [{"group": "g"}], "first_night": "2026-01-01", "last_night": "2026-01-07"}
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    files = {f"audit/{name}.parquet": parquet_bytes(table)
             for name, table in (("nights", NIGHTS), ("cells", CELLS), ("residents", PEOPLE))}  # fmt: skip
    return run_store.write_run(tmp_path, {"run_id": "r1", "name": "tiny"}, files, timing={})


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_need_is_by_batch_reports_by_the_whole_window_and_nothing_by_night(run: Path) -> None:
    found = audit_tables_of(run, run_store.read_manifest(run), AUDIT, counts=True)
    assert rows(found["tables/need.csv"]) == [
        {"batch": "1", "cell": "a", "need": "4.0"},
        {"batch": "6", "cell": "a", "need": "0.3"},
    ]
    assert rows(found["tables/reports.csv"]) == [{"cell": "a", "reported": "3.0", "reached": "1.0"}]
    assert rows(found["tables/minutes.csv"]) == [
        {"night": "2026-01-01", "cell": "a", "minutes": "30.0"},
        {"night": "2026-01-07", "cell": "b", "minutes": "15.0"},
    ]
    assert list(rows(found["tables/cells.csv"])[0]) == ["cell", "district", "minutes_of_training_1"]


def test_without_counts_no_table_holds_any(run: Path) -> None:
    found = audit_tables_of(run, run_store.read_manifest(run), AUDIT, counts=False)
    assert sorted(found) == ["tables/cells.csv", "tables/minutes.csv", "tables/residents.csv"]
    assert all(word not in data for data in found.values() for word in (b"need", b"reported", b"reached"))


def test_a_run_that_compared_no_groups_has_no_tables(run: Path) -> None:
    assert audit_tables_of(run, run_store.read_manifest(run), {"disparity": None}, counts=True) == {}


def test_batches_are_those_of_the_audit() -> None:
    of = batch_of_night("2026-01-01", "2026-01-28")
    assert [list(of.values()).count(k) for k in range(1, 7)] == [5, 5, 5, 5, 4, 4]
