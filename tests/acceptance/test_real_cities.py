"""The development cities, from their raw files to a run folder. Their records are not part of this project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from tests.acceptance.conftest import ROOT, patrolcast

CITIES = ("chicago", "chicago_portal", "portland", "portland_calls", "portland_challenge")
SHARED = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.shared


@pytest.fixture(autouse=True)
def _present() -> None:
    if not (SHARED / "README.md").exists():
        pytest.skip("DEVELOPMENT CITIES ABSENT: no real city was forecast")


def forecast(city: str, runs: Path) -> tuple[Path, dict[str, Any]]:
    """One run, published: its residents, its stored screen and its loop test are all there."""
    done = patrolcast("forecast", ROOT / "configs" / f"{city}.toml", "--runs", runs, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") <= 1
    folder = runs / city / json.loads(done.stdout)["run_id"]
    return folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def assert_sane(folder: Path, manifest: dict[str, Any]) -> None:
    for source in manifest["sources"]:
        accounted = source["kept"] + sum(source["set_aside"].values()) + sum(source["refused"].values())
        assert accounted == source["rows_in"], source["name"]
    assert {gate["name"]: gate["verdict"] for gate in manifest["gates"]}["calibration"] == "pass"
    districts = set(gpd.read_parquet(folder / "forecast.parquet")["district"].astype(str))
    suggested = pd.read_csv(folder / "suggestions.csv", dtype={"district": str})
    assert set(suggested["district"]) == districts
    assert len(districts) > 1
    assert suggested["reasons"].str.len().min() > 20
    assert (suggested["expected_incidents"] > 0).all()


@pytest.mark.long
@pytest.mark.parametrize("city", CITIES)
def test_every_development_city_runs_end_to_end(city: str, tmp_path: Path) -> None:
    assert_sane(*forecast(city, tmp_path))


@pytest.mark.long  # `make test` reads two of them: runs/load/test_city
@pytest.mark.parametrize("city", CITIES)
def test_check_accepts_every_development_city(city: str) -> None:
    done = patrolcast("check", ROOT / "configs" / f"{city}.toml", "--json")
    assert done.returncode == 0, done.stderr
    [counted, *_] = json.loads(done.stdout)["sources"]
    assert counted["rows_in"] > 60_000
    assert counted["rows_in"] == counted["kept"] + sum((counted["set_aside"] | counted["refused"]).values())
