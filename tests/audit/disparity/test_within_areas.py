"""Residents placed anew keep every area's count; how unevenly, neighbouring areas say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from patrolcast.audit.disparity.within_areas import (
    Unevenness,
    cells_to_an_area,
    measure_unevenness,
    place_anew,
    place_by_reports,
)

N_AREAS, PER_AREA = 40, 5
WEIGHTS = sparse.csr_array(np.repeat(np.eye(N_AREAS), PER_AREA, axis=0) / PER_AREA)
CHAIN = np.column_stack([np.arange(N_AREAS - 1), np.arange(1, N_AREAS)])
RNG = np.random.default_rng(5)
MEMBERS, OTHERS = RNG.integers(50, 200, N_AREAS).astype(float), RNG.integers(300, 900, N_AREAS).astype(float)
LAND = np.full(N_AREAS, 2.0)


def by_area(of_cells: np.ndarray) -> np.ndarray:
    return of_cells.reshape(N_AREAS, PER_AREA, -1).sum(axis=1)


def test_every_area_keeps_its_counts_in_every_draw() -> None:
    placed = place_anew(Unevenness(0.8, 0.6), WEIGHTS, MEMBERS, OTHERS)
    np.testing.assert_allclose(by_area(placed.members), MEMBERS[:, None] * np.ones(200))
    np.testing.assert_allclose(by_area(placed.others), OTHERS[:, None] * np.ones(200))
    np.testing.assert_allclose(placed.everyone, placed.members + placed.others)
    again = place_anew(Unevenness(0.8, 0.6), WEIGHTS, MEMBERS, OTHERS)
    np.testing.assert_array_equal(again.members, placed.members)


def test_nothing_uneven_leaves_everybody_spread_evenly() -> None:
    placed = place_anew(Unevenness(0.0, 0.0), WEIGHTS, MEMBERS, OTHERS)
    np.testing.assert_allclose(placed.members, np.repeat(MEMBERS / PER_AREA, PER_AREA)[:, None] * np.ones(200))


def test_where_nearly_everybody_is_of_one_group_nearly_everybody_stays_so() -> None:
    placed = place_anew(Unevenness(0.5, 1.0), WEIGHTS, np.full(N_AREAS, 990.0), np.full(N_AREAS, 10.0))
    assert np.quantile(placed.members / placed.everyone, 0.05) > 0.9


def test_unevenness_is_half_the_mean_square_between_neighbours_and_more_for_cells() -> None:
    total = np.where(np.arange(N_AREAS) % 2, 400.0, 100.0)
    members = 0.5 * total
    found = measure_unevenness(CHAIN, LAND, members, total - members, cells_to_an_area=16.0)
    assert found is not None
    assert found.homes == pytest.approx(np.log(401 / 101) / np.sqrt(2) * 2.0)  # the fourth root of 16
    assert found.share == pytest.approx(0.0)


@pytest.mark.parametrize(("pairs", "people"), [(CHAIN[:9], 100.0), (CHAIN, 0.0)])
def test_of_few_pairs_or_of_nobody_nothing_is_said(pairs: np.ndarray, people: float) -> None:
    side = np.full(N_AREAS, people)
    assert measure_unevenness(pairs, LAND, side, side, cells_to_an_area=5.0) is None


def test_cells_to_an_area_counts_the_areas_that_reach_the_grid() -> None:
    beyond = sparse.hstack([WEIGHTS, sparse.csr_array((N_AREAS * PER_AREA, 7))]).tocsr()
    assert cells_to_an_area(WEIGHTS) == cells_to_an_area(beyond) == PER_AREA


def test_residents_follow_reports_within_areas_as_they_do_between_neighbours() -> None:
    level = RNG.normal(0, 0.5, N_AREAS)
    share = 1 / (1 + np.exp(1 - 1.5 * level))  # a logit of the share that rises by 1.5 for each log of reports
    members = 2000 * share
    expected = np.exp(np.repeat(level, PER_AREA) + np.tile([-0.4, -0.2, 0.0, 0.2, 0.4], N_AREAS))
    placed = place_by_reports(CHAIN, WEIGHTS, LAND, members, 2000 - members, expected)
    np.testing.assert_allclose(by_area(placed.members)[:, 0], members)
    logit = np.log(placed.members / placed.others).reshape(N_AREAS, PER_AREA)
    np.testing.assert_allclose(logit[:, 4] - logit[:, 0], 1.5 * 0.8, rtol=0.02)


def test_reports_alike_everywhere_place_nobody_elsewhere() -> None:
    placed = place_by_reports(CHAIN, WEIGHTS, LAND, MEMBERS, OTHERS, np.ones(N_AREAS * PER_AREA))
    np.testing.assert_allclose(placed.members[:, 0], np.repeat(MEMBERS / PER_AREA, PER_AREA))
