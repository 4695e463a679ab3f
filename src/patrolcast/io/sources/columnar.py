"""Parquet and tables that are small enough to stand in memory (GeoJSON, layers), in the same shape as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.io.hashing import file_sha256
from patrolcast.io.sources.byte_stream import is_there, require_file
from patrolcast.numerics.arrays import IntArray

_ROWS = 500_000
_MOST_BYTES, _MOST_HELD = 2**30, 1_000
_TEXTS = (
    pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_binary, pa.types.is_large_binary,
    pa.types.is_binary_view, pa.types.is_fixed_size_binary, pa.types.is_time,
)  # fmt: skip


def file_identity(path: Path) -> tuple[str, str, int]:
    """Name, SHA-256 and size of a file."""
    return path.name, file_sha256(path), path.stat().st_size


def is_copy_of(path: Path, others: Sequence[Path]) -> bool:
    """True where a file is one of ``others``, or holds the same bytes as one of them that is there."""
    there = [other for other in others if is_there(other)]
    if any(other.resolve() == path.resolve() for other in others):
        return True
    alike = [other for other in there if other.stat().st_size == path.stat().st_size]
    return bool(alike) and file_sha256(path) in {file_sha256(other) for other in alike}


class _WholeRows:
    """Sources whose every row has every column: a row number is its own place, and none is unusable."""

    place = "row"

    def lines(self, records: IntArray) -> IntArray:
        """Row numbers are their own places."""
        return records

    def unusable(self) -> dict[int, str]:
        """None."""
        return {}

    def rejected(self) -> list[tuple[int, str, str]]:
        """None: every row has every column."""
        return []


class ParquetSource(_WholeRows):
    """One Parquet file; a place in it is a row number, the first is 1."""

    def __init__(self, path: Path) -> None:
        require_file(path)
        self._opened = _same_file(path)
        try:  # pre-buffered, all that was read would be held until the end
            self._file = pq.ParquetFile(path, pre_buffer=False, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path.name, error) from None
        self.path, self.name, self.sha256, self.bytes = path, path.name, file_sha256(path), path.stat().st_size
        self._refuse_changed()
        self.header = tuple(self._file.schema_arrow.names)
        self.plain = _plain_names(self._file.schema_arrow)
        self.notes: tuple[str, ...] = ()
        refuse_repeated_names(self.header, self.name)
        if self._file.metadata.num_rows == 0:
            raise DataRefusedError(self.name, got="a header only", rule="needs rows", cure="export it again")

    def batches(self, columns: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], IntArray]]:
        """Role -> values of the mapped columns, and the row numbers; how the file is parted into groups shows nowhere.

        Raises DataRefusedError: the file is damaged, or changes while it is read.
        """
        n_read, wanted = 0, list(dict.fromkeys(columns.values()))
        try:
            for piece in _joined(self._batches(wanted), _ROWS):
                n = piece.num_rows
                yield {role: piece.column(name) for role, name in columns.items()}, _numbered(n_read, n)
                n_read += n
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self.name, error) from None
        self._refuse_changed()

    def _batches(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        for batch in self._file.iter_batches(_ROWS, columns=wanted):
            arrays = [plain_column(batch.column(name), f"{self.name} column {shown(name)}") for name in wanted]
            yield pa.RecordBatch.from_arrays(arrays, wanted)

    def _refuse_changed(self) -> None:
        if _same_file(self.path) != self._opened:
            rule, cure = "must not change while it is read", "wait until it is written, then run again"
            raise DataRefusedError(self.name, got="a file that is still being written", rule=rule, cure=cure)


class TableSource(_WholeRows):
    """A table in memory, from a file that was read whole."""

    def __init__(self, name: str, sha256: str, size: int, table: pa.Table, notes: tuple[str, ...] = ()) -> None:
        self.name, self.sha256, self.bytes, self.notes = name, sha256, size, notes
        self.header, self._table, self.plain = tuple(table.column_names), table, _plain_names(table.schema)
        refuse_repeated_names(self.header, name)
        if table.num_rows == 0:
            raise DataRefusedError(name, got="no row", rule="needs rows", cure="export it again")

    def batches(self, columns: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], IntArray]]:
        """Role -> values of the mapped columns, and the row numbers."""
        whole = {
            role: plain_column(self._table.column(name).combine_chunks(), f"{self.name} column {shown(name)}")
            for role, name in columns.items()
        }
        yield whole, _numbered(0, self._table.num_rows)


def _joined(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows in pieces of ``rows``, the last one shorter, or of a gibibyte.

    Arrow ends a batch with every row group where a column is a dictionary, and what reads only the first piece of a
    file would see one row.
    """
    held, n_rows, n_bytes = list[pa.RecordBatch](), 0, 0
    for batch in batches:
        done = 0
        while done < batch.num_rows:
            held.append(batch.slice(done, rows - n_rows))
            done, n_rows, n_bytes = done + held[-1].num_rows, n_rows + held[-1].num_rows, n_bytes + held[-1].nbytes
            if n_rows == rows or n_bytes >= _MOST_BYTES:
                yield _concatenated(held)
                held, n_rows, n_bytes = [], 0, 0
            elif len(held) == _MOST_HELD:
                held = [_concatenated(held)]
    if held:
        yield _concatenated(held)


def _concatenated(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def _numbered(before: int, n: int) -> IntArray:
    return np.arange(before + 1, before + n + 1, dtype=np.int64)


def _same_file(path: Path) -> tuple[int, ...] | None:
    """What differs where a file is changed or replaced, also by one of the same size and date; None: it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def plain_column(values: pa.Array, what: str) -> pa.Array:
    """One text, number, time or truth a row, in the widths that every later step knows.

    Raises DataRefusedError: lists, records and the like, or bytes that are no text in UTF-8; ``what`` names the column.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.dictionary_decode()
        kind = values.type
    try:
        if pa.types.is_float16(kind):
            return values.cast(pa.float32())
        if any(is_text(kind) for is_text in _TEXTS):
            texts = values.cast(pa.string())
            texts.validate(full=True)
            return texts
        if pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
            raise pa.ArrowTypeError("no plain value")
    except pa.ArrowInvalid:
        cure = "export it again as text in UTF-8"
        raise DataRefusedError(what, got="bytes that are not UTF-8", rule="holds text", cure=cure) from None
    except (pa.ArrowTypeError, pa.ArrowNotImplementedError):
        rule, cure = "a column holds one text, number or time a row", "export it as a plain column"
        raise DataRefusedError(what, got=shown(str(kind)), rule=rule, cure=cure) from None
    return values


def _plain_names(schema: pa.Schema) -> tuple[str, ...]:
    """Columns of one plain value a row, as far as their types say; shapes are bytes and none of them."""
    return tuple(
        field.name
        for field in schema
        if not (pa.types.is_nested(field.type) or pa.types.is_duration(field.type) or _is_bytes(field.type))
    )


def _is_bytes(kind: pa.DataType) -> bool:
    return any(is_one(kind) for is_one in (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view))


def holds_shapes(path: Path) -> bool:
    """True for GeoParquet, whose places stand in its shapes: its own columns hold no longitude and latitude.

    Raises DataRefusedError: no Parquet file.
    """
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path.name, error) from None
    return b"geo" in (schema.metadata or {}) and not {"longitude", "latitude"} <= set(schema.names)


def refuse_repeated_names(header: tuple[str, ...], name: str) -> None:
    """Refuse a header in which a name stands twice: which of the two columns is meant, nobody can say."""
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        rule, cure = "names must differ", "rename one in the export"
        raise DataRefusedError(f"{name} header", got=f"two columns {shown(twice)}", rule=rule, cure=cure)


def _damaged(name: str, error: Exception) -> DataRefusedError:
    got = shown(" ".join(str(error).split()))
    return DataRefusedError(name, got=got, rule="must be a whole Parquet file", cure="copy the whole file again")
