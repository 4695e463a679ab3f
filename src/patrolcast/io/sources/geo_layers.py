"""Map layers: boundary, districts, water, tracts and places, from any file GeoPandas reads, always as WGS84.

A .kmz may be a zip with doc.kml or, as some portals name it, a zipped shapefile: what counts is what is inside.
"""

import json
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import pyarrow as pa
import shapely

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.tables import WGS84
from patrolcast.io.hashing import file_sha256
from patrolcast.io.sources.byte_stream import MAX_RATIO, require_file
from patrolcast.io.sources.columnar import TableSource

_LARGEST_JSON = 512 * 2**20
_LARGEST_INT = 2**63


def read_layer(path: Path) -> gpd.GeoDataFrame:
    """A layer in WGS84, its shapes made valid, rows without a shape left out.

    Raises DataRefusedError: the file is no layer, has no shape, or does not say its reference system.
    """
    require_file(path)
    if path.suffix.lower() in {".geojson", ".json"}:
        read_json(path)
    try:
        layer = gpd.read_parquet(path) if path.suffix.lower() == ".parquet" else gpd.read_file(_address(path))
    except DataRefusedError:
        raise
    except Exception as error:  # GDAL, pyogrio, zipfile and pyarrow each have their own
        got = shown(" ".join(str(error).replace(str(path), path.name).split()))
        raise DataRefusedError(path.name, got=got, rule="must be a map layer", cure="export it as GeoJSON") from None
    if not isinstance(layer, gpd.GeoDataFrame) or not len(layer) or layer.geometry.isna().all():
        raise DataRefusedError(path.name, got="no shape", rule="must be a map layer", cure="export it with its shapes")
    if layer.crs is None:
        rule, cure = "a layer says its reference system", "add the .prj file, or export it as GeoJSON"
        raise DataRefusedError(path.name, got="no reference system", rule=rule, cure=cure)
    layer = layer[layer.geometry.notna() & ~layer.geometry.is_empty].reset_index(drop=True).to_crs(WGS84)
    shapes = shapely.force_2d(layer.geometry.to_numpy())
    invalid = ~shapely.is_valid(shapes)
    shapes[invalid] = shapely.make_valid(shapes[invalid])
    return layer.set_geometry(gpd.GeoSeries(shapes, crs=WGS84, index=layer.index))


def layer_source(path: Path) -> TableSource:
    """Incidents of a GeoJSON file or a layer as a table; points appear as ``longitude`` and ``latitude`` (WGS84)."""
    layer = read_layer(path)
    names = [name for name in layer.columns if name != layer.geometry.name]
    table = layer[names]
    points = layer.geometry
    if "longitude" not in names and "latitude" not in names and set(points.geom_type) <= {"Point"}:
        table = table.assign(longitude=points.x.to_numpy(), latitude=points.y.to_numpy())
    table = pa.Table.from_pandas(gpd.pd.DataFrame(table), preserve_index=False)
    return TableSource(path.name, file_sha256(path), path.stat().st_size, table)


def holds_layer(path: Path) -> bool:
    """True for a zip with a shapefile inside."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith(".shp") for name in archive.namelist())


def read_json(path: Path) -> Any:  # noqa: ANN401
    """Strict JSON: no key twice, no NaN, no number beyond 64 bits, no bottomless nesting.

    Raises DataRefusedError: for any of these, and for text that is no JSON.
    """
    if path.stat().st_size > _LARGEST_JSON:
        rule = f"at most {_LARGEST_JSON >> 20} MB of JSON"
        raise DataRefusedError(path.name, got="a larger file", rule=rule, cure="export it as Parquet or CSV")
    cure = "export it again"

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            twice = next(key for i, (key, _) in enumerate(items) if key in {k for k, _ in items[:i]})
            raise DataRefusedError(path.name, got=f"the key {shown(twice)} twice", rule="keys must differ", cure=cure)
        return found

    def constant(text: str) -> float:
        raise DataRefusedError(path.name, got=text, rule="JSON has no such number", cure=cure)

    def integer(text: str) -> int:
        if len(text) > 20 or abs(int(text)) >= _LARGEST_INT:
            got = f"the number {shown(text)}"
            raise DataRefusedError(path.name, got=got, rule="at most 64 bits", cure="write it as text")
        return int(text)

    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=integer)
    except RecursionError:
        raise DataRefusedError(path.name, got="bottomless nesting", rule="must be GeoJSON", cure=cure) from None
    except UnicodeDecodeError as error:
        got = f"a byte that is not UTF-8 at offset {error.start}"
        raise DataRefusedError(path.name, got=got, rule="must be UTF-8", cure=cure) from None
    except json.JSONDecodeError as error:
        what = f"{path.name} line {error.lineno}"
        raise DataRefusedError(what, got=shown(error.msg), rule="must be JSON", cure=cure) from None


def _address(path: Path) -> str:
    """The file, or the layer inside a zip whatever its ending."""
    if not zipfile.is_zipfile(path):
        return str(path)
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(info.file_size for info in members)
    if unpacked > 2**26 and unpacked > MAX_RATIO * path.stat().st_size:
        rule = f"an archive unpacks to at most {MAX_RATIO} times its size"
        raise DataRefusedError(path.name, got=f"{unpacked:,} bytes", rule=rule, cure="unpack it and look at it")
    for info in members:
        parts = PurePosixPath(info.filename.replace("\\", "/"))
        if ".." in parts.parts or parts.is_absolute():
            rule, cure = "stays inside the archive", "pack the layer alone"
            raise DataRefusedError(path.name, got=f"the path {shown(info.filename)}", rule=rule, cure=cure)
    for ending in (".shp", ".kml", ".geojson", ".gpkg"):
        found = sorted(info.filename for info in members if info.filename.lower().endswith(ending))
        if found:
            return f"/vsizip/{{{path}}}/{found[0]}"
    raise DataRefusedError(path.name, got="a zip without a layer", rule="must be a map layer", cure="zip a shapefile")
