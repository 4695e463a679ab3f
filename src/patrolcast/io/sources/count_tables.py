"""A small table of counts, CSV or Parquet, whole and as text: what departments export of arrests and the like."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from patrolcast.io.csv.source import CsvSource
from patrolcast.io.csv.strict import TextColumns, open_csv, read_text_columns
from patrolcast.io.sources.columnar import ParquetSource

CountSource = CsvSource | ParquetSource


def open_counts(path: Path) -> CountSource:
    """The file with its header read; no row yet. ``.parquet`` is Parquet, anything else CSV in UTF-8.

    Raises DataRefusedError, NotPermittedError: it is missing, or neither.
    """
    return ParquetSource(path) if path.suffix.lower() == ".parquet" else open_csv(path)


def read_roles(source: CountSource, roles: Mapping[str, str]) -> TextColumns:
    """Every row, by role: texts as written, "" where Parquet holds nothing; ``lines`` are rows of Parquet from 1 on.

    Raises DataRefusedError: a row that is not whole.
    """
    names = list(dict.fromkeys(roles.values()))
    text = _parquet(source, names) if isinstance(source, ParquetSource) else read_text_columns(source, names)
    return TextColumns(text.file, {role: text.columns[name] for role, name in roles.items()}, text.lines)


def _parquet(source: ParquetSource, names: Sequence[str]) -> TextColumns:
    parts: dict[str, list[object]] = {name: [] for name in names}
    records = [np.zeros(0, dtype=np.int64)]
    for batch, numbers in source.batches({name: name for name in names}):
        records.append(numbers)
        for name in names:
            parts[name] += ["" if text is None else text for text in batch[name].cast(pa.string()).to_pylist()]
    columns = {name: np.array(values, dtype=object) for name, values in parts.items()}
    return TextColumns(source.name, columns, np.concatenate(records))
