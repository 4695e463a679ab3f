"""What a back-test found, in sentences: better, not better, worse, or too little to compare."""

from __future__ import annotations

from typing import Any

import pytest
from tests.report.backtest.test_page import document, result

from patrolcast.forecast import paired
from patrolcast.report.backtest.finding import (
    _LEAST_WINDOWS,
    backtest_finding,
    compared_words,
    fit_beside_hits,
    methods_used,
    nearest,
    where_measured,
)


def test_the_finding_says_where_counting_is_beaten_and_where_it_is_not() -> None:
    shown = backtest_finding(document(result("burglary", 1.1, 1.02, 1.2), result("theft", 1.01, 0.98, 1.04)))
    assert shown == (
        "The forecast found more incidents than counting past reports for one of two crime types. That is burglary. "
        "For "
        "one of two crime types (theft) there was no clear difference."
    )


def test_an_interval_that_holds_one_is_never_called_better() -> None:
    assert backtest_finding(document(result("theft", 1.3, 1.0, 1.6))) == (
        "We could not show that the forecast finds more incidents than counting past reports for theft."
    )
    several = [result(name, 1.0, 0.9, 1.1) for name in ("theft", "arson", "burglary")]
    assert backtest_finding(document(*several)) == (
        "We could not show that the forecast finds more incidents than counting past reports for any of three crime "
        "types."
    )


def test_a_forecast_that_caught_fewer_is_called_worse() -> None:
    """As the list of verdicts below it says; only an interval that holds 1 is no clear difference."""
    assert backtest_finding(document(result("theft", 0.8, 0.7, 0.9), result("arson", 0.9, 0.8, 1.0))) == (
        "The forecast found fewer incidents than counting past reports for one of two crime types. That is theft. For "
        "one of two crime types (arson) there was no clear difference."
    )


@pytest.mark.parametrize(("n", "many"), [(1, "theft"), (2, "both crime types"), (3, "all three crime types")])
def test_all_crime_types_are_called_all(n: int, many: str) -> None:
    found = backtest_finding(document(*(result(name, 1.1, 1.02, 1.2) for name in ("theft", "arson", "assault")[:n])))
    assert found.startswith(f"The forecast found more incidents than counting past reports for {many}.")


def test_a_category_with_too_little_is_named_beside_those_that_were_compared() -> None:
    assert backtest_finding(document(result("theft", 1.0, 0.9, 1.1), result("arson", 1.9, None, None))) == (
        "We could not show that the forecast finds more incidents than counting past reports for theft. For one of two "
        "crime types (arson) there was too little to compare."
    )


def fitted(*deviances: tuple[float | None, float | None]) -> dict[str, Any]:
    """Results whose forecast and counting have these deviances."""
    made = [result(f"type_{k}", 1.0, 0.9, 1.1) for k in range(len(deviances))]
    for one, (own, theirs) in zip(made, deviances, strict=True):
        for name, value in (("forecast", own), ("all_history", theirs)):
            one["methods"][name] = {**one["methods"][name], "poisson_deviance": value}
    return document(*made)


def test_a_better_fit_is_said_beside_the_places_and_never_as_more_incidents() -> None:
    """The page of data says that the model fitted better; the back-test says of which question that is the answer."""
    said = fit_beside_hits(fitted((0.1, 0.2), (0.3, 0.2)))
    assert said == (
        "That is about places. How well the expected numbers fit the reports is another question. On these nights its "
        "expected numbers came closer to the reports than those of counting for one of two crime types (type 0) (lower "
        "deviance; no interval was taken). When a run's page of data says that one method fitted better, it means "
        "this fit. Numbers can fit better while the same places come first."
    )
    assert "came no closer to the reports" in fit_beside_hits(fitted((0.2, 0.2), (None, 0.1)))
    assert fit_beside_hits(document()) == ""


@pytest.mark.parametrize(
    ("against", "words"),
    [
        ((1.1, 1.02, 1.2), "found more incidents than counting (1.10 times as many, 95 % interval 1.02 to 1.20)"),
        ((0.8, 0.7, 0.9), "found fewer incidents than counting (0.80 times as many, 95 % interval 0.70 to 0.90)"),
        ((1.3, 1.0, 1.6), "no clear difference from counting (1.30 times as many, 95 % interval 1.00 to 1.60)"),
        ((1.9, None, None), "too few incidents to compare with counting (1.90 times as many; counting found 40.0)"),
        ((None, None, None), "not measured against counting, which found nothing in 26 windows"),
    ],
)  # fmt: skip
def test_a_comparison_is_said_with_its_interval(against: tuple[Any, Any, Any], words: str) -> None:
    one = result("theft", *against)["against"]["counting"][1]
    assert compared_words(one, than="counting", windows=26).replace("; 26 windows)", ")") == words


def test_too_few_windows_are_said_with_how_many_it_takes() -> None:
    one = {**result("theft", 1.9, None, None)["against"]["counting"][1], "too_few": "windows"}
    assert compared_words(one, than="counting", windows=6) == (
        "too few windows to compare with counting (1.90 times as many; 6 windows; it takes 8)"
    )


def test_the_windows_that_it_takes_are_those_of_the_measurement() -> None:
    assert _LEAST_WINDOWS == paired.FEW_WINDOWS


@pytest.mark.parametrize("horizons", [{"month": 84, "day": 3}, {"day": 3, "month": 84}])
def test_without_weeks_the_page_leads_with_the_longest_horizon_in_whatever_order(horizons: dict[str, int]) -> None:
    results = [{**result("theft", 1.1, 1.02, 1.2), "horizon": name} for name in horizons]
    assert "over the next month" in where_measured(document(*results) | {"horizons": horizons})


def test_a_baseline_that_made_a_forecast_is_named_with_how_often() -> None:
    one = document(result("theft", 1.0, 0.9, 1.1))
    assert methods_used(one) == "The boosted model made every forecast that is scored here."
    one["used"] = [{"theft": "model"}, {"theft": "climatology"}]
    assert methods_used(one) == (
        "Where a baseline did better in the weeks before a training, it was used instead of the model, as in a nightly "
        "run: theft by counting (climatology) after 1 of 2 trainings."
    )


def test_without_results_nothing_was_measured() -> None:
    assert backtest_finding(document()) == "Nothing was measured."


@pytest.mark.parametrize(("wanted", "position"), [(0.02, 1), (0.001, 0), (0.9, 2)])
def test_the_share_shown_is_the_flagged_one_nearest_to_the_one_wanted(wanted: float, position: int) -> None:
    assert nearest([0.01, 0.02, 0.05], wanted) == position
