"""Tonight's snapshot of a query: rows that the database says are the same come from the store, the others from it.

Nothing is believed of a record number, a time of update or the order of rows: groups of rows are compared by the
digests that the database takes of them (`io.databases.changes`). Where it takes none, or where a column is not mapped
and has to be looked at each night, the query is read whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from patrolcast.domain.counted import names_shown
from patrolcast.domain.settings import Incidents
from patrolcast.intake.persons import refuse_person_columns
from patrolcast.io.databases.changes import DigestedRows, QueryComparison, compared, sums_of
from patrolcast.io.databases.rows import QueryRows, question_of
from patrolcast.io.databases.statement import Known
from patrolcast.io.hashing import digest
from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.io.increment.folder import Snapshot, StoredPart, StoredSource, StoreFolder
from patrolcast.io.sources.columnar import refuse_repeated_names
from patrolcast.io.sources.export import mapped_columns
from patrolcast.numerics.arrays import IntArray
from patrolcast.runs.load.increment.keyed import Ordered, live_rows, no_rows, ordered_rows, part_of_rows, same_rows
from patrolcast.runs.load.increment.rows import PartRows, from_bytes, to_bytes
from patrolcast.runs.load.increment.update import mapping_of

ROWS_IN_A_GROUP = 4
LEAST_BITS, USUAL_BITS, MOST_BITS = 8, 16, 18
"""Groups are a few rows each, so that a change takes few others with it; beyond 2**16 of them, which have to be given
every night, they grow to 32 rows before there are more."""
_MOST_NEW, _MOST_GROUPS, _MOST_DEAD = 0.25, 20_000, 2
"""New rows, groups, and stored rows for each that lives, beyond which everything is read, and stored, anew."""


class StoredQuery(QueryRows):
    """A query whose rows came through the store, in the place of one that is read (`io.sources.export.Source`)."""

    plain: tuple[str, ...] = ()
    """None: every column is mapped, so that there is none to be looked at."""

    def __init__(self, stored: StoredSource, ordered: Ordered) -> None:
        super().__init__(stored.name, ordered.unusable)
        self.header, self.sha256, self.bytes = stored.header, ordered.sha256, ordered.bytes

    def batches(self, columns: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], IntArray]]:
        """Nothing is left to be read.

        Raises NotStoredError: always.
        """
        raise NotStoredError(f"the rows of {names_shown(list(columns.values()))} are asked for once more")


@dataclass
class QueryUpdate:
    """One night's reading of a query through its store.

    Attributes
    ----------
    known : what its binds stand for.
    made_by, now, check_days : as of `update.Update`.
    text : what had to be done, for a log line.
    """

    store: StoreFolder
    incidents: Incidents
    known: Known
    made_by: str
    now: datetime
    check_days: int = 7
    text: str = field(default="", init=False)

    def run(self) -> tuple[StoredQuery, Ordered]:
        """The rows as the database gives them now. A new snapshot is written where anything is new.

        Raises
        ------
        NotStoredError
            they cannot be had in parts; why.
        PatrolcastError
            one line without the URL: the database or the store cannot be used.
        """
        question = question_of(self.incidents, self.known)
        with compared(question) as comparison:
            self._require_mapped(comparison, question.name)
            return self._compared(comparison, question.name)

    def _require_mapped(self, comparison: QueryComparison, name: str) -> None:
        columns = set(mapped_columns(self.incidents).values())
        refuse_repeated_names(comparison.header, name)
        refuse_person_columns(comparison.header, columns, file=name)
        if missing := columns - set(comparison.header):
            raise NotStoredError(f"it lacks {names_shown(sorted(missing))}")
        if free := [column for column in comparison.header if column not in columns]:
            why = "which are looked at anew every night: leave them out of the query"
            raise NotStoredError(f"it has columns that are not mapped ({names_shown(free)}), {why}")

    def _compared(self, comparison: QueryComparison, name: str) -> tuple[StoredQuery, Ordered]:
        mapping, time_format = mapping_of(self.incidents), self.incidents.time_format
        last = self.store.newest(mapping=mapping)
        before = last.sources[0] if last is not None and last.made_by == self.made_by else None
        due = last is not None and last.is_due(self.now, check_days=self.check_days)
        held = None
        if before is not None and before.shape == comparison.shape:
            held = self._brought_up_to_date(comparison, before, name)
        ordered = None if held is None else ordered_rows(held.live, comparison.header, time_format)
        fresh = ordered is None or due
        if fresh:
            parts = [part for rows in comparison.rows() if (part := self._part([rows], name)) is not None]
            whole = ordered_rows(parts, comparison.header, time_format)
            self.text = f"all {whole.raw.n_rows:,} rows read from the database"
            self.text += ", and compared with the store" * (ordered is not None)
            if ordered is None or not same_rows(ordered, whole):
                self.text += "; the store did not hold what the database says" * (ordered is not None)
                held, ordered = _Held(_bits_for(whole.raw.n_rows), [self._write(part) for part in parts], parts), whole
        assert held is not None
        assert ordered is not None
        moment = self.known.as_of if "as_of" in comparison.bound else None
        source = StoredSource(
            name, ordered.sha256, ordered.bytes, comparison.header, (), 0, tuple(held.stored), comparison.shape,
            held.bits, "" if moment is None else moment.astimezone(UTC).isoformat(),
        )  # fmt: skip
        if last is None or fresh or (source,) != last.sources:
            checked_at = self.now if last is None or fresh else last.checked_at
            self.store.write(Snapshot(0, self.now, checked_at, mapping, self.made_by, (source,)))
        return StoredQuery(source, ordered), ordered

    def _brought_up_to_date(self, comparison: QueryComparison, before: StoredSource, name: str) -> _Held | None:
        """What stands in the store, and a part of the groups that changed; None where reading everything is cheaper."""
        held = held_parts(self.store, before)
        if held is None:
            return None
        digests = np.concatenate([part.columns["digest"] for part in held.live])
        counts, sums = comparison.sums(held.bits)
        known = sums_of(digests, held.bits)
        changed: IntArray = np.flatnonzero((counts != known[0]) | (sums != known[1]))
        n_new = int(counts[changed].sum())
        n_stored = n_new + sum(part.n_rows for part in held.parts)
        if n_new > _MOST_NEW * counts.sum() or changed.size > _MOST_GROUPS or n_stored > _MOST_DEAD * counts.sum():
            return None
        self.text = f"{n_new:,} of {int(counts.sum()):,} rows read from the database"
        if not changed.size:
            return held
        part = self._part(comparison.rows(changed, bits=held.bits), name, changed)
        part = part or no_rows(held.parts[0], changed)
        read = sums_of(part.columns["digest"], held.bits)
        if any((now[changed] != then[changed]).any() for now, then in zip(read, (counts, sums), strict=True)):
            raise NotStoredError("it gave other rows when it was asked again")
        return _Held(held.bits, [*held.stored, self._write(part)], [*held.parts, part])

    def _part(self, rows: Iterable[DigestedRows], name: str, groups: IntArray | None = None) -> PartRows | None:
        columns = mapped_columns(self.incidents)
        return part_of_rows(rows, columns, name=name, time_format=self.incidents.time_format, groups=groups)

    def _write(self, part: PartRows) -> StoredPart:
        data = to_bytes(part)
        sha256 = hashlib.sha256(data).hexdigest()
        file = f"{digest(self.made_by, mapping_of(self.incidents), sha256)}.parquet"
        self.store.write_part(file, data)
        return StoredPart(sha256, len(data), part.n_rows, file, sha256)


@dataclass(frozen=True)
class _Held:
    """Parts of a query, in the order in which they were read."""

    bits: int
    stored: list[StoredPart]
    parts: list[PartRows]

    @property
    def live(self) -> list[PartRows]:
        """Without the rows that later parts stand for."""
        return live_rows(self.parts, self.bits)


def held_parts(store: StoreFolder, source: StoredSource) -> _Held | None:
    """The parts of a query as it was on one night; None where one is damaged or gone.

    Raises NotStoredError: one is none.
    """
    contents = [store.part(part) for part in source.parts]
    parts = [from_bytes(data) for data in contents if data is not None]
    return _Held(source.bits, list(source.parts), parts) if len(parts) == len(contents) else None


def query_as_stored(store: StoreFolder, snapshot: Snapshot, time_format: str | None) -> tuple[StoredQuery, Ordered]:
    """The rows of a past night.

    Raises NotStoredError: a part is damaged or gone.
    """
    (source,) = snapshot.sources
    held = held_parts(store, source)
    if held is None:
        raise NotStoredError("a damaged part")
    ordered = ordered_rows(held.live, source.header, time_format)
    if ordered.sha256 != source.sha256:
        raise NotStoredError("parts that are not those of that night")
    return StoredQuery(source, ordered), ordered


def _bits_for(n_rows: int) -> int:
    few, many = (n_rows // ROWS_IN_A_GROUP).bit_length(), (n_rows // 32).bit_length()
    return min(max(min(few, USUAL_BITS), many, LEAST_BITS), MOST_BITS)
