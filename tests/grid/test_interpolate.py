"""Residents on the grid: every census area's count appears again, none is squeezed in, none lives in the water."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cities import segregated_city

from patrolcast.domain.residents import CensusCoverage
from patrolcast.domain.tables import WGS84
from patrolcast.grid.cells import cover_area
from patrolcast.grid.interpolate import census_coverage, resident_weights, residents_by_cell

GROUPS = ["group_a", "group_b"]
WEST, SOUTH, SIDE = -87.70, 41.80, 0.04


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(WEST + SIDE * west, SOUTH + SIDE * south, WEST + SIDE * east, SOUTH + SIDE * north)


def layer(*shapes: shapely.Geometry, **columns: list[float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=WGS84)


def tracts(*shapes: shapely.Geometry, total: list[float]) -> gpd.GeoDataFrame:
    return layer(*shapes, group_a=[t * 0.75 for t in total], group_b=[t * 0.25 for t in total], total=total)


BOUNDARY = layer(box(0, 0, 1, 1))
CELLS = cover_area(BOUNDARY, None, None, resolution=9)


def test_a_census_area_made_of_seven_cells_gives_each_a_seventh() -> None:
    tables, truth = segregated_city(1, n_rings=6, days=30)
    cells = cover_area(tables.boundary, None, None, resolution=9)
    residents = residents_by_cell(cells, tables.residents, groups=GROUPS, boundary=tables.boundary)
    inner = residents.set_index("cell").loc[list(truth.cells)]
    np.testing.assert_allclose(inner["total"], 200, rtol=2e-3)  # H3 cells of one parent differ a little in size
    share = inner["group_b"] / inner["total"]
    np.testing.assert_allclose(share, truth.share[:, 1], atol=0.003)  # whole residents


cuts = st.lists(st.floats(0.02, 0.98), min_size=1, max_size=4, unique_by=lambda x: round(x, 2)).map(sorted)


@settings(max_examples=25, deadline=None)
@given(x=cuts, y=cuts, counts=st.integers(0, 2**31))
def test_areas_inside_the_boundary_keep_their_totals(x: list[float], y: list[float], counts: int) -> None:
    xs, ys = [0.0, *x, 1.0], [0.0, *y, 1.0]
    shapes = [box(a, c, b, d) for a, b in itertools.pairwise(xs) for c, d in itertools.pairwise(ys)]
    total = np.random.default_rng(counts).integers(0, 5000, len(shapes)).astype(float).tolist()
    residents = residents_by_cell(CELLS, tracts(*shapes, total=total), groups=GROUPS, boundary=BOUNDARY)
    assert residents["total"].sum() == pytest.approx(sum(total), rel=1e-9)
    assert (residents["group_a"] + residents["group_b"]).sum() == pytest.approx(sum(total), rel=1e-9)
    assert (residents[[*GROUPS, "total"]] >= 0).all(axis=None)


def test_an_area_half_beyond_the_boundary_brings_half_its_residents() -> None:
    residents = residents_by_cell(CELLS, tracts(box(0.5, 0, 1.5, 1), total=[1000]), groups=GROUPS, boundary=BOUNDARY)
    assert residents["total"].sum() == pytest.approx(500, rel=1e-3)


def without_cells_worth(share: float) -> tuple[gpd.GeoDataFrame, float]:
    """The grid without its first cells, which hold about ``share`` of the square's residents; and what they held."""
    weight = resident_weights(CELLS, tracts(box(0, 0, 1, 1), total=[1000]), boundary=BOUNDARY).toarray()[:, 0]
    n = int(np.searchsorted(np.cumsum(weight), share))
    return CELLS.iloc[n:].reset_index(drop=True), float(weight[:n].sum())


def test_residents_of_a_sliver_without_a_cell_live_in_the_other_cells_so_that_totals_hold() -> None:
    cells, lost = without_cells_worth(0.008)
    assert 0.001 < lost < 0.01
    residents = residents_by_cell(cells, tracts(box(0, 0, 1, 1), total=[1000]), groups=GROUPS, boundary=BOUNDARY)
    assert residents["total"].sum() == pytest.approx(1000, rel=1e-9)


def test_residents_of_a_larger_part_without_a_cell_are_left_out_and_never_squeezed_into_the_others() -> None:
    cells, lost = without_cells_worth(0.3)
    assert 0.2 < lost < 0.3
    residents = residents_by_cell(cells, tracts(box(0, 0, 1, 1), total=[1000]), groups=GROUPS, boundary=BOUNDARY)
    assert residents["total"].sum() == pytest.approx(1000 * (1 - lost), rel=1e-4)


def test_an_area_outside_brings_nobody() -> None:
    residents = residents_by_cell(CELLS, tracts(box(2, 2, 3, 3), total=[1000]), groups=GROUPS, boundary=BOUNDARY)
    assert residents["total"].sum() == 0


def test_nobody_lives_in_the_water_and_everybody_still_lives_somewhere() -> None:
    lake = layer(box(0, 0, 0.5, 1))
    residents = residents_by_cell(
        CELLS, tracts(box(0, 0, 1, 1), total=[1000]), groups=GROUPS, boundary=BOUNDARY, water=lake
    )
    wet = shapely.within(CELLS.geometry.to_numpy(), lake.geometry.iloc[0])
    assert wet.any()
    assert residents.loc[wet, "total"].sum() == 0
    assert residents["total"].sum() == pytest.approx(1000, rel=1e-9)


def test_where_a_land_layer_is_given_people_live_only_there() -> None:
    homes = layer(box(0.1, 0.1, 0.3, 0.3), box(0.6, 0.6, 0.7, 0.7))
    areas = tracts(box(0, 0, 0.5, 1), box(0.5, 0, 1, 0.4), total=[1000, 600])
    residents = residents_by_cell(CELLS, areas, groups=GROUPS, boundary=BOUNDARY, settled=homes)
    away = ~shapely.intersects(CELLS.geometry.to_numpy(), shapely.union_all([*homes.geometry, areas.geometry[1]]))
    assert residents.loc[away, "total"].sum() == 0
    assert residents["total"].sum() == pytest.approx(1600, rel=1e-9)  # the second area has no home: all its land serves


def test_weights_agree_with_an_overlay_made_by_geopandas() -> None:
    shapes = [box(0, 0, 0.45, 0.7), box(0.45, 0, 1.3, 0.7), box(-0.2, 0.7, 1, 1)]
    areas = tracts(*shapes, total=[800, 900, 400])
    plane = "EPSG:32616"
    land = gpd.overlay(areas.reset_index(), BOUNDARY, how="intersection").to_crs(plane)
    pieces = gpd.overlay(land, CELLS[["cell", "geometry"]].to_crs(plane), how="intersection")
    whole = areas.to_crs(plane).area
    count = pieces.area / whole[pieces["index"]].to_numpy() * areas["total"].to_numpy()[pieces["index"]]
    expected = count.groupby(pieces["cell"]).sum().reindex(CELLS["cell"], fill_value=0.0)
    residents = residents_by_cell(CELLS, areas, groups=GROUPS, boundary=BOUNDARY)
    np.testing.assert_allclose(residents["total"], expected, atol=0.05)


def test_margins_of_error_are_propagated_as_variances() -> None:
    areas = tracts(box(0, 0, 0.5, 1), box(0.5, 0, 1, 1), total=[1000, 1000]).assign(moe_group_b=[30.0, 40.0])
    weights = resident_weights(CELLS, areas, boundary=BOUNDARY).toarray()
    residents = residents_by_cell(CELLS, areas, groups=GROUPS, boundary=BOUNDARY)
    assert list(residents.columns) == ["cell", "group_a", "group_b", "total", "moe_group_b"]
    np.testing.assert_allclose(residents["moe_group_b"], np.hypot(weights[:, 0] * 30, weights[:, 1] * 40))


def test_without_margins_no_margin_is_invented() -> None:
    residents = residents_by_cell(CELLS, tracts(box(0, 0, 1, 1), total=[10]), groups=GROUPS)
    assert list(residents.columns) == ["cell", *GROUPS, "total"]
    assert isinstance(residents, pd.DataFrame)


def quarters(*counts: tuple[float, float]) -> gpd.GeoDataFrame:
    """Four equal squares of the city, each with group_a and total; the ones given, in order."""
    corners = [box(x, y, x + 0.5, y + 0.5) for x in (0.0, 0.5) for y in (0.0, 0.5)]
    return layer(*corners[: len(counts)], group_a=[a for a, _ in counts], total=[t for _, t in counts])


def coverage_of(counted: gpd.GeoDataFrame, uncounted: gpd.GeoDataFrame, **more: gpd.GeoDataFrame) -> CensusCoverage:
    return census_coverage(counted, uncounted, columns=["group_a", "total"], boundary=BOUNDARY, **more)


NONE = quarters()


def test_counts_of_every_area_cover_the_city() -> None:
    found = coverage_of(quarters((10, 100), (20, 100), (30, 100), (40, 100)), NONE)
    assert (found.share("total"), found.share("group_a")) == (pytest.approx(1.0), pytest.approx(1.0))
    assert found.sentence == "4 of 4 census areas in the city have counts: 100 % of its residents, as estimated"
    assert found.share("total", 200.0) == pytest.approx(0.5)  # those on the grid, where it has fewer


def test_an_area_without_counts_is_taken_to_hold_as_many_as_the_others() -> None:
    every = quarters((10, 100), (20, 100), (30, 100), (np.nan, np.nan))
    found = coverage_of(every[:3], every[3:])
    assert (found.counted, found.areas) == (pytest.approx(3.0), pytest.approx(4.0))
    assert found.share("total") == pytest.approx(300 / 400)
    assert found.share("group_a") == pytest.approx(60 / 80)


def test_a_number_that_an_area_states_counts_as_stated_so_that_gaps_where_a_group_lives_are_seen() -> None:
    every = quarters((0, 100), (0, 100), (10, 100), (90, np.nan))
    found = coverage_of(every[:3], every[3:])
    assert found.share("group_a") == pytest.approx(10 / 100)  # nine in ten of the group live where nothing joins
    assert found.share("total") == pytest.approx(300 / 400)


def test_land_in_no_area_holds_residents_too_and_water_and_unsettled_land_do_not() -> None:
    three = quarters((10, 100), (20, 100), (30, 100))
    assert coverage_of(three, NONE).share("total") == pytest.approx(0.75)
    empty_quarter = layer(box(0.5, 0.5, 1, 1))
    assert coverage_of(three, NONE, water=empty_quarter).share("total") == pytest.approx(1.0)
    homes = layer(box(0, 0, 1, 0.4))
    assert coverage_of(three, NONE, settled=homes).share("total") == pytest.approx(1.0)


def test_a_crowded_area_is_not_taken_for_its_little_land() -> None:
    big = [box(0, 0, 1, 0.3), box(0, 0.3, 1, 0.6), box(0, 0.6, 1, 0.9)]
    counted = layer(*big, group_a=[0, 0, 0], total=[1000, 1000, 1000])
    small = layer(box(0, 0.9, 1, 1), group_a=[np.nan], total=[np.nan])  # a third of the others' land
    assert coverage_of(counted, small).share("total") == pytest.approx(3 / (3 + 1 / 3), rel=1e-3)


def test_beyond_the_boundary_nobody_is_missed() -> None:
    four = quarters((10, 100), (20, 100), (30, 100), (40, 100))
    outside = layer(box(2, 0, 3, 1), group_a=[np.nan], total=[5000.0])
    assert coverage_of(four, outside).share("total") == pytest.approx(1.0)
