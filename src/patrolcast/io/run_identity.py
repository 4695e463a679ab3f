"""What a run was made from, as SHA-256: input files, our own code, the lock file, the versions of libraries."""

import os.path
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Any

from patrolcast.domain.errors import DataRefusedError, NotPermittedError, shown
from patrolcast.domain.settings.keys import path_base, paths_in
from patrolcast.io.behaviour.files import PACKAGE, package_files
from patrolcast.io.encode import iso_utc
from patrolcast.io.hashing import digest, file_sha256
from patrolcast.io.settings.settings_file import DATA, ConfigFile
from patrolcast.io.sources.databases import is_query
from patrolcast.io.sources.layer_bytes import shapefile_parts
from patrolcast.io.store.evidence import KINDS, evidence_path, looks_of_other_names, name_of_look

LIBRARIES = (
    "astral", "geopandas", "h3", "holidays", "lightgbm", "numpy", "pandas", "pyarrow", "pydantic", "pyproj",
    "scikit-learn", "scipy", "shapely", "tzdata",
)  # fmt: skip
_CODE = {".py", ".html", ".css", ".js"}
EVIDENCE = "evidence"
"""Key of stored evidence, which no section of the config names."""
MAY_BE_ABSENT = frozenset({"residents.path", "residents.counts", "residents.land"})
"""Without these a run is made, and says that nothing was measured of groups; its gate stops publication."""


@dataclass(frozen=True)
class InputFile:
    """One file that the config names: the key, the path as it may be shown on any machine, and its hash."""

    key: str
    path: str
    sha256: str
    bytes: int


def input_files(config: ConfigFile, *, sections: frozenset[str] | None = None) -> tuple[InputFile, ...]:
    """Every input that the config names, and stored evidence where there is any, in order of key and path.

    Parameters
    ----------
    sections : only the files of these sections, e.g. those that evidence is bound to (`io.store.binding.FILES`).

    Raises
    ------
    DataRefusedError
        a file is missing or cannot be read.
    NotPermittedError
        the system refuses to open it.
    """
    # The dosage log is what came of earlier runs: no forecast reads it, so a new row of it makes no new run.
    read = [(key, path) for key, path in paths_in(config.settings) if path_base(key) == "file" and key[0] != "monitor"]
    named = [(".".join(key), path) for key, path in read]
    if sections is None or EVIDENCE in sections:
        named += [(f"{EVIDENCE}.{kind}", path) for kind in KINDS if (path := evidence_path(config, kind)).is_file()]
        named += [(f"{EVIDENCE}.monitor.{name_of_look(path)}", path) for path in looks_of_other_names(config)]
    named = [(key, path) for key, path in named if sections is None or key.partition(".")[0] in sections]
    named = [(key, path) for key, path in named if key not in MAY_BE_ABSENT or path.is_file()]
    files = [_input(key, part, config) for key, path in named for part in _parts(path)]
    return tuple(sorted(files, key=lambda file: (file.key, file.path)))


def require_ordinary_files(config: ConfigFile) -> None:
    """Raises DataRefusedError: a file that the config names is a pipe, a socket or a device; nobody may open it."""
    for key, path in paths_in(config.settings):
        if path_base(key) == "file" and path.exists() and not (path.is_file() or path.is_dir()):
            what = f"[{'.'.join(key)}] {portable_path(path, config)}"
            cure = "name the file itself"
            raise DataRefusedError(what, got="a pipe or a device", rule="must be an ordinary file", cure=cure)


def code_sha256(package: Path = PACKAGE) -> str:
    """SHA-256 over everything in the package that can change an output: code and page templates, by relative name."""
    return digest(*hashed_code(package))


def hashed_code(package: Path = PACKAGE) -> list[tuple[str, str]]:
    """The relative name and SHA-256 of each file that counts as code."""
    return [(name, file_sha256(path)) for name, path in package_files(package, _CODE)]


def lock_sha256(package: Path = PACKAGE) -> str | None:
    """SHA-256 of the lock file of a checkout; None where the package was installed without one."""
    path = package.parent.parent / "requirements.lock"
    return file_sha256(path) if path.is_file() else None


def versions(names: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Versions of patrolcast, of Python (major and minor) and of the libraries that can change an output."""
    major, minor, _ = platform.python_version_tuple()
    return {"python": f"{major}.{minor}"} | {name: _version(name) for name in ("patrolcast", *names)}


def inputs_sha256(config_sha256: str, inputs: Iterable[InputFile], *, code: str, lock: str | None, **more: Any) -> str:  # noqa: ANN401
    """One hash over all that decides a run, but the moment it is made for."""
    files = sorted((file.key, file.path, file.sha256) for file in inputs)
    return digest(config_sha256, files, code, lock, more)


def run_id_of(as_of: datetime, name: str, inputs: str, read: Iterable[tuple[str, str]]) -> str:
    """The id of a run: its moment, its city, and a hash of everything that decides it.

    Parameters
    ----------
    inputs : as :func:`inputs_sha256` gives it.
    read : name and SHA-256 of every source, as it was read.
    """
    short = digest(iso_utc(as_of), inputs, sorted(read))[:8]
    return f"{as_of.astimezone(UTC):%Y%m%dT%H%MZ}-{name}-{short}"


def _parts(path: Path) -> list[Path]:
    """The file, and the files that belong to a shapefile."""
    if path.suffix.lower() != ".shp" or not path.is_file():
        return [path]
    return shapefile_parts(path)


def _input(key: str, path: Path, config: ConfigFile) -> InputFile:
    shown_path = portable_path(path, config)
    if is_query(path) and path.is_file():  # what decides the run is what the database holds
        from patrolcast.io.sources.geo_layers import read_rows  # a run on files does without

        _, sha256, size = read_rows(path).attrs["identity"]
        return InputFile(key, shown_path, sha256, size)
    try:
        return InputFile(key, shown_path, file_sha256(path), path.stat().st_size)
    except PermissionError:
        raise NotPermittedError(f"[{key}] {shown_path}", got="permission denied", rule="must be readable") from None
    except OSError as error:
        got = shown(error.strerror or type(error).__name__)
        raise DataRefusedError(
            f"[{key}] {shown_path}", got=got, rule="must be a readable file", cure="check it"
        ) from None


def portable_path(path: Path, config: ConfigFile) -> str:
    """The path without anything of this machine: below ``{data}``, else from the project."""
    if config.data_root is not None and path.is_relative_to(config.data_root):
        return DATA + path.relative_to(config.data_root).as_posix()
    return PurePath(os.path.relpath(path, config.project)).as_posix()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
