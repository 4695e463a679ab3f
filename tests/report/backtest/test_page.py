"""The page of a back-test says what was found, and says it when nothing was gained."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.report.reader import unlabelled

from patrolcast.forecast import skill
from patrolcast.report.backtest.finding import backtest_finding, methods_used, where_measured
from patrolcast.report.backtest.page import backtest_page

COVERAGE = {
    "level": 0.9, "estimate": 0.9, "lower": 0.86, "upper": 0.93, "units": 210, "cells": 80, "expects_at_least": 2.0,
    "needs_units": 50, "windows": 15,
}  # fmt: skip
SHORTER = {**COVERAGE, "estimate": None, "lower": None, "upper": None, "units": 20, "cells": 9, "windows": 4}


def against(ratio: float | None, lower: float | None, upper: float | None) -> list[dict[str, Any]]:
    few = "" if lower is not None else "incidents"
    one = {"ratio": ratio, "lower": lower, "upper": upper, "their_hits": 40.0, "too_few": few, "verdict": "in words"}
    return [{**one, "share": share} for share in (0.01, 0.02, 0.05)]


def result(category: str, ratio: float | None, lower: float | None, upper: float | None) -> dict[str, Any]:
    method = {
        "hits": [1.0] * 3,
        "hit_rate": [{"estimate": 0.1, "lower": 0.05, "upper": 0.2}] * 3,
        "pai": [5.0] * 3,
        "pei": [0.5] * 3,
        "rri": [None] * 3,
        "poisson_deviance": 0.2,
        "predicted_over_observed": 1.0,
    }
    decile = {"n": 10, "predicted": 1.0, "observed": 1.0, "ratio": 1.0, "lower": 0.4, "upper": None}
    both = against(ratio, lower, upper)
    return {
        "category": category,
        "horizon": "week",
        "windows": 26,
        "incidents": 100,
        "shares": [0.01, 0.02, 0.05],
        "methods": {"forecast": method, "all_history": method},
        "pei_warning": "",
        "best_peer": "all_history",
        "against": {"counting": both, "best_peer": both, "stacked_counts": both},
        "calibration": {
            "overall": both[0],
            "deciles": [decile] * 10,
            "risk_deciles": [{**decile, "ratio": 0.77, "observed": 31.0}] * 10,
            "coverage_90": COVERAGE,
            "coverage_90_as_stated": SHORTER,
        },
        "hindsight": None,
        "districts": {},
        "groups": None,
    }


def document(*results: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": "Tiny <city>",
        "timezone": "America/Chicago",
        "as_of": "2026-03-01T05:00:00-06:00",
        "origins": ["2026-01-10T11:00:00+00:00", "2026-02-14T11:00:00+00:00"],
        "trainings": ["2026-01-10T11:00:00+00:00"],
        "horizons": {"week": 21},
        "area": {"km2": 23.0, "cells": 44, "cells_left_out": 0, "rule": "land of cells with residents"},
        "peers": {"all_history": {"source": "count of all reports known"}},
        "tuned": {"theft": {"all_history": {}}},
        "used": [{"theft": "model"}, {"theft": "model"}],
        "results": list(results),
    }


def test_a_peer_that_caught_more_is_said_in_words_and_counting_not_twice() -> None:
    one = result("theft", 1.1, 1.02, 1.2)
    one["against"]["best_peer"] = [{**one["against"]["best_peer"][0], "ratio": 0.8, "lower": 0.7, "upper": 0.9}] * 9
    one["best_peer"] = "kernel_density"
    assert "; found fewer incidents than smoothed recent counts (0.80 times" in backtest_page(document(one))
    one["best_peer"] = "all_history"
    assert "than smoothed recent counts" not in backtest_page(document(one))


@pytest.mark.parametrize("few", ["windows", "incidents"])
def test_too_few_to_tell_is_neither_better_nor_not(few: str) -> None:
    one = result("theft", 1.9, None, None)
    for against_one in one["against"]["counting"]:
        against_one["too_few"] = few
    assert backtest_finding(document(one)) == (
        "There was too little to compare the forecast with counting past reports."
    )
    assert f"Theft: too few {few} to compare with counting (1.90 times as many" in backtest_page(document(one))
    assert "1.90 (too few)" in backtest_page(document(one))
    assert "too few" not in backtest_finding(document(result("theft", 1.9, 1.1, 2.5)))


def test_coverage_is_said_with_what_it_rests_on() -> None:
    one = result("theft", 1.1, 1.02, 1.2)
    page = backtest_page(document(one))
    assert "90 % ranges: right in 90 % (86-93; 210 sums over 15 windows in 80 cells)" in page
    assert "as a run states them for: not checked: too few incidents (20 sums over 4 windows in 9 cells" in page
    one["calibration"]["coverage_90"] = {**COVERAGE, "estimate": None, "units": 12, "cells": 9}
    assert "90 % ranges: not checked: too few incidents (12 sums over 15 windows in 9 cells expect 2" in backtest_page(
        document(one)
    )


def test_a_tenth_without_incidents_has_one_end_and_one_of_too_few_windows_none() -> None:
    one = result("theft", 1.1, 1.02, 1.2)
    none = {"n": 10, "predicted": 6.0, "observed": 0.0, "ratio": None, "lower": 1.63, "upper": None}
    untold = {"n": 10, "predicted": 6.0, "observed": 5.0, "ratio": 1.2, "lower": None, "upper": None}
    one["calibration"]["deciles"] = [none, untold] * 5
    page = backtest_page(document(one))
    assert "above 1.63 (0)" in page
    assert "1.20 (5)" in page


def test_a_hindsight_rate_that_was_not_measured_is_a_dash_beside_one_that_was() -> None:
    measured = {"over_counting": [1.2] * 3, "share_of_hits": [0.9] * 3, "share_of_gain": [0.5] * 3}
    page = backtest_page(
        document({**result("theft", 1.1, 1.02, 1.2), "hindsight": measured}, result("arson", 1.0, 0.9, 1.1))
    )
    assert "1.20 / 1.20 / 1.20" in page
    assert '<th scope="row">arson</th><td class="num">- / - / -</td>' in unlabelled(page)


def test_where_hindsight_finds_no_more_than_counting_no_headroom_was_measured() -> None:
    found = {"over_counting": [0.98, 1.2, 1.2], "share_of_hits": [1.02, 0.9, 0.9], "share_of_gain": [None, 0.5, 0.5]}
    page = backtest_page(document({**result("theft", 1.1, 1.02, 1.2), "hindsight": found}))
    assert "no headroom measured / 0.50 / 0.50" in page


def test_the_page_is_whole_and_needs_no_network() -> None:
    page = backtest_page(document(result("theft", 1.1, 1.02, 1.2), result("assault", None, None, None)))
    assert "Tiny &lt;city&gt;" in page
    assert not re.search(r"(src|href)=.http", page)
    assert " style=" not in page
    assert page.count("<svg") == page.count("</svg>") == 4, "the ratios for desk and phone, and two of calibration"


def test_one_training_is_one_training() -> None:
    text = backtest_page(document(result("theft", 1.1, 1.02, 1.2)))
    assert "; 1 training</dd>" in text
    assert "The model was trained once, at the first night" in text


def test_the_page_says_over_how_many_orders_of_ties_hits_are_means() -> None:
    page = backtest_page(document(result("theft", 1.1, 1.02, 1.2)))
    assert f"are means over {skill.TIE_ORDERS} orders; RRI and the table of groups take the first" in page


def test_the_page_says_where_a_baseline_made_the_forecast_that_is_scored() -> None:
    """A category that is forecast by counting cannot beat it: the reader must know."""
    one = document(result("theft", 1.0, 0.9, 1.1))
    assert methods_used(one) == "The boosted model made every forecast that is scored here."
    one["used"] = [{"theft": "model", "car_theft": "climatology"}, {"theft": "climatology", "car_theft": "climatology"}]
    assert (
        "as in a nightly run: theft by counting (climatology) after 1 of 2 trainings and car theft by counting "
        "(climatology) after 2 of 2 trainings." in backtest_page(one)
    )


def test_shares_of_land_that_were_not_flagged_head_no_column() -> None:
    """Of a config that flags 3 and 10 % no figure is told as one at 1, 2 or 5 %."""
    one = result("theft", 1.1, 1.02, 1.2)
    one["shares"] = [0.03, 0.10, 0.5]
    page = backtest_page(document(one))
    assert '<th scope="col" class="num">3 %: counting</th><th scope="col" class="num">3 %: peer</th><th' in page
    assert not re.search(r"(?<![\d.])[125] %(:| of the| of each|</th>)", page)
    assert "Measured on the 3 % of the inhabited land" in page


def test_land_without_residents_named_is_not_called_inhabited() -> None:
    one = document(result("theft", 1.1, 1.02, 1.2))
    one["area"]["rule"] = "all land: the config names no residents"
    assert where_measured(one).startswith("Measured on the 2 % of the land that each method ranks first")
    assert "nhabited land" not in backtest_page(one)
