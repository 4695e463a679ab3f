"""Rows in an order that the rows alone decide, and the SHA-256 of all of them, in bounded memory.

A database promises no order, so the same night read twice may come in another one. Rows are therefore put in the order
of their own digests: the same rows are the same sequence with the same hash, from wherever they come. Up to 100,000
stand in memory; more go to unnamed temporary files by the first bits of their digest, and are sorted part by part.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np
import pyarrow as pa

from patrolcast.domain.errors import CannotWriteError
from patrolcast.io.csv.lines import HOLDS_NUL, LINE_TOO_LONG, LONGEST_ROW

_HELD_ROWS = 100_000
_PARTS = 64
_KEY, _REST, FAULT = "#key", "#rest", "#fault"
FAULTS = {1: HOLDS_NUL, 2: LINE_TOO_LONG}
"""Number in the column :data:`FAULT` -> rule by which the row is refused; 0 where it is usable."""
_CUT = 200


class OrderedRows:
    """Takes rows in any order, gives them in their own.

    Parameters
    ----------
    names : columns, as they come.
    deciding : those of them that decide the order and the hash; the others only part rows that are equal in these.
    """

    def __init__(self, names: Sequence[str], deciding: Sequence[str]) -> None:
        self._names = list(names)
        decide = (i for i, name in enumerate(names) if name in set(deciding))
        self._deciding = sorted(decide, key=self._names.__getitem__)  # whatever the order of a query's columns
        self._others = [i for i in range(len(names)) if i not in set(self._deciding)]
        texts = [(name, pa.string()) for name in names]
        self._schema = pa.schema([*texts, (_KEY, pa.binary(32)), (_REST, pa.binary(8)), (FAULT, pa.int8())])
        self._held: list[pa.Table] = []
        self._n_held = self.n_rows = self.bytes = 0
        self._files: list[IO[bytes]] = []
        self._writers: list[pa.RecordBatchWriter] = []
        self._sha256: str | None = None

    def add(self, columns: Sequence[list[str | None]]) -> None:
        """Some rows, column by column."""
        rows = list(zip(*columns, strict=True))
        if not rows:
            return
        keys, rest, faults = [], [], np.zeros(len(rows), dtype=np.int8)
        for i, row in enumerate(rows):
            mine = _joined([row[j] for j in self._deciding])
            keys.append(hashlib.sha256(mine).digest())
            rest.append(hashlib.blake2b(_joined([row[j] for j in self._others]), digest_size=8).digest())
            self.bytes += len(mine)
            if len(mine) > LONGEST_ROW:
                faults[i] = 2
            elif b"\0" in mine:
                faults[i] = 1
        short = [self._bounded(values, cut=j not in self._deciding) for j, values in enumerate(columns)]
        for at in np.flatnonzero(faults == 2).tolist():
            for values in short:
                values[at] = None if (text := values[at]) is None else text[:_CUT]
        arrays = [pa.array(values, pa.string()) for values in short]
        arrays += [pa.array(keys, pa.binary(32)), pa.array(rest, pa.binary(8)), pa.array(faults)]
        self._held.append(pa.Table.from_arrays(arrays, schema=self._schema))
        self._n_held += len(rows)
        self.n_rows += len(rows)
        if self._n_held > _HELD_ROWS:
            self._spill()

    @staticmethod
    def _bounded(values: list[str | None], *, cut: bool) -> list[str | None]:
        """Columns that are only looked at are never kept whole: a narrative is long, and says nothing to the look."""
        return [value if value is None else value[:_CUT] for value in values] if cut else list(values)

    def _spill(self) -> None:
        try:
            if not self._files:
                self._files = [tempfile.TemporaryFile() for _ in range(_PARTS)]  # noqa: SIM115
                self._writers = [pa.ipc.new_stream(file, self._schema) for file in self._files]
            in_memory = pa.concat_tables(self._held).combine_chunks()
            first = in_memory.column(_KEY).combine_chunks().buffers()[1]
            part = np.frombuffer(first, dtype=np.uint8)[: in_memory.num_rows * 32 : 32] // (256 // _PARTS)
            for number in np.unique(part):
                self._writers[number].write_table(in_memory.take(pa.array(np.flatnonzero(part == number))))
        except OSError as error:
            rule, cure = "rows of a database are sorted there", "make room, or name another folder in TMPDIR"
            raise CannotWriteError(
                "the folder for temporary files", got=error.strerror or "an error", rule=rule, cure=cure
            ) from None
        self._held, self._n_held = [], 0

    @property
    def sha256(self) -> str:
        """Of the columns' names and every row, in order."""
        if self._sha256 is None:
            whole = hashlib.sha256(_joined([self._names[i] for i in self._deciding]))
            for table in self._tables():
                for key in table.column(_KEY).to_pylist():
                    whole.update(key)
            self._sha256 = whole.hexdigest()
        return self._sha256

    def tables(self) -> Iterator[pa.Table]:
        """All rows in order, part by part: the columns as text, and :data:`FAULT`."""
        for table in self._tables():
            yield table.drop_columns([_KEY, _REST])

    def _tables(self) -> Iterator[pa.Table]:
        if self._files and self._held:
            self._spill()
        for writer in self._writers:
            writer.close()
        self._writers = []
        in_memory = pa.concat_tables(self._held) if self._held else self._schema.empty_table()
        for table in map(_stored, self._files) if self._files else iter([in_memory]):
            if table.num_rows:
                yield table.sort_by([(_KEY, "ascending"), (_REST, "ascending")]).combine_chunks()

    def close(self) -> None:
        """Gives memory and temporary files back."""
        for file in self._files:
            file.close()
        self._files, self._held = [], []


def _stored(file: IO[bytes]) -> pa.Table:
    file.seek(0)
    return pa.ipc.open_stream(file).read_all()


def _joined(values: Sequence[str | None]) -> bytes:
    """Texts as bytes from which they could be parted again: no two rows are the same bytes."""
    parts = ["-" if value is None else f"{len(value)}:{value}" for value in values]
    return "".join(parts).encode("utf-8", "surrogatepass")
