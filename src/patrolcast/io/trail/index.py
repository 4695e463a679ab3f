"""The search index: an SQLite file made from the trail, at any time and as often as anybody likes.

It is never the record. It holds what people search by, and the hash of each entry, so that `trail verify` can tell an
index that says something else than the trail.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from patrolcast.io.trail.entry import Entry

FILE = "index.sqlite"
COLUMNS = ("seq", "ts_utc", "event", "actor", "run", "cell", "suggestion", "hash")
_TABLE = "entries"


def index_row(entry: Entry) -> tuple[object, ...]:
    """What the index holds of an entry."""
    subject = entry.subject
    about = (subject.run, subject.cell, subject.suggestion)
    return (entry.seq, entry.ts_utc, entry.event, entry.actor.id, *about, entry.hash)


def write_index_of(folder: Path, entries: Iterable[Entry]) -> bool:
    """Makes the index anew; False where it cannot be written, which loses nothing."""
    try:
        _write(folder, entries)
    except (sqlite3.Error, OSError):
        return False
    return True


def _write(folder: Path, entries: Iterable[Entry]) -> None:
    aside = folder / f".{FILE}.new"
    aside.unlink(missing_ok=True)
    with closing(sqlite3.connect(aside)) as database, database:
        database.execute(f"CREATE TABLE {_TABLE} ({', '.join(COLUMNS)}, PRIMARY KEY (seq))")
        marks = ", ".join("?" * len(COLUMNS))
        database.executemany(f"INSERT INTO {_TABLE} VALUES ({marks})", map(index_row, entries))
        for column in ("event", "actor", "run", "cell"):
            database.execute(f"CREATE INDEX by_{column} ON {_TABLE} ({column})")
    aside.replace(folder / FILE)


def index_rows(folder: Path) -> Iterator[tuple[object, ...]] | None:
    """The rows by number, or None where there is no index. Raises sqlite3.Error: it is damaged."""
    path = folder / FILE
    return _rows(path) if path.is_file() else None


def _rows(path: Path) -> Iterator[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        yield from database.execute(f"SELECT {', '.join(COLUMNS)} FROM {_TABLE} ORDER BY seq")
