"""Appending to the trail: lock, check what is new, write, sync, and only then say that it is written.

Opening reads the whole file; every append reads what others wrote meanwhile and checks it. So a line that was changed
is met before anything is written behind it. Nothing is retried: after a write or sync that failed the file is cut back
to where it was, the action that asked for the entry must not happen, and this object refuses any further entry (after a
failed fsync nobody knows what the disk holds: Rebello et al. 2020, "Can Applications Recover from fsync Failures?",
USENIX ATC).
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from patrolcast.domain.errors import CannotWriteError, UsageError
from patrolcast.domain.trail import Actor, Event
from patrolcast.domain.trail.events import ClockWentBack, KeyUsed, TailRecovered, TextRedacted, TrailFull
from patrolcast.io.safe_files import replace_synced, write_errors
from patrolcast.io.trail import machine
from patrolcast.io.trail.checkpoints import (
    FOLDER,
    KEY_EVENT,
    keys_named,
    note_bytes,
    notes_in,
    require_kept,
    sizes_claimed,
    write_checkpoint,
)
from patrolcast.io.trail.entry import FIRST_PREV, Entry, LineError, with_hash
from patrolcast.io.trail.file import FULL, TrailFile
from patrolcast.io.trail.note import Checkpoint, signed_note, verifier_key
from patrolcast.io.trail.scan import FILE, Scan, broken
from patrolcast.io.trail.texts import remove_text, remove_unclaimed, salted, text_path, write_text

QUARANTINE = "quarantine"


class Trail:
    """The trail of a folder, opened for appending. Safe to share between threads; processes each open their own.

    Parameters
    ----------
    city : part of the log's name; so that a checkpoint of another city never fits.
    actor : who acts, where an append names nobody else.
    key : signs checkpoints; None: there are none.
    copies : folders into which each checkpoint is written too.
    clock : what an entry is dated by.
    on_entry : is shown every entry in order, those that are there and those that come, while the lock is held.

    Raises
    ------
    TrailBrokenError, TrailTruncatedError, TrailSignatureError
        the file is not what was written: nothing is changed, and somebody must look.
    CannotWriteError, NotPermittedError, LockedError
        the folder cannot be written, or another writer does not end.
    """

    def __init__(
        self,
        folder: Path,
        *,
        city: str,
        actor: Actor,
        key: Ed25519PrivateKey | None = None,
        copies: Sequence[Path] = (),
        clock: Callable[[], datetime] = machine.clock_time,
        on_entry: Callable[[Entry], None] = lambda entry: None,
    ) -> None:
        self.folder, self.origin = folder, f"patrolcast/{city}"
        self._actor, self._key, self._copies, self._clock = actor, key, tuple(copies), clock
        self._on_entry = on_entry
        self._latest: dict[str, Entry] = {}
        self._keys: list[Entry] = []
        self._texts: dict[int, str] = {}
        self._redacted: set[object] = set()
        self._failed = ""
        self._thread_lock = threading.Lock()
        self._file = TrailFile(folder / FILE)
        try:
            self._scan = self._opened()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Trail":
        return self

    def __exit__(self, *ending: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    @property
    def size(self) -> int:
        """Number of entries that this object knows of."""
        return self._scan.size

    def latest(self, event: type[Event]) -> Entry | None:
        """The last entry of a kind of event."""
        return self._latest.get(event.name)

    def append(self, event: Event, *, actor: Actor | None = None) -> Entry:
        """Writes an entry and returns it once the disk has it.

        Raises CannotWriteError, NotPermittedError, LockedError, TrailBrokenError: then it is not written, and what it
        speaks of must not happen.
        """
        entry = self.append_decided(lambda: event, actor=actor)
        assert entry is not None
        return entry

    def append_decided(self, decide: Callable[[], Event | None], *, actor: Actor | None = None) -> Entry | None:
        """Writes the event that ``decide`` returns, or nothing for None; nobody else writes in between.

        ``decide`` sees every entry that was written before (``on_entry``): of two that ask for one thing one comes
        second.

        Raises as `append`, and whatever ``decide`` raises.
        """
        with self._held():
            event = decide()
            if event is None:
                return None
            self._seal_the_day()
            return self._write(event, actor)

    def checkpoint(self) -> Path | None:
        """Signs the number of entries and their root, and copies the note; None without a key.

        Raises as `append`.
        """
        with self._held():
            return self._sign()

    def redact(self, seq: int, *, rule: str, actor: Actor | None = None) -> Entry:
        """Removes the detached text of an entry for good, under a rule; first the entry that says so is written.

        Raises UsageError: no such entry, or it has no text.
        """
        with self._held():
            if seq not in self._texts:
                got, why = f"entry {seq}", "must be an entry that has a text beside it"
                raise UsageError("redaction", got=got, rule=why, cure="`patrolcast trail show` lists them")
            entry = self._write(TextRedacted(entry=seq, rule=rule), actor)
            with write_errors(self.folder):
                remove_text(self.folder, seq)
            return entry

    def texts_before(self, moment: datetime) -> list[int]:
        """Entries older than ``moment`` whose text is still kept, by number."""
        before = machine.time_text(moment)
        return [seq for seq, at in self._texts.items() if at < before]

    def _opened(self) -> Scan:
        with self._file.locked(), write_errors(self.folder / FOLDER):
            notes = {path: note_bytes(path) for path in notes_in(self.folder / FOLDER)}
            self._scan = Scan(sizes_claimed(notes.values()))
            self._catch_up()
            known = keys_named(entry.body for entry in self._keys)
            require_kept(self.folder, notes, known, size=self._scan.size, roots=self._scan.roots)
            remove_unclaimed(self.folder, self._scan.size, self._redacted)
            self._recover()
            self._file.keep_reserve()
        return self._scan

    @contextmanager
    def _held(self) -> Iterator[None]:
        """The lock, with everything read and checked that others have written."""
        with self._thread_lock, self._file.locked():
            if self._failed:
                cure = "see to the disk and start again: opening reads the whole trail"
                raise CannotWriteError("the audit trail", got=self._failed, rule="nothing is retried", cure=cure)
            with write_errors(self.folder / FILE):
                self._catch_up()
                self._recover()
            yield

    def _catch_up(self) -> None:
        try:
            for entry, _ in self._scan.read_on(self._file.handle):
                self._learn(entry)
        except LineError as error:
            raise broken(self._scan, error) from None

    def _learn(self, entry: Entry) -> None:
        self._latest[entry.event] = entry
        if entry.event == KEY_EVENT:
            self._keys.append(entry)
        if entry.body_digest is not None:
            self._texts[entry.seq] = entry.ts_utc
        if entry.event == TextRedacted.name:
            self._texts.pop(entry.body.get("entry", 0), None)
            self._redacted.add(entry.body.get("entry"))
        self._on_entry(entry)

    def _recover(self) -> None:
        """Moves what a killed writer left within a line to the quarantine, and says so on the trail."""
        rest = self._scan.unfinished
        if not rest:
            return
        sha256 = hashlib.sha256(rest).hexdigest()
        aside = self.folder / QUARANTINE / f"{self._scan.size + 1}-{sha256[:16]}.torn"
        aside.parent.mkdir(exist_ok=True)
        replace_synced(aside, rest)
        self._file.cut(self._scan.offset)
        self._scan.unfinished = b""
        self._write(TailRecovered(bytes=len(rest), sha256=sha256), None)

    def _seal_the_day(self) -> None:
        """A checkpoint over the days before, ahead of a day's first entry."""
        last = self._scan.last
        if last is not None and last.ts_utc[:10] < machine.time_text(self._clock())[:10]:
            self._sign()

    def _sign(self) -> Path | None:
        if self._key is None:
            return None
        known = verifier_key(self._key, self.origin)
        former = self._keys[-1].body["key"] if self._keys else None
        if former != str(known):
            self._write(KeyUsed(key=str(known), former=former), None)
        checkpoint = Checkpoint(self.origin, self._scan.size, self._scan.tree.root())
        return write_checkpoint(self.folder, checkpoint, signed_note(checkpoint, self._key), self._copies)

    def _write(self, event: Event, actor: Actor | None) -> Entry:
        last, now = self._scan.last, machine.time_text(self._clock())
        if last is not None and now < last.ts_utc and not isinstance(event, ClockWentBack):
            now = max(now, self._write(ClockWentBack(latest=last.ts_utc, now=now), None).ts_utc)
        before = self._scan.offset
        try:
            with write_errors(self.folder / FILE):
                try:
                    return self._written(self._entry(event, actor, now), event)
                except OSError as error:
                    self._file.try_cut(before)
                    if error.errno in FULL:
                        self._record_full(event)
                    raise
        except CannotWriteError as error:
            self._failed = f"an earlier failure ({error.got})"
            raise

    def _entry(self, event: Event, actor: Actor | None, now: str) -> Entry:
        last, detached = self._scan.last, event.detached
        seq = self._scan.size + 1
        text = salted(detached) if detached else None
        if text is not None:
            write_text(self.folder, seq, text)
        else:  # what a writer left there that was killed before its line
            text_path(self.folder, seq).unlink(missing_ok=True)
        entry = Entry(
            seq=seq,
            ts_utc=now,
            mono_ns=machine.time_since_boot(),
            boot_id=machine.boot_id(),
            actor=actor or self._actor,
            event=event.name,
            subject=event.subject,
            body=event.body,
            body_digest=None if text is None else text.digest,
            prev=FIRST_PREV if last is None else last.hash,
        )
        return with_hash(entry)

    def _written(self, entry: Entry, event: Event) -> Entry:
        line = entry.line()
        self._file.append(line + b"\n")
        self._scan.accept(entry, line)
        self._learn(entry)
        return entry

    def _record_full(self, event: Event) -> None:
        """Says with the last room there is that the disk is full; where even that fails, the error still says so."""
        before = self._scan.offset
        if isinstance(event, TrailFull) or not self._file.give_up_reserve():
            return
        full = TrailFull(refused=event.name)
        try:
            self._written(self._entry(full, None, machine.time_text(self._clock())), full)
        except OSError:
            self._file.try_cut(before)
