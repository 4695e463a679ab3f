"""No format of a map layer leads to another file or an address, and no feature of it is skipped."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon
from tests.io.sources.test_geo_layers import SQUARE, feature, geojson, refusal
from tests.loopback import listening

from patrolcast.io.sources.geo_layers import read_layer

ROWS = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(-87.65, 41.85), Point(-87.66, 41.86)], crs="EPSG:4326")
AREA = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Polygon(SQUARE)], crs="EPSG:4326")


@pytest.fixture
def web() -> Iterator[tuple[str, list[object]]]:
    """An address on this machine, and who called there."""
    with listening("/there") as there:
        yield there


@pytest.mark.parametrize("kind", ["link", "url", "LINK"])
def test_a_reference_system_that_stands_elsewhere_is_refused_and_not_fetched(
    kind: str, tmp_path: Path, web: tuple[str, list[object]]
) -> None:
    address, calls = web
    crs = {"type": kind, "properties": {"href": address, "url": address, "type": "proj4"}}
    path = tmp_path / "layer.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature("Polygon", [SQUARE])]}))
    assert "a reference system is named in the file itself" in refusal(path)
    path.write_text(
        path.read_text().replace(json.dumps(crs), json.dumps({"type": "name", "properties": {"name": address}}))
    )
    assert "a reference system is named in the file itself" in refusal(path)
    assert calls == []


def test_the_schema_of_gml_is_neither_fetched_nor_looked_for(tmp_path: Path, web: tuple[str, list[object]]) -> None:
    address, calls = web
    AREA.to_file(tmp_path / "layer.gml")
    text = (tmp_path / "layer.gml").read_text()
    for leads in (address, str(tmp_path / "other.xsd")):
        path = tmp_path / "again.gml"
        path.write_text(text.replace("layer.xsd", leads))
        assert leads in path.read_text()
        assert read_layer(path)["name"].tolist() == ["a"]
    assert calls == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>", "got a document type"),
        ("<NetworkLink><Link><href>{}</href></Link></NetworkLink>", "got a link to a map elsewhere (NetworkLink)"),
    ],
)
def test_xml_that_leads_elsewhere_is_refused(
    text: str, said: str, tmp_path: Path, web: tuple[str, list[object]]
) -> None:
    address, calls = web
    (tmp_path / "layer.kml").write_text(f"<kml><Document>{text.format(address)}</Document></kml>")
    assert said in refusal(tmp_path / "layer.kml")
    assert calls == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "create virtual table t using fts5(a)",
            "layer.gpkg: got the virtual table 't'; a layer is a table of this file",
        ),
        (
            "create view layer as with recursive n(i) as (select 1 union all select i + 1 from n) "
            "select i, geom from n, old",
            "layer.gpkg: got the view 'layer'; a layer is a table of this file; export it as a table",
        ),
    ],
)
def test_a_geopackage_that_computes_its_rows_is_refused(statement: str, said: str, tmp_path: Path) -> None:
    AREA.to_file(tmp_path / "layer.gpkg", layer="layer")
    with closing(sqlite3.connect(tmp_path / "layer.gpkg")) as database:
        database.create_function("ST_IsEmpty", 1, lambda _: 0)
        for trigger in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f"drop trigger {trigger[0]}")
        if "view" in statement:
            database.execute("alter table layer rename to old")
            database.execute("update gpkg_contents set table_name = 'layer'")
        database.execute(statement)
        database.commit()
    assert refusal(tmp_path / "layer.gpkg").startswith(said)


def test_what_lies_beside_a_geopackage_is_not_read(tmp_path: Path) -> None:
    AREA.to_file(tmp_path / "layer.gpkg")
    with closing(sqlite3.connect(tmp_path / "layer.gpkg")) as database:
        database.execute("pragma journal_mode = wal")
    (tmp_path / "layer.gpkg-wal").write_bytes(b"no log")
    assert read_layer(tmp_path / "layer.gpkg")["name"].tolist() == ["a"]


def test_an_answer_that_the_server_cut_is_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path, feature("Polygon", [SQUARE]))
    whole = json.loads(path.read_text())
    for cut in ({"exceededTransferLimit": True}, {"properties": {"exceededTransferLimit": True}}):
        path.write_text(json.dumps(whole | cut))
        assert refusal(path) == (
            "layer.geojson: got an answer that the server cut after 1 features (exceededTransferLimit); must be whole; "
            "export it page by page, or as a file"
        )


def test_features_that_are_none_are_refused_and_never_skipped(tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature("Polygon", [SQUARE]), None]}))
    assert refusal(path) == ("layer.geojson feature 2: got no feature; every item is a Feature; export it as GeoJSON")


def test_parts_of_a_shapefile_that_belong_to_different_exports_are_refused(tmp_path: Path) -> None:
    ROWS.to_file(tmp_path / "two.shp")
    AREA.to_file(tmp_path / "one.shp")
    (tmp_path / "two.dbf").write_bytes((tmp_path / "one.dbf").read_bytes())
    assert refusal(tmp_path / "two.shp") == (
        "two.shp: got 2 shapes and 1 rows of columns (.dbf); each shape has one row; "
        "copy all parts of one export: .shp, .shx, .dbf, .prj"
    )
    (tmp_path / "two.shx").unlink()
    assert "got no .shx beside it" in refusal(tmp_path / "two.shp")
