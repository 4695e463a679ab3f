"""Limits of the audit and the screen: what would switch a check off is refused, whatever is waived."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Audit, Screen

OFF: list[tuple[str, dict[str, Any]]] = [
    ("audit", {"least_residents": 800_000.0}),
    ("audit", {"least_residents": 4001.0}),
    ("audit", {"least_residents": 12.0}),
    ("audit", {"least_measured_share": 0.17}),
    ("audit", {"max_excess_ratio": 50.0}),
    ("audit", {"max_excess_ratio": 3.01}),
    ("audit", {"max_excess_ratio": 1.0}),
    ("audit", {"max_excess_ratio": float("inf")}),
    ("audit", {"max_calibration_ratio": 2.1}),
    ("audit", {"max_opportunity_gap": 1.0}),
    ("audit", {"reporting_ratios": [1.0]}),
    ("audit", {"reporting_ratios": []}),
    ("audit", {"reporting_ratios": [1.0, 1.5]}),
    ("audit", {"reporting_ratios": [0.67, 1.0]}),
    ("audit", {"reporting_ratios": [0.67, 1e6]}),
    ("screen", {"conditional_limit": 1.0}),
    ("screen", {"conditional_limit": 0.41}),
    ("screen", {"marginal_limit": 1.0}),
    ("screen", {"adversary_limit": 1.0}),
    ("screen", {"adversary_limit": 0.26}),
    ("screen", {"significance": 1e-300}),
    ("screen", {"significance": 0.009}),
    ("screen", {"surrogates": 98}),
]


@pytest.mark.parametrize(("section", "values"), OFF, ids=[str(values) for _, values in OFF])
def test_a_limit_that_checks_nothing_is_refused(section: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        (Audit if section == "audit" else Screen)(**values)


def test_limits_inside_their_ranges_are_taken() -> None:
    assert Audit(least_residents=50.0, max_excess_ratio=3.0, reporting_ratios=[0.8, 1.25]).max_excess_ratio == 3.0
    assert Screen(conditional_limit=0.4, significance=0.01, surrogates=499).significance == 0.01


def test_chance_so_small_that_no_surrogate_could_show_it_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"surrogates must be at least 499 for a significance of 0\.01"):
        Screen(significance=0.01, surrogates=498)
    assert Screen(significance=0.05, surrogates=99).surrogates == 99
