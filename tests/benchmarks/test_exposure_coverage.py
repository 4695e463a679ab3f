"""Cities whose residents are known per cell: areas hold them all, and the intervals cover what the benchmark says."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.exposure_coverage import KINDS, audit_city, census_areas, make_city, measure_coverage


def test_census_areas_cut_across_cells_and_hold_everybody() -> None:
    city = make_city(3, "smooth")
    areas = census_areas(city, np.random.default_rng(1))
    assert areas["total"].sum() == pytest.approx(city.total.sum(), rel=1e-4)
    assert areas["group"].sum() == pytest.approx(city.members.sum(), rel=1e-4)
    assert 5 < len(city.cells) / len(areas) < 9


def test_the_truth_is_of_the_true_residents_under_all_nights() -> None:
    city = make_city(3, "parks")
    truth, estimate, lower, upper = audit_city(city, 3)
    mean, rest = city.patrol.mean(axis=0), city.total - city.members
    by_hand = np.log((mean * city.members).sum() / city.members.sum() / ((mean * rest).sum() / rest.sum()))
    assert truth == pytest.approx(by_hand)
    assert lower < estimate < upper


@pytest.mark.long
def test_intervals_cover_the_truth_in_92_to_97_percent_of_cities() -> None:
    found = measure_coverage(200)
    assert set(found) == set(KINDS)
    cities, inside = (sum(one[k] for one in found.values()) for k in (0, 1))
    assert cities == 200
    assert 0.92 <= inside / cities <= 0.97
