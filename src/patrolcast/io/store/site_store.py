"""The folder of the public site: written whole beside the old one and swapped in; what was there once stays.

::

    DIR/                 the site; `site.json` names every file that a release ever wrote, with its SHA-256
    .DIR.building        the next release while it is written
    .DIR.former          the one before, for the moment of the swap; a start that finds it alone puts it back
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from patrolcast.domain.errors import CannotWriteError, DataRefusedError, LockedError, shown
from patrolcast.io.encode import json_bytes
from patrolcast.io.hashing import file_sha256
from patrolcast.io.lock import try_lock_folder
from patrolcast.io.safe_files import sync_folder, write_errors, write_synced
from patrolcast.io.store.evidence import stored_document

SITE = "site.json"
LEDGER = "ledger.json"
VERSION = 1


@dataclass(frozen=True)
class EarlierSite:
    """What is there: the number of its release (0: nothing) and the SHA-256 of each file by its address."""

    release: int = 0
    files: Mapping[str, str] = field(default_factory=dict)


def read_site(folder: Path) -> EarlierSite:
    """The site in a folder, every file of it as it was written.

    Raises
    ------
    DataRefusedError
        a file was changed or removed since, or `site.json` cannot be read: what was shown before is then not known.
    CannotWriteError
        the folder holds something else than a site.
    """
    _put_back(folder)
    if not folder.is_dir() or not any(folder.iterdir()):
        return EarlierSite()
    if not (folder / SITE).is_file():
        rule, cure = f"a site of patrolcast, or none, holds {SITE}", "name another folder with --out"
        raise CannotWriteError(shown(folder.name)[1:-1], got="other files", rule=rule, cure=cure)
    document = _object(folder / SITE)
    release, files = document.get("release"), document.get("files")
    if document.get("site_version") != VERSION or not isinstance(release, int) or not isinstance(files, dict):
        raise _refused(SITE, "another form", "use the patrolcast that wrote it")
    for name, digest in files.items():
        if not _is_inside(name) or not _holds(folder / name, str(digest)):
            raise _refused(shown(name)[1:-1], "other bytes than it was written with", "put the site back from its copy")
    return EarlierSite(release, {str(name): str(digest) for name, digest in files.items()})


def read_ledger(folder: Path, city: str) -> dict[str, Any] | None:
    """The counts that earlier releases showed of a city; None where there were none. Raises DataRefusedError."""
    path = folder / city / LEDGER
    return _object(path) if path.is_file() else None


def read_page(folder: Path, name: str) -> bytes:
    """A file of the site that :func:`read_site` found as it was written, by its address."""
    return (folder / name).read_bytes()


def new_files(files: Mapping[str, bytes], earlier: EarlierSite) -> dict[str, str]:
    """SHA-256 of each file that is not there with these bytes, by its address; none where all of them are."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return {name: digest for name, digest in hashes.items() if earlier.files.get(name) != digest}


def write_site(folder: Path, files: Mapping[str, bytes], new: Mapping[str, str], earlier: EarlierSite) -> None:
    """Swaps in a release. Every other file of the folder stays.

    Raises CannotWriteError, NotPermittedError: the system refuses; the site is then as it was.

    Parameters
    ----------
    new : what :func:`new_files` says of the files; a release without any is none.
    """
    document = {"site_version": VERSION, "release": earlier.release + 1, "files": {**earlier.files, **new}}
    building, former = _beside(folder, "building"), _beside(folder, "former")
    with write_errors(folder):
        building.mkdir(parents=True, exist_ok=True)
        handle = try_lock_folder(building)
        if handle is None:
            raise LockedError("site", got="another release at work", rule="one at a time", cure="start again later")
        try:
            if _release_of(folder) != earlier.release:
                rule, cure = "what was shown meanwhile must be known", "start again"
                raise LockedError("site", got="a release that came in between", rule=rule, cure=cure)
            _fill(building, folder, {**files, SITE: json_bytes(document)})
            if folder.is_dir():
                folder.rename(former)
            building.rename(folder)
            sync_folder(folder.absolute().parent)
        finally:
            _put_back(folder)
            shutil.rmtree(building, ignore_errors=True)
            os.close(handle)


def _fill(building: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    """Everything of the former site, and over it the files of the release; what a dead start left is cleared."""
    for left in building.iterdir():
        shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
    if folder.is_dir():
        shutil.copytree(folder, building, symlinks=True, dirs_exist_ok=True)
    for name, data in files.items():
        path = building / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        write_synced(path, data)
    sync_folder(building)


def _release_of(folder: Path) -> object:
    return _object(folder / SITE).get("release") if (folder / SITE).is_file() else 0


def _put_back(folder: Path) -> None:
    """After a start that died between two renames: the former site is the site. One that is left over goes."""
    former = _beside(folder, "former")
    with write_errors(folder):
        if former.is_dir() and not folder.exists():
            former.rename(folder)
        shutil.rmtree(former, ignore_errors=True)


def _beside(folder: Path, suffix: str) -> Path:
    whole = folder.absolute()
    return whole.with_name(f".{whole.name}.{suffix}")


def _object(path: Path) -> dict[str, Any]:
    document = stored_document(path)
    if document is None:
        raise _refused(path.name, "no JSON object", "put the site back from its copy")
    return document


def _is_inside(name: object) -> bool:
    path = PurePosixPath(str(name))
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


def _holds(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and file_sha256(path) == digest


def _refused(what: str, got: str, cure: str) -> DataRefusedError:
    return DataRefusedError(f"site: {what}", got=got, rule="what was shown before must be known", cure=cure)
