"""A sample of columns that a config does not map: what a run looks at to see whether they say who started a call.

Only the first piece of a file is opened, and rows are taken evenly from it; two columns that both say who started a
call are compared in every row. Nothing of it is kept or stored; a column that cannot be read as text is left out.
"""

from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.sources.export import SAMPLE_ROWS, Source


def first_look(source: Source, names: list[str]) -> pd.DataFrame:
    """Up to 20,000 rows of these columns as text without spaces around it, "" where nothing stands.

    Parameters
    ----------
    names : columns of plain values; a name that the source lacks is left out.
    """
    wanted = [name for name in names if name in source.plain]
    if not wanted:
        return pd.DataFrame()
    try:
        batch, records = next(source.batches({name: name for name in wanted}), ({}, np.empty(0, dtype=np.int64)))
    except DataRefusedError:
        return pd.DataFrame()  # the run itself reads the file next, and says what is wrong with it
    at = pa.array(np.unique(np.linspace(0, max(records.size - 1, 0), min(records.size, SAMPLE_ROWS)).astype(np.int64)))
    return pd.DataFrame({name: _texts(values.take(at)) for name, values in batch.items()})


def first_texts(source: Source, name: str) -> pa.Array:
    """One column of the file's first piece, every row of it, as text without spaces around it."""
    if name not in source.plain:
        return pa.array([], pa.string())
    try:
        batch, _ = next(source.batches({name: name}), ({}, np.empty(0, dtype=np.int64)))
    except DataRefusedError:
        return pa.array([], pa.string())
    return pa.array(_texts(batch[name]) if name in batch else [], pa.string())


def count_pairs(source: Source, a: str, b: str) -> Counter[tuple[str, str]]:
    """Rows of the whole file by the values of two columns, as texts without spaces around them.

    Raises DataRefusedError: the file is damaged, or changes while it is read.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    if a not in source.plain or b not in source.plain:
        return pairs
    for batch, _ in source.batches({a: a, b: b}):
        pairs.update(zip(_texts(batch[a]), _texts(batch[b]), strict=True))
    return pairs


def _texts(values: pa.Array) -> list[str]:
    try:
        plain = values.cast(pa.string()).cast(pa.binary()).dictionary_encode()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return [""] * len(values)
    if isinstance(plain, pa.ChunkedArray):
        plain = plain.combine_chunks()
    texts = [text.decode("utf-8", "replace").strip() for text in plain.dictionary.to_pylist()]
    return ["" if code is None else texts[code] for code in plain.indices.to_pylist()]
