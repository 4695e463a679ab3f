"""The record of what was published: ``runs/<city>/published/<run_id>.json``, beside the run folders and not in them.

A manifest vouches for every other file of its run; who edits both edits a run. So when a run is published, the SHA-256
of its manifest is written down outside it, signed where a signing key is configured (`io.signing`). What is published
is what its record says, or it counts as not published. A run without a record was never published from here: before it
can be, it is computed again.
"""

from pathlib import Path

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.encode import json_bytes
from patrolcast.io.hashing import digest, file_sha256
from patrolcast.io.safe_files import write_errors, write_file
from patrolcast.io.signing import configured_key
from patrolcast.io.store.run_store import MANIFEST
from patrolcast.io.strict_json import read_json

FOLDER, PAUSE = "published", "pause.json"
_PURPOSE = "publication"


def record_publication(folder: Path, *, entries: int | None = None) -> Path:
    """Writes down that a run, as it lies there now, is published.

    Raises CannotWriteError, ConfigError, NotPermittedError: the record cannot be written, the signing key not used.

    Parameters
    ----------
    entries : of the audit trail, which has recorded the publication; so a trail that is taken away is missed.
    """
    record: dict[str, object] = {"run_id": folder.name, "manifest_sha256": file_sha256(folder / MANIFEST)}
    if entries is not None:
        record["trail_entries"] = entries
    if (key := configured_key(folder.parent)) is not None:
        record["signature"] = key.sign(_PURPOSE, _content(record))
    path = _path(folder)
    with write_errors(path):
        path.parent.mkdir(exist_ok=True)
    return write_file(path, json_bytes(record))


def publication_fault(folder: Path) -> str:
    """Why a run does not count as the one that was published, as the end of a sentence; empty where it does.

    Raises ConfigError, NotPermittedError: the signing key that is configured cannot be used.
    """
    try:
        record = read_json(_path(folder).read_bytes(), name=_path(folder).name)
        manifest = file_sha256(folder / MANIFEST)
    except (OSError, DataRefusedError):
        return "there is no record that it was published"
    if not isinstance(record, dict) or (record.get("run_id"), record.get("manifest_sha256")) != (folder.name, manifest):
        return "it was changed after it was published"
    key = configured_key(folder.parent)
    return "" if key is None else key.fault(_PURPOSE, _content(record), record.get("signature"))


def trail_entries(runs: Path) -> int:
    """How many entries the audit trail had at the latest publication or pause on record; 0 where none says so."""
    most = 0
    for path in (runs / FOLDER).glob("*.json"):
        most = max(most, _entries_in(path))
    return most


def record_pause(runs: Path, *, entries: int) -> None:
    """Writes down that the audit trail holds a pause, so that a trail from which it was cut is missed.

    Raises CannotWriteError.

    Parameters
    ----------
    entries : of the trail, the pause among them.
    """
    path = runs / FOLDER / PAUSE
    with write_errors(path):
        path.parent.mkdir(exist_ok=True)
    write_file(path, json_bytes({"trail_entries": entries}))


def entries_with_pause(runs: Path) -> int:
    """How many entries the audit trail has at least, where it was written down that it holds a pause; else 0."""
    return _entries_in(runs / FOLDER / PAUSE)


def forget_pause(runs: Path) -> None:
    """Removes that record, once the trail says that the pause has ended."""
    path = runs / FOLDER / PAUSE
    with write_errors(path):
        path.unlink(missing_ok=True)


def _entries_in(path: Path) -> int:
    try:
        record = read_json(path.read_bytes(), name=path.name)
    except (OSError, DataRefusedError):
        return 0
    n = record.get("trail_entries") if isinstance(record, dict) else None
    return n if isinstance(n, int) else 0


def forget_publication(folder: Path) -> None:
    """Removes the record of a run that retention has removed."""
    _path(folder).unlink(missing_ok=True)


def _path(folder: Path) -> Path:
    return folder.parent / FOLDER / f"{folder.name}.json"


def _content(record: dict[str, object]) -> str:
    of_trail = [record["trail_entries"]] if "trail_entries" in record else []
    return digest([record.get("run_id"), record.get("manifest_sha256"), *of_trail])
