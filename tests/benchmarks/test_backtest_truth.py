"""The sample city against its truth: what is said of counting and of single categories follows from the figures."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.backtest_truth import calibration_summary, levels_of, shares_of_truth, summary

Shares = dict[str, dict[str, list[float]]]


def figures(
    *, forecast: tuple[float, ...] = (0.98, 0.98, 0.98), counting: tuple[float, ...] = (0.97, 0.97, 0.97),
    robbery: tuple[float, ...] = (0.96, 0.96, 0.96),
) -> Shares:  # fmt: skip
    whole = {"forecast": [*forecast], "stacked_counts": [0.97] * 3, "all_history": [*counting]}
    return {"all": whole, "armed_robbery": {**whole, "forecast": [*robbery]}}


def test_counting_that_does_as_well_is_named_where_it_does() -> None:
    text = summary(figures(counting=(0.99, 0.9801, 0.97)))
    assert "Over all categories counting equals or beats the forecast at 1 % and 2 % of the land." in text
    assert "beats counting" not in text


def test_counting_that_is_beaten_everywhere_is_said_to_be() -> None:
    text = summary(figures())
    assert "Over all categories the forecast beats counting at every share of the land." in text
    assert "equals or beats" not in text


def test_a_category_below_the_target_is_named_though_all_together_reach_it() -> None:
    text = summary(figures(robbery=(0.947, 0.95, 0.9)))
    assert "over all categories: reached." in text
    assert "Below 0.95 by itself: armed robbery at 1 % (0.947), armed robbery at 5 % (0.900)." in text


def test_no_category_is_named_where_none_misses() -> None:
    assert "No category is below 0.95 by itself." in summary(figures())


def test_the_target_is_of_all_categories_together() -> None:
    assert "over all categories: NOT reached." in summary(figures(forecast=(0.98, 0.94, 0.98)))


def test_cities_are_pooled_by_their_hits_and_reported_one_by_one() -> None:
    """Two cities, one four times as large as the other: the whole lies nearer to the larger."""

    def city(scale: float, share: float) -> dict[str, dict[str, np.ndarray]]:
        truth = np.full(3, scale)
        methods = dict.fromkeys(["forecast", "stacked_counts", "all_history"], share * truth)
        return {"theft": {**methods, "truth": truth}}

    found = shares_of_truth({"one": city(40.0, 0.9), "other": city(10.0, 1.0)})
    assert list(found) == ["all", "one", "other", "theft"]
    assert found["all"]["forecast"] == pytest.approx([0.92] * 3)
    assert found["theft"] == found["all"]
    assert found["other"]["forecast"] == pytest.approx([1.0] * 3)


def city_levels(factor: float) -> dict[str, dict[str, np.ndarray]]:
    """A city whose cells with little are expected ``factor`` times what is true; those with much as they are."""
    rng = np.random.default_rng(3)
    rate = np.repeat([0.01, 1.0], [900, 100]) * np.ones((20, 1))
    half = np.repeat([3, 7], [len(rate) // 2, len(rate) - len(rate) // 2])
    return {"theft": levels_of(np.where(rate < 0.5, factor, 1.0) * rate, rate, rng.poisson(rate), half)}


def test_a_level_that_comes_after_the_season_is_reported_by_training() -> None:
    rate = np.full((4, 50), 2.0)
    season = np.array([1.1, 1.1, 0.9, 0.9])[:, None]
    levels = {"theft": levels_of(season * rate, rate, np.full((4, 50), 2), np.array([0, 0, 1, 1]))}
    assert "| theft | 1.000 | 1.000 | 400 | 1.10, 0.90 |" in calibration_summary({"one": levels})


def test_a_level_that_is_true_is_outside_nowhere_and_one_that_is_not_is_named() -> None:
    assert "Outside: none." in calibration_summary({"one": city_levels(1.0)})
    text = calibration_summary({"one": city_levels(2.0)})
    assert "theft, overall (1.083)" in text
    assert "theft, tenth 1 of the forecasts (2.00)" in text
    assert "theft, tenth 1 of the risk (2.00)" in text
