"""The grid covers the land and nothing else, finds the cell of each point, and knows its neighbours."""

from __future__ import annotations

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.tables import WGS84
from patrolcast.grid.cells import cell_polygons, centres_xy_m, cover_area, locate, rings

BOX = shapely.box(-87.70, 41.80, -87.65, 41.84)
LAKE = shapely.box(-87.68, 41.81, -87.66, 41.83)


def layer(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=WGS84)


def km2(shape: shapely.Geometry) -> float:
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6


CELLS = cover_area(layer(BOX), None, None, resolution=9)


def test_the_areas_of_the_cells_sum_to_the_area_of_the_land() -> None:
    """But for slivers below a hundred square metres, which are left out."""
    assert CELLS["area_km2"].sum() == pytest.approx(km2(BOX), abs=2e-4)
    dry = cover_area(layer(BOX), None, layer(LAKE), resolution=9)
    assert dry["area_km2"].sum() == pytest.approx(km2(BOX) - km2(LAKE), abs=2e-4)


def test_a_cell_that_is_all_water_is_not_in_the_grid_and_one_that_is_partly_water_keeps_its_land() -> None:
    dry = cover_area(layer(BOX), None, layer(LAKE), resolution=9).set_index("cell")
    for cell, shape, area in zip(CELLS["cell"], CELLS.geometry, CELLS["area_km2"], strict=True):
        land = shapely.difference(shapely.intersection(shape, BOX), LAKE)
        if land.is_empty or km2(land) < 1e-4:
            assert cell not in dry.index
        else:
            assert dry["area_km2"][cell] == pytest.approx(km2(land), rel=1e-6)
            assert dry["area_km2"][cell] <= area + 1e-12


def test_every_point_of_the_land_lies_in_a_cell_of_the_grid() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-87.70, -87.65, 2000), rng.uniform(41.80, 41.84, 2000)
    position = locate(x, y, CELLS["cell"], resolution=9)
    lost = [h3.latlng_to_cell(b, a, 9) for a, b, p in zip(x, y, position, strict=True) if p < 0]
    # Slivers below a hundred square metres are left out; a point in one has no cell.
    assert len(lost) <= 2
    known = [CELLS["cell"].iloc[p] for p in position[position >= 0]]
    wanted = [h3.latlng_to_cell(b, a, 9) for a, b, p in zip(x, y, position, strict=True) if p >= 0]
    assert known == wanted


def test_a_point_outside_has_no_position_whatever_the_order_of_the_cells() -> None:
    shuffled = CELLS["cell"].sample(frac=1, random_state=3).reset_index(drop=True)
    x, y = np.array([-87.675, -80.0, -87.675]), np.array([41.82, 41.82, -41.82])
    position = locate(x, y, shuffled, resolution=9)
    assert shuffled[position[0]] == h3.latlng_to_cell(41.82, -87.675, 9)
    assert position[1:].tolist() == [-1, -1]


def test_cells_stand_in_ascending_order_and_each_once() -> None:
    assert CELLS["cell"].tolist() == sorted(set(CELLS["cell"]))
    assert (CELLS.geometry.to_numpy() == cell_polygons(CELLS["cell"])).all()


def test_rings_hold_exactly_the_cells_at_that_distance() -> None:
    cells = pd.Series(sorted(h3.grid_disk(h3.latlng_to_cell(41.85, -87.65, 9), 4)))
    for k, ring in enumerate(rings(cells), start=1):
        wanted = [[float(h3.grid_distance(a, b) == k) for b in cells] for a in cells]
        np.testing.assert_array_equal(ring.toarray(), wanted)


def test_a_single_cell_has_no_neighbours() -> None:
    (ring, *_) = rings(pd.Series([h3.latlng_to_cell(41.85, -87.65, 9)]))
    assert ring.shape == (1, 1)
    assert ring.sum() == 0


def test_distances_on_the_local_plane_are_those_on_the_globe() -> None:
    xy = centres_xy_m(CELLS)
    earth = Geod(ellps="WGS84")
    lon, lat = CELLS["longitude"].to_numpy(), CELLS["latitude"].to_numpy()
    _, _, metres = earth.inv(np.full(len(lon), lon[0]), np.full(len(lat), lat[0]), lon, lat)
    np.testing.assert_allclose(np.linalg.norm(xy - xy[0], axis=1), metres, rtol=5e-3, atol=1.0)


def test_a_boundary_without_land_is_refused() -> None:
    with pytest.raises(DataRefusedError) as caught:
        cover_area(layer(LAKE), None, layer(BOX), resolution=9)
    assert str(caught.value) == "boundary: got no land; at least one polygon outside water; check [area]"


def test_a_boundary_that_crosses_itself_is_mended() -> None:
    bow = shapely.Polygon([(-87.70, 41.80), (-87.65, 41.84), (-87.65, 41.80), (-87.70, 41.84)])
    cells = cover_area(layer(bow), None, None, resolution=9)
    assert cells["area_km2"].sum() == pytest.approx(km2(BOX) / 2, rel=0.01)


def test_a_state_at_the_finest_resolution_is_refused_with_the_one_that_fits() -> None:
    state = layer(shapely.box(-91.0, 37.0, -88.0, 42.0))
    with pytest.raises(DataRefusedError) as caught:
        cover_area(state, None, None, resolution=11)
    assert str(caught.value) == (
        "[area] resolution: got 11, about 66,611,788 cells on 143,192 km2 of land; at most 100,000 cells; "
        "use resolution = 7, about 27,743 cells"
    )
    continent = layer(shapely.box(-120.0, 30.0, -70.0, 50.0))
    with pytest.raises(DataRefusedError, match="check the boundary: no city is as large as this"):
        cover_area(continent, None, None, resolution=9)
