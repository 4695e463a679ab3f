"""A dataset as one CSV file: pages are kept aside as they come, and the file is put in place only when it is whole.

Beside ``data/x.csv`` stand a receipt, ``data/x.csv.receipt`` (what was asked, when, rows, SHA-256), and for a fetch
at work the folder ``data/.x.csv.partial``. A fetch that was cut off goes on there, if the portal still says the same of
the dataset and the kept bytes are what was kept. A file that no receipt knows is somebody's own and is never replaced.
"""

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv as pa_csv

from patrolcast.domain.errors import CannotWriteError, DataRefusedError, shown
from patrolcast.domain.records import Progress
from patrolcast.io.encode import iso_utc, json_bytes
from patrolcast.io.hashing import file_sha256
from patrolcast.io.lock import LOCK, exclusive_lock
from patrolcast.io.portals.tables import KEY, Page, Reader, Table, refused
from patrolcast.io.safe_files import replace_synced, sync_folder, write_errors

RECEIPT_VERSION = 1
OLDEST_HOURS = 24.0
"""What was kept longer ago is not gone on with: the first rows would be of another day than the last ones."""
_ROWS, _STATE, _PENDING = "rows.csv", "state.json", "receipt.json"


@dataclass(frozen=True)
class DatasetState:
    """What a snapshot is of: it decides whether a fetch that was cut off can go on."""

    dataset: str
    where: str | None
    columns: tuple[str, ...]
    n_rows: int
    version: str


@dataclass(frozen=True)
class Receipt:
    """What a snapshot holds, as its receipt says.

    Attributes
    ----------
    fetched_at : when its last row came, UTC.
    left_out : columns of the dataset that it does not hold.
    """

    state: DatasetState
    fetched_at: str
    sha256: str
    n_bytes: int
    left_out: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As the file and ``--json`` hold it."""
        facts = asdict(self)
        return {"receipt_version": RECEIPT_VERSION, "key": KEY, **facts.pop("state"), **facts}


def receipt_path(snapshot: Path) -> Path:
    """Where the receipt of a snapshot lies."""
    return snapshot.with_name(f"{snapshot.name}.receipt")


def is_as_fetched(snapshot: Path, sha256: str) -> bool:
    """Whether these bytes are what a fetch put in place: whole at once, so nobody is still writing them."""
    return _sha256_in(receipt_path(snapshot)) == sha256


def require_replaceable(snapshot: Path, *, force: bool) -> None:
    """Raises CannotWriteError: a file that no fetch made, or that was changed since, unless ``force``."""
    if force or not snapshot.exists():
        return
    known = {_sha256_in(receipt_path(snapshot)), _sha256_in(_partial(snapshot) / _PENDING)}
    if file_sha256(snapshot) not in known:
        rule, cure = "only what a fetch wrote is replaced", "name another file in [incidents] path, or add --force"
        raise CannotWriteError(shown(snapshot.name)[1:-1], got="a file that no fetch made", rule=rule, cure=cure)


def write_snapshot(
    reader: Reader, table: Table, snapshot: Path, *, dataset: str, where: str | None, now: datetime, progress: Progress,
    force: bool = False,
) -> Receipt:  # fmt: skip
    """Reads a dataset to its end and puts it in place of the snapshot; the snapshot stays as it was where that fails.

    Raises
    ------
    DataRefusedError
        a page does not join the one before, a key comes twice, rows do not add up, the dataset changed meanwhile.
    CannotReadError, NotPermittedError, ConfigError
        what the portal or the way to it refuses; what was read is kept, and the next fetch goes on there.
    CannotWriteError, LockedError
        the file is somebody's own, the disk is full, another fetch of it is at work.
    """
    partial = _partial(snapshot)
    with exclusive_lock(partial, now=now), write_errors(snapshot):
        require_replaceable(snapshot, force=force)
        state = DatasetState(dataset, where, table.columns, table.n_rows, table.version)
        with _forgotten_when_refused(partial):
            kept = _Kept.resumed(partial, state, now=now)
            _read_pages(reader, table, kept, progress)
            again = reader.describe()
            if again != table:
                raise refused(dataset, "a dataset that changed while it was read", "must stay the same meanwhile")
            _verify(partial / _ROWS, table.n_rows, dataset)
        receipt = Receipt(state, iso_utc(now), kept.sha256, kept.n_bytes, table.left_out)
        text = json_bytes(receipt.document())
        replace_synced(
            partial / _PENDING, text
        )  # so that a kill between the next two steps leaves a file that is known
        (partial / _ROWS).replace(snapshot)
        sync_folder(snapshot.parent)
        replace_synced(receipt_path(snapshot), text)
        _forget(partial)
    return receipt


def _read_pages(reader: Reader, table: Table, kept: "_Kept", progress: Progress) -> None:
    what = kept.asked.dataset
    progress.step("rows", kept.n_rows, table.n_rows)
    while kept.n_rows < table.n_rows:
        page = reader.page(table, n_done=kept.n_rows, last_key=kept.last_key)
        if not page.keys:
            got = f"no row after {kept.n_rows:,} of {table.n_rows:,}"
            raise refused(what, got, "rows must add up to what the portal counts")
        if kept.n_rows + len(page.keys) > table.n_rows:
            raise refused(what, f"more rows than the {table.n_rows:,} that it counted", "must stay the same meanwhile")
        kept.add(page)
        progress.step("rows", kept.n_rows, table.n_rows)


@dataclass
class _Kept:
    """The pages so far: bytes of a CSV file whose length and hash were noted after each page."""

    folder: Path
    asked: DatasetState
    started_at: str
    n_rows: int = 0
    n_bytes: int = 0
    last_key: str | None = None

    @classmethod
    def resumed(cls, folder: Path, state: DatasetState, *, now: datetime) -> "_Kept":
        """What an earlier fetch of the very same kept, or a new beginning."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            stored = json.loads((folder / _STATE).read_bytes())
            hours = (now - datetime.fromisoformat(stored["started_at"])).total_seconds() / 3600.0
            same = stored["asked"] == json.loads(json_bytes(asdict(state)))
            if same and state.version and 0.0 <= hours <= OLDEST_HOURS:
                kept = cls(folder, state, stored["started_at"], stored["n_rows"], stored["n_bytes"], stored["last_key"])
                if kept._take_up(stored["sha256"]):
                    return kept
        kept = cls(folder, state, iso_utc(now))
        header = _lines([[KEY, *state.columns]])
        (folder / _ROWS).write_bytes(header)
        kept._hash, kept.n_bytes = hashlib.sha256(header), len(header)
        return kept

    def _take_up(self, sha256: str) -> bool:
        """Cuts the file to what was noted; False where its bytes are not what was noted."""
        digest, left = hashlib.sha256(), self.n_bytes
        with (self.folder / _ROWS).open("r+b") as file:
            while left and (piece := file.read(min(left, 2**20))):
                digest.update(piece)
                left -= len(piece)
            if left or digest.hexdigest() != sha256:
                return False
            file.truncate(self.n_bytes)
        self._hash = digest
        return True

    @property
    def sha256(self) -> str:
        """Of the bytes so far."""
        return self._hash.hexdigest()

    def add(self, page: Page) -> None:
        """Writes a page, and notes it once the disk has it."""
        data = _lines([[key, *row] for key, row in zip(page.keys, page.rows, strict=True)])
        with (self.folder / _ROWS).open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._hash.update(data)
        self.n_bytes += len(data)
        self.n_rows += len(page.keys)
        self.last_key = page.keys[-1]
        facts = ("asked", "started_at", "n_rows", "n_bytes", "last_key")
        state = {name: value for name, value in asdict(self).items() if name in facts} | {"sha256": self.sha256}
        replace_synced(self.folder / _STATE, json_bytes(state))


def _verify(path: Path, n_rows: int, what: str) -> None:
    """The file as it lies, not what was meant to be written: as many rows as counted, and no key twice."""
    options = pa_csv.ConvertOptions(include_columns=[KEY], column_types={KEY: "string"})
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    keys = pa_csv.read_csv(path, parse_options=parse, convert_options=options)[KEY].to_numpy()
    if keys.size != n_rows:
        raise refused(what, f"{keys.size:,} rows in the file", f"must be the {n_rows:,} that the portal counts")
    if np.unique(keys.astype(str)).size != n_rows:
        raise refused(what, "a row that came twice", "every key must come once")


def _lines(rows: list[list[str]]) -> bytes:
    """CSV, each line ended by LF; a CR within a value is quoted, too, which Python's writer alone would not do."""
    text = io.StringIO()
    plain, quoted = (csv.writer(text, lineterminator="\n", quoting=how) for how in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    for row in rows:
        (quoted if any("\r" in value for value in row) else plain).writerow(row)
    return text.getvalue().encode("utf-8", "replace")


def _partial(snapshot: Path) -> Path:
    return snapshot.with_name(f".{snapshot.name}.partial")


@contextmanager
def _forgotten_when_refused(partial: Path) -> Iterator[None]:
    """Pages of a dataset that was refused are no beginning of the next fetch; those of a lost connection are."""
    try:
        yield
    except DataRefusedError:
        _forget(partial)
        raise


def _forget(partial: Path) -> None:
    """Empties the folder; its lock file stays, since removing it would let two fetches hold it."""
    for path in partial.iterdir():
        if path.name != LOCK:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _sha256_in(receipt: Path) -> str | None:
    try:
        return str(json.loads(receipt.read_bytes())["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
