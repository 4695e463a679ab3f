"""Inputs and tables of a run that may be handed out, read back only where they still are what its manifest names."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.hashing import file_sha256
from patrolcast.io.settings.settings_file import DATA, ConfigFile
from patrolcast.io.store.run_store import read_verified


def inputs_of_run(
    config: ConfigFile, manifest: Mapping[str, Any], wanted: Callable[[str], bool]
) -> dict[str, tuple[str, bytes]]:
    """Portable path -> key and bytes of each input whose key is wanted.

    Raises DataRefusedError: one is missing, or is not the file any more that the run was made from.

    Parameters
    ----------
    config : of the run; says where project and data lie.
    wanted : of a key as the manifest has it, e.g. "area.boundary".
    """
    contents = {}
    for entry, place in _places(config, manifest, wanted):
        data = None if place is None else place.read_bytes()
        if data is None or hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise _another_file(entry)
        contents[str(entry["path"])] = (str(entry["key"]), data)
    return contents


def require_inputs(config: ConfigFile, manifest: Mapping[str, Any], wanted: Callable[[str], bool]) -> None:
    """The same check without keeping the bytes: an export of records may be large. Raises DataRefusedError."""
    for entry, place in _places(config, manifest, wanted):
        if place is None or file_sha256(place) != entry["sha256"]:
            raise _another_file(entry)


def _places(
    config: ConfigFile, manifest: Mapping[str, Any], wanted: Callable[[str], bool]
) -> Iterator[tuple[Mapping[str, Any], Path | None]]:
    """Each input whose key is wanted, as the manifest has it, and its file; None where there is none."""
    for entry in manifest["inputs"]:
        if wanted(str(entry["key"])):
            path = str(entry["path"])
            root = config.data_root if path.startswith(DATA) else config.project
            place = None if root is None else root / path.removeprefix(DATA)
            yield entry, place if place is not None and place.is_file() else None


def _another_file(entry: Mapping[str, Any]) -> DataRefusedError:
    rule, cure = "a kit is made from what the run was made from", "put the file back, or run again"
    got = "another file than the run read, or none"
    return DataRefusedError(f"[{entry['key']}] {entry['path']}", got=got, rule=rule, cure=cure)


def table_of_run(folder: Path, manifest: Mapping[str, Any], name: str) -> pd.DataFrame:
    """A Parquet table of a run's folder. Raises DataRefusedError: it is missing or was changed."""
    return pd.DataFrame(pd.read_parquet(io.BytesIO(read_verified(folder, manifest, name))))


def path_in_kit(path: str) -> str:
    """Where an input lies in a twin's folder.

    >>> path_in_kit("data/sample/tracts.geojson"), path_in_kit("{data}/x/y.csv"), path_in_kit("../shared/z.csv")
    ('data/sample/tracts.geojson', 'data/x/y.csv', 'data/shared/z.csv')
    """
    if path.startswith(DATA):
        return f"data/{path.removeprefix(DATA)}"
    parts = [part for part in path.split("/") if part != ".."]
    return "/".join(parts) if not path.startswith("../") else "/".join(["data", *parts])
