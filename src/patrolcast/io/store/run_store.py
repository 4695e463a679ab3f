"""Run folders: built aside, synced, then renamed; whole or not there. `current` is swapped by renaming a link.

::

    runs/<city>/.building-<run_id>-<pid>/  being built, locked by its builder; what a dead one left is cleared at start
    runs/<city>/<run_id>/                  whole, never changed again; its manifest.json holds every file's SHA-256
    runs/<city>/current -> <run_id>        the last published run
    runs/<city>/refused/                   one receipt for each refused input

Only three things change what others see: the rename of a folder, the swap of `current`, a removal by retention.
`timing.json` alone names the clock and the machine; it is no output and has no hash.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import CannotWriteError, DataRefusedError, shown
from patrolcast.io.encode import iso_utc, json_bytes
from patrolcast.io.hashing import file_sha256
from patrolcast.io.lock import try_lock_folder
from patrolcast.io.safe_files import (
    is_anothers,
    overwrite_or_remove,
    sync_folder,
    write_errors,
    write_file,
    write_synced,
)

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1
TIMING = "timing.json"
CURRENT = "current"
STATUS = "status.json"
_BUILDING = ".building-"
_REMOVING = ".removing-"
_RUN_ID = re.compile(r"^\d{8}T\d{4}Z-[a-z][a-z0-9_-]*-[0-9a-f]{8}(-\d+)?$")


def write_run(
    runs: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes], *, timing: Mapping[str, Any]
) -> Path:
    """Writes a whole run folder and returns it; one that another start finished meanwhile is left as it is.

    Raises CannotWriteError, NotPermittedError: the system refuses; nothing half-made is left under the run's name.

    Parameters
    ----------
    manifest : with ``run_id``; ``outputs`` is added.
    files : relative path -> bytes.
    timing : what the clock and the machine say; written beside, never hashed.
    """
    run_id = str(manifest["run_id"])
    folder = runs / run_id
    document = json_bytes(with_outputs(manifest, files))
    with write_errors(folder):
        runs.mkdir(parents=True, exist_ok=True)
        clear_leftovers(runs)
        building, handle = _site(runs, run_id)
        try:
            for name, data in {**files, MANIFEST: document, TIMING: json_bytes(timing)}.items():
                (building / name).parent.mkdir(parents=True, exist_ok=True)
                write_synced(building / name, data)
            for inner in sorted({(building / name).parent for name in files} | {building}, reverse=True):
                sync_folder(inner)
            if not folder.exists():
                building.rename(folder)
                sync_folder(runs)
        finally:
            shutil.rmtree(building, ignore_errors=True)
            os.close(handle)
    return folder


def with_outputs(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest as a run folder holds it: with the SHA-256 of every file."""
    return {**manifest, "outputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}}


def holds(folder: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> bool:
    """True where a run folder holds this manifest and these files, byte for byte, and no other; as `write_run` does."""
    document = with_outputs(manifest, files)
    return read_or_none(folder / MANIFEST) == json_bytes(document) and not changed_files(folder, document)


def clear_leftovers(runs: Path) -> list[str]:
    """Removes what builders and removers that are dead left behind; returns the names."""
    removed = []
    for path in sorted(runs.glob(".*")) if runs.is_dir() else []:
        if path.name.startswith((_BUILDING, _REMOVING)) and path.is_dir() and not path.is_symlink():
            handle = try_lock_folder(path)
            if handle is None:
                continue
            shutil.rmtree(path, ignore_errors=True)
            os.close(handle)
            removed.append(path.name)
        elif _is_left_link(path):
            path.unlink(missing_ok=True)
            removed.append(path.name)
    return removed


def swap_current(runs: Path, run_id: str) -> None:
    """Lets `current` point at a whole run; a reader sees the old link or the new one, never none."""
    link = runs / CURRENT
    with write_errors(link):
        if link.exists() and not link.is_symlink():
            rule = "must be a link that patrolcast made"
            raise CannotWriteError(CURRENT, got="a file or folder", rule=rule, cure="move it away")
        if not (runs / run_id / MANIFEST).is_file():
            raise CannotWriteError(CURRENT, got=run_id, rule="must point at a whole run")
        aside = runs / f".{CURRENT}-{os.getpid()}"
        aside.unlink(missing_ok=True)
        aside.symlink_to(run_id)
        aside.replace(link)
        sync_folder(runs)


def current_run(runs: Path) -> Path | None:
    """The folder that `current` points at; None where it leads to nothing, elsewhere, or to a run that is a link."""
    link = runs / CURRENT
    if not link.is_symlink():
        return None
    target = link.readlink()
    folder = runs / target.name
    return folder if target == Path(target.name) and not folder.is_symlink() and (folder / MANIFEST).is_file() else None


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run.

    Raises DataRefusedError: there is none, or it cannot be read as one.
    """
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
        if isinstance(document, dict) and isinstance(document.get("outputs"), dict) and "run_id" in document:
            return document
        got = "no manifest of a run"
    except (OSError, ValueError, RecursionError) as error:
        got = getattr(error, "strerror", None) or "not JSON"
    what = f"run {shown(folder.name)[1:-1]}: {MANIFEST}"
    raise DataRefusedError(what, got=shown(got)[1:-1], rule="a run folder holds one", cure="name another run")


def require_manifest_keys(folder: Path, manifest: Mapping[str, Any], *keys: str) -> None:
    """Refuses a manifest of a later form, and one without ``keys``.

    Raises DataRefusedError: it was made by a later patrolcast, or somebody changed it.
    """
    what = f"run {shown(folder.name)[1:-1]}: {MANIFEST}"
    form = manifest.get("manifest_version", MANIFEST_VERSION)
    if form != MANIFEST_VERSION:
        rule, cure = f"this patrolcast reads form {MANIFEST_VERSION}", "use the patrolcast that made the run"
        raise DataRefusedError(what, got=f"form {shown(form)[1:-1]}", rule=rule, cure=cure)
    missing = [key for key in keys if key not in manifest]
    if missing:
        raise DataRefusedError(what, got=f"no {missing[0]}", rule="a run is never changed", cure="name another run")


def changed_files(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Names of the files that are missing, differ from the manifest, or are not in it; a link is never a file of it."""
    outputs: dict[str, str] = manifest["outputs"]
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()}
    there = set(files) - {MANIFEST, TIMING}
    real = {name for name in there if files[name].is_file() and not files[name].is_symlink()}
    wrong = [name for name, sha256 in outputs.items() if name not in real or file_sha256(folder / name) != sha256]
    return sorted({*wrong, *(there - set(outputs))})


def verified_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run whose every file has the bytes it says, or None."""
    manifest = manifest_or_none(folder)
    try:
        return None if manifest is None or changed_files(folder, manifest) else manifest
    except OSError:
        return None


def manifest_or_none(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run, or None where there is none to read."""
    try:
        return read_manifest(folder)
    except DataRefusedError:
        return None


def read_verified(folder: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    """The bytes of an output, after its SHA-256 was compared with the manifest's.

    Raises DataRefusedError: it is missing or was changed since the run.
    """
    what = f"run {shown(folder.name)[1:-1]}: {name}"
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise DataRefusedError(what, got=shown(error.strerror)[1:-1], rule="a run folder holds it") from None
    if hashlib.sha256(data).hexdigest() != manifest["outputs"].get(name):
        raise DataRefusedError(
            what, got="other bytes than the manifest says", rule="a run is never changed", cure="run it again"
        )
    return data


def finished_runs(runs: Path) -> Iterator[Path]:
    """Whole run folders, newest ``as_of`` first."""
    folders = [p for p in runs.iterdir() if _RUN_ID.match(p.name) and not p.is_symlink()] if runs.is_dir() else []
    yield from (p for p in sorted(folders, reverse=True) if (p / MANIFEST).is_file())


def free_run_id(runs: Path, run_id: str) -> str:
    """``run_id``, or with the next free number behind it: a run is never overwritten."""
    taken = {p.name for p in runs.iterdir()} if runs.is_dir() else set()
    numbered = (f"{run_id}-{n}" for n in range(2, len(taken) + 3))
    return run_id if run_id not in taken else next(name for name in numbered if name not in taken)


def made_at(folder: Path) -> float:
    """When a run folder was made, in seconds since 1970."""
    return (folder / MANIFEST).stat().st_mtime


def remove_run(folder: Path) -> None:
    """Removes a run; a reader sees it whole or not at all."""
    aside = folder.with_name(f"{_REMOVING}{folder.name}")
    with write_errors(folder):
        folder.rename(aside)
        sync_folder(folder.parent)
        shutil.rmtree(aside, ignore_errors=True)


def read_or_none(path: Path) -> bytes | None:
    """A file's bytes, or None where there is none."""
    with write_errors(path):
        return path.read_bytes() if path.is_file() else None


def replace_if_changed(path: Path, data: bytes) -> None:
    """Swaps a file's bytes for others, whole; nothing is written when they are the same."""
    if read_or_none(path) != data:
        write_file(path, data)


def write_status_file(runs: Path, status: Mapping[str, Any]) -> None:
    """`status.json`: what is published, until when, and how the last start ended.

    A full disk has no room for a second file: then the old one is written over, or removed. No status is better than
    one that says of an earlier start that all is well.
    """
    path, data = runs / STATUS, json_bytes(status)
    try:
        write_file(path, data)
    except CannotWriteError:
        overwrite_or_remove(path, data)
        raise


def read_status_file(runs: Path) -> dict[str, Any]:
    """`status.json`; empty where there is none to read."""
    try:
        status = json.loads((runs / STATUS).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return status if isinstance(status, dict) else {}


def read_last_start(runs: Path) -> object:
    """How the last start ended, as `status.json` has it; None where there is none to read."""
    return read_status_file(runs).get("last_start")


def write_receipt(runs: Path, name: str, receipt: Mapping[str, Any], *, now: datetime) -> Path:
    """`refused/<now>-<name>.json`: why an input was refused; the only thing that a refusal writes."""
    name = f"{iso_utc(now).replace(':', '').replace('-', '')}-{name}.json"
    return write_file(runs / "refused" / name, json_bytes(receipt))


def _site(runs: Path, run_id: str) -> tuple[Path, int]:
    """A new folder to build in, and the handle that shows others that its builder lives."""
    building = runs / f"{_BUILDING}{run_id}-{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    for _ in range(3):  # a cleaner may take the folder between its making and its locking
        building.mkdir()
        handle = try_lock_folder(building)
        if handle is not None and building.is_dir():
            return building, handle
        if handle is not None:
            os.close(handle)
        shutil.rmtree(building, ignore_errors=True)
    raise CannotWriteError(building.name, got="removed while it was built", rule="another start cleared it")


def _is_left_link(path: Path) -> bool:
    return path.name.startswith(f".{CURRENT}-") and path.is_symlink() and not is_anothers(path.name.rpartition("-")[2])
