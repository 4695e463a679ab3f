"""What a reader may conclude from the files of a trail: is it whole, and which kinds of tampering are ruled out?

Everything is computed from the bytes anew. A fault is never repaired here, and a check that could not be made is never
counted as passed.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from patrolcast.domain.errors import (
    TrailBrokenError,
    TrailClockError,
    TrailIndexError,
    TrailSignatureError,
    TrailTruncatedError,
    UsageError,
    shown,
)
from patrolcast.domain.trail.events import TextRedacted
from patrolcast.io.trail.checkpoints import FOLDER, KEY_EVENT, keys_named, note_bytes, notes_in, sizes_claimed
from patrolcast.io.trail.entry import Entry, LineError
from patrolcast.io.trail.file import wait_for_writer
from patrolcast.io.trail.index import index_row, index_rows
from patrolcast.io.trail.note import NoteError, VerifierKey, read_note
from patrolcast.io.trail.scan import FILE, Scan, open_read
from patrolcast.io.trail.texts import text_of, texts_there

BROKEN, TRUNCATED = TrailBrokenError.exit_code, TrailTruncatedError.exit_code
SIGNATURE, INDEX, CLOCK = TrailSignatureError.exit_code, TrailIndexError.exit_code, TrailClockError.exit_code


@dataclass(frozen=True)
class Fault:
    """Something that is not as it must be: its exit code, the first entry concerned (or None), in words."""

    code: int
    seq: int | None
    what: str


@dataclass(frozen=True)
class Verified:
    """What was found.

    Attributes
    ----------
    size : whole entries that follow each other.
    head : hash of the last of them; "" without one.
    faults : by exit code; none: everything that was looked at is as it must be.
    here, elsewhere, given : size of the largest checkpoint that holds, beside the trail, in the folders for copies, and
        among those that the reader brought; 0 where there is none.
    notes : what was not looked at, in words.
    """

    size: int
    head: str
    faults: tuple[Fault, ...]
    here: int
    elsewhere: int
    given: int
    notes: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0, or the lowest code of the faults."""
        return min((fault.code for fault in self.faults), default=0)

    def levels(self) -> list[str]:
        """For each of three levels of tampering whether it is ruled out, one line each."""
        far, given = max(self.elsewhere, self.given), self.given
        of = f"the first {far:,} of {self.size:,} entries"
        whole = not any(fault.code in {BROKEN, TRUNCATED} for fault in self.faults)
        first = "ruled out" if whole else "NOT ruled out: see the faults"
        second = f"ruled out for {of}" if whole and far else "NOT ruled out: no checkpoint kept elsewhere was compared"
        third = "NOT ruled out: no checkpoint was given with --checkpoint"
        if whole and given:
            third = f"ruled out for the first {given:,} of {self.size:,} entries, if nobody who holds the key could"
            third += " change the checkpoint that you gave"
        return [
            f"level 1, a line changed, moved, repeated or removed by accident: {first}",
            f"level 2, entries cut off at the end: {second if whole else first}",
            f"level 3, the whole trail written anew by an insider: {third if whole else first}",
        ]


def verify_trail(
    folder: Path,
    *,
    copies: Iterable[Path] = (),
    given: Sequence[Path] = (),
    since: Path | None = None,
    keys: Sequence[VerifierKey] = (),
) -> Verified:
    """Checks every line, every checkpoint, every detached text and the index; writes nothing.

    Raises UsageError: there is no trail, and nothing says that there was one; or a file that was named is not there.

    Parameters
    ----------
    copies : places of checkpoints that lie elsewhere, as the config names them.
    given : files or folders of checkpoints that the reader brings.
    since : a checkpoint up to which the order of times was looked at before.
    keys : public keys that are trusted; none: those that the trail itself names.
    """
    for place in (*given, *([] if since is None else [since])):
        if not place.exists():
            raise UsageError(
                shown(place.name)[1:-1], got="no such file", rule="must be a checkpoint or a folder of them"
            )
    copies = tuple(copies)
    notes = {place: _notes(folder / FOLDER if place is None else place) for place in (None, *copies, *given)}
    for place in given:
        if not notes[place]:
            name, rule = shown(place.name)[1:-1], "must be a checkpoint or a folder of them"
            raise UsageError(name, got="no file that ends in .note", rule=rule)
    after = max(sizes_claimed([note_bytes(since)]), default=0) if since is not None else 0
    scan = Scan(sizes_claimed(data for group in notes.values() for data in group.values()))
    look = _Look(folder, clock_after=after)
    try:
        handle = open_read(folder)
    except FileNotFoundError:
        if not any(notes.values()):
            rule, cure = f"a folder that holds {FILE}", "name the config of a city that has run"
            raise UsageError("the audit trail", got="no trail", rule=rule, cure=cure) from None
        look.faults.append(Fault(TRUNCATED, None, "there is no trail, and there are checkpoints of one"))
    except OSError as error:
        look.faults.append(Fault(BROKEN, None, f"{FILE} cannot be read: {shown(error.strerror)[1:-1]}"))
    else:
        look.texts_listed()  # first: a writer who appends meanwhile adds texts together with their entries
        with open(handle, "rb", buffering=0) as file:  # noqa: PTH123
            look.lines(scan, file)
    known = list(keys) or keys_named(look.key_bodies)
    sizes = {place: look.checkpoints(scan, group, known) for place, group in notes.items()}
    look.texts(scan.size)
    faults = tuple(sorted(look.faults, key=lambda fault: (fault.code, fault.seq or 0)))
    elsewhere, brought = (max((sizes[place] for place in places), default=0) for places in (copies, given))
    head = scan.last.hash if scan.last is not None else ""
    return Verified(scan.size, head, faults, sizes[None], elsewhere, brought, tuple(look.notes))


def _notes(place: Path) -> dict[Path, bytes]:
    return {path: note_bytes(path) for path in notes_in(place)}


class _Look:
    """One look at a trail: the faults so far, and what later checks need to know of the entries."""

    def __init__(self, folder: Path, *, clock_after: int) -> None:
        self._folder, self._clock_after = folder, clock_after
        self._digests: dict[int, str] = {}
        self._early_texts: set[int] = set()
        self._redacted: set[object] = set()
        self._before: Entry | None = None
        self._clock_seen = False
        self.key_bodies: list[object] = []
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def lines(self, scan: Scan, file: IO[bytes]) -> None:
        rows = index_rows(self._folder)
        index = _Index(rows) if rows is not None else None
        try:
            for entry in _to_its_end(scan, file.fileno()):
                self._entry(entry)
                if index is not None:
                    index.compare(entry)
        except LineError as error:
            self.faults.append(Fault(BROKEN, scan.size + 1, str(error)))
            return
        if index is not None:
            self.faults += index.faults()
        if scan.unfinished:
            what = f"an unfinished line of {len(scan.unfinished):,} bytes: a writer was stopped, or the end was cut off"
            self.faults.append(Fault(BROKEN, scan.size + 1, what))

    def _entry(self, entry: Entry) -> None:
        before, self._before = self._before, entry
        if entry.event == KEY_EVENT:
            self.key_bodies.append(entry.body)
        if entry.body_digest is not None:
            self._digests[entry.seq] = entry.body_digest
        if entry.event == TextRedacted.name:
            self._redacted.add(entry.body.get("entry"))
        if before is None or self._clock_seen or entry.seq <= self._clock_after:
            return
        counted = entry.boot_id == before.boot_id and int(entry.mono_ns) < int(before.mono_ns)
        if entry.ts_utc < before.ts_utc or counted:
            self._clock_seen = True
            what = f"it is dated {entry.ts_utc}, and the entry before it {before.ts_utc}"
            self.faults.append(Fault(CLOCK, entry.seq, f"the clock went backwards: {what}"))

    def checkpoints(self, scan: Scan, notes: dict[Path, bytes], keys: Sequence[VerifierKey]) -> int:
        """The largest size at which a signed checkpoint holds."""
        whole = not any(fault.code == BROKEN for fault in self.faults)
        largest = 0
        for path, data in notes.items():
            claimed = max(sizes_claimed([data]), default=0)
            if whole and claimed > scan.size:
                what = f"checkpoint {path.name} speaks of {claimed:,} entries, and there are {scan.size:,}"
                self.faults.append(Fault(TRUNCATED, scan.size + 1, what))
                continue
            try:
                checkpoint = read_note(data, keys)
            except NoteError as error:
                self.faults.append(Fault(SIGNATURE, None, f"checkpoint {path.name}: {error}"))
                continue
            if checkpoint.size <= scan.size and scan.roots[checkpoint.size] != checkpoint.root:
                what = f"checkpoint {path.name} has another root over the first {checkpoint.size:,} entries"
                self.faults.append(Fault(BROKEN, None, f"{what}: they were written anew"))
            elif checkpoint.size <= scan.size:
                largest = max(largest, checkpoint.size)
        return largest

    def texts_listed(self) -> None:
        """Which texts are there before the entries are read."""
        with suppress(PermissionError):
            self._early_texts = texts_there(self._folder)

    def texts(self, size: int) -> None:
        """Every detached text fits its entry, or an entry says that it was redacted."""
        try:
            there = texts_there(self._folder)
        except PermissionError:
            self.notes.append("the texts beside the trail: this account may not read them")
            return
        for seq, digest in self._digests.items():
            text = text_of(self._folder, seq) if seq in there else None
            if seq in self._redacted:
                if seq in there:
                    self.notes.append(f"the text of entry {seq} was to be redacted and is still there; redact it again")
            elif text is None or text.digest != digest:
                what = "its text is missing" if seq not in there else "its text was changed"
                self.faults.append(Fault(BROKEN, seq, f"{what}, and no entry says that it was redacted"))
        self.faults += [
            Fault(BROKEN, seq, "there is a text for it, and it has none")
            for seq in sorted(there - set(self._digests))
            if seq <= size
        ]
        if size + 1 in self._early_texts:
            self.notes.append(f"the text of entry {size + 1}, which was never written: a writer was stopped before it")
        self.faults += [
            Fault(TRUNCATED, seq, f"there is a text for it, and there are {size:,} entries")
            for seq in sorted(self._early_texts)
            if seq > size + 1
        ][:1]


def _to_its_end(scan: Scan, handle: int) -> Iterator[Entry]:
    """Every entry, also one that was being written: once no writer holds the file, its end is the end of a line."""
    yield from (entry for entry, _ in scan.read_on(handle))
    if scan.unfinished:
        wait_for_writer(handle)
        yield from (entry for entry, _ in scan.read_on(handle))


class _Index:
    """The rows of the index beside the entries as they are read."""

    def __init__(self, rows: Iterator[tuple[object, ...]]) -> None:
        self._rows = rows
        self._fault: Fault | None = None
        self._ended = False

    def compare(self, entry: Entry) -> None:
        row = self._next()
        if row is not None and self._fault is None and row != index_row(entry):
            self._fault = Fault(INDEX, entry.seq, "the index says something else of it than the trail")

    def faults(self) -> list[Fault]:
        if self._fault is None and self._next() is not None:
            self._fault = Fault(INDEX, None, "the index holds more entries than the trail")
        return [] if self._fault is None else [self._fault]

    def _next(self) -> tuple[object, ...] | None:
        try:
            row = None if self._ended else next(self._rows, None)
        except sqlite3.Error as error:
            row, self._fault = None, Fault(INDEX, None, f"the index cannot be read ({error})")
        self._ended = row is None
        return row
