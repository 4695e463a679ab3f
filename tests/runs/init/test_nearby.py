"""Layers beside the export: taken where name and place agree, left out with the reason where they do not."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import Point, box

from patrolcast.runs.init.nearby import layers_beside

POINTS = np.array([[x, y] for x in np.linspace(0.05, 0.95, 9) for y in np.linspace(0.05, 0.95, 9)])


def layer(folder: Path, name: str, shapes: list[object], **columns: object) -> None:
    gpd.GeoDataFrame(dict(columns), geometry=shapes, crs="EPSG:4326").to_file(folder / name)


def quarters() -> list[object]:
    return [box(x, y, x + 0.5, y + 0.5) for x in (0, 0.5) for y in (0, 0.5)]


def city(folder: Path) -> Path:
    layer(folder, "city_limits.geojson", [box(0, 0, 1, 1)])
    layer(folder, "police_districts.geojson", quarters(), OBJECTID=[7, 8, 9, 10], DIST_NUM=["1", "2", "3", "4"])
    layer(folder, "Water.geojson", [box(0.9, 0.9, 1.2, 1.2)])
    layer(
        folder, "tracts_2020.geojson", quarters(), GEOID=["a", "b", "c", "d"], pop=[100, 50, 0, 9],
        white=[60, 20, 0, 9], income=[500, 400, 300, 200],
    )  # fmt: skip
    layer(folder, "bus_stops.geojson", [Point(0.5, 0.5)])
    return folder / "export.csv"


def test_boundary_districts_water_and_census_areas_are_told_apart(tmp_path: Path) -> None:
    found = layers_beside(city(tmp_path), POINTS)
    assert Path(found.boundary).name == "city_limits.geojson"
    assert (Path(found.districts).name, found.district_column) == ("police_districts.geojson", "DIST_NUM")
    assert Path(found.water).name == "Water.geojson"
    assert (Path(found.residents[0]).name, *found.residents[1:]) == ("tracts_2020.geojson", "GEOID", "pop", "white")
    assert found.notes == (
        "[area] boundary: city_limits.geojson lies beside the export and was taken; check it",
        "[area] districts: 4 districts were taken from police_districts.geojson (column DIST_NUM); are these the "
        "patrol districts?",
    )


def test_layers_of_another_city_are_left_out_and_named(tmp_path: Path) -> None:
    found = layers_beside(city(tmp_path), POINTS + 40)
    assert (found.boundary, found.districts, found.water, found.residents) == ("", "", "", ())
    assert "police_districts.geojson was left out: 0 % of the records lie in it" in found.notes


def test_without_a_boundary_the_outline_of_the_districts_is_taken_and_said(tmp_path: Path) -> None:
    export = city(tmp_path)
    (tmp_path / "city_limits.geojson").unlink()
    found = layers_beside(export, POINTS)
    assert found.boundary == found.districts != ""
    assert found.notes[0] == (
        "[area] boundary: no layer of it; the outline of police_districts.geojson was taken; check it"
    )


def test_of_districts_and_beats_the_districts_are_taken_and_of_two_alike_none(tmp_path: Path) -> None:
    export = city(tmp_path)
    layer(tmp_path, "police_beats.geojson", quarters(), beat=["1", "2", "3", "4"])
    found = layers_beside(export, POINTS)
    assert Path(found.districts).name == "police_districts.geojson"
    layer(tmp_path, "old_districts.geojson", quarters(), district=["1", "2", "3", "4"])
    found = layers_beside(export, POINTS)
    assert found.districts == ""
    assert any(note.endswith("none was taken") for note in found.notes)


def test_a_district_layer_without_names_or_with_a_commander_s_name_only_is_left_out(tmp_path: Path) -> None:
    export = city(tmp_path)
    layer(tmp_path, "police_districts.geojson", quarters(), commander_name=["A", "B", "C", "D"])
    found = layers_beside(export, POINTS)
    assert found.districts == ""
    assert "[area] districts: police_districts.geojson has no column that names a district: left out" in found.notes


def test_a_layer_that_cannot_be_read_is_named_and_stops_nothing(tmp_path: Path) -> None:
    export = city(tmp_path)
    (tmp_path / "broken.geojson").write_text("{")
    found = layers_beside(export, POINTS)
    assert found.boundary != ""
    assert any(note.startswith("a layer beside the export was left out: broken.geojson") for note in found.notes)


def test_where_no_record_has_degrees_names_alone_decide(tmp_path: Path) -> None:
    assert layers_beside(city(tmp_path), np.empty((0, 2))).district_column == "DIST_NUM"
