"""Gates that looked away: categories that never came, a rare code that stopped the city, a mistyped year."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.acceptance.conftest import patrolcast
from tests.cases.conftest import check

pytestmark = pytest.mark.shared

Make = Callable[[str], Path]


def gates(config: Path, runs: Path) -> dict[str, dict[str, object]]:
    """The gates of one run, which need not be published."""
    patrolcast("forecast", config, "--runs", runs)
    [folder] = [path.parent for path in runs.glob("*/*/audit.json") if not path.parent.is_symlink()]
    found = json.loads((folder / "audit.json").read_text(encoding="utf-8"))["gates"]
    return {gate["name"]: gate for gate in found}


@pytest.mark.long
def test_what_is_predicted_and_never_came_fails_calibration(case: Make, tmp_path: Path) -> None:
    gate = gates(case("20-phantom-category") / "configs" / "city.toml", tmp_path / "runs")["calibration"]
    assert gate["verdict"] == "fail"
    assert float(str(gate["value"])) > 1.8  # 2.17 by the model that the case was written with
    assert "unrest" in str(gate["detail"])


@pytest.mark.long
def test_one_rare_code_does_not_stop_the_city(case: Make, tmp_path: Path) -> None:
    config = case("17-rare-categories") / "configs" / "rare_is_old.toml"
    note = "3 incidents lie in the category kidnapping, which has none in the training window, and are not counted"
    assert note in check(config)["notes"]
    assert gates(config, tmp_path / "runs")["counts_conserved"]["verdict"] == "pass"


@pytest.mark.parametrize("name", ["y2052", "month", pytest.param("y2026", marks=pytest.mark.long)])
def test_one_mistyped_report_does_not_move_the_last_report(name: str, case: Make) -> None:
    answer = check(case("25-year-typo-and-last-report") / "configs" / f"{name}.toml")
    assert pd.Timestamp(answer["as_of"]) == pd.Timestamp("2025-06-01 05:10", tz="America/Los_Angeles")
    assert sum(answer["categories"].values()) == 3999
    assert any(note.startswith("1 report is dated ") for note in answer["notes"])
