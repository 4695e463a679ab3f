"""A map layer by a query: a file that ends in .sql stands wherever a config names a layer.

The file says where and what, and holds no secret::

    -- database: CITY_GIS
    -- crs: EPSG:4326
    select district, geom from gis.districts

One column holds the shapes: WKB (as PostGIS sends its geometry, with its SRID; or bytes of ST_AsBinary), GeoJSON or
WKT. `-- crs:` may be left out where the shapes say it themselves. The layer's hash is that of the file and of the rows
as they were read, in an order that the rows alone decide.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj.exceptions import CRSError
from shapely.errors import GEOSException

from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.io.databases.address import address_of
from patrolcast.io.databases.reading import DatabaseQuestion, with_rows
from patrolcast.io.databases.statement import Known, checked_query
from patrolcast.io.databases.values import DATE, INSTANT, LOCAL, NUMBER, TEXTS, TRUTH, as_text, column_texts, one_kind
from patrolcast.io.hashing import digest
from patrolcast.io.sources.columnar import refuse_repeated_names

_SAID = re.compile(r"^--\s*(database|crs)\s*:\s*(\S+)\s*$")
_HEX = re.compile(r"^0[01][0-9A-Fa-f]{40,}$")
_WKT = re.compile(
    r"^\s*(?:SRID=(\d+);)?\s*((?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\b", re.IGNORECASE
)
_LARGEST_FILE, _MOST_BYTES = 100_000, 2 * 2**30
Layer = tuple[gpd.GeoDataFrame, tuple[str, str, int]]


def query_layer(path: Path) -> Layer:
    """The rows of the query in ``path`` as a layer in its own reference system; its name, SHA-256 and size.

    Raises PatrolcastError: one line: no database is named, a query that is refused, no shapes, no reference system.
    """
    text = _text_of(path)
    stated = {match[1]: match[2] for line in text.splitlines() if (match := _SAID.match(line.strip()))}
    variable = stated.get("database", "")
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", variable):
        got, rule = "no name of a variable" if variable else "nothing", "names the variable that holds the database URL"
        raise ConfigError(f"{path.name}: -- database", got=got, rule=rule, cure="add a line -- database: CITY_GIS")
    address = address_of(variable)
    if checked_query(text, kind=address.kind, where=path.name)._bindparams:
        rule, cure = "a layer is read as it is", "leave :as_of and :since out"
        raise ConfigError(path.name, got="a bind", rule=rule, cure=cure)
    question = DatabaseQuestion(address, Known(None, "UTC"), path.name, query=text)
    names, rows = with_rows(question, lambda names, pieces: (list(names), _held(path.name, pieces)))
    refuse_repeated_names(tuple(names), path.name)
    if not rows:
        raise DataRefusedError(path.name, got="no row", rule="needs rows", cure="look at what the account may see")
    keyed = sorted((hashlib.sha256(_bytes_of(row)).digest(), i) for i, row in enumerate(rows))
    size = sum(len(_bytes_of(row)) for row in rows)
    sha256 = digest(hashlib.sha256(text.encode()).hexdigest(), names, [key.hex() for key, _ in keyed])
    return _layer(path.name, names, [rows[i] for _, i in keyed], stated.get("crs")), (path.name, sha256, size)


def _text_of(path: Path) -> str:
    data = path.read_bytes()
    if len(data) > _LARGEST_FILE:
        raise DataRefusedError(path.name, got="a larger file", rule=f"a query has at most {_LARGEST_FILE:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataRefusedError(path.name, got="bytes that are not UTF-8", rule="must be text") from None


def _held(name: str, pieces: Iterator[Sequence[Sequence[Any]]]) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    size = 0
    for piece in pieces:
        rows += [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in piece]
        size += sum(len(value) for row in piece for value in row if isinstance(value, str | bytes | memoryview))
        if size > _MOST_BYTES:
            rule = f"at most {_MOST_BYTES >> 30} GiB a layer"
            raise DataRefusedError(name, got="more", rule=rule, cure="cut the layer to the city")
    return rows


def _bytes_of(row: Sequence[Any]) -> bytes:
    parts = []
    for value in row:
        data = value if isinstance(value, bytes) else b"" if value is None else (as_text(value) or "").encode()
        parts.append(b"-" if value is None else b"%d:%s" % (len(data), data))
    return b"".join(parts)


def _layer(name: str, names: list[str], rows: list[Sequence[Any]], declared: str | None) -> gpd.GeoDataFrame:
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    shapes = [column for column, values in columns.items() if _form(values)]
    if len(shapes) != 1:
        got = f"{len(shapes)} columns of shapes ({', '.join(map(shown, shapes))})" if shapes else "no column of shapes"
        rule, cure = "one column holds WKB, GeoJSON or WKT", "select the geometry column, or ST_AsBinary of it"
        raise DataRefusedError(name, got=got, rule=rule, cure=cure)
    drawn, crs = _shapes(name, list(columns.pop(shapes[0])), declared)
    plain = {column: _plain(list(values), f"{name} column {shown(column)}") for column, values in columns.items()}
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(drawn, crs=crs))


def _form(values: Sequence[Any]) -> str | None:
    """In which form a column holds shapes; None where it holds none."""
    first = next((value for value in values if value is not None and value != ""), None)
    if isinstance(first, bytes):
        return "WKB"
    if not isinstance(first, str):
        return None
    if _HEX.match(first):
        return "WKB"
    if first.lstrip().startswith("{") and '"coordinates"' in first:
        return "GeoJSON"
    return "WKT" if _WKT.match(first) else None


def _shapes(name: str, values: list[Any], declared: str | None) -> tuple[Any, Any]:
    form = _form(values)
    try:
        shapes = [None if value == "" else value for value in values]
        if form == "WKB":
            drawn = shapely.from_wkb(shapes)
        elif form == "GeoJSON":
            drawn = shapely.from_geojson(shapes)
        else:
            drawn = shapely.from_wkt([None if text is None else text.rpartition(";")[2] for text in shapes])
    except (GEOSException, ValueError, TypeError, AttributeError):
        rule, cure = f"every shape is {form}", "select ST_AsBinary of the geometry"
        raise DataRefusedError(name, got="a shape that cannot be read", rule=rule, cure=cure) from None
    srids = {int(srid) for srid in shapely.get_srid(drawn[~shapely.is_missing(drawn)])} - {0}
    srids |= {int(match[1]) for text in values if form == "WKT" and text and (match := _WKT.match(text)) and match[1]}
    if form == "GeoJSON":
        srids = {4326}
    return drawn, _crs(name, srids, declared)


def _crs(name: str, srids: set[int], declared: str | None) -> str:
    named = sorted(f"EPSG:{srid}" for srid in srids)
    stated = [declared.upper()] if declared else []
    if len({*named, *stated}) > 1:
        got = " and ".join(shown(system) for system in dict.fromkeys([*stated, *named]))
        raise DataRefusedError(name, got=got, rule="a layer has one reference system", cure="correct -- crs:")
    if not (named or stated):
        rule, cure = "a layer says its reference system", "add a line -- crs: EPSG:4326"
        raise DataRefusedError(name, got="no reference system", rule=rule, cure=cure)
    crs = (declared or named[0]).strip()
    try:
        gpd.GeoSeries([], crs=crs)
    except CRSError:
        rule = "must be a reference system that PROJ knows"
        raise DataRefusedError(name, got=shown(crs), rule=rule, cure="e.g. EPSG:4326") from None
    return crs


def _plain(values: list[Any], what: str) -> pd.Series:
    """A column as a layer's file would give it: numbers as numbers, all else as text."""
    texts, kinds = column_texts(values)
    kind = one_kind(kinds, what)
    if kind == NUMBER and kinds == {NUMBER}:
        return pd.Series([float(value) if isinstance(value, Decimal) else value for value in values]).infer_objects()
    if kind in TEXTS | {DATE, LOCAL, INSTANT, TRUTH}:
        return pd.Series(texts, dtype="object")
    return pd.Series([None] * len(values), dtype="object")
