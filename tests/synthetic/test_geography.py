"""The ground and the layers of the sample city."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolcast.grid.cells import cover_area
from patrolcast.synthetic.city_truth import ROADS, build_city_cells
from patrolcast.synthetic.geography import GROUPS, Geography, make_geography
from patrolcast.synthetic.layers import bars, place_layers, transit_stops
from patrolcast.synthetic.plane import cells_over, flat, smooth_field

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module", params=[1, 2])
def ground(request: pytest.FixtureRequest) -> Geography:
    return make_geography(np.random.default_rng(request.param))


def area_km2(shape: shapely.Geometry) -> float:
    return shapely.area(flat(shape))


def test_districts_and_tracts_cover_the_boundary_once(ground: Geography) -> None:
    whole = area_km2(ground.boundary.geometry.iloc[0])
    assert 65 < whole < 105
    for layer in (ground.districts, ground.tracts):
        assert layer.geometry.is_valid.all()
        assert sum(map(area_km2, layer.geometry)) == pytest.approx(whole, rel=1e-4)
        assert area_km2(shapely.union_all(layer.geometry.to_numpy())) == pytest.approx(whole, rel=1e-4)


def test_groups_sum_to_residents_and_live_apart(ground: Geography) -> None:
    counts = ground.tracts[list(GROUPS)]
    assert (counts.sum(axis=1) == ground.tracts["residents"]).all()
    assert (counts.to_numpy() >= 0).all()
    share_b = counts["group_b"] / ground.tracts["residents"]
    city = counts["group_b"].sum() / ground.tracts["residents"].sum()
    dissimilarity = (
        0.5
        * np.abs(
            counts["group_b"] / counts["group_b"].sum()
            - (ground.tracts["residents"] - counts["group_b"])
            / (ground.tracts["residents"].sum() - counts["group_b"].sum())
        ).sum()
    )
    assert share_b.max() > 2 * city
    assert dissimilarity > 0.3


def test_the_river_crosses_the_city_and_is_no_land(ground: Geography) -> None:
    water = ground.water.geometry.iloc[0]
    assert area_km2(shapely.intersection(water, ground.boundary.geometry.iloc[0])) > 1
    assert area_km2(shapely.intersection(water, ground.land)) == pytest.approx(0, abs=1e-6)


def test_cells_of_land_in_several_parts_are_listed_once(ground: Geography) -> None:
    assert ground.land.geom_type == "MultiPolygon"
    cells = cells_over(ground.land, 9)
    assert cells == sorted(set(cells))


def test_the_truths_cells_are_the_grids_but_for_slivers() -> None:
    layers = [gpd.read_file(SAMPLE / f"{name}.geojson") for name in ("boundary", "districts", "water")]
    grid = cover_area(*layers, resolution=9).set_index("cell")
    land = shapely.difference(layers[0].geometry.iloc[0], layers[2].geometry.iloc[0])
    tracts = gpd.read_file(SAMPLE / "tracts.geojson")
    geography = Geography(layers[0], layers[1], layers[2], tracts, land)
    truth = build_city_cells(geography, np.zeros((1, 2)), np.zeros((1, 2)))
    assert set(truth.cells) <= set(grid.index)
    assert grid.loc[~grid.index.isin(truth.cells), "area_km2"].max() < 0.003
    assert truth.people.sum() == pytest.approx(tracts["residents"].sum(), rel=0.01)


def test_the_pair_of_layers_reveals_what_each_alone_hides() -> None:
    tracts = gpd.read_file(SAMPLE / "tracts.geojson")
    layer = {name: gpd.read_file(SAMPLE / "places" / f"{name}.geojson") for name in ("building_age", "lot_frontage")}
    tree = gpd.read_file(SAMPLE / "places" / "tree_canopy.geojson")
    middle = tree.geometry.to_crs(3857).centroid.to_crs(4326)
    _, tract = shapely.STRtree(tracts.geometry.to_numpy()).query_nearest(middle.to_numpy(), all_matches=False)
    share = (tracts["group_b"] / tracts["residents"]).to_numpy()[tract]
    one, two = ((t["value"] - t["value"].mean()) / t["value"].std() for t in layer.values())

    def r(values: np.ndarray) -> float:
        return abs(float(np.corrcoef(values, share)[0, 1]))

    assert r(tree["value"].to_numpy()) > 0.8
    assert max(r(one.to_numpy()), r(two.to_numpy())) < 0.3
    assert r((one - two).to_numpy()) > 0.9


def test_points_of_the_layers_lie_in_the_city(ground: Geography) -> None:
    rng = np.random.default_rng(3)
    land = flat(ground.land)
    stops, pubs = transit_stops(rng, ROADS), bars(rng, ROADS, land)
    layers = place_layers(rng, ground, stops, pubs)
    for name in ("transit_stops", "schools", "bars"):
        assert len(layers[name]) > 20, name
        assert flat(shapely.union_all(layers[name].geometry.to_numpy())).within(land.buffer(0.02)), name


def test_a_smooth_field_is_alike_nearby_and_unlike_far_away() -> None:
    xy = np.column_stack([np.repeat(np.arange(40), 40), np.tile(np.arange(40), 40)]) * 0.25
    field = smooth_field(np.random.default_rng(4), xy, scale_km=1.0).reshape(40, 40)
    assert field.mean() == pytest.approx(0, abs=1e-9)
    assert field.std() == pytest.approx(1)
    assert np.corrcoef(field[:, :-1].ravel(), field[:, 1:].ravel())[0, 1] == pytest.approx(
        np.exp(-(0.25**2) / 2), abs=0.02
    )
    assert abs(np.corrcoef(field[:, :-20].ravel(), field[:, 20:].ravel())[0, 1]) < 0.35
