"""Map layers: boundary, districts, water, tracts and places, always as WGS84; and incidents that come as a layer.

What a file may be, and that nothing but its own bytes is read, is the matter of `layer_bytes`.
"""

from io import BytesIO
from pathlib import Path
from warnings import catch_warnings, simplefilter

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.tables import WGS84
from patrolcast.io.hashing import file_sha256
from patrolcast.io.sources.byte_stream import require_file
from patrolcast.io.sources.columnar import TableSource, file_identity
from patrolcast.io.sources.databases import database_extra, is_query
from patrolcast.io.sources.layer_bytes import layer_bytes
from patrolcast.io.sources.layer_formats import LayerBytes
from patrolcast.numerics.arrays import ObjectArray

_NO_OTHER_FILE = {
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "LIBKML_EXTERNAL_STYLE": "NO",
    "OSR_ALLOW_NETWORK": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
}
"""A second wall behind `layer_bytes`: options of GDAL that keep it from other files and addresses."""

_MOST_LONGITUDE, _MOST_LATITUDE = 180.0 + 1e-6, 90.0 + 1e-6
_CHANGED = 0.01
_MOST_CROSSINGS = 2000
_ALWAYS_MET = 3  # itself, and its neighbours
_MOST_PAIRS = 20_000_000


def read_layer(path: Path) -> gpd.GeoDataFrame:
    """The rows of a layer that have a shape, in WGS84, flat, mended where outlines cross; numbered from 0.

    Raises DataRefusedError: see :func:`read_rows`.
    """
    rows = read_rows(path)
    layer = rows[rows.geometry.notna()].reset_index(drop=True)
    require_degrees(layer, name=path.name)
    return layer


def read_rows(path: Path) -> gpd.GeoDataFrame:
    """Every row of a layer, in WGS84; a missing or empty shape is None.

    Raises DataRefusedError: the file is no layer, has no shape at all, or does not say its reference system.
    """
    layer, identity = _queried(path) if is_query(path) else (_opened(path), None)
    if not isinstance(layer, gpd.GeoDataFrame) or not len(layer) or layer.geometry.isna().all():
        raise DataRefusedError(path.name, got="no shape", rule="must be a map layer", cure="export it with its shapes")
    if layer.crs is None:
        rule, cure = "a layer says its reference system", "add the .prj file, or export it as GeoJSON"
        raise DataRefusedError(path.name, got="no reference system", rule=rule, cure=cure)
    shapes = shapely.force_2d(layer.geometry.to_numpy())
    shapes[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = None
    shapes = gpd.GeoSeries(shapes, crs=layer.crs, index=layer.index).to_crs(WGS84).to_numpy()
    invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    _refuse_tangled(shapes[invalid], path.name)
    drawn = shapes[invalid].copy()
    shapes[invalid] = shapely.make_valid(drawn)
    rows = layer.set_geometry(gpd.GeoSeries(shapes, crs=WGS84, index=layer.index))
    rows.attrs["notes"] = _mended(drawn, shapes[invalid], path.name)
    rows.attrs["identity"] = identity or file_identity(path)
    return rows


def require_degrees(layer: gpd.GeoDataFrame, *, name: str) -> None:
    """Refuse shapes that are nowhere on the globe: metres or feet in a file that says degrees.

    Raises DataRefusedError: one line with the first such corner.
    """
    corners = shapely.get_coordinates(layer.geometry.to_numpy())
    off = ~((np.abs(corners[:, 0]) <= _MOST_LONGITUDE) & (np.abs(corners[:, 1]) <= _MOST_LATITUDE))
    if off.any():
        x, y = corners[np.flatnonzero(off)[0]]
        rule, cure = "degrees go up to 180 and 90", "export it in WGS84, or with the reference system that it is in"
        raise DataRefusedError(name, got=f"a point at ({x:.10g}, {y:.10g}) degrees", rule=rule, cure=cure)


def _mended(drawn: ObjectArray, mended: ObjectArray, name: str) -> list[str]:
    """A note where mending changed what outlines hold: an outline that crosses itself holds less than it spans."""
    areas = np.isin(shapely.get_type_id(drawn), (3, 6))
    drawn, mended = drawn[areas], mended[areas]
    mended_area, drawn_area = (
        shapely.area(mended),
        shapely.area(drawn),
    )  # of a crossing outline, GEOS subtracts what runs backwards
    changed = np.abs(mended_area - drawn_area) > _CHANGED * np.maximum(mended_area, drawn_area)
    if not changed.any():
        return []
    lost = 1 - mended_area[changed].sum() / shapely.area(shapely.convex_hull(drawn[changed])).sum()
    crossing = counted(int(changed.sum()), "outline crosses itself", "outlines cross themselves")
    return [f"{name}: {crossing}; repaired, losing {lost:.0%} of the area"]


def layer_source(path: Path) -> TableSource:
    """Incidents of a layer as a table, one row a feature; points appear as ``longitude`` and ``latitude`` (WGS84).

    A feature without a shape, or with one that is no single point, has neither: it is a row without a location.
    """
    layer = read_rows(path)
    names = [name for name in layer.columns if name != layer.geometry.name]
    table = pd.DataFrame(layer[names])
    shapes = layer.geometry.to_numpy()
    single = np.array([shape is not None and shape.geom_type in {"Point", "MultiPoint"} for shape in shapes])
    single[single] = shapely.get_num_geometries(shapes[single]) == 1
    notes: tuple[str, ...] = ()
    if "longitude" not in names and "latitude" not in names and single.any():
        points = shapely.centroid(np.where(single, shapes, None))
        table = table.assign(longitude=shapely.get_x(points), latitude=shapely.get_y(points))
        if other := int((~single & ~shapely.is_missing(shapes)).sum()):
            notes = (
                f"{counted(other, 'feature is not a single point', 'features are not single points')}: "
                "refused as rows without a location",
            )
    return TableSource(
        path.name, file_sha256(path), path.stat().st_size, pa.Table.from_pandas(table, preserve_index=False), notes
    )


def _refuse_tangled(shapes: ObjectArray, name: str) -> None:
    """Refuse outlines that cross themselves thousands of times: to mend one of 400 corners takes minutes."""
    for shape in shapes:
        rings = shapely.get_rings(shapely.get_parts(shape))
        corners, ring = shapely.get_coordinates(rings, return_index=True)
        follows = np.flatnonzero(ring[1:] == ring[:-1])
        if not follows.size:
            continue
        sides = shapely.linestrings(np.stack([corners[follows], corners[follows + 1]], axis=1))
        some = sides[:: max(1, sides.size // min(200, max(1, _MOST_PAIRS // sides.size)))]
        met = shapely.STRtree(sides).query(some, predicate="intersects").shape[1] / some.size
        crossings = sides.size * (met - _ALWAYS_MET) / 2
        if crossings > _MOST_CROSSINGS:
            got = f"an outline of {sides.size:,} sides that crosses itself about {crossings:,.0f} times"
            rule = f"at most {_MOST_CROSSINGS:,} times"
            raise DataRefusedError(name, got=got, rule=rule, cure="mend the layer, or draw it anew")


def _queried(path: Path) -> tuple[object, tuple[str, str, int]]:
    """Nothing of databases is imported before a layer is read from one."""
    require_file(path)
    with database_extra(path.name):
        from patrolcast.io.databases.layers import query_layer
    return query_layer(path)


def _opened(path: Path) -> object:
    require_file(path)
    try:
        if path.suffix.lower() in {".parquet", ".geoparquet"}:
            return gpd.read_parquet(BytesIO(path.read_bytes()))
        content = layer_bytes(path)
        with catch_warnings():
            simplefilter("ignore")  # GDAL misses the name that a file has not, in memory
            return _read(path, content)
    except DataRefusedError:
        raise
    except Exception as error:  # GDAL, pyogrio and pyarrow each have their own
        got = shown(" ".join(str(error).replace(str(path), path.name).split()))
        raise DataRefusedError(path.name, got=got, rule="must be a map layer", cure="export it as GeoJSON") from None


def _read(path: Path, content: LayerBytes) -> object:
    pyogrio.set_gdal_config_options(_NO_OTHER_FILE)
    layers = pyogrio.list_layers(content.data)
    spatial = [i for i, (_, kind) in enumerate(layers) if kind is not None]
    if len(spatial) > 1:
        got = f"{len(spatial)} layers ({', '.join(shown(layers[i][0]) for i in spatial[:4])})"
        raise DataRefusedError(path.name, got=got, rule="a file holds one layer", cure="export the one layer alone")
    layer = spatial[0] if spatial else 0  # by position: in memory a file has no name of its own
    driver = pyogrio.read_info(content.data, layer=layer)["driver"]
    if driver not in content.drivers:
        rule = f"its ending says {' or '.join(content.drivers)}"
        raise DataRefusedError(path.name, got=f"a file of format {driver}", rule=rule, cure="export it as GeoJSON")
    rows = gpd.read_file(content.data, layer=layer)
    if content.n_features is not None and len(rows) != content.n_features:
        got = f"{content.n_features:,} features, of which {len(rows):,} can be read"
        raise DataRefusedError(path.name, got=got, rule="every feature is a row", cure="export it as GeoJSON")
    return rows
