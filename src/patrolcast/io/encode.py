"""Tables and documents as bytes that are the same on every machine: no clock, no locale, no path, sorted keys.

Text cells of a CSV that a spreadsheet would run as a formula are quoted with an apostrophe (OWASP, CSV injection);
numbers stay numbers. Floats are written with a fixed number of significant digits: the digits beyond are noise of the
processor, and nobody reads them.
"""

import csv
import io
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

Table = TypeVar("Table", bound=pd.DataFrame)
SIGNIFICANT = 9
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DEGREES = {"longitude", "latitude"}


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, UTF-8, one newline at the end; NaN and infinity are errors."""
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def csv_bytes(table: pd.DataFrame, *, digits: int = 6) -> bytes:
    """CSV, UTF-8, LF, a header; instants in UTC, floats with ``digits`` significant digits, degrees with 6 decimals."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([escape_formula(str(name)) for name in table.columns])
    columns = [_texts(table[name], "{:.6f}" if str(name) in _DEGREES else f"{{:.{digits}g}}") for name in table.columns]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode()


def escape_formula(text: str) -> str:
    """A text as a spreadsheet may hold it.

    >>> escape_formula("=1+1"), escape_formula("4-A")
    ("'=1+1", '4-A')
    """
    line = text.replace("\r", " ")  # a lone carriage return would end the row in some readers
    return f"'{line}" if text.startswith(_FORMULA) else line


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """Parquet without an index; float64 rounded to 9 significant digits."""
    out = io.BytesIO()
    arrow = pa.Table.from_pandas(round_floats(table), preserve_index=False)
    pq.write_table(arrow, out, compression="zstd", coerce_timestamps="us")
    return out.getvalue()


def geoparquet_bytes(table: gpd.GeoDataFrame) -> bytes:
    """GeoParquet (its reference system is written in); float64 rounded to 9 significant digits."""
    out = io.BytesIO()
    round_floats(table).to_parquet(out, index=False, compression="zstd", coerce_timestamps="us")
    return out.getvalue()


def geojson_bytes(table: pd.DataFrame, geometry: gpd.GeoSeries) -> bytes:
    """A FeatureCollection (RFC 7946: WGS84, outer rings counter-clockwise), one feature per row, 7 decimals."""
    shapes = shapely.normalize(geometry.to_numpy())
    features = [
        {"type": "Feature", "geometry": _geometry(shape), "properties": row}
        for shape, row in zip(shapes, _records(table), strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def round_floats(table: Table) -> Table:
    """A copy in which float64 columns keep 9 significant digits."""
    floats = [name for name in table.columns if table[name].dtype == np.float64]
    return table.assign(**{name: round_significant(table[name].to_numpy()) for name in floats})


def round_significant(values: np.ndarray, digits: int = SIGNIFICANT) -> np.ndarray:
    """Values rounded to a number of significant digits; NaN, infinity, 0 and what is no measurement stay.

    >>> round_significant(np.array([0.123456789123, 0.0]), 3).tolist()
    [0.123, 0.0]
    """
    values = np.asarray(values, dtype=np.float64)
    size = np.abs(values)
    usable = (size > 1e-200) & (size < 1e200)
    power = digits - 1 - np.floor(np.log10(np.where(usable, size, 1.0)))
    scale = 10.0 ** np.abs(power)
    up, down = np.where(power > 0, scale, 1.0), np.where(power < 0, scale, 1.0)
    return np.where(usable, np.rint(np.where(usable, values, 0.0) * up / down) * down / up, values)


def iso_utc(moment: datetime) -> str:
    """An instant in UTC as ISO 8601.

    >>> iso_utc(datetime(2026, 6, 30, 10, tzinfo=UTC))
    '2026-06-30T10:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _texts(column: pd.Series, form: str) -> list[str]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return ["" if pd.isna(moment) else iso_utc(moment) for moment in column]
    if pd.api.types.is_float_dtype(column.dtype):
        return [form.format(value) if math.isfinite(value) else "" for value in column.astype("float64")]
    if pd.api.types.is_integer_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return ["" if pd.isna(value) else str(value) for value in column]
    return ["" if pd.isna(value) else escape_formula(str(value)) for value in column]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = {str(name): [_plain(value) for value in table[name]] for name in table.columns}
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return str(value)


def _geometry(shape: shapely.Geometry) -> dict[str, Any]:
    turned = shapely.geometry.polygon.orient(shape) if shape.geom_type == "Polygon" else shape
    return {"type": turned.geom_type, "coordinates": _coordinates(shapely.geometry.mapping(turned)["coordinates"])}


def _coordinates(value: Any) -> Any:  # noqa: ANN401
    return round(value, 7) if isinstance(value, float) else [_coordinates(inner) for inner in value]
