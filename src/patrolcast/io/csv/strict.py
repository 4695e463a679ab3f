"""A small, strict CSV whole: the named columns as text, and the line of every row. One bad row refuses the file.

Codebooks, census tables and operational logs are read so: leaving a row out would silently lose what a person decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.csv.source import RAGGED_SHORT, CsvSource
from patrolcast.io.sources.byte_stream import require_file
from patrolcast.numerics.arrays import IntArray, ObjectArray


@dataclass(frozen=True)
class TextColumns:
    """Column name -> texts as written, all of the same length; ``lines`` says where each row begins."""

    file: str
    columns: dict[str, ObjectArray]
    lines: IntArray


def open_csv(path: Path, *, delimiter: str = ",", may_be_empty: bool = False) -> CsvSource:
    """The file with its header read; no row yet. ``may_be_empty``: a header alone is a table without rows.

    Raises DataRefusedError, NotPermittedError: it is missing or no CSV in UTF-8.
    """
    require_file(path)
    try:
        return CsvSource(path, delimiter=delimiter, encoding="utf-8", may_be_empty=may_be_empty)
    except DataRefusedError as error:
        if error.got == "a header only":
            cure = "fill in its rows; of a codebook `patrolcast init EXPORT --offence COLUMN` drafts them"
            raise DataRefusedError(error.what, got=error.got, rule=error.rule, cure=cure) from None
        # A table of one's own has no key that declares how it is written: it is saved again.
        if error.cure is None or "[incidents]" not in error.cure:
            raise
        cure = "save it as CSV UTF-8, with a comma between columns" if delimiter == "," else "save it as CSV UTF-8"
        raise DataRefusedError(error.what, got=error.got, rule=error.rule, cure=cure) from None


def read_text_columns(source: CsvSource, names: Sequence[str]) -> TextColumns:
    """Every row of the named columns.

    Raises DataRefusedError: a row with more or fewer fields than the header, or bytes that are no UTF-8.
    """
    parts: dict[str, list[ObjectArray]] = {name: [] for name in names}
    records = [np.zeros(0, dtype=np.int64)]
    for batch, numbers in source.batches({name: name for name in names}):
        records.append(numbers)
        for name in names:
            parts[name].append(_texts(batch[name]))
    number = np.concatenate(records)
    ragged = {record: (rule, fields) for record, rule, fields in source.rejected()}
    if bad := [*ragged, *source.unusable()]:
        first = min(bad)
        what = f"{source.name} line {int(source.lines(np.array([first]))[0])}"
        if first not in ragged:
            got, rule, cure = source.unusable()[first], "every row must be whole", "export it again"
            raise DataRefusedError(what, got=got, rule=rule, cure=cure)
        rule, fields = ragged[first]
        cure = (
            "add the missing one, or its comma" if rule == RAGGED_SHORT else "put a text that holds a comma in quotes"
        )
        raise DataRefusedError(what, got=f"{fields} where the header has {len(source.header)}", cure=cure)
    columns = {name: np.concatenate([np.empty(0, dtype=object), *values]) for name, values in parts.items()}
    return TextColumns(source.name, columns, source.lines(number))


def _texts(values: pa.Array) -> ObjectArray:
    return np.array([text.strip() for text in values.to_pylist()], dtype=object)
