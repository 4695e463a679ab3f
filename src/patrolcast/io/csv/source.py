"""CSV in pieces: only the mapped columns, as text, with the number of each record; ragged rows are named, not shifted.

Measured on the Chicago schema: pyarrow's streaming reader with projected columns is the fastest that reports each
ragged row and keeps "NA" and leading zeros as they are written.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.io.csv.lines import iter_records, open_utf8
from patrolcast.io.csv.scan import CsvFacts, scan_csv
from patrolcast.io.sources.columnar import refuse_repeated_names
from patrolcast.numerics.arrays import IntArray

_BLOCK = 16 * 2**20
RAGGED_LONG, RAGGED_SHORT = "more fields than the header", "fewer fields than the header"


class CsvSource:
    """One CSV file: its facts at once, its rows in batches, the place of any row afterwards."""

    place = "line"

    def __init__(self, path: Path, *, delimiter: str, encoding: str, may_be_empty: bool = False) -> None:
        self.path, self.delimiter, self.encoding = path, delimiter, encoding
        self.facts: CsvFacts = scan_csv(path, delimiter=delimiter, encoding=encoding, may_be_empty=may_be_empty)
        self.name, self.sha256, self.bytes = path.name, self.facts.sha256, self.facts.bytes
        self.header, self.notes = self.facts.header, self.facts.notes
        self.plain = self.header
        refuse_repeated_names(self.header, self.name)
        self.ragged: list[tuple[int, int]] = []  # record number, fields
        self._n_records = 0

    def batches(self, columns: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], IntArray]]:
        """Role -> text of the mapped columns, and the record numbers (the header is record 1).

        Raises DataRefusedError: the rows do not fit the header, or the file is damaged.
        """
        wanted = list(dict.fromkeys(columns.values()))
        names = {name: f"c{i}" for i, name in enumerate(self.header)}
        n_read = 0
        self.ragged = []  # a second pass finds them again
        try:
            with open_utf8(self.path, self.encoding) as file:
                reader = pacsv.open_csv(
                    pa.PythonFile(file, "r"),
                    read_options=pacsv.ReadOptions(
                        use_threads=False, block_size=_BLOCK, column_names=list(names.values()), skip_rows=0
                    ),
                    parse_options=pacsv.ParseOptions(
                        delimiter=self.delimiter,
                        invalid_row_handler=self._invalid,
                        newlines_in_values=self.facts.n_quotes > 0,
                    ),
                    convert_options=pacsv.ConvertOptions(
                        include_columns=[names[name] for name in wanted],
                        column_types={names[name]: pa.string() for name in wanted},
                        strings_can_be_null=False,
                        check_utf8=False,
                    ),
                )
                for batch in reader:
                    records = self._records(n_read, batch.num_rows)
                    n_read += batch.num_rows
                    keep = slice(1, None) if records.size and records[0] == 1 else slice(None)  # the header itself
                    texts = {role: batch.column(names[name])[keep] for role, name in columns.items()}
                    yield texts, records[keep]
        except pa.ArrowInvalid as error:
            cure = "check its quotes and line ends near there"
            raise DataRefusedError(
                self.name, got=shown(str(error).split(";")[0]), rule="cannot be parted into rows", cure=cure
            ) from None
        self._n_records = n_read + len(self.ragged)
        if self._n_records != self.facts.n_records:  # no silent difference: what the parser saw is what the lines hold
            got = f"{self._n_records:,} rows where its lines hold {self.facts.n_records:,}"
            raise DataRefusedError(self.name, got=got, rule="cannot be parted into rows", cure="check its quotes")
        self._refuse_misfit(n_read - 1)

    def lines(self, records: IntArray) -> IntArray:
        """First physical line of each record (1-based); after all batches."""
        if self._n_records == self.facts.n_lines or not records.size:
            return records
        starts = np.zeros(self._n_records + 2, dtype=np.int64)
        with open_utf8(self.path, self.encoding) as file:
            for record, first, _, _ in iter_records(file, self.delimiter):
                if record < starts.size:
                    starts[record] = first
        return starts[np.minimum(records, starts.size - 1)]

    def unusable(self) -> dict[int, str]:
        """Record number -> rule, for rows whose bytes cannot be used; after all batches."""
        bad = self.facts.unusable
        if not bad or self._n_records == self.facts.n_lines:
            return dict(bad)
        unusable: dict[int, str] = {}
        with open_utf8(self.path, self.encoding) as file:
            for record, first, last, _ in iter_records(file, self.delimiter):
                unusable.update((record, bad[line]) for line in range(first, last + 1) if line in bad)
        return unusable

    def rejected(self) -> list[tuple[int, str, str]]:
        """Record number, rule, what was found, for rows that do not fit the header; after all batches."""
        width = len(self.header)
        return [
            (number, RAGGED_LONG if n > width else RAGGED_SHORT, f"{n} field{'s' * (n != 1)}")
            for number, n in self.ragged
        ]

    def _invalid(self, row: Any) -> str:  # noqa: ANN401
        self.ragged.append((row.number, row.actual_columns))
        return "skip"

    def _records(self, n_read: int, n: int) -> IntArray:
        """Record numbers of the next ``n`` good rows: good and ragged rows together are 1, 2, 3, ..."""
        good = np.arange(n_read, n_read + n, dtype=np.int64)
        before = np.array([number for number, _ in self.ragged], dtype=np.int64) - np.arange(1, len(self.ragged) + 1)
        return good + 1 + np.searchsorted(before, good, side="right")

    def _refuse_misfit(self, n_good: int) -> None:
        n, width = len(self.ragged), len(self.header)
        if n <= n_good:
            return
        number, fields = self.ragged[0]
        widths = f"{fields} fields in the first of {n} such rows, {width} in the header"
        raise DataRefusedError(
            f"{self.name} line {int(self.lines(np.array([number]))[0])}",
            got=widths,
            rule="most rows must fit the header",
            cure="check delimiter and quotes; a header without its last name shifts every column",
        )
