"""The folder of an incremental store: parts, each named by what it was read from, and a snapshot of every night.

    parts/<64 hex digits>.parquet     rows of one stretch of lines, as they were read
    snapshots/000017.json             sources in order, each with its parts in order; when it was recorded
    looks/000017.json                 what its columns without a part showed on that night

A part is written whole before a snapshot names it, with its SHA-256; a snapshot is renamed into place. So a start that
was killed leaves parts that nobody names, which the next one clears. What has another hash than its snapshot says is
not there. Written by one process at a time (`io.lock`).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from patrolcast.io.encode import iso_utc, json_bytes
from patrolcast.io.safe_files import write_file

FORM = 1
LAST = "last.json"
_NUMBERED = re.compile(r"[0-9]{6,18}\.json")
_OURS = re.compile(r"\.?[0-9a-f]{64}\.parquet(?:\.\d+)?")
"""A part, and one that a killed start did not finish; any other file is somebody else's."""


@dataclass(frozen=True)
class StoredPart:
    """One stretch: SHA-256 of its bytes, their number, its lines, and the Parquet file that holds its rows."""

    content: str
    bytes: int
    n_lines: int
    file: str
    sha256: str


@dataclass(frozen=True)
class StoredSource:
    """One file of the export as it was on one night.

    Attributes
    ----------
    name, sha256, bytes, header, notes : as a source says them (`io.sources.export.Source`).
    start : bytes before the first stretch.
    shape, bits : of a query, the columns and types that its parts have, and the bits that name a group of its rows.
    known_at : of a query with :as_of, the moment that it stood for, in UTC; "" where nothing was left out for a moment.
    """

    name: str
    sha256: str
    bytes: int
    header: tuple[str, ...]
    notes: tuple[str, ...]
    start: int
    parts: tuple[StoredPart, ...]
    shape: str = ""
    bits: int = 0
    known_at: str = ""


@dataclass(frozen=True)
class Snapshot:
    """The export as it was read on one night.

    Attributes
    ----------
    number : rises from night to night.
    recorded_at : when it was read; never before the one of an earlier number.
    checked_at : when every part of it was last read from its lines, none taken from the store.
    mapping : SHA-256 of how its columns are read; ``made_by``: of the code and libraries that read them.
    """

    number: int
    recorded_at: datetime
    checked_at: datetime
    mapping: str
    made_by: str
    sources: tuple[StoredSource, ...] = field(default=())

    @property
    def known_at(self) -> datetime:
        """Up to when its rows are complete; what became known later, they may lack."""
        moments = [datetime.fromisoformat(source.known_at) for source in self.sources if source.known_at]
        return min(moments, default=datetime.max.replace(tzinfo=UTC))

    def is_due(self, now: datetime, *, check_days: int) -> bool:
        """Whether everything is read again and compared: after so many days, or where the clock went back."""
        return not timedelta() <= now - self.checked_at < timedelta(days=check_days)


class StoreFolder:
    """One city's store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts, self._snapshots, self._looks = folder / "parts", folder / "snapshots", folder / "looks"

    def newest(
        self, *, mapping: str, recorded_by: datetime | None = None, known_at: datetime | None = None
    ) -> Snapshot | None:
        """The last snapshot of that mapping, or the last that was recorded by a moment; None where there is none.

        Parameters
        ----------
        known_at : of a query, the last is taken that holds what was known then; where none does, the one that holds
            what was known last. A past night that was run again has a later number, and fewer rows.
        """
        longest: Snapshot | None = None
        for number in reversed(self._numbers()):
            snapshot = self._snapshot(number)
            if snapshot is None or snapshot.mapping != mapping:
                continue
            if recorded_by is not None and snapshot.recorded_at > recorded_by:
                continue
            if known_at is None or snapshot.known_at >= known_at:
                return snapshot
            if longest is None or snapshot.known_at > longest.known_at:
                longest = snapshot
        return longest

    def write(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with its number, once the disk has it.

        Raises CannotWriteError, NotPermittedError: one line.
        """
        number = max(self._numbers(), default=0) + 1
        before = self.newest(mapping=snapshot.mapping)
        at = snapshot.recorded_at if before is None else max(snapshot.recorded_at, before.recorded_at)
        numbered = replace(snapshot, number=number, recorded_at=at)
        times = {"recorded_at": at.isoformat(), "checked_at": numbered.checked_at.isoformat()}
        document = {**asdict(numbered), **times, "form": FORM}
        write_file(self._snapshots / f"{number:06d}.json", _with_hash(document))
        return numbered

    def write_look(self, number: int, look: Mapping[str, Any]) -> None:
        """What was seen in the columns that are in no part, on the night of a snapshot; the first word stands.

        Raises CannotWriteError, NotPermittedError: one line.
        """
        if self.look(number) is None:
            write_file(self._looks / f"{number:06d}.json", _with_hash(look))

    def look(self, number: int) -> Mapping[str, Any] | None:
        """What :meth:`write_look` wrote; None where that is nothing, or damaged."""
        return _whole(self._looks / f"{number:06d}.json")

    def part(self, part: StoredPart) -> bytes | None:
        """The bytes of a part; None where it is gone or damaged."""
        try:
            data = (self._parts / part.file).read_bytes()
        except OSError:
            return None
        return data if _sha256(data) == part.sha256 else None

    def write_part(self, name: str, data: bytes) -> None:
        """Writes a part.

        Raises CannotWriteError, NotPermittedError: one line.
        """
        write_file(self._parts / name, data)

    def prune(self, *, now: datetime, keep_days: int) -> int:
        """Removes snapshots older than that, never the newest, and parts that none names; how many files.

        A file of another kind stays: the folder may have been somebody's before.
        """
        numbers = self._numbers()
        snapshots = [(number, self._snapshot(number)) for number in numbers]
        oldest = now - timedelta(days=keep_days)
        stay = {
            n
            for n, snapshot in snapshots
            if snapshot is not None and (n == numbers[-1] or snapshot.recorded_at >= oldest)
        }
        named = {
            part.file
            for n, snapshot in snapshots
            if snapshot is not None and n in stay
            for s in snapshot.sources
            for part in s.parts
        }
        gone = [self._snapshots / f"{n:06d}.json" for n in numbers if n not in stay]
        gone += [p for p in self._files(self._looks) if _NUMBERED.fullmatch(p.name) and int(p.stem) not in stay]
        gone += [path for path in self._files(self._parts) if path.name not in named and _OURS.fullmatch(path.name)]
        for path in gone:
            with suppress(OSError):  # it costs room, and is tried again the next night
                path.unlink()
        return len(gone)

    def note(self, *, now: datetime, used: bool, text: str) -> None:
        """What the last night made of the store, for whoever asks; no part of a run."""
        write_file(self.folder / LAST, json_bytes({"at": iso_utc(now), "used": used, "text": text}))

    def noted(self) -> Mapping[str, Any] | None:
        """What :meth:`note` wrote last; None where that is nothing, or no such thing."""
        try:
            note = json.loads((self.folder / LAST).read_bytes())
        except (OSError, ValueError):
            return None
        return note if isinstance(note, dict) else None

    def _numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self._files(self._snapshots) if _NUMBERED.fullmatch(path.name))

    @staticmethod
    def _files(folder: Path) -> list[Path]:
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def _snapshot(self, number: int) -> Snapshot | None:
        """A snapshot that is whole, in the form that this version writes."""
        document = _whole(self._snapshots / f"{number:06d}.json")
        try:
            return None if document is None or document["form"] != FORM else _read(document)
        except (ValueError, KeyError, TypeError):
            return None


def _with_hash(document: Mapping[str, Any]) -> bytes:
    return json_bytes({"sha256": _sha256(json_bytes(document)), "of": document})


def _whole(path: Path) -> Mapping[str, Any] | None:
    """A document that has the hash it says; None where it has not, or is not there."""
    try:
        stored = json.loads(path.read_bytes())
        document = stored["of"]
        return document if stored["sha256"] == _sha256(json_bytes(document)) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(document: Mapping[str, Any]) -> Snapshot:
    sources = tuple(
        StoredSource(**{**source, "header": tuple(source["header"]), "notes": tuple(source["notes"]),
                        "parts": tuple(StoredPart(**part) for part in source["parts"])})
        for source in document["sources"]
    )  # fmt: skip
    at, checked = (datetime.fromisoformat(document[name]) for name in ("recorded_at", "checked_at"))
    return Snapshot(document["number"], at, checked, document["mapping"], document["made_by"], sources)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
