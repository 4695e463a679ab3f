"""The tables of back-tests: a target is reached only where every share reaches it, with its interval."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.ablation import VARIANTS, changed
from benchmarks.backtests import told
from tests.report.test_backtest_page import document, result

from patrolcast.io.settings_file import read_settings
from patrolcast.runs.pipeline import admit_features


def table(category: str, ratio: float, lower: float) -> str:
    one = result(category, ratio, lower, ratio + 0.1) | {
        "limit": {"over_counting": [1.2] * 3, "share_of_attainable": [0.9] * 3, "share_of_attainable_gain": [0.5] * 3}
    }
    return told(document(one))


def test_a_target_reached_at_every_share_is_told_as_reached() -> None:
    assert "| reached |" in table("burglary", 1.13, 1.02)


@pytest.mark.parametrize(("category", "ratio", "lower"), [("burglary", 1.11, 1.02), ("theft", 1.03, 1.01)])
def test_one_below_its_target_names_what_is_missed(category: str, ratio: float, lower: float) -> None:
    assert "missed for counting at 1 %, counting at 2 %, counting at 5 %" in table(category, ratio, lower)


def test_a_high_ratio_whose_interval_holds_one_is_missed() -> None:
    assert "missed for" in table("burglary", 1.3, 0.99)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_every_variant_changes_what_it_names_and_nothing_else(name: str) -> None:
    settings = read_settings(Path(__file__).parents[2] / "configs" / "sample.toml").settings
    other, variant = changed(settings, VARIANTS[name]), VARIANTS[name]
    whole, left = set(admit_features(settings).names), set(admit_features(other).names)
    assert (left < whole) == bool(variant.without)
    assert left <= whole
    assert (other.model != settings.model) == bool(variant.model)
