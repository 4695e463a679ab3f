"""A layer by a query: its shapes in every form, its reference system, its order, and what is no layer."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import Point, box

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.databases.layers import query_layer
from patrolcast.io.sources.geo_layers import read_layer, read_rows

VARIABLE = "CITY_GIS"
BOX = box(-87.7, 41.8, -87.6, 41.9)
HEX = shapely.to_wkb(shapely.set_srid(BOX, 4326), hex=True, include_srid=True)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'gis.db'}")
    return tmp_path / "districts.sql"


def layer(file: Path, rows: Sequence[tuple[Any, ...]], *, columns: str = "name, geom", said: str = "") -> Path:
    names = columns.split(", ")
    with closing(sqlite3.connect(file.parent / "gis.db")) as database, database:
        database.execute("drop table if exists districts")
        database.execute(f"create table districts ({columns})")
        database.executemany(f"insert into districts values ({', '.join('?' * len(names))})", rows)
    file.write_text(f"-- Districts as they are patrolled\n-- database: {VARIABLE}\n{said}select * from districts\n")
    return file


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (HEX, ""),
        (HEX.lower(), "-- crs: EPSG:4326\n"),
        (shapely.to_wkb(BOX), "--crs:EPSG:4326\n"),
        (shapely.to_wkt(BOX), "-- crs: EPSG:4326\n"),
        (f"SRID=4326;{shapely.to_wkt(BOX)}", ""),
        (shapely.to_geojson(BOX), ""),
    ],
    ids=["EWKB", "lower case", "WKB", "WKT", "EWKT", "GeoJSON"],
)
def test_shapes_are_read_in_every_form(shape: object, said: str, file: Path) -> None:
    found = read_layer(layer(file, [("1", shape)], said=said))
    assert found.geometry.iloc[0].equals(BOX)
    assert found["name"].tolist() == ["1"]


def test_a_projected_layer_is_brought_to_degrees(file: Path) -> None:
    feet = shapely.set_srid(Point(1_176_000, 1_900_000), 3435)
    found = read_layer(layer(file, [("1", shapely.to_wkb(feet, hex=True, include_srid=True))]))
    point = found.geometry.iloc[0]
    assert (round(point.x, 1), round(point.y, 1)) == (-87.6, 41.9)


def test_rows_without_a_shape_stay_rows(file: Path) -> None:
    rows = read_rows(layer(file, [("1", None), ("2", HEX), ("3", "")]))
    assert sorted(rows["name"][rows.geometry.isna()]) == ["1", "3"]


def test_numbers_are_numbers_and_texts_texts(file: Path) -> None:
    found, _ = query_layer(layer(file, [(7, 1.5, "07", HEX)], columns="n, share, code, geom"))
    assert found.drop(columns="geometry").to_dict("records") == [{"n": 7, "share": 1.5, "code": "07"}]
    from patrolcast.io.databases.layers import _plain

    assert _plain([Decimal("1.50"), None], "x").tolist()[0] == 1.5


def test_the_same_rows_in_another_order_are_the_same_layer_and_one_other_value_is_another(file: Path) -> None:
    one, other = (
        ("1", HEX),
        ("2", shapely.to_wkb(shapely.set_srid(Point(-87.6, 41.8), 4326), hex=True, include_srid=True)),
    )
    first, identity = query_layer(layer(file, [one, other]))
    again, same = query_layer(layer(file, [other, one]))
    assert first.equals(again)
    assert identity == same
    assert identity[0] == "districts.sql"
    assert query_layer(layer(file, [one, ("3", other[1])]))[1][1] != identity[1]
    assert query_layer(layer(file, [one, other], said="-- reads all\n"))[1][1] != identity[1]
    assert read_rows(layer(file, [one, other])).attrs["identity"] == identity


@pytest.mark.parametrize(
    ("rows", "columns", "said", "message"),
    [
        ([("1", "x")], "name, geom", "", "got no column of shapes; one column holds WKB, GeoJSON or WKT; "
         "select the geometry column, or ST_AsBinary of it"),
        ([(HEX, HEX)], "a, b", "", "got 2 columns of shapes ('a', 'b'); one column holds WKB, GeoJSON or "
         "WKT; select the geometry column, or ST_AsBinary of it"),
        ([("1", shapely.to_wkt(BOX))], "name, geom", "", "got no reference system; a layer says its "
         "reference system; add a line -- crs: EPSG:4326"),
        ([("1", HEX)], "name, geom", "-- crs: EPSG:3435\\n", "got 'EPSG:3435' and 'EPSG:4326'; a layer has "
         "one reference system; correct -- crs:"),
        ([("1", shapely.to_wkt(BOX))], "name, geom", "-- crs: EPSG:0\\n", "got 'EPSG:0'; must be a "
         "reference system that PROJ knows; e.g. EPSG:4326"),
        ([("1", HEX), ("2", HEX[:-8])], "name, geom", "", "got a shape that cannot be read; every shape is "
         "WKB; select ST_AsBinary of the geometry"),
        ([], "name, geom", "", "got no row; needs rows; look at what the account may see"),
    ],
)  # fmt: skip
def test_what_is_no_layer_is_refused(
    rows: list[tuple[Any, ...]], columns: str, said: str, message: str, file: Path
) -> None:
    with pytest.raises(PatrolcastError) as caught:
        query_layer(layer(file, rows, columns=columns, said=said.replace("\\n", "\n")))
    assert (caught.value.exit_code, str(caught.value)) == (13, f"districts.sql: {message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select 1", "-- database: got nothing; names the variable that holds the database URL; add a "
         "line -- database: CITY_GIS"),
        ("-- database: postgresql://u:canary@h/d\nselect 1", "-- database: got no name of a variable; "
         "names the variable that holds the database URL; add a line -- database: CITY_GIS"),
        ("-- database: CITY_GIS\ndelete from districts", "got 'DELETE'; must be one SELECT, which writes "
         "nothing; read a view with table, if the query is longer than that"),
        ("-- database: CITY_GIS\nselect * from districts where a <= :as_of", "got a bind; a layer is read "
         "as it is; leave :as_of and :since out"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_query_of_a_layer_is_a_mistake_of_the_config(text: str, message: str, file: Path) -> None:
    layer(file, [("1", HEX)])
    file.write_text(text)
    with pytest.raises(PatrolcastError) as caught:
        query_layer(file)
    assert (caught.value.exit_code, str(caught.value)) == (10, f"districts.sql: {message}")


def test_a_huge_file_and_one_that_is_no_text_are_refused(file: Path) -> None:
    file.write_bytes(b"-" * 100_001)
    with pytest.raises(PatrolcastError, match=r": got a larger file; a query has at most 100,000 bytes$"):
        query_layer(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(PatrolcastError, match=r"^districts\.sql: got bytes that are not UTF-8; must be text$"):
        query_layer(file)
