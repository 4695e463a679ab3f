"""The challenge's rules: a map that holds them passes, and each way of breaking one is named."""

from __future__ import annotations

import geopandas as gpd
import h3
import numpy as np
import pytest
from benchmarks.nij2017 import (
    CRS,
    WEIGHTS,
    Map,
    broken_rules,
    chosen_weight,
    hits_of,
    hotspots,
    layer_of,
    name_of,
    shrunken,
)

from patrolcast.grid.cells import cell_polygons


@pytest.fixture(scope="module")
def layer() -> gpd.GeoDataFrame:
    index = sorted(h3.grid_disk(h3.latlng_to_cell(45.52, -122.66, 10), 9))
    cells = gpd.GeoDataFrame({"cell": index}, geometry=cell_polygons(index), crs="EPSG:4326")
    return layer_of(cells, np.random.default_rng(1).random(len(index)))


def test_a_map_of_ours_holds_every_rule(layer: gpd.GeoDataFrame) -> None:
    assert len(layer) == 271
    assert broken_rules(layer) == []


def test_too_large_a_forecast_area_is_named(layer: gpd.GeoDataFrame) -> None:
    assert broken_rules(layer.assign(hotspot=1))[0].startswith("the forecast area must be 0.25 to 0.75 square miles")


def test_too_small_a_forecast_area_is_named(layer: gpd.GeoDataFrame) -> None:
    assert broken_rules(layer.assign(hotspot=0)) == ["the forecast area must be 0.25 to 0.75 square miles, it is 0.000"]


def test_cells_of_another_size_are_named(layer: gpd.GeoDataFrame) -> None:
    larger = layer.set_geometry(layer.geometry.scale(2.0, 2.0))
    assert broken_rules(larger)[0] == "cells must measure 62,500 to 360,000 square feet"


@pytest.mark.parametrize("broken", [{"hotspot": 2}, {"hotspot": 0.5}])
def test_a_flag_that_is_neither_nought_nor_one_is_named(layer: gpd.GeoDataFrame, broken: dict[str, float]) -> None:
    assert broken_rules(layer.assign(**broken)) == ["every cell needs a hotspot flag of 0 or 1"]


def test_another_reference_system_and_a_cell_twice_are_named(layer: gpd.GeoDataFrame) -> None:
    assert f"coordinates must be in {CRS}" in broken_rules(layer.to_crs("EPSG:2913").set_crs(None, allow_override=True))
    assert "a cell stands twice" in broken_rules(layer.assign(cell=layer["cell"].iloc[0]))


def test_hotspots_are_the_highest_cells_of_the_least_area() -> None:
    square_feet = np.full(100, 160_000.0)
    chosen = hotspots(np.arange(100.0), square_feet, rng=np.random.default_rng(2))
    assert chosen.sum() == 44
    assert chosen[-44:].all()
    assert square_feet[chosen].sum() >= 0.25 * 5280**2


def test_hindsight_catches_at_least_what_any_method_does() -> None:
    rng = np.random.default_rng(3)
    one = Map(
        2016, "burglary", "1WK", {"forecast": rng.random(300), "counting": rng.random(300)}, rng.poisson(0.3, 300)
    )
    hits = hits_of(one, np.full(300, 160_000.0))
    assert hits["hindsight"] >= max(hits["forecast"], hits["counting"])
    with pytest.raises(ValueError, match="not here"):
        hits_of(Map(2017, "burglary", "1WK", {}, None), np.full(300, 160_000.0))


def test_a_count_is_shrunk_towards_the_places_share_of_all_calls() -> None:
    """By hand: 4 calls of the category; shares of all calls .5, .3, .2; weight 0 is counting, a larger one is not."""
    counts, everything = np.array([3.0, 1.0, 0.0]), np.array([50.0, 30.0, 20.0])
    np.testing.assert_allclose(shrunken(counts, everything, weight=0.5), [4.0, 1.6, 0.4])
    np.testing.assert_array_equal(shrunken(counts, everything, weight=0.0), counts)
    assert np.argmax(shrunken(counts, everything[::-1], weight=9.0)) == 2


def test_a_years_own_outcome_has_no_part_in_the_weight_that_it_is_scored_with() -> None:
    def caught(year: int, best: float, category: str = "burglary", calls: float = 1.0):
        hits = {name_of(weight): calls * (weight == best) for weight in WEIGHTS}
        return Map(year, category, "1WK", {}, np.zeros(1, dtype=np.int64)), hits

    scored = [caught(2013, 0.3), caught(2014, 0.3), caught(2015, 1.0, calls=9.0)]
    assert chosen_weight(scored, but=2015) == 0.3
    assert chosen_weight(scored, but=2013) == chosen_weight(scored, but=None) == 1.0
    assert chosen_weight([*scored, caught(2016, 0.6, "street_crime", 99.0)], but=2015) == 0.3
    assert chosen_weight([caught(2013, -1.0)], but=None) == min(WEIGHTS), "of equals the least"
