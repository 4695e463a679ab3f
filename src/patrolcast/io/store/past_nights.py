"""Where a backfill lies: a folder a night with `night.json`, held by whoever computes it, and the runs beside them."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.encode import json_bytes
from patrolcast.io.hashing import digest, file_sha256
from patrolcast.io.lock import try_lock_folder
from patrolcast.io.safe_files import write_errors
from patrolcast.io.store import run_store
from patrolcast.io.strict_json import read_json

FOLDER, NIGHTS, NIGHT = "backfill", "nights", "night.json"
_PAUSE_SECONDS = 0.5


@contextmanager
def held_night(backfill: Path, night: str) -> Iterator[bool]:
    """Holds the folder of one night until the end, or says that another process does.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    folder = backfill / NIGHTS / night
    with write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = try_lock_folder(folder)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def wait_for_others() -> None:
    """Lets other processes get on with the nights that they hold."""
    time.sleep(_PAUSE_SECONDS)


def read_night(backfill: Path, night: str) -> dict[str, Any] | None:
    """What is stored of a night and is what was written, its run's manifest too; else None."""
    try:
        stored = read_json((backfill / NIGHTS / night / NIGHT).read_bytes(), name=NIGHT)
        facts = {name: value for name, value in stored.items() if name != "sha256"}
        if stored["sha256"] != digest(facts):
            return None
        if "run_id" in facts and manifest_sha256(run_of(backfill, facts)) != facts["manifest_sha256"]:
            return None
        return facts
    except (OSError, PatrolcastError, LookupError, AttributeError, TypeError, ValueError):
        return None


def write_night(backfill: Path, night: str, facts: Mapping[str, Any]) -> None:
    """Stores what became of a night, with a hash of it.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    data = json_bytes({**facts, "sha256": digest(dict(facts))})
    run_store.replace_if_changed(backfill / NIGHTS / night / NIGHT, data)


def write_past_run(backfill: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes], *, timing: Any) -> Path:  # noqa: ANN401
    """The run of a night; one of the same name that somebody changed gives way, since none was ever published.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    there = backfill / str(manifest["run_id"])
    if there.exists() and not run_store.holds(there, manifest, files):
        run_store.remove_run(there)
    return run_store.write_run(backfill, manifest, files, timing=timing)


def run_of(backfill: Path, facts: Mapping[str, Any]) -> Path:
    """The folder of a night's run; always one of the backfill, whatever the text says."""
    return backfill / Path(str(facts["run_id"])).name


def manifest_sha256(run: Path) -> str:
    """SHA-256 of a run's manifest, which holds those of its files."""
    return file_sha256(run / run_store.MANIFEST)
