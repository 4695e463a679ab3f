"""A cell belongs to the district that holds most of its land: cases whose areas can be worked out by hand."""

from __future__ import annotations

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely

from patrolcast.domain.tables import WGS84
from patrolcast.grid.cells import cover_area

CELL = h3.latlng_to_cell(41.85, -87.65, 8)
RING = np.array([(x, y) for y, x in h3.cell_to_boundary(CELL)])
WEST, SOUTH = RING.min(axis=0) - 0.0001
EAST, NORTH = RING.max(axis=0) + 0.0001
HEXAGON = shapely.Polygon(RING)


def half(line: float, *, west: bool) -> shapely.Polygon:
    """The box around the hexagon on one side of a line at this share of its width."""
    at = WEST + line * (EAST - WEST)
    return shapely.box(WEST, SOUTH, at, NORTH) if west else shapely.box(at, SOUTH, EAST, NORTH)


def layer(shapes: list[shapely.Geometry], names: list[str] | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"district": names or ["-"] * len(shapes)}, geometry=shapes, crs=WGS84)


def district_of(districts: gpd.GeoDataFrame | None, water: shapely.Geometry | None = None) -> str:
    cells = cover_area(layer([HEXAGON]), districts, None if water is None else layer([water]), resolution=8)
    return str(cells.set_index("cell")["district"][CELL])


@pytest.mark.parametrize(("line", "wanted"), [(0.3, "east"), (0.45, "east"), (0.55, "west"), (0.7, "west")])
def test_the_larger_part_decides(line: float, wanted: str) -> None:
    """A hexagon is symmetric about its middle: whoever holds the middle holds the larger part."""
    assert district_of(layer([half(line, west=True), half(line, west=False)], ["west", "east"])) == wanted


def test_a_district_in_several_pieces_is_one() -> None:
    """Two outer quarters of the width each hold less than the middle half, together they hold 46 % against 54 %."""
    at = [WEST + share * (EAST - WEST) for share in (0, 0.32, 0.68, 1)]
    outer = [shapely.box(at[0], SOUTH, at[1], NORTH), shapely.box(at[2], SOUTH, at[3], NORTH)]
    middle = shapely.box(at[1], SOUTH, at[2], NORTH)
    pieces = [shapely.intersection(HEXAGON, shape).area / HEXAGON.area for shape in (*outer, middle)]
    assert max(pieces[:2]) < pieces[2] < sum(pieces[:2])
    assert district_of(layer([*outer, middle], ["outer", "outer", "middle"])) == "outer"


def test_water_counts_for_no_one() -> None:
    """The west holds 60 % of the hexagon but a lake covers two thirds of that: 20 % of land against 40 %."""
    districts = layer([half(0.58, west=True), half(0.58, west=False)], ["west", "east"])
    assert district_of(districts) == "west"
    assert district_of(districts, water=half(0.42, west=True)) == "east"


def test_equal_parts_go_to_the_first_name() -> None:
    assert district_of(layer([half(1, west=True), half(1, west=True)], ["b", "a"])) == "a"


def test_a_cell_in_no_district_goes_to_the_nearest() -> None:
    far = [shapely.box(EAST + d, SOUTH, EAST + d + 0.01, NORTH) for d in (0.02, 0.05)]
    assert district_of(layer(far, ["near", "far"])) == "near"
    assert district_of(layer(far[::-1], ["near", "far"])) == "far"


def test_without_districts_all_is_one() -> None:
    assert district_of(None) == "all"
