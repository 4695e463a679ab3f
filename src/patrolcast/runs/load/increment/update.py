"""Tonight's snapshot of an export: parts that stand in the store are taken from it, others are read from their lines.

A file that begins with the bytes of the last snapshot had lines added, and only those are cut; any other is cut whole,
and each stretch that the last snapshot knows is taken from the store. What is damaged or gone there is read again.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import Incidents
from patrolcast.intake.clock.apart import CLOCK_ROLES
from patrolcast.intake.raw_rows import CODE_ROLES, CodeColumn, RowCollector
from patrolcast.io.csv.source import CsvSource
from patrolcast.io.hashing import digest, file_sha256
from patrolcast.io.increment.cuts import Cuts, NotStoredError, Stretch, continued, lines_at, still, stretches
from patrolcast.io.increment.folder import Snapshot, StoredPart, StoredSource, StoreFolder
from patrolcast.io.increment.stretch import header_of, read_alone, unpacked
from patrolcast.io.sources.export import mapped_columns
from patrolcast.runs.load.increment.rows import Beside, PartRows, from_bytes, part_of, to_bytes

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_DELIMITED = frozenset({".csv", ".txt", ".tsv", ".gz", ".zip"})
_BOM = ((), ("byte-order mark",))
Read = list[list[tuple[int, PartRows]]]
"""Of each file its parts in order, each with the number of lines between the header and it."""


@dataclass
class Effort:
    """What an update had to do: parts in all, those read from their lines, those that were not what their lines say."""

    parts: int = 0
    read: int = 0
    differed: int = 0
    damaged: int = 0
    checked: bool = False

    @property
    def text(self) -> str:
        """For a log line."""
        text = f"{self.read} of {self.parts} parts read from the export"
        text += ", all of them compared with the store" if self.checked else ""
        text += f", {self.damaged} damaged ones among them" if self.damaged else ""
        return text + (f"; {self.differed} were not what their lines say" if self.differed else "")


def mapping_of(incidents: Incidents) -> str:
    """SHA-256 of everything in the config that decides how a field is read.

    Raises NotStoredError: the export is none that is stored.
    """
    columns = dict(sorted(mapped_columns(incidents).items()))
    if incidents.database is not None:
        query = [incidents.database, incidents.sql, incidents.table, incidents.first_day]  # which is :since
        return digest(query, columns, incidents.time_format)
    stated = incidents.path if isinstance(incidents.path, list) else [incidents.path]
    paths = [path for path in stated if path is not None]
    if incidents.format not in {None, "csv"} or any(path.suffix.lower() not in _DELIMITED for path in paths):
        raise NotStoredError("only delimited text is stored; other files are read anew every night")
    named = [path.name for path in paths]
    return digest(named, columns, incidents.time_format, incidents.delimiter, codecs.lookup(incidents.encoding).name)


@dataclass
class Update:
    """One night's reading of an export through its store.

    Attributes
    ----------
    made_by : SHA-256 of the code and libraries that read; parts of others are read again.
    check_days : after so many days everything is read again and compared.
    before : the snapshot that tonight's goes on from; None where there is none, and where all is compared.
    """

    store: StoreFolder
    incidents: Incidents
    made_by: str
    now: datetime
    check_days: int = 7
    cuts: Cuts = field(default_factory=Cuts)
    effort: Effort = field(default_factory=Effort)
    before: Snapshot | None = field(default=None, init=False)

    def run(self) -> tuple[Snapshot, Read]:
        """The export as it lies there now, and its rows. A new snapshot is written where anything is new.

        Raises
        ------
        NotStoredError
            it cannot be read in parts; why.
        PatrolcastError
            the store cannot be written.
        """
        mapping = mapping_of(self.incidents)
        last = self.store.newest(mapping=mapping)
        checked_at = self.now
        if last is not None and last.made_by == self.made_by:
            self.effort.checked = last.is_due(self.now, check_days=self.check_days)
            checked_at = self.now if self.effort.checked else last.checked_at
        else:
            last = None
        self.before = None if self.effort.checked else last
        paths = self.incidents.path if isinstance(self.incidents.path, list) else [self.incidents.path]
        sources, rows = [], []
        for i, path in enumerate(paths):
            assert path is not None  # a database is read by `query`
            before = last.sources[i] if last is not None else None
            source, parts = self._file(path, before, mapping)
            sources.append(source)
            rows.append(parts)
        snapshot = Snapshot(0, self.now, checked_at, mapping, self.made_by, tuple(sources))
        if last is None or snapshot.sources != last.sources or self.effort.checked:
            return self.store.write(snapshot), rows
        return last, rows

    def _file(
        self, path: Path, last: StoredSource | None, mapping: str
    ) -> tuple[StoredSource, list[tuple[int, PartRows]]]:
        begun = still(path)
        with unpacked(path) as lines:
            source, rows = self._lines(lines, last, mapping)
        if lines != path:
            source = replace(source, sha256=file_sha256(path))
        if still(path) != begun:
            raise NotStoredError("it changed while it was read")
        return replace(source, name=path.name, bytes=begun[0]), rows

    def _lines(
        self, path: Path, last: StoredSource | None, mapping: str
    ) -> tuple[StoredSource, list[tuple[int, PartRows]]]:
        """The lines of an open file; it is named, and of a packed one hashed, by whoever knows the file."""
        header = header_of(path, self.incidents.encoding)
        known = {} if last is None else {part.content: part for part in last.parts}
        reader = _Reader(self, header, mapping, known, Beside(0 if last is None else _most_rows(last, path)))
        prefix, whole = self._prefix(path, header, last)
        place, offset = len(header), 0
        parts, rows = list[StoredPart](), list[tuple[int, PartRows]]()
        for part in prefix:
            parts.append(reader.stored(part, path, place))
            rows.append((offset, reader.rows))
            place, offset = place + part.bytes, offset + part.n_lines
        for stretch in stretches(path, place, self.cuts):
            whole.update(stretch.body)
            parts.append(reader.known(stretch))
            rows.append((offset, reader.rows))
            offset += stretch.n_lines
        names, notes = reader.facts or ((last.header, last.notes) if last is not None else ((), ()))
        source = StoredSource(path.name, whole.hexdigest(), place, names, notes, len(header), tuple(parts))
        return source, rows

    def _prefix(self, path: Path, header: bytes, last: StoredSource | None) -> tuple[tuple[StoredPart, ...], Hash]:
        """Parts that stand because the file begins with what it was, all but the last; and the hash of their bytes."""
        if last is not None and not self.effort.checked and last.start == len(header) and _is_all(last):
            prefix = last.parts[:-1]
            upto = last.start + sum(part.bytes for part in prefix)
            whole = continued(path, upto=upto, was_bytes=last.bytes, was_sha256=last.sha256)
            if whole is not None:
                return prefix, whole
        return (), hashlib.sha256(header)


def _is_all(stored: StoredSource) -> bool:
    """Whether the parts are as many bytes as the file had: none is left out, none stands twice."""
    return stored.start + sum(part.bytes for part in stored.parts) == stored.bytes


def _most_rows(last: StoredSource, path: Path) -> int:
    """Rows that a file of about the same lines may have, and some more."""
    n_lines, n_bytes = sum(part.n_lines for part in last.parts), sum(part.bytes for part in last.parts)
    return int(n_lines * still(path)[0] / max(n_bytes, 1) * 1.05) + 2**16


@dataclass
class _Reader:
    """Takes the parts of one file from the store, or from their lines; ``rows`` are those of the last one."""

    update: Update
    header: bytes
    mapping: str
    by_content: dict[str, StoredPart]
    beside: Beside
    facts: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    rows: PartRows = field(init=False)

    def stored(self, part: StoredPart, path: Path, place: int) -> StoredPart:
        """A part whose lines are known to stand at a place of the file."""
        if self._taken(part):
            return part
        body = lines_at(path, place, part.bytes)
        if self._content(body) != part.content:
            raise NotStoredError("it changed while it was read")
        return self._read(part.content, body, part.n_lines, part)

    def known(self, stretch: Stretch) -> StoredPart:
        """A stretch of lines, which the last snapshot may know."""
        content = self._content(stretch.body)
        part = self.by_content.get(content)
        if part is not None and not self.update.effort.checked and self._taken(part):
            return part
        return self._read(content, stretch.body, stretch.n_lines, part)

    def _content(self, body: bytes) -> str:
        whole = hashlib.sha256(self.header)
        whole.update(body)
        return whole.hexdigest()

    def _taken(self, part: StoredPart) -> bool:
        data = self.update.store.part(part)
        if data is None:
            return False
        self.rows = self.beside.take(from_bytes(data))
        self.update.effort.parts += 1
        return True

    def _read(self, content: str, body: bytes, n_lines: int, was: StoredPart | None) -> StoredPart:
        effort, store = self.update.effort, self.update.store
        rows = self._from_lines(body, n_lines)
        data = to_bytes(rows)
        self.rows = self.beside.take(rows)
        sha256 = hashlib.sha256(data).hexdigest()
        effort.parts, effort.read = effort.parts + 1, effort.read + 1
        if was is not None:
            is_whole = store.part(was) is not None
            effort.damaged += not is_whole
            effort.differed += is_whole and was.sha256 != sha256
            if is_whole and was.sha256 == sha256:
                return was
        file = f"{digest(self.update.made_by, self.mapping, content)}.parquet"
        store.write_part(file, data)
        return StoredPart(content, len(body), n_lines, file, sha256)

    def _from_lines(self, body: bytes, n_lines: int) -> PartRows:
        incidents = self.update.incidents
        columns = mapped_columns(incidents)
        alone = read_alone(self.header, body, delimiter=incidents.delimiter, encoding=incidents.encoding)
        with alone as source:
            if source.facts.n_lines != n_lines + 1 or source.notes not in _BOM:
                raise NotStoredError("its lines end in more than one way, or in filling")
            if any(name not in source.header for name in columns.values()):
                raise NotStoredError("its header lacks a column that is mapped")
            self.facts = source.header, source.notes
            return _rows_of(source, columns, incidents.time_format)


def _rows_of(source: CsvSource, columns: dict[str, str], time_format: str | None) -> PartRows:
    collector = RowCollector(time_format)
    clocks: dict[str, list[str]] = {role: [] for role in CLOCK_ROLES if role in columns}
    n = 0
    try:
        for batch, records in source.batches(columns):
            n += records.size
            collector.take(batch, records, file=0, name=source.name, headers=columns)
            for role, texts in clocks.items():
                texts += [(text or "").strip() for text in batch[role].to_pylist()]
    except DataRefusedError:
        raise NotStoredError("a part of it is refused by itself") from None
    if not n:
        raise NotStoredError("a part of it holds no row")
    raw = collector.table()
    codes = {role: column for role in CODE_ROLES if (column := getattr(raw, role)) is not None}
    for role, texts in clocks.items():
        indices, names = pd.factorize(np.array(texts, dtype=object))
        codes[role] = CodeColumn(indices.astype(np.int32), tuple(names.tolist()))
    return part_of(raw, codes, ragged=source.ragged, unusable=source.unusable())
