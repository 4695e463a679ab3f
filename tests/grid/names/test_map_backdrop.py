"""What is drawn with the map lies in its frame, is simplified, and never makes the page heavy."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from patrolcast.domain.tables import WGS84, NamedShapes
from patrolcast.grid.names.map_backdrop import draw_backdrop

FRAME = shapely.box(-87.70, 41.80, -87.60, 41.90)
CELLS = gpd.GeoDataFrame(geometry=[FRAME], crs=WGS84)


def streets(*lines: shapely.Geometry) -> NamedShapes:
    names = [f"{i} St" for i in range(len(lines))]
    return NamedShapes(gpd.GeoDataFrame({"name": names}, geometry=list(lines), crs=WGS84), 400.0)


def wave(n: int, y: float) -> shapely.LineString:
    """A line of n corners that no tolerance makes straight."""
    x = np.linspace(-87.70, -87.60, n)
    return shapely.LineString(np.column_stack([x, y + 0.003 * (-1.0) ** np.arange(n)]))


def test_water_and_streets_are_cut_to_the_frame_and_points_and_areas_of_names_are_not_drawn() -> None:
    lake = gpd.GeoDataFrame(geometry=[shapely.box(-87.65, 41.85, -87.50, 41.95), shapely.box(0, 0, 1, 1)], crs=WGS84)
    road = shapely.LineString([(-87.80, 41.82), (-87.50, 41.82)])
    others = NamedShapes(gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[FRAME, FRAME.centroid], crs=WGS84), 400.0)
    drawn = draw_backdrop(CELLS, lake, [others, streets(road)])
    assert drawn["kind"].tolist() == ["water", "street"]
    assert drawn.geometry.iloc[0].equals(shapely.box(-87.65, 41.85, -87.60, 41.90))
    assert drawn.geometry.iloc[1].equals(shapely.LineString([(-87.70, 41.82), (-87.60, 41.82)]))


def test_without_layers_nothing_is_drawn() -> None:
    assert len(draw_backdrop(CELLS, None, [])) == 0


def test_a_corner_that_no_eye_sees_is_left_out() -> None:
    bent = shapely.LineString([(-87.69, 41.85), (-87.65, 41.85005), (-87.61, 41.85)])
    assert shapely.get_num_coordinates(draw_backdrop(CELLS, None, [streets(bent)]).geometry.iloc[0]) == 2


def test_a_heavy_layer_keeps_its_longest_streets_within_six_thousand_corners() -> None:
    rng = np.random.default_rng(1)
    short = [
        shapely.LineString([(x, y), (x + 0.002, y)]) for x, y in rng.uniform((-87.7, 41.8), (-87.61, 41.9), (4000, 2))
    ]
    drawn = draw_backdrop(CELLS, None, [streets(*short, wave(900, 41.85))])
    corners = shapely.get_num_coordinates(drawn.geometry.to_numpy())
    assert corners.sum() <= 6000
    assert corners.sum() > 5900
    assert corners[0] > 890, "the longest comes first"


def test_the_order_of_rows_changes_nothing() -> None:
    lines = [wave(5, 41.82), wave(9, 41.85), wave(7, 41.88)]
    one, other = (draw_backdrop(CELLS, None, [streets(*some)]) for some in (lines, lines[::-1]))
    assert one.geometry.to_wkt().tolist() == other.geometry.to_wkt().tolist()
