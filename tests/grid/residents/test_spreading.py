"""Other ways of spreading residents: every area's count stays on the grid, and each way puts them where it says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from tests.grid.test_interpolate import BOUNDARY, CELLS, box, layer, tracts

from patrolcast.grid.interpolate import resident_weights
from patrolcast.grid.residents.spreading import (
    land_of_areas,
    neighbouring_areas,
    residents_of_gaps,
    spread_smoothly,
    weights_by_centres,
)

HALVES = tracts(box(0, 0, 0.5, 1), box(0.5, 0, 1, 1), total=[6000.0, 2000.0])
WEIGHTS = resident_weights(CELLS, HALVES, boundary=BOUNDARY)
WEST_MOST = CELLS["longitude"].to_numpy()


def test_by_centres_each_cell_belongs_to_one_area_and_areas_keep_their_counts() -> None:
    found = weights_by_centres(CELLS, HALVES, WEIGHTS)
    np.testing.assert_allclose(found.sum(axis=0), WEIGHTS.sum(axis=0))
    assert ((found.toarray() > 0).sum(axis=1) <= 1).all()
    assert ((WEIGHTS.toarray() > 0).sum(axis=1) == 2).any()  # by area, cells on the border belong to both
    west = found.toarray()[:, 0]
    assert west[west > 0] == pytest.approx(1 / (west > 0).sum())


def test_an_area_without_a_centre_gives_its_residents_to_the_nearest() -> None:
    longitude, latitude = CELLS[["longitude", "latitude"]].iloc[10] + 1e-4
    tiny = layer(shapely.Point(longitude, latitude).buffer(1e-7), total=[2.0])
    weights = resident_weights(CELLS, tiny, boundary=BOUNDARY)
    assert weights_by_centres(CELLS, tiny, weights).toarray()[:, 0].argmax() == 10


def test_smooth_density_changes_across_the_border_step_by_step_and_keeps_counts() -> None:
    counts = HALVES[["total"]].to_numpy().T
    land = land_of_areas(HALVES, None)
    [found] = spread_smoothly(CELLS, WEIGHTS, counts, land)
    assert found.sum() == pytest.approx(float((WEIGHTS @ counts[0]).sum()))
    density = found / (WEIGHTS @ land)
    order = np.argsort(WEST_MOST)
    bands = [density[part].mean() for part in np.array_split(order, 8)]
    assert all(first > second for first, second in itertools.pairwise(bands))
    by_area = (WEIGHTS @ counts[0]) / (WEIGHTS @ land)
    steps = [by_area[part].mean() for part in np.array_split(order, 8)]
    assert steps[0] == pytest.approx(steps[1])


def test_an_even_city_is_spread_evenly_by_every_way() -> None:
    even = tracts(box(0, 0, 0.5, 1), box(0.5, 0, 1, 1), total=[3000.0, 3000.0])
    [found] = spread_smoothly(CELLS, WEIGHTS, even[["total"]].to_numpy().T, land_of_areas(even, None))
    np.testing.assert_allclose(found, WEIGHTS @ even["total"].to_numpy(), rtol=1e-6)


def test_areas_that_touch_are_neighbours_once() -> None:
    four = layer(box(0, 0, 0.5, 0.5), box(0.5, 0, 1, 0.5), box(0, 0.5, 0.5, 1), box(2, 2, 3, 3))
    assert neighbouring_areas(four).tolist() == [[0, 1], [0, 2], [1, 2]]


def test_water_is_no_land_but_an_area_all_under_water_keeps_its_own() -> None:
    found = land_of_areas(HALVES, layer(box(0, 0, 0.25, 1)))
    assert found[0] / found[1] == pytest.approx(0.5)
    assert land_of_areas(HALVES, layer(box(0, 0, 0.5, 1)))[0] == pytest.approx(found[1])


def test_a_gap_gets_its_neighbours_density() -> None:
    counted = tracts(box(0, 0, 0.5, 1), box(0.75, 0, 1, 1), total=[6000.0, 1000.0])
    gap = layer(box(0.5, 0, 0.75, 1))
    found = residents_of_gaps(CELLS, counted, gap, ["group_a", "total"], boundary=BOUNDARY)
    assert found[1].sum() == pytest.approx(7000 / 3, rel=1e-3)  # 7,000 on three quarters of the land
    assert found[0].sum() / found[1].sum() == pytest.approx(0.75)


def test_a_gap_far_from_all_gets_the_density_of_the_nearest() -> None:
    counted = tracts(box(0, 0, 0.25, 1), total=[1000.0])
    found = residents_of_gaps(CELLS, counted, layer(box(0.5, 0, 1, 1)), ["total"], boundary=BOUNDARY)
    assert found.sum() == pytest.approx(2000.0, rel=1e-3)
