"""The tables of back-tests: a target is reached only where every share reaches it, with its interval."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.ablation import VARIANTS, changed
from benchmarks.backtests import _chance, _coverage, _hindsight, _level, _tenths, _together, summary
from tests.report.backtest.test_page import document, result

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.pipeline.run import admit_features


def table(category: str, ratio: float, lower: float) -> str:
    one = result(category, ratio, lower, ratio + 0.1) | {
        "hindsight": {"over_counting": [1.2] * 3, "share_of_hits": [0.9] * 3, "share_of_gain": [0.5] * 3}
    }
    return summary(document(one))


def test_a_target_reached_at_every_share_is_reported_as_reached() -> None:
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


def test_calibration_is_kept_missed_or_cannot_be_reported() -> None:
    one = {"ratio": 1.07, "lower": 0.96, "upper": 1.2}
    assert _level(one) == "1.07 (0.96-1.20), outside, cannot tell"
    assert _level({**one, "lower": 1.06}).endswith("missed")
    assert _level({**one, "ratio": 1.04}) == "1.04 (0.96-1.20)"


def test_coverage_names_its_sums_and_what_it_misses() -> None:
    one = {"estimate": 0.9, "lower": 0.87, "upper": 0.92, "units": 900, "windows": 15}
    assert _coverage(one) == "90.0 % (87-92; 900 sums of 15)"
    assert _coverage({**one, "estimate": 0.80, "lower": 0.75, "upper": 0.86}).endswith(", missed")
    assert _coverage({**one, "estimate": 0.86}).endswith("outside, cannot tell")
    assert _coverage({**one, "estimate": None}) == "not measured (900 sums of 15)"


def test_a_tenth_without_an_incident_or_an_interval_is_no_crash() -> None:
    none = {"ratio": None, "lower": 1.63, "upper": None, "observed": 0.0}
    few = {"ratio": 0.5, "lower": None, "upper": None, "observed": 2.0}
    fine = {"ratio": 1.0, "lower": 0.9, "upper": 1.1, "observed": 50.0}
    low = {"ratio": 0.48, "lower": 0.3, "upper": 0.77, "observed": 22.0}
    told_of = _tenths([none, few, fine, low])
    assert told_of == "1 of 4; 1 cannot tell (2 incidents); outside: none (0 incidents), 0.48 (22 incidents)"


def test_tenths_of_the_risk_and_of_the_forecasts_are_reported_apart() -> None:
    one = result("theft", 1.1, 1.02, 1.2)
    one["calibration"]["risk_deciles"] = [{"ratio": 1.4, "lower": 1.3, "upper": 1.5, "observed": 9.0}] * 10
    assert "Tenths of the risk: 0 of 10 within, 10 wholly outside" in _chance([one])
    assert "Tenths of the forecasts: 10 of 10 within, 0 wholly outside" in _chance([one])


def test_categories_together_are_sums_of_what_was_measured() -> None:
    """Two categories, 30 incidents expected of 20 counted; only one has sums enough to be judged."""
    one, other = result("theft", 1.1, 1.02, 1.2), result("arson", 1.0, 0.9, 1.1)
    one["calibration"] |= {"risk_deciles": [{"predicted": 1.0, "observed": 1.0}] * 10}
    other["calibration"] |= {"risk_deciles": [{"predicted": 2.0, "observed": 1.0}] * 10}
    other["calibration"]["coverage_90"] = {"estimate": None, "units": 12}
    told_of = _together([one, other])
    assert (
        told_of == "All categories together: expected / counted 1.50; 90 % intervals cover 90.0 % of 210 sums of all "
        "windows of a training."
    )


def test_a_share_of_no_gain_is_reported_as_none() -> None:
    limit = {"over_counting": [1.2, 1.01, None], "share_of_hits": [0.9, 1.0, None],
             "share_of_gain": [0.5, None, None]}  # fmt: skip
    one = {**result("burglary", 1.1, 1.0, 1.2), "hindsight": limit}
    assert _hindsight(one)[3] == "0.50 / no headroom measured / no headroom measured"
    assert _hindsight({**one, "hindsight": None})[3] == "not measured"
