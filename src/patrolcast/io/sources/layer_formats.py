"""What each format of a map layer may hold: its own content, and nothing that names another file or an address."""

import sqlite3
import struct
import zipfile
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.io.strict_json import read_json

DRIVERS = {
    ".geojson": ("GeoJSON", "TopoJSON", "ESRIJSON"),
    ".json": ("GeoJSON", "TopoJSON", "ESRIJSON"),
    ".topojson": ("TopoJSON",),
    ".shp": ("ESRI Shapefile",),
    ".gpkg": ("GPKG",),
    ".kml": ("LIBKML", "KML"),
    ".fgb": ("FlatGeobuf",),
    ".gml": ("GML",),
}
"""Ending -> the formats it may hold. `.zip` and `.kmz` hold one of these; `.parquet` is read without GDAL."""

_SHAPES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
    "Feature", "FeatureCollection",
}  # fmt: skip
_ENDINGS = ".geojson, .json, .topojson, .gpkg, .shp, .kml, .kmz, .fgb, .gml, .parquet, or a .zip with one of them"
_CURE = "export it as GeoJSON"


@dataclass(frozen=True)
class LayerBytes:
    """One layer: its bytes (a shapefile's parts packed in a zip), and what GDAL may take it for.

    Attributes
    ----------
    drivers : names of GDAL formats.
    n_features : how many rows the file holds, where that can be counted without GDAL.
    """

    data: bytes
    drivers: tuple[str, ...]
    n_features: int | None = None


def one_file(name: str, ending: str, data: bytes) -> LayerBytes:
    """A layer that is one file; ``name`` is that of the file as it lies on disk.

    Raises DataRefusedError: an ending that no layer has, or content that is not what it says or leads elsewhere.
    """
    if ending not in DRIVERS:
        got = f"the ending {shown(ending)}" if ending else "no ending"
        raise DataRefusedError(name, got=got, rule=f"a map layer ends in {_ENDINGS}", cure=_CURE)
    drivers = DRIVERS[ending]
    if ending in {".geojson", ".json", ".topojson"}:
        return _json(name, data, drivers)
    if ending == ".gpkg":
        return LayerBytes(_geopackage(name, data), drivers)
    if ending == ".fgb":
        _require(data.startswith(b"fgb\x03"), name, "FlatGeobuf")
        return LayerBytes(data, drivers)
    return LayerBytes(_xml(name, ending[1:], data), drivers)


def _require(good: bool, name: str, kind: str) -> None:
    if not good:
        raise DataRefusedError(name, got=f"a file that is no {kind}", rule=f"its ending says {kind}", cure=_CURE)


def _json(name: str, data: bytes, drivers: tuple[str, ...]) -> LayerBytes:
    document = read_json(data, name=name)
    _require(isinstance(document, dict), name, "GeoJSON")
    kind = document.get("type")
    features = document.get("features") if isinstance(document.get("features"), list) else None
    if kind == "Topology":
        driver, count = "TopoJSON", None
    elif kind in _SHAPES:
        driver, count = "GeoJSON", len(features) if features is not None and kind == "FeatureCollection" else 1
        _require(kind != "FeatureCollection" or features is not None, name, "GeoJSON")
    else:
        driver, count = "ESRIJSON", None if features is None else len(features)
        _require(
            features is not None and ("geometryType" in document or "spatialReference" in document), name, "GeoJSON"
        )
    _require(driver in drivers, name, " or ".join(drivers))
    for i, feature in enumerate(features or [], start=1):
        if not isinstance(feature, dict) or (driver == "GeoJSON" and feature.get("type") != "Feature"):
            raise DataRefusedError(f"{name} feature {i}", got="no feature", rule="every item is a Feature", cure=_CURE)
    properties = document.get("properties")
    cut = document.get("exceededTransferLimit") or (
        isinstance(properties, dict) and properties.get("exceededTransferLimit")
    )
    if cut:
        got = f"an answer that the server cut after {count or 0:,} features (exceededTransferLimit)"
        raise DataRefusedError(name, got=got, rule="must be whole", cure="export it page by page, or as a file")
    _named_reference(document.get("crs"), name)
    return LayerBytes(data, (driver,), count)


def _named_reference(crs: object, name: str) -> None:
    """Refuse a reference system that stands elsewhere; GDAL would fetch it."""
    if crs is None:
        return
    kind = crs.get("type") if isinstance(crs, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    text = properties.get("name") if isinstance(properties, dict) else None
    by_name = kind == "name" and isinstance(text, str) and not _is_address(text)
    by_code = kind == "EPSG" and isinstance(properties, dict) and isinstance(properties.get("code"), int)
    if not by_name and not by_code:
        got = f"crs {shown(crs)}"
        rule = "a reference system is named in the file itself"
        raise DataRefusedError(name, got=got, rule=rule, cure="export it in WGS84, without crs")


def _is_address(text: str) -> bool:
    plain = text.strip().lower()
    return ("://" in plain and not plain.startswith("http://www.opengis.net/")) or plain.startswith(("/", ".", "\\"))


def _geopackage(name: str, data: bytes) -> bytes:
    """The database, if every layer is a plain table of it; marked as closed, so that no log is looked for beside it."""
    _require(data.startswith(b"SQLite format 3\x00") and len(data) >= 512, name, "GeoPackage")
    data = data[:18] + b"\x01\x01" + data[20:]
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(data)
            rows = database.execute("select type, name, coalesce(sql, '') from sqlite_master").fetchall()
            layers = database.execute("select table_name from gpkg_contents where data_type = 'features'").fetchall()
    except (sqlite3.Error, MemoryError) as error:
        raise DataRefusedError(name, got=shown(str(error)), rule="must be a GeoPackage", cure=_CURE) from None
    for kind, table, sql in rows:
        plain = " ".join(str(sql).lower().replace('"', " ").split())
        if plain.startswith("create virtual table") and " using rtree" not in plain:
            got = f"the virtual table {shown(table)}"
            raise DataRefusedError(name, got=got, rule="a layer is a table of this file", cure="export the layer alone")
        if kind == "view" and (table,) in layers:
            rule = "a layer is a table of this file"
            raise DataRefusedError(name, got=f"the view {shown(table)}", rule=rule, cure="export it as a table")
    return data


def _xml(name: str, kind: str, data: bytes) -> bytes:
    """KML or GML without entities; GML's address of a schema is made void, so that none is fetched."""
    head = data[:4096].lower()
    root = b"<kml" in head if kind == "kml" else b"opengis.net/gml" in head or b"<gml:" in head
    _require(b"\x00" not in data and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and root, name, kind.upper())
    lower = data.lower()
    for marked, got in ((b"<!doctype", "a document type"), (b"<!entity", "an entity"), (b"<ogrvrt", "a virtual file")):
        if marked in lower:
            raise DataRefusedError(name, got=got, rule="a layer stands in its own file alone", cure=_CURE)
    if b"<networklink" in lower:
        got = "a link to a map elsewhere (NetworkLink)"
        raise DataRefusedError(
            name, got=got, rule="a layer stands in its own file alone", cure="download the map itself"
        )
    return data.replace(b"schemaLocation", b"schemaNotRead_").replace(b"SchemaLocation", b"SchemaNotRead_")


def shapefile(name: str, parts: dict[str, bytes]) -> LayerBytes:
    """The parts (ending -> bytes), packed under one name; their own numbers of rows must agree.

    Raises DataRefusedError: no shapefile, a part is missing, or shapes and rows differ in number.
    """
    _require(parts[".shp"].startswith(b"\x00\x00\x27\x0a") and len(parts[".shp"]) >= 100, name, "shapefile")
    cure = "copy all parts of one export: .shp, .shx, .dbf, .prj"
    if ".shx" not in parts:
        raise DataRefusedError(name, got="no .shx beside it", rule="a shapefile has several parts", cure=cure)
    n_shapes = (len(parts[".shx"]) - 100) // 8
    if ".dbf" in parts:
        n_rows = struct.unpack("<I", parts[".dbf"][4:8].ljust(4, b"\x00"))[0]
        if n_rows != n_shapes:
            got = f"{n_shapes:,} shapes and {n_rows:,} rows of columns (.dbf)"
            raise DataRefusedError(name, got=got, rule="each shape has one row", cure=cure)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for ending, data in parts.items():
            archive.writestr(f"layer{ending}", data)
    return LayerBytes(packed.getvalue(), DRIVERS[".shp"], None if ".dbf" not in parts else n_shapes)
