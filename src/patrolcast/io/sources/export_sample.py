"""A first look at an export nobody has described yet: its format, a sample of rows, counts of values.

For `patrolcast init` only. What a config would declare (format, delimiter, encoding) is detected here from the first
bytes; after that the file goes through the same door as in a run (`export.open_source`), so that `init` refuses what
`check` would refuse, in the same words.
"""

import codecs
import csv
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Literal

import pandas as pd

from patrolcast.io.sources.byte_stream import open_bytes, require_file
from patrolcast.io.sources.export import SAMPLE_ROWS, Source, open_source
from patrolcast.io.sources.layer_bytes import LAYER_SUFFIXES, holds_layer

ExportFormat = Literal["csv", "parquet", "geojson", "shapefile", "layer"]
_CHUNK = 2**22
_HEAD = 2**16
_DELIMITERS = ",;\t|"
_FORMATS: dict[str, ExportFormat] = {".geojson": "geojson", ".json": "geojson", ".shp": "shapefile"}


@dataclass(frozen=True)
class DetectedExport:
    """An export that was opened: what a config has to declare of it, and its source as a run reads it."""

    path: Path
    format: ExportFormat
    delimiter: str
    encoding: str
    source: Source


def detect_export(path: Path) -> DetectedExport:
    """Open an export in any readable format; no row is read yet.

    Raises DataRefusedError, NotPermittedError: what a run would refuse, in the same words.
    """
    require_file(path)
    kind, delimiter, encoding = _format(path), ",", "utf-8"
    if kind == "csv":
        encoding = _encoding(path)
        delimiter = _delimiter(path, encoding)
    source = open_source(path, kind, delimiter=delimiter, encoding=encoding)
    return DetectedExport(path, kind, delimiter, encoding, source)


def sample_rows(export: DetectedExport) -> pd.DataFrame:
    """The first 20,000 rows; text for CSV, typed otherwise.

    The file is read to its end: whether its rows fit the header shows only there.

    Raises DataRefusedError: most rows do not fit the header, or the file is damaged.
    """
    parts, n_rows = [], 0
    for batch, records in export.source.batches({name: name for name in export.source.plain}):
        if n_rows < SAMPLE_ROWS:
            parts.append(pd.DataFrame({name: values.to_pandas() for name, values in batch.items()}))
        n_rows += records.size
    empty = pd.DataFrame(columns=list(export.source.plain))
    return pd.concat(parts, ignore_index=True).head(SAMPLE_ROWS) if parts else empty


def count_values(export: DetectedExport, column: str, beside: tuple[str, ...] = ()) -> Counter[tuple[str, ...]]:
    """How often each value of ``column`` stands in the whole file, together with the values of ``beside``."""
    names = (column, *beside)
    counts: Counter[tuple[str, ...]] = Counter()
    for batch, _ in export.source.batches({name: name for name in names}):
        texts = [batch[name].to_pandas().astype("string").fillna("").str.strip() for name in names]
        counts.update(zip(*texts, strict=True))
    return counts


def nearby_layers(export: Path) -> list[Path]:
    """Map layers beside an export or in a folder ``geo`` beside it: candidates for boundary and districts."""
    suffixes = LAYER_SUFFIXES | {".zip"}
    return [file for file in _files_beside(export) if file.suffix.lower() in suffixes]


def nearby_tables(export: Path, *, most_bytes: float = float("inf")) -> list[Path]:
    """CSV files there, plain or packed by gzip and of at most that size: candidates for named points and counts."""
    tables = [file for file in _files_beside(export) if file.name.lower().endswith((".csv", ".csv.gz"))]
    return [file for file in tables if file.stat().st_size <= most_bytes]


def _files_beside(export: Path) -> list[Path]:
    folders = (export.parent, export.parent / "geo")
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir()) if file.is_file()]
    return [file for file in files if file.resolve() != export.resolve()]


def _format(path: Path) -> ExportFormat:
    with path.open("rb") as file:
        head = file.read(64)
    suffix = path.suffix.lower()
    if head.startswith(b"PAR1"):
        return "parquet"
    if suffix in LAYER_SUFFIXES:
        return _FORMATS.get(suffix, "layer")
    if holds_layer(path):
        return "shapefile"
    return "geojson" if head.lstrip().startswith(b"{") else "csv"


def _encoding(path: Path) -> str:
    """UTF-16 by its mark, UTF-8 where every byte is, else Windows-1252: a proposal that a person checks."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_bytes(path) as file:
        chunk = file.read(_CHUNK)
        utf_32 = chunk.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE))
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or utf_32:
            return "utf-32" if utf_32 else "utf-16"
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _delimiter(path: Path, encoding: str) -> str:
    """The mark that parts the first lines into the same number of fields, more than one; then into the most fields."""
    with open_bytes(path) as file:
        lines = _first_lines(file, encoding)
    return max(_DELIMITERS, key=lambda mark: _regularity(lines, mark))


def _first_lines(file: IO[bytes], encoding: str) -> list[str]:
    """Up to 50 lines; the last one only where nothing follows it, as it may be cut."""
    head = file.read(_HEAD)
    lines = codecs.getincrementaldecoder(encoding)("replace").decode(head).lstrip("\ufeff").splitlines()
    return list(islice(lines if len(head) < _HEAD else lines[:-1] or lines, 50))


def _regularity(lines: list[str], mark: str) -> tuple[float, int]:
    widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (round(sum(width == widths[0] for width in widths) / len(widths), 1), widths[0])
