"""A file of the export whose rows came from the store, in the place of an open one (`io.sources.export.Source`)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from patrolcast.io.csv.source import RAGGED_LONG, RAGGED_SHORT
from patrolcast.io.increment.folder import StoredSource
from patrolcast.io.increment.stretch import head_of, read_alone
from patrolcast.numerics.arrays import IntArray
from patrolcast.runs.load.increment.rows import PartRows


class StoredFile:
    """One file: what it is comes from the snapshot, its rows are read already; tonight's first lines can be looked at.

    Its records are its lines, so a record number is its own place.

    Parameters
    ----------
    parts : in order, each with the number of lines between the header and it.
    path : the file as it lies there now; None: it is not looked at, because it was before, or its lines are gone.
    """

    place = "line"

    def __init__(
        self,
        stored: StoredSource,
        parts: list[tuple[int, PartRows]],
        path: Path | None,
        *,
        delimiter: str,
        encoding: str,
    ) -> None:
        self.name, self.sha256, self.bytes = stored.name, stored.sha256, stored.bytes
        self.header, self.notes = stored.header, stored.notes
        self.plain: tuple[str, ...] = () if path is None else stored.header
        self._path, self._written = path, {"delimiter": delimiter, "encoding": encoding}
        self._unusable = {record + offset: rule for offset, rows in parts for record, rule in rows.unusable.items()}
        self._ragged = [(record + offset, n) for offset, rows in parts for record, n in rows.ragged]

    def batches(self, columns: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], IntArray]]:
        """The first pieces only: what the look at unmapped columns asks for."""
        if self._path is None:
            return
        header, body = head_of(self._path)
        with read_alone(header, body, **self._written) as source:
            yield from source.batches(columns)

    def lines(self, records: IntArray) -> IntArray:
        """Records are lines."""
        return records

    def unusable(self) -> dict[int, str]:
        """Record number -> rule, for rows whose bytes cannot be used."""
        return self._unusable

    def rejected(self) -> list[tuple[int, str, str]]:
        """Record number, rule, what was found, for rows that do not fit the header."""
        width = len(self.header)
        return [
            (record, RAGGED_LONG if n > width else RAGGED_SHORT, f"{n} field{'s' * (n != 1)}")
            for record, n in self._ragged
        ]
