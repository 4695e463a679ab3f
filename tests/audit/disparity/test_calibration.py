"""Calibration at matched deciles, and equal opportunity, by hand and on planted faults."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.calibration import (
    equal_opportunity,
    forecast_deciles,
    group_calibration,
    matched_ratios,
)

RNG = np.random.default_rng(8)
N = 400
OWN = RNG.integers(0, 300, N).astype(float)
OTHER = 300.0 - OWN
BLOCK = np.arange(N) // 20
NAMES = ("b", "everyone else")


def test_a_forecast_that_is_right_everywhere_is_calibrated_for_everyone() -> None:
    rate = RNG.gamma(2.0, size=N)
    found = group_calibration(rate, rate, OWN, OTHER, block=BLOCK, names=NAMES)
    assert (found.ratio, found.ratio_against) == pytest.approx((1.0, 1.0))
    assert found.log_ratio_of_ratios.estimate == pytest.approx(0.0, abs=1e-12)


def test_a_forecast_too_high_in_busy_cells_is_no_group_disparity() -> None:
    rate = np.sort(RNG.gamma(2.0, size=N))
    wrong = rate**2
    own = np.linspace(0, 300, N) * RNG.random(N)
    found = group_calibration(wrong, rate, own, 300 - own, block=np.arange(N) % 20, names=NAMES)
    unmatched = abs(np.log(wrong @ own / (rate @ own)) - np.log(wrong @ (300 - own) / (rate @ (300 - own))))
    assert unmatched > 0.15
    assert abs(found.log_ratio_of_ratios.estimate) < unmatched / 4
    assert not found.log_ratio_of_ratios.excludes_zero


def test_a_forecast_too_high_for_one_group_is_found() -> None:
    rate = RNG.gamma(2.0, size=N)
    found = group_calibration(rate * (1 + 0.5 * OWN / 300), rate, OWN, OTHER, block=BLOCK, names=NAMES)
    assert found.log_ratio_of_ratios.lower > 0.05
    assert found.ratio > found.ratio_against


def test_few_blocks_or_no_incident_are_not_measured() -> None:
    rate = np.ones(N)
    assert not group_calibration(rate, rate, OWN, OTHER, block=BLOCK % 3, names=NAMES).log_ratio_of_ratios.measured
    assert not group_calibration(rate, 0 * rate, OWN, OTHER, block=BLOCK, names=NAMES).log_ratio_of_ratios.measured


def test_deciles_hold_a_tenth_each_and_ties_stay_together() -> None:
    assert np.bincount(forecast_deciles(np.arange(50.0))).tolist() == [5] * 10
    assert len(np.unique(forecast_deciles(np.ones(50)))) == 1


def test_equal_opportunity_by_hand() -> None:
    actual = np.tile([4.0, 0.0, 2.0], (60, 1))
    reached = np.tile([2.0, 0.0, 2.0], (60, 1))
    own, total = np.array([100.0, 50.0, 0.0]), np.array([100.0, 100.0, 100.0])
    found = equal_opportunity(reached, actual, own, total - own, total, names=NAMES)
    assert (found.share, found.share_against) == (0.5, 1.0)
    assert (found.difference.lower, found.difference.upper) == (-0.5, -0.5)


def test_deciles_where_one_side_lives_alone_do_not_count() -> None:
    """Decile 1 holds both sides (10 and 30 residents), decile 2 members only, decile 3 others only.

    In decile 1 the rates per resident are 2 / 1 for members and 3 / 2 for others, both weighted by all 40 residents;
    the forecasts of the other deciles, ten times too high and ten times too low, must change nothing.
    """
    members, others = np.zeros((3, 10)), np.zeros((3, 10))
    members[:, 0], others[:, 0] = [10.0, 20.0, 10.0], [30.0, 90.0, 60.0]
    members[:, 1], others[:, 2] = [50.0, 500.0, 50.0], [70.0, 7.0, 70.0]
    assert matched_ratios(members, others) == (pytest.approx(2.0), pytest.approx(1.5))


def test_shared_deciles_weigh_alike_on_both_sides() -> None:
    """Members 1 and 3, others 3 and 1 residents in two deciles: each decile weighs 4 on both sides, by hand 1.25."""
    members, others = np.zeros((3, 10)), np.zeros((3, 10))
    members[:, 0], members[:, 1] = [1.0, 1.0, 1.0], [3.0, 9.0, 6.0]  # rates 1 / 1 and 3 / 2
    others[:, 0], others[:, 1] = [3.0, 3.0, 3.0], [1.0, 4.0, 3.0]  # rates 1 / 1 and 4 / 3
    ratio, against = matched_ratios(members, others)
    assert ratio == pytest.approx((4 * 1 + 4 * 3) / (4 * 1 + 4 * 2))
    assert against == pytest.approx((4 * 1 + 4 * 4) / (4 * 1 + 4 * 3))


def test_without_a_shared_decile_there_is_no_ratio() -> None:
    members, others = np.zeros((3, 10)), np.zeros((3, 10))
    members[:, 0], others[:, 1] = 1.0, 1.0
    assert np.isnan(matched_ratios(members, others)).all()


def test_the_interval_is_the_jackknife_over_blocks_by_hand() -> None:
    """Six blocks of one cell, one forecast for all, so one decile: the ratio is (sum own) / (sum own x reported).

    Members live 2 : 1 with others in odd cells and 1 : 2 in even ones. Leaving out one block gives six values; their
    variance about the mean times 5 / 6 x 6 is the squared error, and t of five degrees of freedom its half-width.
    """
    predicted, actual = np.ones(6), np.array([1.0, 2.0, 1.5, 0.5, 1.0, 3.0])
    members, others = np.array([2.0, 1.0] * 3), np.array([1.0, 2.0] * 3)

    def log_ratio_of_ratios(cells: list[int]) -> float:
        of_members = members[cells].sum() / (members[cells] * actual[cells]).sum()
        of_others = others[cells].sum() / (others[cells] * actual[cells]).sum()
        return float(np.log(of_members / of_others))

    without = [log_ratio_of_ratios([cell for cell in range(6) if cell != left_out]) for left_out in range(6)]
    half = 2.5705818366 * np.sqrt(5 / 6 * sum((value - np.mean(without)) ** 2 for value in without))
    estimate = log_ratio_of_ratios(list(range(6)))
    interval = group_calibration(
        predicted, actual, members, others, block=np.arange(6), names=NAMES
    ).log_ratio_of_ratios
    assert (interval.estimate, interval.n) == (pytest.approx(estimate), 6)
    assert (interval.lower, interval.upper) == pytest.approx((estimate - half, estimate + half))


def test_the_interval_covers_a_calibrated_forecast_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(12)
    covered = 0
    for _ in range(200):
        rate = rng.gamma(2.0, 5.0, size=N)
        interval = group_calibration(
            rate, rng.poisson(rate).astype(float), OWN, OTHER, block=BLOCK, names=NAMES
        ).log_ratio_of_ratios
        covered += interval.lower <= 0.0 <= interval.upper
    assert 0.90 <= covered / 200 <= 0.99


def test_five_blocks_are_too_few_and_six_are_enough() -> None:
    rate = RNG.gamma(2.0, size=N)
    few = group_calibration(rate, rate, OWN, OTHER, block=BLOCK % 5, names=NAMES).log_ratio_of_ratios
    assert (few.measured, few.note) == (False, "5 spatial blocks are too few")
    assert group_calibration(rate, rate, OWN, OTHER, block=BLOCK % 6, names=NAMES).log_ratio_of_ratios.measured
