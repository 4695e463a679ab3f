"""The sheet's map: one scale both ways, the page's colours, every rank to be read."""

from __future__ import annotations

import dataclasses
import math
import re
from io import BytesIO

import geopandas as gpd
import numpy as np
import pytest
import shapely
from reportlab.pdfgen.canvas import Canvas
from tests.report.city import make_result
from tests.report.sheet_reader import SheetReader

from patrolcast.domain.records import RunResult
from patrolcast.report.packaged import packaged
from patrolcast.report.rollcall.district_map import (
    CityMap,
    View,
    bounds_of,
    city_map,
    draw_map,
    height_for,
    panels,
    rank_places,
)
from patrolcast.report.rollcall.lettering import BOLD, font_named
from patrolcast.report.run.map_data import SHADES

BOX = (36.0, 100.0, 540.0, 220.0)


@pytest.fixture(scope="module")
def city(result: RunResult) -> CityMap:
    return city_map(result)


def drawn(city: CityMap, marks: list[tuple[int, int]]) -> bytes:
    made = BytesIO()
    font_named(BOLD)
    canvas = Canvas(made, pageCompression=0, invariant=1)
    draw_map(canvas, city, BOX, district="2", shift=0, marks=marks)
    canvas.save()
    return made.getvalue()


def test_the_colours_are_those_of_the_page() -> None:
    style, script = packaged("assets/page.css"), packaged("assets/briefing.js")
    assert re.findall(r"\.s\d \{ background: (#\w+)", style) == list(SHADES)
    assert re.findall(r'"(#\w+)"', re.findall(r"SHADES = \[(.*?)\]", script)[0]) == list(SHADES)


def test_a_kilometre_is_as_long_to_the_north_as_to_the_east() -> None:
    view = View((-87.7, 41.8, -87.6, 41.9), BOX)
    middle = np.array([-87.65, 41.85])
    north, east = np.array([0.0, 1 / 111.2]), np.array([1 / (111.2 * math.cos(math.radians(41.85))), 0.0])
    (x0, y0), (_, up), (across, _) = view.points(np.array([middle, middle + north, middle + east]))
    assert up - y0 == pytest.approx(across - x0, abs=0.2)


def test_the_whole_district_lies_in_its_box(city: CityMap) -> None:
    view = View(bounds_of(city, "2"), BOX)
    points = view.points(city.corners[[corner for ring in city.borders["2"] for corner in ring]])
    left, bottom, width, height = BOX
    assert (points.min(axis=0) >= (left, bottom)).all()
    assert (points.max(axis=0) <= (left + width, bottom + height)).all()


def test_a_box_of_the_height_asked_for_is_filled_both_ways(city: CityMap) -> None:
    box = (0.0, 0.0, 540.0, height_for(city, "2", 540.0))
    points = View(bounds_of(city, "2"), box).points(city.corners[city.borders["2"][0]])
    assert np.ptp(points, axis=0) == pytest.approx([540 - 16, box[3] - 16], abs=0.3)


def test_the_shade_of_a_cell_is_its_class_of_the_shift(result: RunResult, city: CityMap) -> None:
    first = result.forecast[result.forecast["shift_start"] == result.forecast["shift_start"].min()]
    means = first.groupby("cell")["expected_incidents"].sum().reindex(result.cells["cell"]).to_numpy()
    edges = [float(step["label"].removeprefix("below ").split(" ")[0]) for step in city.legend]
    by_hand = [sum(mean >= edge for edge in edges[1:]) for mean in means]
    assert (city.classes[0] - (6 - len(edges) + 1)).tolist() == by_hand


def test_ranks_never_lie_on_each_other_and_stay_in_the_box() -> None:
    rng = np.random.default_rng(3)
    box = (0.0, 0.0, 300.0, 200.0)
    for _ in range(50):
        middles = list(rng.uniform((60, 60), (110, 90), (9, 2)))
        places = rank_places(middles, 6.0, box)
        gaps = [math.dist(a, b) for i, a in enumerate(places) for b in places[i + 1 :]]
        assert min(gaps) >= 12.0
        assert all(6 <= x <= 294 and 6 <= y <= 194 for x, y in places)


def test_suggested_places_close_together_in_a_large_district_are_shown_from_nearer() -> None:
    large = city_map(make_result(n_rings=22, n_districts=2))
    inside = [i for i, name in enumerate(large.district) if name == "2"]
    low, high = np.array(bounds_of(large, "2")[:2]), np.array(bounds_of(large, "2")[2:])
    middle = sorted(inside, key=lambda i: float(np.abs(large.middles[i] - (low + high) / 2).sum()))[:3]
    whole, near = panels(large, "2", BOX, middle)
    assert near.scale > 1.4 * whole.scale
    assert whole.box[0] + whole.box[2] == pytest.approx(near.box[0])
    assert len(panels(large, "2", BOX, [])) == 1
    assert len(panels(large, "2", BOX, [inside[0], inside[-1]])) == 1


def test_every_rank_is_written_and_a_place_that_is_not_on_the_map_is_left_out(city: CityMap) -> None:
    inside = [i for i, name in enumerate(city.district) if name == "2"]
    words = SheetReader(drawn(city, [(1, inside[0]), (2, inside[1]), (13, inside[9]), (4, -1)])).pages[0].split()
    assert sorted(set(words)) == ["1", "13", "2"]


def test_streets_and_water_are_drawn_where_cells_are_large_and_cut_to_the_box(result: RunResult) -> None:
    shapes = [shapely.LineString([(-88, 41.85), (-87, 41.85)]), shapely.Point(-87.65, 41.85).buffer(0.01)]
    backdrop = gpd.GeoDataFrame({"kind": ["street", "water"]}, geometry=shapes, crs="EPSG:4326")
    city = city_map(dataclasses.replace(result, backdrop=backdrop))
    data = drawn(city, []).decode("latin-1")
    assert ".705882 .764706 .8 rg" in data  # the water's #b4c3cc
    assert data.count(".541176 .580392 .619608 RG\n.35 w") == 1  # the streets' #8a949e and width
    numbers = [float(one) for one in re.findall(r"(-?[\d.]+) -?[\d.]+ [ml]\b", data)]
    assert min(numbers) > -100
    assert max(numbers) < 712
