"""Raw batches -> compact columns: times as integers, coordinates as floats, texts as codes.

The text of a row is dropped at once, so that an export of millions of rows fits into memory; only fields that cannot
be read keep theirs, for the quarantine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.intake.clock.apart import CLOCK_ROLES, read_clocks
from patrolcast.intake.clock.stated import StatedTimes
from patrolcast.intake.coordinates import parse_numbers
from patrolcast.intake.corrections.record_numbers import NumberColumn, read_numbers
from patrolcast.intake.corrections.reversals import signs_first
from patrolcast.intake.times import NOT_A_TIME, parse_times
from patrolcast.numerics.arrays import BoolArray, FloatArray, Int32Array, IntArray
from patrolcast.numerics.typed_text import typed_as_text

TIME_ROLES = ("occurred_at", "occurred_until", "reported_at", "updated_at")
NUMBER_ROLES = ("longitude", "latitude")
CODE_ROLES = ("offence", "call_source", "status")
ID_ROLES = ("record_id", "supersedes")
_MOST_TEXTS = 200_000
"""Unreadable texts that are held; of further ones only the position is."""


@dataclass(frozen=True)
class TimeColumn:
    """A whole column of times; ``micros`` is NOT_A_TIME where it is missing or unreadable."""

    micros: IntArray
    missing: BoolArray
    is_instant: bool
    only_dates: bool


@dataclass(frozen=True)
class CodeColumn:
    """A whole column of codes: position in ``texts`` for each row."""

    codes: Int32Array
    texts: tuple[str, ...]


@dataclass(frozen=True)
class RawTable:
    """All rows of all files, in file order.

    ``unreadable`` holds, per role, the positions of rows whose field could not be read and the text that stood there;
    ``clocks``, per role of a time, its time of day where that stands apart: microseconds, NO_CLOCK where there is none.
    """

    file: npt.NDArray[np.int16]
    record: Int32Array
    times: Mapping[str, TimeColumn]
    longitude: FloatArray
    latitude: FloatArray
    offence: CodeColumn
    call_source: CodeColumn | None
    numbers: NumberColumn | None
    unreadable: Mapping[str, tuple[IntArray, list[str]]]
    clocks: Mapping[str, IntArray] = field(default_factory=dict)
    status: CodeColumn | None = None
    count: FloatArray | None = None
    supersedes: NumberColumn | None = None

    @property
    def n_rows(self) -> int:
        """Rows."""
        return int(self.record.size)

    def without_places(self) -> "RawTable":
        """What notes look at: nobody asks for a place or a number any more, and they are half of the table."""
        nowhere = np.zeros(0)
        return replace(self, longitude=nowhere, latitude=nowhere, numbers=None, supersedes=None)


class _Growing:
    """An array that doubles; large blocks go back to the system at once, unlike thousands of small ones.

    Room that nothing was written to takes no memory.
    """

    def __init__(self) -> None:
        self._room: npt.NDArray[Any] = np.empty(0)
        self._n = 0

    def extend(self, values: npt.NDArray[Any]) -> None:
        n = self._n + values.size
        if n > self._room.size or self._room.dtype != values.dtype:
            room = np.empty(max(n, 2 * self._room.size), dtype=values.dtype)
            room[: self._n] = self._room[: self._n]
            self._room = room
        self._room[self._n : n] = values
        self._n = n

    def whole(self) -> npt.NDArray[Any]:
        self._room.resize(self._n, refcheck=False)  # the room that was not needed goes back to the system
        return self._room


@dataclass
class RowCollector:
    """Takes batches, gives one :class:`RawTable`."""

    time_format: str | None
    _parts: dict[str, _Growing] = field(default_factory=dict)
    _dated: dict[str, StatedTimes] = field(default_factory=dict)
    _texts: dict[str, dict[str, int]] = field(default_factory=dict)
    _bad: dict[str, list[tuple[IntArray, list[str]]]] = field(default_factory=dict)
    _n: int = 0

    def take(
        self, columns: Mapping[str, Any], records: IntArray, *, file: int, name: str, headers: Mapping[str, str]
    ) -> None:
        """One batch of file number ``file`` (called ``name``): role -> arrow array, and record numbers.

        Raises DataRefusedError: a column of times that is text without a declared format, or numbers; or whose times
        an earlier file writes otherwise.
        """
        for role, column in columns.items():
            values = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
            if role in TIME_ROLES:
                self._take_times(role, values, name, headers.get(role, role))
            elif role in NUMBER_ROLES:
                self._take_numbers(role, values)
            elif role == "count":
                self._take_numbers(role, signs_first(values))
            elif role in CODE_ROLES or role in CLOCK_ROLES:
                self._append(role, self._codes(role, values))
            elif role in ID_ROLES:
                numbers = read_numbers(values)
                self._append(role, numbers.bits)
                self._append(f"{role} kind", numbers.kind)
        self._append("record", records.astype(np.int32))
        self._append("file", np.full(records.size, file, dtype=np.int16))
        self._n += int(records.size)

    def table(self) -> RawTable:
        """Everything taken so far."""
        join = {role: part.whole() for role, part in self._parts.items()}
        times = {
            role: TimeColumn(join[role], join[f"{role} missing"], stated.is_instant, stated.only_dates)
            for role, stated in self._dated.items()
        }
        codes = {role: CodeColumn(join[role], tuple(texts)) for role, texts in self._texts.items()}
        ids = {role: NumberColumn(join[role], join[f"{role} kind"]) for role in ID_ROLES if role in join}
        unreadable = {
            role: (np.concatenate([at for at, _ in parts]), [text for _, texts in parts for text in texts])
            for role, parts in self._bad.items()
        }
        clocks = {}
        for role, of in CLOCK_ROLES.items():
            if role in codes:
                clocks[of], unreadable[role] = _clocks(codes[role])
        return RawTable(
            join["file"], join["record"], times, join["longitude"], join["latitude"],
            codes["offence"], codes.get("call_source"), ids.get("record_id"), unreadable, clocks, codes.get("status"),
            join.get("count"), ids.get("supersedes"),
        )  # fmt: skip

    def _append(self, role: str, values: Any) -> None:  # noqa: ANN401
        self._parts.setdefault(role, _Growing()).extend(values)

    def _take_times(self, role: str, values: Any, name: str, header: str) -> None:  # noqa: ANN401
        try:
            parsed = parse_times(values, self.time_format)
        except TypeError as error:
            rule, cure = "times are text with a declared format", "set [incidents] time_format, e.g. %Y-%m-%d %H:%M:%S"
            if str(error).startswith("numbers"):
                cure = "set [incidents] time_format to 'epoch' (seconds) or 'epoch_ms' (milliseconds since 1970)"
            what = f"{name} column {shown(header)}"
            raise DataRefusedError(what, got=str(error), rule=rule, cure=cure) from None
        bad = (parsed.micros == NOT_A_TIME) & ~parsed.missing
        self._note_unreadable(role, bad, values)
        self._append(role, parsed.micros)
        self._append(f"{role} missing", parsed.missing)
        self._dated.setdefault(role, StatedTimes()).take(parsed, file=name, header=header)

    def _take_numbers(self, role: str, values: Any) -> None:  # noqa: ANN401
        try:
            numbers, bad = parse_numbers(values)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            numbers, bad = np.full(len(values), np.nan), np.ones(len(values), dtype=bool)
        self._note_unreadable(role, bad, values)
        self._append(role, np.where(bad, np.nan, numbers) if bad.any() else numbers)

    def _note_unreadable(self, role: str, bad: BoolArray, values: Any) -> None:  # noqa: ANN401
        at = np.flatnonzero(bad)
        if not at.size:
            return
        so_far = sum(len(texts) for _, texts in self._bad.get(role, []))
        first = values.take(pa.array(at[: max(_MOST_TEXTS - so_far, 0)]))
        texts = [str(text) for text in first.cast(pa.string()).to_pylist()]
        self._bad.setdefault(role, []).append((at + self._n, texts + [""] * (at.size - len(texts))))

    def _codes(self, role: str, values: Any) -> Int32Array:  # noqa: ANN401
        encoded = pc.dictionary_encode(typed_as_text(values))
        known = self._texts.setdefault(role, {})
        texts = [(text or "").strip() for text in encoded.dictionary.to_pylist()]
        codes = np.array([known.setdefault(text, len(known)) for text in [*texts, ""]], dtype=np.int32)
        return codes[np.asarray(pc.fill_null(encoded.indices, -1)).astype(np.int64)]


def _clocks(column: CodeColumn) -> tuple[IntArray, tuple[IntArray, list[str]]]:
    """Times of day of every row; and the rows in which they cannot be read, with the first texts of these."""
    clocks, unreadable = read_clocks(column.texts)
    rows = np.flatnonzero(unreadable[column.codes])
    texts = [column.texts[code] for code in column.codes[rows[:_MOST_TEXTS]]]
    return clocks[column.codes], (rows, texts + [""] * (rows.size - len(texts)))
