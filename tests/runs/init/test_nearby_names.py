"""Layers that name places are found beside the export, one of each kind; those of persons or elsewhere are not."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box
from tests.runs.init.test_nearby import POINTS, layer, quarters

from patrolcast.runs.init.nearby_names import names_beside

CROSSINGS = "Intersection,Longitude,Latitude\nA & B,0.5,0.5\nC & D,0.6,0.5\n"
LINES = [LineString([(0, 0.5), (1, 0.5)]), LineString([(0.5, 0), (0.5, 1)])]


def found(folder: Path, points: np.ndarray = POINTS) -> list[tuple[str, str]]:
    return [(one.path.name, one.column) for one in names_beside(folder / "export.csv", points).layers]


def test_crossings_streets_and_neighborhoods_are_found_in_this_order(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(CROSSINGS)
    (tmp_path / "geo").mkdir()
    layer(tmp_path / "geo", "Neighborhoods.geojson", quarters(), OBJECTID=[1, 2, 3, 4], NAME=list("EFGH"))
    layer(
        tmp_path, "street_centerlines.geojson", LINES, OWNER=["CITY"] * 2, L_NAME=["x"] * 2, FULLNAME=["A St", "B St"]
    )
    (tmp_path / "intersections.csv").write_text(CROSSINGS)
    layer(tmp_path, "street_lights.geojson", [Point(0.5, 0.5)] * 2, NAME=["1", "2"])
    assert found(tmp_path) == [
        ("intersections.csv", "Intersection"),
        ("street_centerlines.geojson", "FULLNAME"),
        ("Neighborhoods.geojson", "NAME"),
    ]
    [first, *_] = names_beside(tmp_path / "export.csv", POINTS).layers
    assert (first.longitude, first.latitude) == ("Longitude", "Latitude")
    assert names_beside(tmp_path / "export.csv", POINTS).notes[0] == (
        "[[area.names]]: intersections.csv names places by its column Intersection; check it"
    )
    assert found(tmp_path, np.empty((0, 2))) == []


@pytest.mark.parametrize(
    ("write", "note"),
    [
        (lambda folder: layer(folder, "streets.geojson", [Point(40, 40)] * 2, NAME=["A", "B"]), None),
        (lambda folder: (folder / "intersections.csv").write_text(CROSSINGS.replace("0.", "40.")), "in the city"),
        (lambda folder: layer(folder, "neighborhoods.geojson", quarters(), NAME=["Smith, John", "Roe, Ann", "Doe, Jo",
                                                                              "Poe, Ed"]), "names of persons"),
        (lambda folder: layer(folder, "neighborhoods.geojson", [box(0, 0, 1, 1)], NAME=["One"]), None),
        (lambda folder: layer(folder, "streets.geojson", LINES, LENGTH=[1.0, 2.0]), None),
        (lambda folder: (folder / "roads.geojson").write_text("{"), "roads.geojson"),
    ],
)  # fmt: skip
def test_what_names_no_place_of_this_city_is_left_out_with_the_reason(
    tmp_path: Path, write: object, note: str | None
) -> None:
    assert callable(write)
    write(tmp_path)
    names = names_beside(tmp_path / "export.csv", POINTS)
    assert names.layers == ()
    assert [note in one for one in names.notes] == ([True] if note else [])


def test_of_two_of_a_kind_the_first_is_taken_and_both_are_named(tmp_path: Path) -> None:
    for name in ("roads.geojson", "streets.geojson"):
        gpd.GeoDataFrame({"NAME": ["A", "B"]}, geometry=LINES, crs=4326).to_file(tmp_path / name)
    assert found(tmp_path) == [("roads.geojson", "NAME")]
    assert names_beside(tmp_path / "export.csv", POINTS).notes[0] == (
        "[[area.names]]: several layers may name streets: roads.geojson, streets.geojson; roads.geojson was taken"
    )
