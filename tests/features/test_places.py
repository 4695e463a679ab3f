"""Place features against counts, metres and means worked out beside them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from patrolcast.domain.settings import PlaceLayer
from patrolcast.domain.tables import WGS84
from patrolcast.features.places import place_features
from patrolcast.grid.cells import cover_area, locate

BOX = shapely.box(-87.70, 41.80, -87.65, 41.84)
CELLS = cover_area(gpd.GeoDataFrame(geometry=[BOX], crs=WGS84), None, None, resolution=8)


def made(measure: str, layer: gpd.GeoDataFrame) -> np.ndarray:
    declared = PlaceLayer(path=Path("x"), measure=measure, column="value", source="made up")  # type: ignore[arg-type]
    return place_features(CELLS, {"x": layer}, {"x": declared})["place_x"]


def points(n: int = 300) -> tuple[np.ndarray, np.ndarray, gpd.GeoDataFrame]:
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-87.70, -87.65, n), rng.uniform(41.80, 41.84, n)
    return x, y, gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=WGS84)


def test_a_count_is_the_number_of_points_that_h3_puts_into_the_cell() -> None:
    x, y, layer = points()
    wanted = np.bincount(locate(x, y, CELLS["cell"], resolution=8), minlength=len(CELLS))
    found = made("count", layer)
    assert found.sum() == wanted.sum() == 300
    # Hexagons have straight sides on a map and almost straight ones in H3: a point on a side may change cell.
    assert np.abs(found - wanted).sum() <= 2


def test_a_distance_is_that_on_the_globe_from_the_middle_to_the_nearest() -> None:
    x, y, layer = points(12)
    earth = Geod(ellps="WGS84")
    for found, lon, lat in zip(made("distance_m", layer), CELLS["longitude"], CELLS["latitude"], strict=True):
        metres = [earth.inv(lon, lat, a, b)[2] for a, b in zip(x, y, strict=True)]
        assert found == pytest.approx(min(metres), rel=5e-3, abs=3)


def test_a_value_is_the_mean_over_the_part_of_the_cell_that_is_covered() -> None:
    middle = float(CELLS["longitude"].median())
    west, east = shapely.box(-87.8, 41.7, middle, 41.9), shapely.box(middle, 41.7, -87.5, 41.9)
    layer = gpd.GeoDataFrame({"value": [10.0, 30.0]}, geometry=[west, east], crs=WGS84)
    for found, shape in zip(made("value", layer), CELLS.geometry, strict=True):
        share = shapely.intersection(shape, west).area / shape.area
        assert found == pytest.approx(10 * share + 30 * (1 - share), abs=0.05)


def test_a_cell_that_no_shape_covers_has_no_value_rather_than_nought() -> None:
    layer = gpd.GeoDataFrame({"value": [10.0]}, geometry=[shapely.box(-87.8, 41.7, -87.69, 41.9)], crs=WGS84)
    found = made("value", layer)
    assert np.isnan(found).any()
    assert set(found[np.isfinite(found)].round(4)) == {10.0}


def test_a_layer_without_shapes_counts_nothing() -> None:
    empty = gpd.GeoDataFrame({"value": []}, geometry=[], crs=WGS84)
    assert made("count", empty).tolist() == [0.0] * len(CELLS)


def test_a_shape_of_many_points_counts_each_of_them() -> None:
    x, y, apart = points()
    one = gpd.GeoDataFrame(geometry=[shapely.MultiPoint(np.column_stack([x, y]))], crs=WGS84)
    assert made("count", one).tolist() == made("count", apart).tolist()
    assert made("count", one).sum() == 300
