"""Map layers become WGS84, flat and valid; incidents of a layer are rows, with or without a shape."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import MultiPoint, Point, Polygon

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.sources.geo_layers import layer_source, read_layer, read_rows
from patrolcast.io.sources.layer_bytes import holds_layer

SQUARE = [[-87.7, 41.8], [-87.6, 41.8], [-87.6, 41.9], [-87.7, 41.9], [-87.7, 41.8]]
BOW_TIE = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, Any]:
    shape = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": shape, "properties": properties}


def geojson(folder: Path, *features: dict[str, Any], name: str = "layer.geojson") -> Path:
    (folder / name).write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return folder / name


def refusal(path: Path) -> str:
    with pytest.raises(DataRefusedError) as caught:
        read_layer(path)
    return str(caught.value)


def test_projected_shapes_become_degrees(tmp_path: Path) -> None:
    layer = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(500_000, 4_649_776.22)], crs="EPSG:32616")
    layer.to_parquet(tmp_path / "layer.parquet")
    read = read_layer(tmp_path / "layer.parquet")
    assert read.crs == "EPSG:4326"
    point = read.geometry[0]
    assert (point.x, point.y) == pytest.approx((-87.0, 42.0), abs=1e-3)  # the central meridian of zone 16


def test_rows_without_a_shape_are_left_out_and_the_others_numbered_again(tmp_path: Path) -> None:
    path = geojson(
        tmp_path, feature("Point", None, name="none"), feature("Polygon", [SQUARE], name="square"),
    )  # fmt: skip
    layer = read_layer(path)
    assert (layer["name"].tolist(), layer.index.tolist()) == (["square"], [0])


def test_heights_are_dropped_and_crossing_outlines_are_mended(tmp_path: Path) -> None:
    raised = [[x, y, 7.0] for x, y in SQUARE]
    layer = read_layer(geojson(tmp_path, feature("Polygon", [raised]), feature("Polygon", [BOW_TIE])))
    assert not layer.has_z.any()
    assert layer.is_valid.all()
    assert layer.geometry[1].area == pytest.approx(2.0)  # two triangles of base 2 and height 1


def test_points_appear_as_columns_unless_the_layer_has_its_own(tmp_path: Path) -> None:
    point = feature("Point", [-87.65, 41.85], id="007")
    assert layer_source(geojson(tmp_path, point)).header == ("id", "longitude", "latitude")
    area = feature("Polygon", [SQUARE], id="1")
    assert layer_source(geojson(tmp_path, area)).header == ("id",)
    named = feature("Point", [-87.65, 41.85], latitude="own")
    assert layer_source(geojson(tmp_path, named)).header == ("latitude",)


def test_the_columns_of_points_are_longitude_and_latitude_in_degrees(tmp_path: Path) -> None:
    source = layer_source(geojson(tmp_path, feature("Point", [-87.65, 41.85])))
    (values, _), *_ = source.batches({"x": "longitude", "y": "latitude"})
    assert (values["x"].to_pylist(), values["y"].to_pylist()) == ([-87.65], [41.85])


@pytest.mark.parametrize("name", ["export.geojson", "export.gpkg", "export.shp", "export.fgb"])
def test_incidents_without_a_shape_or_with_an_empty_one_are_rows_without_a_location(name: str, tmp_path: Path) -> None:
    shapes = [Point(-87.65, 41.85), None, Point(), MultiPoint([(-87.66, 41.86)]), Point(-87.67, 41.87)]
    if name.endswith("shp"):  # it has no empty point, and no point among multipoints
        shapes = [Point(-87.65, 41.85), None, None, Point(-87.66, 41.86), Point(-87.67, 41.87)]
    rows = gpd.GeoDataFrame({"id": list("abcde")}, geometry=shapes, crs="EPSG:4326")
    rows.to_file(tmp_path / name, **({"SPATIAL_INDEX": "NO"} if name.endswith("fgb") else {}))
    source = layer_source(tmp_path / name)
    (values, records), *_ = source.batches({"id": "id", "x": "longitude", "y": "latitude"})
    assert (values["id"].to_pylist(), records.tolist()) == (list("abcde"), [1, 2, 3, 4, 5])
    assert values["x"].to_pylist() == [-87.65, None, None, -87.66, -87.67]
    assert values["y"].to_pylist() == [41.85, None, None, 41.86, 41.87]
    assert source.notes == ()


def test_incidents_whose_shape_is_no_single_point_are_rows_without_a_location_and_said(tmp_path: Path) -> None:
    path = geojson(
        tmp_path, feature("Point", [-87.65, 41.85]), feature("Polygon", [SQUARE]), feature("MultiPoint", SQUARE),
    )  # fmt: skip
    source = layer_source(path)
    (values, _), *_ = source.batches({"x": "longitude"})
    assert values["x"].to_pylist() == [-87.65, None, None]
    assert source.notes == ("2 features are not single points: refused as rows without a location",)


def test_every_row_of_a_layer_is_read_and_only_those_with_a_shape_are_a_map(tmp_path: Path) -> None:
    path = geojson(tmp_path, feature("Point", None), feature("Polygon", [SQUARE]), feature("Polygon", []))
    assert read_rows(path).geometry.isna().tolist() == [True, False, True]
    assert len(read_layer(path)) == 1


def test_a_zip_is_a_layer_when_a_shapefile_is_inside_whatever_it_is_called(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[Polygon(SQUARE)], crs="EPSG:4326").to_file(tmp_path / "areas.shp")
    with zipfile.ZipFile(tmp_path / "portal.kmz", "w") as archive:
        for part in sorted(tmp_path.glob("areas.*")):
            archive.write(part, f"inner/{part.name}")
    assert holds_layer(tmp_path / "portal.kmz")
    assert read_layer(tmp_path / "portal.kmz")["name"].tolist() == ["a"]
    (tmp_path / "areas.prj").unlink()
    assert not holds_layer(tmp_path / "areas.shp")
    assert refusal(tmp_path / "areas.shp") == (
        "areas.shp: got no reference system; a layer says its reference system; "
        "add the .prj file, or export it as GeoJSON"
    )


def test_a_layer_without_a_shape_is_refused(tmp_path: Path) -> None:
    assert refusal(geojson(tmp_path, feature("Point", None, name="a"))) == (
        "layer.geojson: got no shape; must be a map layer; export it with its shapes"
    )


def test_an_outline_that_crosses_itself_is_said_with_what_is_lost_and_a_small_loop_is_not(tmp_path: Path) -> None:
    """The bow tie spans 4 and holds 2, by hand; a loop of a thousandth of the area loses nothing to speak of."""
    rows = read_rows(geojson(tmp_path, feature("Polygon", [BOW_TIE])))
    assert rows.attrs["notes"] == ["layer.geojson: 1 outline crosses itself; repaired, losing 50% of the area"]
    loop = [[0, 0], [10, 0], [10, 10], [5, 10], [4.9, 10.1], [5.1, 10.1], [4.9, 10], [0, 10], [0, 0]]
    rows = read_rows(geojson(tmp_path, feature("Polygon", [loop]), feature("Polygon", [SQUARE])))
    assert (rows.is_valid.all(), rows.attrs["notes"]) == (True, [])


def test_an_outline_that_is_a_tangle_is_refused_before_it_is_mended(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    tangle = rng.uniform(0, 1, (400, 2)).tolist()
    said = refusal(geojson(tmp_path, feature("Polygon", [[*tangle, tangle[0]]])))
    assert said.startswith("layer.geojson: got an outline of 400 sides that crosses itself about ")
    assert said.endswith(" times; at most 2,000 times; mend the layer, or draw it anew")


def test_feet_in_a_file_that_says_degrees_are_refused(tmp_path: Path) -> None:
    feet = [[1176000, 1900000], [1177000, 1900000], [1177000, 1901000], [1176000, 1900000]]
    assert refusal(geojson(tmp_path, feature("Polygon", [feet]))) == (
        "layer.geojson: got a point at (1176000, 1900000) degrees; degrees go up to 180 and 90; "
        "export it in WGS84, or with the reference system that it is in"
    )
