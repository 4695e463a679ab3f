"""A layer's file holds what its ending says, one layer, and nothing that leads to another file or an address."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon
from tests.io.sources.test_geo_layers import SQUARE, feature, geojson, refusal

from patrolcast.io.sources import layer_bytes as module
from patrolcast.io.sources.geo_layers import read_layer
from patrolcast.io.sources.layer_bytes import layer_bytes, shapefile_parts

VRT = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
ROWS = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(-87.65, 41.85), Point(-87.66, 41.86)], crs="EPSG:4326")
AREA = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Polygon(SQUARE)], crs="EPSG:4326")


def save(rows: gpd.GeoDataFrame, path: Path, **options: str) -> None:
    """A file by its ending; of the two formats called .kml, the one that is a file and no folder."""
    rows.to_file(path, **options, **({"driver": "KML"} if path.suffix == ".kml" else {}))


@pytest.mark.parametrize(
    "ending", ["geojson", "json", "topojson", "kml", "gml", "gpkg", "fgb", "shp", "vrt", "csv", "xml", ""]
)
def test_a_virtual_file_is_refused_whatever_it_is_called(ending: str, tmp_path: Path) -> None:
    other = geojson(tmp_path, feature("Polygon", [SQUARE], name="secret"), name="other.geojson")
    path = tmp_path / f"layer.{ending}"
    path.write_text(VRT.format(other))
    said = refusal(path)
    assert "secret" not in said
    assert said.startswith(
        f"{path.name}: got" if ending not in {"geojson", "json", "topojson"} else f"{path.name} line 1: got"
    )


@pytest.mark.parametrize(
    "name", ["layer.geojson", "layer.gpkg", "layer.kml", "layer.fgb", "layer.gml", "layer.shp"],
)  # fmt: skip
def test_every_format_of_the_list_is_read_under_its_own_ending_and_refused_under_another(
    name: str, tmp_path: Path
) -> None:
    save(ROWS, tmp_path / name)
    assert len(read_layer(tmp_path / name)) == 2
    for ending in ("geojson", "gpkg", "kml", "fgb", "gml", "shp"):
        if not name.endswith(ending):
            wrong = tmp_path / f"wrong.{ending}"
            wrong.write_bytes((tmp_path / name).read_bytes())
            assert refusal(wrong).startswith(wrong.name)


def test_an_ending_that_no_layer_has_is_refused_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "layer.tab").write_text("!table")
    assert refusal(tmp_path / "layer.tab") == (
        "layer.tab: got the ending '.tab'; a map layer ends in .geojson, .json, .topojson, .gpkg, .shp, .kml, .kmz, "
        ".fgb, .gml, .parquet, or a .zip with one of them; export it as GeoJSON"
    )


@pytest.mark.parametrize("driver", ["gpkg", "kml"])
def test_a_file_of_several_layers_is_refused_with_their_names(driver: str, tmp_path: Path) -> None:
    for name in ("north", "south"):
        save(ROWS, tmp_path / f"layer.{driver}", layer=name, mode="a" if name == "south" else "w")
    assert refusal(tmp_path / f"layer.{driver}") == (
        f"layer.{driver}: got 2 layers ('north', 'south'); a file holds one layer; export the one layer alone"
    )


def test_a_part_of_a_shapefile_that_is_a_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    ROWS.to_file(tmp_path / "layer.shp")
    (tmp_path / "away").mkdir()
    (tmp_path / "layer.dbf").rename(tmp_path / "away" / "x.dbf")
    (tmp_path / "layer.dbf").symlink_to(tmp_path / "away" / "x.dbf")
    assert refusal(tmp_path / "layer.shp") == (
        "layer.dbf: got a link to another folder; the parts of a shapefile lie in one folder; copy the part itself"
    )


def test_the_parts_of_a_shapefile_are_found_however_their_endings_are_written(tmp_path: Path) -> None:
    ROWS.to_file(tmp_path / "layer.shp")
    (tmp_path / "layer.dbf").rename(tmp_path / "layer.DBF")
    assert [part.name for part in shapefile_parts(tmp_path / "layer.shp")] == [
        "layer.shp", "layer.DBF", "layer.shx", "layer.prj", "layer.cpg"
    ]  # fmt: skip
    assert read_layer(tmp_path / "layer.shp")["name"].tolist() == ["a", "b"]


def test_a_zip_with_two_shapefiles_is_refused_and_what_a_mac_packs_beside_one_is_not_seen(tmp_path: Path) -> None:
    ROWS.to_file(tmp_path / "layer.shp")
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as archive:
        for part in shapefile_parts(tmp_path / "layer.shp"):
            archive.write(part, part.name)
            archive.writestr(f"__MACOSX/._{part.name}", b"litter")
    assert len(read_layer(tmp_path / "layer.zip")) == 2
    with zipfile.ZipFile(tmp_path / "layer.zip", "a") as archive:
        archive.writestr("other.shp", b"other")
    assert refusal(tmp_path / "layer.zip") == (
        "layer.zip: got 2 layers ('layer.shp', 'other.shp'); a zip holds one layer; zip the layer alone"
    )


def test_a_layer_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = geojson(tmp_path, feature("Polygon", [SQUARE]))
    monkeypatch.setattr(module, "_LARGEST", path.stat().st_size)
    assert layer_bytes(path).n_features == 1
    monkeypatch.setattr(module, "_LARGEST", path.stat().st_size - 1)
    assert "got a larger file" in refusal(path)


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
