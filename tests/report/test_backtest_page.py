"""The page of a back-test says what was found, and says it when nothing was gained."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from patrolcast.report.backtest_page import backtest_page, finding
from patrolcast.report.backtest_plots import ratio_plot


def against(ratio: float | None, lower: float | None, upper: float | None) -> list[dict[str, Any]]:
    one = {"share": 0.02, "ratio": ratio, "lower": lower, "upper": upper, "verdict": "in words"}
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
        "windows": 6,
        "incidents": 100,
        "shares": [0.01, 0.02, 0.05],
        "methods": {"forecast": method, "all_history": method},
        "pei_warning": "",
        "best_peer": "all_history",
        "against": {"counting": both, "best_peer": both, "stacked_counts": both},
        "calibration": {"overall": both[0], "deciles": [decile] * 10, "coverage_90": 0.9},
        "limit": None,
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
        "area": {"km2": 23.0, "cells": 44, "cells_left_out": 0, "rule": "all land"},
        "peers": {"all_history": {"source": "count of all reports known"}},
        "tuned": {"theft": {"all_history": {}}},
        "results": list(results),
    }


def test_the_finding_says_where_counting_is_beaten_and_where_it_is_not() -> None:
    told = finding(document(result("burglary", 1.1, 1.02, 1.2), result("theft", 1.01, 0.98, 1.04)))
    assert told == (
        "On 2 % of the inhabited land, over the next week, the forecast caught more incidents than counting for "
        "burglary (1.10 times); it was not better than counting for theft (1.01 times)."
    )


@pytest.mark.parametrize(("ratio", "lower"), [(1.3, 1.0), (1.3, None), (None, None)])
def test_an_interval_that_holds_one_is_never_told_as_better(ratio: float | None, lower: float | None) -> None:
    assert "not better than counting" in finding(document(result("theft", ratio, lower, 1.6)))


def test_the_page_is_whole_and_needs_no_network() -> None:
    page = backtest_page(document(result("theft", 1.1, 1.02, 1.2), result("assault", None, None, None)))
    assert "Tiny &lt;city&gt;" in page
    assert not re.search(r"(src|href)=.http", page)
    assert " style=" not in page
    assert page.count("<svg") == page.count("</svg>") == 3


def test_a_ratio_that_could_not_be_measured_is_told_so_in_the_picture() -> None:
    row = {"label": "theft", **against(None, None, None)[0]}
    assert "not measured" in ratio_plot([row], title="t")
    measured = copy.copy(row) | {"ratio": 1.0, "lower": 0.9, "upper": 1.1}
    assert "not measured" not in ratio_plot([measured], title="t")
