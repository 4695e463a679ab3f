"""A cell is called by its nearest crossing and its neighborhood, by stated rules, whatever the order of the rows."""

from __future__ import annotations

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely
from pyproj import Geod

from patrolcast.domain.tables import WGS84, NamedShapes
from patrolcast.grid.cells import cover_area
from patrolcast.grid.names.place_names import name_cells

BOX = shapely.box(-87.70, 41.80, -87.67, 41.82)
CELLS = cover_area(gpd.GeoDataFrame(geometry=[BOX], crs=WGS84), None, None, resolution=9)
EARTH = Geod(ellps="WGS84")
MIDDLE = CELLS[["longitude", "latitude"]].to_numpy()
AT = len(CELLS) // 2


def east(metres: float, north: float = 0.0, *, of: int = AT) -> tuple[float, float]:
    """The point so many metres east and north of the middle of a cell, on the ellipsoid."""
    x, y, _ = EARTH.fwd(*MIDDLE[of], 90, metres)
    x, y, _ = EARTH.fwd(x, y, 0, north)
    return x, y


def layer(*named: tuple[str, shapely.Geometry | tuple[float, float]], within_m: float = 400.0) -> NamedShapes:
    shapes = [shapely.Point(shape) if isinstance(shape, tuple) else shape for _, shape in named]
    return NamedShapes(gpd.GeoDataFrame({"name": [n for n, _ in named]}, geometry=shapes, crs=WGS84), within_m)


def name(*layers: NamedShapes) -> str:
    return str(name_cells(CELLS, layers)[AT])


def test_without_a_layer_no_cell_has_a_name() -> None:
    assert set(name_cells(CELLS, ())) == {""}


def test_the_crossing_nearest_to_the_middle_names_the_cell() -> None:
    assert name(layer(("Far & A", east(120)), ("Near & A", east(-40)))) == "Near & A"


def test_a_crossing_in_the_cell_comes_before_a_nearer_one_outside_which_is_said_with_near() -> None:
    corners = h3.cell_to_boundary(CELLS["cell"][AT])
    latitude, longitude = max(corners, key=lambda c: EARTH.inv(*MIDDLE[AT], c[1], c[0])[2])
    side = [(a + b) / 2 for a, b in zip(corners[0], corners[1], strict=True)]
    in_corner = tuple(m + 0.97 * (c - m) for m, c in zip(MIDDLE[AT], (longitude, latitude), strict=True))
    beyond_side = tuple(m + 1.03 * (c - m) for m, c in zip(MIDDLE[AT], side[::-1], strict=True))
    assert EARTH.inv(*MIDDLE[AT], *in_corner)[2] > EARTH.inv(*MIDDLE[AT], *beyond_side)[2]
    assert name(layer(("Inside", in_corner), ("Outside", beyond_side))) == "Inside"
    assert name(layer(("Outside", beyond_side))) == "near Outside"


@pytest.mark.parametrize(("metres", "found"), [(398, "near Far"), (402, "")])
def test_what_lies_further_than_the_stated_distance_never_names_a_cell(metres: float, found: str) -> None:
    assert name(layer(("Far", east(metres)))) == found


@pytest.mark.parametrize(("metres", "found"), [(98, "In"), (102, "")])
def test_the_stated_distance_holds_inside_the_cell_too(metres: float, found: str) -> None:
    assert name(layer(("In", east(metres)), within_m=100.0)) == found


def test_of_equally_near_ones_the_first_of_the_alphabet_is_taken_whatever_the_order_of_the_rows() -> None:
    rows = [("Beech & Elm", east(50)), ("Ash & Elm", east(50.2)), ("Cedar & Elm", east(-50))]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        assert name(layer(*(rows[i] for i in order))) == "Ash & Elm"


def test_the_first_layer_that_has_a_name_is_taken_and_the_next_one_only_where_it_has_none() -> None:
    landmarks, crossings = layer(("Depot", east(10))), layer(("A & B", east(60)))
    assert name(crossings, landmarks) == "A & B"
    assert name(landmarks, crossings) == "Depot"
    assert name(layer(("A & B", east(900))), landmarks) == "Depot"


def test_the_neighborhood_follows_after_a_comma_or_stands_alone() -> None:
    x, y = MIDDLE[AT]
    most, little = shapely.box(x - 0.01, y - 0.01, x + 0.001, y + 0.01), shapely.box(x + 0.001, y - 0.01, x + 0.01, y)
    areas = layer(("Little", little), ("Most", most))
    assert name(areas) == "Most"
    assert name(areas, layer(("A & B", east(5)))) == "A & B, Most"


def test_polygons_of_one_name_count_together() -> None:
    x, y = MIDDLE[AT]
    thirds = [shapely.box(x - 0.01 + 0.0072 * k, y - 0.01, x - 0.01 + 0.0072 * (k + 1), y + 0.01) for k in range(3)]
    whole = name(layer(("B", thirds[1])))
    assert whole == "B"
    left, right = (
        shapely.box(x - 0.01, y - 0.01, x - 0.0006, y + 0.01),
        shapely.box(x + 0.0006, y - 0.01, x + 0.01, y + 0.01),
    )
    middle = shapely.box(x - 0.0006, y - 0.01, x + 0.0006, y + 0.01)
    assert name(layer(("Middle", middle), ("Sides", left), ("Sides", right))) == "Sides"


def test_streets_name_a_cell_by_their_crossing_and_else_by_the_street_alone() -> None:
    x, y = MIDDLE[AT]
    across = shapely.LineString([(x - 0.02, y + 0.0004), (x + 0.02, y + 0.0004)])
    along = shapely.LineString([(x + 0.0005, y - 0.02), (x + 0.0005, y + 0.02)])
    assert name(layer(("Main St", across), ("1st Ave", along))) == "1st Ave & Main St"
    assert name(layer(("Main St", across))) == "Main St"
    beyond = shapely.LineString([(x - 0.02, y + 0.0030), (x + 0.02, y + 0.0030)])
    assert name(layer(("Main St", beyond))) == "near Main St"
    assert name(layer(("Main St", beyond), within_m=300.0)) == ""


def test_every_cell_is_named_as_a_search_by_hand_on_the_ellipsoid_names_it() -> None:
    """Another method: geodesic distances of every pair, and the cell of each point by H3."""
    rng = np.random.default_rng(5)
    points = np.column_stack([rng.uniform(-87.71, -87.66, 60), rng.uniform(41.79, 41.83, 60)])
    names = [f"{k:02d} & X" for k in rng.permutation(60)]
    cell_of = [h3.latlng_to_cell(y, x, 9) for x, y in points]
    found = name_cells(CELLS, [layer(*((n, tuple(p)) for n, p in zip(names, points, strict=True)))])
    for cell, middle, given in zip(CELLS["cell"], MIDDLE, found, strict=True):
        metres = [EARTH.inv(*middle, *point)[2] for point in points]
        order = sorted(range(60), key=lambda i: (cell_of[i] != cell, metres[i]))
        best = next((i for i in order if metres[i] <= 400.0), None)
        near = "" if best is None or cell_of[best] == cell else "near "
        assert given == ("" if best is None else near + names[best])
