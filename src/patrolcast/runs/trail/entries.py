"""Searching a trail, and taking away what was found."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from patrolcast.io.encode import csv_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.index import write_index_of
from patrolcast.io.trail.scan import read_entries
from patrolcast.io.trail.texts import text_of

COLUMNS = ("seq", "ts_utc", "event", "person", "role", "run", "cell", "suggestion", "body", "text", "hash")


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None: anything. An event may be named by its first part: "run" finds "run.start"."""

    run: str | None = None
    cell: str | None = None
    person: str | None = None
    event: str | None = None

    def fits(self, entry: Entry) -> bool:
        """True for an entry that is looked for."""
        exact = ((self.run, entry.subject.run), (self.cell, entry.subject.cell), (self.person, entry.actor.id))
        named = self.event is None or entry.event == self.event or entry.event.startswith(f"{self.event}.")
        return named and all(want is None or want == value for want, value in exact)


def wanted_rows(folder: Path, wanted: Wanted) -> Iterator[dict[str, str]]:
    """Rows of :data:`COLUMNS`, in order; a text that was redacted, or that this account may not read, is empty.

    Raises TrailBrokenError: at the first line that is wrong.
    """
    for entry in read_entries(folder):
        if wanted.fits(entry):
            text = text_of(folder, entry.seq) if entry.body_digest is not None else None
            subject = {name: value or "" for name, value in vars(entry.subject).items()}
            yield {
                "seq": str(entry.seq),
                "ts_utc": entry.ts_utc,
                "event": entry.event,
                "person": entry.actor.id,
                "role": entry.actor.role,
                **subject,
                "body": json.dumps(entry.body, sort_keys=True, ensure_ascii=False),
                "text": "" if text is None else text.text,
                "hash": entry.hash,
            }


def renew_index(folder: Path) -> bool:
    """Makes the search index anew; False where it cannot be written, which loses nothing."""
    return write_index_of(folder, read_entries(folder))


def rows_as_csv(rows: Iterable[dict[str, str]], path: Path) -> int:
    """Writes the rows as CSV, safe to open in a spreadsheet; how many.

    Raises CannotWriteError, NotPermittedError.
    """
    listed = list(rows)
    write_file(path, rows_as_text(listed))
    return len(listed)


def rows_as_text(rows: Iterable[dict[str, str]]) -> bytes:
    """The rows as the bytes of a CSV file, safe to open in a spreadsheet."""
    return csv_bytes(pd.DataFrame(list(rows), columns=[*COLUMNS]))


def public_facts(entry: Entry) -> dict[str, Any]:
    """What records and explanations may state of an entry: no account, no text."""
    return {
        "seq": entry.seq,
        "ts_utc": entry.ts_utc,
        "event": entry.event,
        "run": entry.subject.run,
        "hash": entry.hash,
        "manifest_sha256": entry.body.get("manifest_sha256"),
    }
