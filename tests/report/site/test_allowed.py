"""What may be shown of a check: ratios, rounded; no count of reports, no free text."""

from __future__ import annotations

import re

import pytest

from patrolcast.audit.gates import REQUIRED
from patrolcast.report.site.allowed import MEASURES, NUMBERS, RATIOS, figure_of, is_listed, rounded

HIDDEN = {"incidents_counted", "counts_conserved", "refused_share", "cancelled_share"}
"""Required checks whose figure is a count of reports, or such a one over a number that everybody knows nearly."""


def test_every_required_check_is_decided_on() -> None:
    assert {name for name in REQUIRED if not is_listed(name, RATIOS + NUMBERS)} == HIDDEN


@pytest.mark.parametrize("name", [*sorted(HIDDEN), "a_new_check", "calibration_of_cells", "objectives"])
def test_a_check_that_is_not_listed_shows_no_figure(name: str) -> None:
    assert figure_of({"name": name, "value": 31.0, "interval": [30.0, 32.0]}) == ""


def test_a_figure_is_too_coarse_to_give_a_count_away() -> None:
    """Of 400 reports, 163 and 165 look the same."""
    shares = {figure_of({"name": "group_opportunity_a", "value": n / 400}) for n in (163, 164, 165)}
    assert len(shares) == 1
    assert rounded(1776) == "1,800"


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+\.?\d*", text)]


@pytest.mark.parametrize("name", ["refused_share", "cancelled_share"])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_share_times_the_reports_that_the_months_show_gives_no_small_count(name: str, count: int) -> None:
    """An outsider who knows the number of rows to a tenth finds one to four rows from their share."""
    rows, known_nearly = 64_025, 60_000
    assert round(numbers(rounded(count / rows))[0] * known_nearly) == count, "the twin: what was shown gives it away"
    assert figure_of({"name": name, "value": count / rows, "interval": None}) == ""


@pytest.mark.parametrize("observed", [2, 3, 4])
def test_the_width_of_an_interval_is_no_count(observed: int) -> None:
    """The interval of `calibration` is ratio (1 +- 1.96 / sqrt(reports of the window))."""
    half = 1.96 / observed**0.5
    shown = figure_of({"name": "calibration", "value": 1.1, "interval": [1.1 * (1 - half), 1.1 * (1 + half)]})
    assert numbers(shown) == [1.1], "one number has no width"
    upper = numbers(rounded(1.1 * (1 + half)))[0]
    assert abs((1.96 / (upper / 1.1 - 1)) ** 2 - observed) < observed * 0.15 + 0.3, "the twin: two would have one"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "31"])
def test_what_is_no_number_shows_nothing(value: object) -> None:
    assert figure_of({"name": "calibration", "value": value}) == ""


def test_measures_of_a_comparison_that_count_are_not_listed() -> None:
    assert [
        name for name in ("incidents", "deviance", "distinct_cells", "longest_run") if is_listed(name, MEASURES)
    ] == []
