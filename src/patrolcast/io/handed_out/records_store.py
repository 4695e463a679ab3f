"""The folder of a run's records: ``runs/CITY/records/RUN/``, written whole; ``records.json`` says what is in it."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import CannotWriteError, DataRefusedError
from patrolcast.io.hashing import file_sha256
from patrolcast.io.safe_files import sync_folder, write_errors, write_synced

RECORDS = "records.json"
SIGNATURE = f"{RECORDS}.note"
"""Beside it where the department has a trail key: a signed statement (`io.handed_out.statement`) of its hash."""
_KEYS = {"documents", "figures", "files", "records_version", "run_id", "texts"}


def write_records(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all files and swaps the folder in; records that were there before are replaced as a whole.

    Raises CannotWriteError, NotPermittedError: the system refuses, or the folder holds something else than records.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / RECORDS).is_file():
        rule, cure = "a folder of records, or none", "name another folder with --out"
        raise CannotWriteError(folder.name, got="other files", rule=rule, cure=cure)
    aside = folder.with_name(f".{folder.name}-{os.getpid()}")
    old = folder.with_name(f".{folder.name}-{os.getpid()}-old")
    with write_errors(folder):
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        try:
            for name, data in files.items():
                write_synced(aside / name, data)
            sync_folder(aside)
            if folder.exists():
                folder.rename(old)
            aside.rename(folder)
            sync_folder(folder.parent)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


def read_records(folder: Path) -> dict[str, Any]:
    """`records.json`. Raises DataRefusedError: there is none to read."""
    what = f"records of run {folder.name}"
    try:
        document = json.loads((folder / RECORDS).read_bytes())
    except (OSError, ValueError, RecursionError):
        rule, cure = f"their folder holds {RECORDS}", "make them with `patrolcast records RUN`"
        raise DataRefusedError(what, got="none to read", rule=rule, cure=cure) from None
    if not isinstance(document, dict) or not document.keys() >= _KEYS:
        raise DataRefusedError(what, got=f"another {RECORDS}", rule="made by patrolcast", cure="make them anew")
    return document


def changed_records(folder: Path, document: Mapping[str, Any]) -> list[str]:
    """Files that are missing or have other bytes than `records.json` says."""
    return [
        name
        for name, digest in document["files"].items()
        if not (folder / name).is_file() or file_sha256(folder / name) != digest
    ]


def strange_files(folder: Path, document: Mapping[str, Any]) -> list[str]:
    """Files that lie among the records and that `records.json` does not name."""
    return sorted(path.name for path in folder.iterdir() if path.name not in {*document["files"], RECORDS, SIGNATURE})


def records_files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder of records by its name; none where there are no records."""
    if not (folder / RECORDS).is_file():
        return {}
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def record_text(folder: Path, name: str) -> str:
    """A file of the records as text; a byte that is none is replaced."""
    return (folder / name).read_bytes().decode("utf-8", "replace")


def stored_tree(folder: Path, name: str) -> dict[str, Any]:
    """A JSON file of the records; empty where it holds no object."""
    try:
        document = json.loads((folder / name).read_bytes())
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
