"""Uneven reporting: the ranking moves as Akpinar et al. 2021 found, and the truth comes back under the true ratio."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.ascertainment import (
    overlap,
    relative_reporting,
    tipping_ratio,
    under_reporting_ratios,
)

RNG = np.random.default_rng(4)
N = 200
SHARE = RNG.beta(0.5, 0.5, N)
TOTAL = RNG.integers(200, 900, N).astype(float)
OWN = SHARE * TOTAL
OTHER = TOTAL - OWN
TRUE = RNG.gamma(1.0, size=N)
NAMES = ("group_b", "everyone else")


def top_20(scores: np.ndarray) -> np.ndarray:
    return (np.argsort(np.argsort(-scores, axis=1), axis=1) < 20).astype(float)


def audit(ratio_of_truth: float):
    """A city in which group b reports ``ratio_of_truth`` times as often as the others."""
    reported = TRUE * relative_reporting(OWN, TOTAL, ratio_of_truth)
    score = np.tile(reported, (3, 1))
    return under_reporting_ratios(
        score,
        top_20(score),
        3 * reported,
        OWN,
        OTHER,
        TOTAL,
        allocate=top_20,
        ratios=(0.5, 0.8, 1.0, 1.25),
        names=NAMES,
    )


def test_patrol_moves_to_the_group_that_is_assumed_to_report_less() -> None:
    ratios = [row.exposure_ratio for row in audit(1.0).rows]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[0] > ratios[-1]


def test_hot_spots_of_reports_lie_where_victims_report() -> None:
    uneven, even = audit(0.5), audit(1.0)
    assert uneven.rows[2].exposure_ratio < even.rows[2].exposure_ratio


def test_under_the_true_ratio_the_true_ranking_comes_back() -> None:
    truth = top_20(np.tile(TRUE, (3, 1)))
    reported = np.tile(TRUE * relative_reporting(OWN, TOTAL, 0.5), (3, 1))
    again = top_20(reported / relative_reporting(OWN, TOTAL, 0.5))
    assert overlap(truth, again) == 1.0
    assert overlap(truth, top_20(reported)) < 1.0


def test_equal_reporting_changes_nothing() -> None:
    row = audit(0.5).rows[2]
    assert (row.assumption, row.ratio, row.overlap) == ("all report alike", 1.0, 1.0)


def test_the_tipping_ratio_is_where_the_excess_turns() -> None:
    found = audit(1.0)
    below = [row.excess for row in found.rows if row.ratio < found.tipping_ratio]
    above = [row.excess for row in found.rows if row.ratio > found.tipping_ratio]
    assert all(value < 0 for value in below)
    assert all(value > 0 for value in above)


def test_a_tipping_ratio_by_hand() -> None:
    assert tipping_ratio(lambda ratio: ratio - 0.7) == pytest.approx(0.7, abs=1e-5)
    assert tipping_ratio(lambda ratio: 1.0 + ratio) is None
    assert tipping_ratio(lambda ratio: float("nan")) is None


def test_a_table_of_survey_rates_is_one_more_row() -> None:
    score = np.tile(TRUE, (3, 1))
    found = under_reporting_ratios(
        score, top_20(score), TRUE, OWN, OTHER, TOTAL, allocate=top_20, ratios=(1.0,), names=NAMES,
        other_scores={"survey": -score},
    )  # fmt: skip
    assert [row.assumption for row in found.rows] == ["all report alike", "survey"]
    assert found.rows[1].overlap == 0.0
    assert np.isnan(found.rows[1].ratio)
