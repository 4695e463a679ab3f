"""What may be shown of a check: ratios, rounded; no count of reports, no free text."""

from __future__ import annotations

import pytest

from patrolcast.audit.gates import REQUIRED
from patrolcast.report.site.allowed import MEASURES, NUMBERS, RATIOS, figure_of, is_listed, rounded

HIDDEN = {"incidents_counted", "counts_conserved"}
"""Required checks whose figure is a count of reports."""


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


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "31"])
def test_what_is_no_number_shows_nothing(value: object) -> None:
    assert figure_of({"name": "calibration", "value": value}) == ""


def test_measures_of_a_comparison_that_count_are_not_listed() -> None:
    assert [
        name for name in ("incidents", "deviance", "distinct_cells", "longest_run") if is_listed(name, MEASURES)
    ] == []
