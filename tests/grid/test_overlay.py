"""Coarse cells on shared cells: nothing lost, nothing made, even over land."""

from __future__ import annotations

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely

from patrolcast.grid.cells import cover_area
from patrolcast.grid.overlay import overlay, spread_over_land

BOX = gpd.GeoDataFrame(geometry=[shapely.box(-87.70, 41.80, -87.64, 41.85)], crs="EPSG:4326")


@pytest.fixture(scope="module")
def grids() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    return cover_area(BOX, None, None, resolution=9), cover_area(BOX, None, None, resolution=8)


def test_a_grid_lies_on_itself(grids: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]) -> None:
    fine, _ = grids
    inside = overlay(fine, fine)
    np.testing.assert_array_equal(inside, np.arange(len(fine)))
    amount = np.random.default_rng(1).random((2, len(fine)))
    np.testing.assert_allclose(spread_over_land(amount, inside, fine["area_km2"].to_numpy()), amount)


def test_inner_cells_lie_in_the_cell_that_holds_their_centre(grids: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]) -> None:
    fine, coarse = grids
    names = coarse["cell"].to_numpy()[overlay(fine, coarse)]
    centres = [h3.latlng_to_cell(y, x, 8) for x, y in fine[["longitude", "latitude"]].to_numpy()]
    held = [name == centre for name, centre in zip(names, centres, strict=True)]
    assert np.mean(held) > 0.95
    assert all(held[i] for i, centre in enumerate(centres) if centre in set(coarse["cell"]))


def test_totals_are_kept_for_every_cell_that_holds_shared_ones(
    grids: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    fine, coarse = grids
    inside, area = overlay(fine, coarse), fine["area_km2"].to_numpy()
    amount = np.where(np.isin(np.arange(len(coarse)), inside), 7.0, 0.0)[None]
    assert spread_over_land(amount, inside, area).sum() == pytest.approx(amount.sum())


def test_land_decides_how_much_a_shared_cell_gets() -> None:
    given = spread_over_land(np.array([[8.0]]), np.array([0, 0]), np.array([3.0, 1.0]))
    assert given.tolist() == [[6.0, 2.0]]
