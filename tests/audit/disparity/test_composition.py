"""Composition of the most, middling and least targeted census areas; The Markup's published figures as oracle."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from patrolcast.audit.disparity.composition import compositions, in_window, pooled_shares

MARKUP = Path(__file__).parents[4] / "shared" / "data" / "markup"
COLUMNS = {
    "African American": "black_alone",
    "Latino": "latino_alone",
    "Asian": "asian_alone",
    "White": "white_alone",
}
DEPARTMENTS = 23


def published() -> dict[tuple[str, str], float]:
    with (MARKUP / "race_demo_comp_percentile.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["prank_filter"] == "90th to 100th"]
    return {(row["department"], row["demo"]): float(row["values"]) for row in rows}


def department(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [feature["properties"] for feature in json.loads(path.read_text())["features"]]
    counts = np.array([row.get("count") or 0 for row in rows], dtype=float)
    residents = np.array([[row[column] for row in rows] for column in COLUMNS.values()], dtype=float)
    return counts, residents, np.array([row["total_estimate"] for row in rows], dtype=float)


@pytest.mark.shared
def test_the_top_decile_of_every_department_of_the_markup_is_reproduced_exactly() -> None:
    if not MARKUP.exists():
        pytest.skip(f"THE MARKUP'S FILES ARE ABSENT: {MARKUP} - this oracle was not run")
    files, expected = sorted(MARKUP.glob("*-geojson-with-data.json")), published()
    assert len(files) == DEPARTMENTS
    for path in files:
        name = path.name.removesuffix("-geojson-with-data.json")
        counts, residents, total = department(path)
        shares = pooled_shares(residents, total, in_window(counts, 0.9, 1.0))
        for demo, share in zip(COLUMNS, shares, strict=True):
            assert share == pytest.approx(expected[name, demo], rel=0, abs=1e-12), (name, demo)


@pytest.mark.shared
def test_the_oracle_tells_departments_apart_when_the_ranking_is_turned_around() -> None:
    if not MARKUP.exists():
        pytest.skip(f"THE MARKUP'S FILES ARE ABSENT: {MARKUP} - this oracle was not run")
    wrong = 0
    for path in MARKUP.glob("*-geojson-with-data.json"):
        counts, residents, total = department(path)
        name = path.name.removesuffix("-geojson-with-data.json")
        shares = pooled_shares(residents, total, in_window(-counts, 0.9, 1.0))
        expected = [published()[name, demo] for demo in COLUMNS]
        wrong += not np.allclose(shares, expected, rtol=0, atol=1e-3)
    assert wrong == DEPARTMENTS


def test_the_windows_by_hand() -> None:
    amounts = np.arange(41.0)
    assert np.flatnonzero(in_window(amounts, 0.95, 1.0)).tolist() == [39, 40]
    assert np.flatnonzero(in_window(amounts, 0.0, 0.05)).tolist() == [0, 1, 2]
    assert np.flatnonzero(in_window(amounts, 0.475, 0.525)).tolist() == [20, 21]


def test_shares_are_pooled_over_residents_not_averaged_over_areas() -> None:
    residents = np.array([[10.0, 900.0], [90.0, 100.0]])
    shares = pooled_shares(residents, np.array([100.0, 1000.0]), in_window(np.array([5.0, 5.0]), 0.0, 1.0))
    assert shares.tolist() == pytest.approx([910 / 1100, 190 / 1100])


def test_each_window_stands_beside_the_whole() -> None:
    residents = np.array([[0.0] * 39 + [50.0, 50.0], [100.0] * 39 + [50.0, 50.0]])
    found = compositions(np.arange(41.0), residents, residents.sum(axis=0), ("a", "b"))
    assert [(window.window, window.n_areas) for window in found] == [("top 5 %", 2), ("median", 2), ("bottom 5 %", 3)]
    assert found[0].shares == pytest.approx({"a": 0.5, "b": 0.5})
    assert found[2].shares == pytest.approx({"a": 0.0, "b": 1.0})
    assert found[0].whole == pytest.approx({"a": 100 / 4100, "b": 4000 / 4100})
