"""What a back-test found, in sentences: better, not better, worse, or too little to compare."""

from __future__ import annotations

import pytest
from tests.report.backtest.test_page import document, result

from patrolcast.report.backtest.finding import backtest_finding, methods_used, nearest


def test_the_finding_says_where_counting_is_beaten_and_where_it_is_not() -> None:
    shown = backtest_finding(document(result("burglary", 1.1, 1.02, 1.2), result("theft", 1.01, 0.98, 1.04)))
    assert shown == (
        "On 2 % of the inhabited land, over the next week, the forecast caught more incidents than counting for "
        "burglary (1.10 times); it was not better than counting for theft (1.01 times)."
    )


def test_an_interval_that_holds_one_is_never_called_better() -> None:
    assert "not better than counting" in backtest_finding(document(result("theft", 1.3, 1.0, 1.6)))


def test_a_forecast_that_caught_fewer_is_called_worse() -> None:
    """As the list of verdicts below it says; only an interval that holds 1 is "not better"."""
    assert backtest_finding(document(result("theft", 0.8, 0.7, 0.9), result("arson", 0.9, 0.8, 1.0))) == (
        "On 2 % of the inhabited land, over the next week, the forecast was not better than counting for arson "
        "(0.90 times); it caught fewer incidents than counting for theft (0.80 times)."
    )


@pytest.mark.parametrize("horizons", [{"month": 84, "day": 3}, {"day": 3, "month": 84}])
def test_without_weeks_the_page_leads_with_the_longest_horizon_in_whatever_order(horizons: dict[str, int]) -> None:
    results = [{**result("theft", 1.1, 1.02, 1.2), "horizon": name} for name in horizons]
    assert "over the next month" in backtest_finding(document(*results) | {"horizons": horizons})


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
