"""A first look at an export nobody has described yet: its format, its columns, a sample of rows, counts of values.

For `patrolcast init` only. A run reads what its config declares (`sources`); here the file itself is asked, and what
it answers is a proposal that a person checks.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from patrolcast.domain.errors import DataRefusedError

ExportFormat = Literal["csv", "parquet", "geojson", "shapefile", "layer"]
SAMPLE_ROWS = 20_000
_DELIMITERS = ",;\t|"
_LAYERS: dict[str, ExportFormat] = {".geojson": "geojson", ".json": "geojson", ".shp": "shapefile"}
_OTHER_LAYERS = {".gpkg", ".kml", ".kmz", ".fgb", ".gml"}


@dataclass(frozen=True)
class ExportSample:
    """What a first look found.

    Attributes
    ----------
    rows : up to 20,000 rows from the head of the file; text for CSV, typed otherwise; a layer's points appear as the
        columns ``longitude`` and ``latitude`` (WGS84) unless the layer has columns of these names.
    n_rows : rows of the whole file.
    crs : reference system declared by a layer, or None.
    """

    path: Path
    format: ExportFormat
    delimiter: str
    encoding: str
    rows: pd.DataFrame
    n_rows: int
    crs: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(str(name) for name in self.rows.columns)


def peek(path: Path) -> ExportSample:
    """Look at the head of an export in any readable format.

    Raises
    ------
    DataRefusedError
        when the file is missing, empty, or of no readable format.
    """
    path = Path(path)
    if not path.is_file():
        raise DataRefusedError(path.name, got="no such file", rule="must be an export", cure="check the path")
    if path.stat().st_size == 0:
        raise DataRefusedError(path.name, got="an empty file", rule="an export has a header and rows")
    try:
        return _peek(path)
    except (OSError, ValueError, EOFError, csv.Error, zipfile.BadZipFile, RuntimeError) as error:
        got = " ".join(str(error).split())[:80] or type(error).__name__
        cure = "export it as CSV, Parquet, GeoJSON or shapefile"
        raise DataRefusedError(path.name, got=got, rule="cannot be read", cure=cure) from None


def count_values(sample: ExportSample, column: str, beside: tuple[str, ...] = ()) -> Counter[tuple[str, ...]]:
    """How often each value of ``column`` stands in the whole file, together with the values of ``beside``."""
    wanted = (column, *beside)
    counts: Counter[tuple[str, ...]] = Counter()
    for table in _chunks(sample, wanted):
        texts = [table[name].astype("string").fillna("").str.strip() for name in wanted]
        counts.update(zip(*texts, strict=True))
    return counts


def nearby_layers(export: Path) -> list[Path]:
    """Map layers beside an export or in a folder ``geo`` beside it: candidates for boundary and districts."""
    suffixes = set(_LAYERS) | _OTHER_LAYERS | {".zip"}
    folders = (export.parent, export.parent / "geo")
    found = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir()) if file.is_file()]
    return [file for file in found if file.suffix.lower() in suffixes and file.resolve() != export.resolve()]


def _peek(path: Path) -> ExportSample:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PAR1"):
        whole = pq.ParquetFile(path)
        batch = next(whole.iter_batches(SAMPLE_ROWS), None)
        rows = batch.to_pandas() if batch is not None else whole.schema_arrow.empty_table().to_pandas()
        return ExportSample(path, "parquet", ",", "utf-8", rows, whole.metadata.num_rows)
    layer = _layer_format(path, head)
    if layer is not None:
        return _peek_layer(path, layer)
    return _peek_csv(path)


def _layer_format(path: Path, head: bytes) -> ExportFormat | None:
    suffix = path.suffix.lower()
    if suffix in _LAYERS:
        return _LAYERS[suffix]
    if suffix in _OTHER_LAYERS:
        return "layer"
    if head.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            if any(name.lower().endswith(".shp") for name in archive.namelist()):
                return "shapefile"
    return "geojson" if head.lstrip().startswith(b"{") else None


def _peek_layer(path: Path, kind: ExportFormat) -> ExportSample:
    layer = gpd.read_file(path)
    if not isinstance(layer, gpd.GeoDataFrame):
        raise ValueError("a layer without geometry")
    crs = layer.crs.to_string() if layer.crs is not None else None
    rows = pd.DataFrame(layer.drop(columns=layer.geometry.name))
    points = layer.geometry
    if len(layer) and set(points.geom_type.dropna()) <= {"Point"} and not {"longitude", "latitude"} & set(rows):
        degrees = points.to_crs("EPSG:4326") if crs is not None else points
        rows = rows.assign(longitude=degrees.x, latitude=degrees.y)
    return ExportSample(path, kind, ",", "utf-8", rows, len(rows), crs)


def _peek_csv(path: Path) -> ExportSample:
    encoding = _encoding(path)
    with _open_text(path, encoding) as file:
        head = [line for line, _ in zip(file, range(50), strict=False)]
    if not head:
        raise ValueError("nothing inside")
    delimiter = max(_DELIMITERS, key=lambda mark: _regularity(head, mark))
    with _open_text(path, encoding) as file:
        reader = csv.reader(file, delimiter=delimiter)
        names = [name.strip() for name in next(reader)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two columns are called {twice[0]!a}")
        rows: list[list[str]] = []
        n_rows = 0
        for row in reader:
            n_rows += 1
            if len(rows) < SAMPLE_ROWS and len(row) == len(names):
                rows.append(row)
    table = pd.DataFrame(rows, columns=names, dtype="str")
    return ExportSample(path, "csv", delimiter, encoding, table, n_rows)


def _regularity(lines: list[str], mark: str) -> tuple[float, int]:
    """How well ``mark`` parts the lines into the same number of fields, more than one; then how many fields."""
    widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (round(sum(width == widths[0] for width in widths) / len(widths), 1), widths[0])


def _encoding(path: Path) -> str:
    with _open_bytes(path) as file:
        head = file.read(4_000_000)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _open_bytes(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(path))
    if head.startswith(b"PK"):
        archive = zipfile.ZipFile(path)
        members = [info for info in archive.infolist() if not info.is_dir()]
        if len(members) != 1:
            raise ValueError(f"{len(members)} files in one archive")
        return archive.open(members[0])
    return path.open("rb")


def _open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    known = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(_open_bytes(path), encoding=known, errors="replace", newline="")


def _chunks(sample: ExportSample, columns: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """The named columns of the whole file, in pieces."""
    if sample.format == "parquet":
        for batch in pq.ParquetFile(sample.path).iter_batches(500_000, columns=list(dict.fromkeys(columns))):
            yield batch.to_pandas()
    elif sample.format == "csv":
        at = [sample.columns.index(name) for name in columns]
        with _open_text(sample.path, sample.encoding) as file:
            reader = csv.reader(file, delimiter=sample.delimiter)
            next(reader)
            rows: list[list[str]] = []
            for row in reader:
                if len(row) == len(sample.columns):
                    rows.append([row[i] for i in at])
                if len(rows) == 500_000:
                    yield pd.DataFrame(rows, columns=list(columns))
                    rows = []
            yield pd.DataFrame(rows, columns=list(columns), dtype="str")
    else:
        yield sample.rows[list(dict.fromkeys(columns))]
