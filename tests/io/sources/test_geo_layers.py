"""Map layers become WGS84, flat and valid; strict JSON; a zip is read for what is inside, and never outside itself."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.sources import geo_layers
from patrolcast.io.sources.geo_layers import holds_layer, layer_source, read_json, read_layer

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
    assert layer_source(geojson(tmp_path, point, area)).header == ("id",)
    named = feature("Point", [-87.65, 41.85], latitude="own")
    assert layer_source(geojson(tmp_path, named)).header == ("latitude",)


def test_the_columns_of_points_are_longitude_and_latitude_in_degrees(tmp_path: Path) -> None:
    source = layer_source(geojson(tmp_path, feature("Point", [-87.65, 41.85])))
    (values, _), *_ = source.batches({"x": "longitude", "y": "latitude"})
    assert (values["x"].to_pylist(), values["y"].to_pylist()) == ([-87.65], [41.85])


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


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("../a.shp", "got the path '../a.shp'; stays inside the archive; pack the layer alone"),
        ("..\\a.shp", r"got the path '..\\a.shp'; stays inside the archive; pack the layer alone"),
        ("/a.shp", "got the path '/a.shp'; stays inside the archive; pack the layer alone"),
        ("a.txt", "got a zip without a layer; must be a map layer; zip a shapefile"),
    ],
)
def test_a_zip_that_leaves_itself_or_holds_no_layer_is_refused(member: str, message: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as archive:
        archive.writestr(member, "x")
    assert refusal(tmp_path / "layer.zip") == f"layer.zip: {message}"


def test_a_zip_that_unpacks_without_end_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "layer.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(2**26 + 1))
    assert refusal(tmp_path / "layer.zip") == (
        "layer.zip: got 67,108,865 bytes; an archive unpacks to at most 250 times its size; unpack it and look at it"
    )


def test_a_layer_without_a_shape_is_refused(tmp_path: Path) -> None:
    assert refusal(geojson(tmp_path, feature("Point", None, name="a"))) == (
        "layer.geojson: got no shape; must be a map layer; export it with its shapes"
    )


def read_text(folder: Path, text: str | bytes) -> object:
    path = folder / "layer.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_json(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "b": 2, "a": 3}', "layer.json: got the key 'a' twice; keys must differ; export it again"),
        ("[-Infinity]", "layer.json: got -Infinity; JSON has no such number; export it again"),
        (
            "[9223372036854775808]",
            "layer.json: got the number '9223372036854775808'; at most 64 bits; write it as text",
        ),
        (b'["\xe9"]', "layer.json: got a byte that is not UTF-8 at offset 2; must be UTF-8; export it again"),
        ("[1,\n2,,3]", "layer.json line 2: got 'Expecting value'; must be JSON; export it again"),
    ],
)
def test_json_that_readers_would_read_differently_is_refused(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError) as caught:
        read_text(tmp_path, text)
    assert str(caught.value) == message


def test_the_largest_number_of_64_bits_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    assert read_text(tmp_path, "\ufeff[9223372036854775807, -9223372036854775807]") == [2**63 - 1, 1 - 2**63]


def test_json_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo_layers, "_LARGEST_JSON", 2**20)
    assert read_text(tmp_path, '"' + "x" * (2**20 - 2) + '"') == "x" * (2**20 - 2)
    with pytest.raises(DataRefusedError) as caught:
        read_text(tmp_path, '"' + "x" * (2**20 - 1) + '"')
    assert str(caught.value) == "layer.json: got a larger file; at most 1 MB of JSON; export it as Parquet or CSV"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@settings(max_examples=40)
@given(PLAIN)
def test_whatever_is_plain_json_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    assert read_text(tmp_path_factory.getbasetemp(), json.dumps(value)) == value
