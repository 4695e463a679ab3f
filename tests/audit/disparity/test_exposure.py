"""Exposure, need and excess by hand: the averages that every comparison of groups stands on."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.exposure import excess, exposure, log_exposure_ratio, log_ratio, need_per_resident

RNG = np.random.default_rng(11)
RESIDENTS = RNG.integers(10, 500, (2, 40)).astype(float)


def test_exposure_by_hand() -> None:
    minutes = [[30.0, 0.0], [0.0, 15.0]]
    residents = [[100.0, 300.0], [50.0, 0.0], [0.0, 0.0]]
    per_night = exposure(minutes, residents)
    assert per_night[:, :2].tolist() == [[7.5, 30.0], [11.25, 0.0]]
    assert np.isnan(per_night[:, 2]).all()


def test_log_exposure_ratio_by_hand() -> None:
    assert log_exposure_ratio([[30.0, 0.0]], [1.0, 0.0], [1.0, 3.0]) == pytest.approx(np.log(4))
    assert np.isnan(log_exposure_ratio([[0.0, 1.0]], [1.0, 0.0], [1.0, 3.0]))


def test_a_ratio_is_of_sums_over_nights_so_that_a_night_without_patrol_does_no_harm() -> None:
    assert log_ratio([3.0, 0.0, 3.0], [1.0, 2.0, 0.0]) == pytest.approx(np.log(2))
    assert np.isnan(log_ratio([0.0], [1.0]))
    assert np.isnan(log_ratio([1.0], [0.0]))


def test_patrol_in_proportion_to_reports_has_no_excess_whatever_the_density() -> None:
    reported = RNG.gamma(1.0, size=(60, 40))
    assert log_exposure_ratio(reported, RESIDENTS[1], RESIDENTS[0]) != 0.0
    assert excess(7.5 * reported, reported, RESIDENTS[1], RESIDENTS[0]) == pytest.approx(0.0, abs=1e-12)


def test_the_excess_by_hand_is_patrol_per_report_of_b_over_that_of_a() -> None:
    """B lives in cell 2, A in cell 1: minutes 20 against 10, reports 5 against 10, so four times per report."""
    found = excess([[10.0, 20.0]], [[10.0, 5.0]], [0.0, 50.0], [100.0, 0.0])
    assert found == pytest.approx(np.log(4.0))


def test_need_per_resident_by_hand() -> None:
    # Cell 1: 100 residents, all a, 10 reports; cell 2: 50, 20 of them b, 10 reports; cell 3: 5 of b, 99 reports.
    residents, total = [[100.0, 30.0, 0.0], [0.0, 20.0, 5.0]], [100.0, 50.0, 5.0]
    need = need_per_resident([[10.0, 10.0, 99.0]], residents, total)[0]
    assert need.tolist() == pytest.approx([(100 * 0.1 + 30 * 0.2) / 130, 0.2])  # the five have no rate


@pytest.mark.parametrize(("in_cell", "need"), [(20.0, (100 * 0.1 + 20 * 0.5) / 120), (19.0, 0.1), (7.0, 0.1)])
def test_a_cell_has_a_rate_from_20_residents_on(in_cell: float, need: float) -> None:
    """100 residents with 10 reports, and a cell of ``in_cell`` residents with half a report for each."""
    residents = np.array([[100.0, in_cell]])
    assert need_per_resident([[10.0, in_cell / 2]], residents, residents[0])[0, 0] == pytest.approx(need)
