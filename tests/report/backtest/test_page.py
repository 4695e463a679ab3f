"""The page of a back-test says what was found, and says it when nothing was gained."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from tests.report.picture import Picture

from patrolcast.forecast import skill
from patrolcast.report.backtest.finding import backtest_finding, methods_used
from patrolcast.report.backtest.page import COUNTING, PEER, backtest_page, backtest_ratio_plot, reliability_plot

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
        "area": {"km2": 23.0, "cells": 44, "cells_left_out": 0, "rule": "land of cells with residents"},
        "peers": {"all_history": {"source": "count of all reports known"}},
        "tuned": {"theft": {"all_history": {}}},
        "used": [{"theft": "model"}, {"theft": "model"}],
        "results": list(results),
    }


def test_a_peer_that_caught_more_is_said_in_words_and_counting_not_twice() -> None:
    one = result("theft", 1.1, 1.02, 1.2)
    one["against"]["best_peer"] = [{**one["against"]["best_peer"][0], "verdict": "worse than kernel density"}] * 9
    one["best_peer"] = "kernel_density"
    assert "; worse than kernel density.</li>" in backtest_page(document(one))
    one["best_peer"] = "all_history"
    assert "worse than kernel density" not in backtest_page(document(one))


@pytest.mark.parametrize("few", ["windows", "incidents"])
def test_too_few_to_tell_is_neither_better_nor_not(few: str) -> None:
    one = result("theft", 1.9, None, None)
    for against_one in one["against"]["counting"]:
        against_one["too_few"] = few
    assert backtest_finding(document(one)) == (
        "On 2 % of the inhabited land, over the next week, the forecast could not be compared with counting for theft: "
        f"too few {few}."
    )
    assert "1.90 (too few)" in backtest_page(document(one))
    assert "too few" not in backtest_finding(document(result("theft", 1.9, 1.1, 2.5)))


def test_coverage_is_said_with_what_it_rests_on() -> None:
    one = result("theft", 1.1, 1.02, 1.2)
    page = backtest_page(document(one))
    assert "90 % intervals cover 90 % (86-93; 210 sums of 15 windows in 80 cells)" in page
    assert (
        "as a run states them for, they could not be checked: too few incidents (20 sums of 4 windows in 9 cells"
        in page
    )
    one["calibration"]["coverage_90"] = {**COVERAGE, "estimate": None, "units": 12, "cells": 9}
    assert (
        "90 % intervals could not be checked: too few incidents (12 sums of 15 windows in 9 cells expect 2"
        in backtest_page(document(one))
    )


def test_a_tenth_without_incidents_has_one_end_and_one_of_too_few_windows_none() -> None:
    one = result("theft", 1.1, 1.02, 1.2)
    none = {"n": 10, "predicted": 6.0, "observed": 0.0, "ratio": None, "lower": 1.63, "upper": None}
    untold = {"n": 10, "predicted": 6.0, "observed": 5.0, "ratio": 1.2, "lower": None, "upper": None}
    one["calibration"]["deciles"] = [none, untold] * 5
    page = backtest_page(document(one))
    assert "above 1.63 (0)" in page
    assert "1.20 (5)" in page


def test_a_limit_that_was_not_measured_is_a_dash_beside_one_that_was() -> None:
    measured = {"over_counting": [1.2] * 3, "share_of_attainable": [0.9] * 3, "share_of_attainable_gain": [0.5] * 3}
    page = backtest_page(
        document({**result("theft", 1.1, 1.02, 1.2), "limit": measured}, result("arson", 1.0, 0.9, 1.1))
    )
    assert "1.20 / 1.20 / 1.20" in page
    assert '<th scope="row">arson</th><td class="num">- / - / -</td>' in page


def test_the_page_is_whole_and_needs_no_network() -> None:
    page = backtest_page(document(result("theft", 1.1, 1.02, 1.2), result("assault", None, None, None)))
    assert "Tiny &lt;city&gt;" in page
    assert not re.search(r"(src|href)=.http", page)
    assert " style=" not in page
    assert page.count("<svg") == page.count("</svg>") == 3


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
    assert "On 3 % of the inhabited land" in page


def test_land_without_residents_named_is_not_called_inhabited() -> None:
    one = document(result("theft", 1.1, 1.02, 1.2))
    one["area"]["rule"] = "all land: the config names no residents"
    assert backtest_finding(one).startswith("On 2 % of the land, over the next week")
    assert "nhabited land" not in backtest_page(one)


def row(ratio: float | None, lower: float | None, upper: float | None, kind: str = COUNTING) -> dict[str, Any]:
    return {"label": "theft / counting", "kind": kind, "ratio": ratio, "lower": lower, "upper": upper}


def decile(ratio: float | None, lower: float | None = 0.7, upper: float | None = 1.4) -> dict[str, Any]:
    return {"ratio": ratio, "lower": lower, "upper": upper}


@pytest.mark.parametrize("values", [(None, None, None), (1.9, None, None), (math.nan, 0.5, 2.0), (1.0, 0.9, math.inf)])
def test_a_ratio_without_an_interval_is_not_drawn_and_said(values: tuple[Any, Any, Any]) -> None:
    picture = Picture(backtest_ratio_plot([row(*values)], title="t"))
    assert "not measured" in picture.texts()
    assert picture.lines("bar blue") == []


def test_counting_and_the_best_peer_differ_in_shape_and_each_lies_in_its_interval() -> None:
    picture = Picture(backtest_ratio_plot([row(1.1, 1.05, 1.3), row(0.9, 0.8, 1.05, PEER)], title="t"))
    (counting,), (peer,), (one,) = picture.lines("bar blue"), picture.lines("bar orange"), picture.lines("heavy")
    assert one.x[0] < counting.x[0] < counting.x[1]
    assert peer.x[0] < one.x[0] < peer.x[1]
    assert (len(list(picture.root.iter("circle"))), len(list(picture.root.iter("path")))) == (2, 2)  # with the key


def test_a_tenth_lies_above_the_line_where_too_much_was_expected() -> None:
    picture = Picture(reliability_plot([decile(0.8), decile(1.0), decile(1.25)], title="t"))
    (line,) = picture.lines("heavy")
    low, right, high = (mark.y[0] for mark in picture.marks("blue"))
    assert high < right == line.y[0] < low
    (band,) = list(picture.root.iter("rect"))
    assert float(band.attrib["y"]) == pytest.approx(high, abs=0.2)
    assert float(band.attrib["y"]) + float(band.attrib["height"]) == pytest.approx(low, abs=0.2)


def test_a_tenth_without_incidents_has_no_mark_but_keeps_its_number() -> None:
    picture = Picture(reliability_plot([decile(None), decile(1.0)], title="t"))
    assert len(picture.marks("blue")) == 1
    assert {"1", "2"} <= picture.texts("quiet middle").keys()


def test_limits_beyond_the_picture_end_at_its_edge() -> None:
    picture = Picture(reliability_plot([decile(1.0, 0.01, None)], title="t"))
    (bar,) = picture.lines("bar blue")
    assert bar.y == (160.0, 20.0)
