"""Counts of outcomes as they were taken in: one file for each import, named by its hash, closed to other accounts.

They lie beside the runs (`outcomes/CITY/`), so that publishing those shows none of it. Which of them count, the trail
says; a file that is on no trail counts for nothing, and one that was changed is refused.
"""

import hashlib
import json
from contextlib import suppress
from pathlib import Path

import pandas as pd

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.outcomes.counts import COUNT_COLUMNS
from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_errors, write_new_private
from patrolcast.io.store.run_store import read_or_none

FOLDER = "outcomes"
DOCUMENT, PAGE = "outcomes.json", "outcomes.html"


def outcomes_folder(runs: Path) -> Path:
    """The folder of a city's outcomes; ``runs`` is the city's own folder of runs."""
    city = runs.absolute()
    return city.parent.parent / FOLDER / city.name


def store_counts(folder: Path, table: pd.DataFrame) -> str:
    """Writes counts that were checked; their hash, by which they are found again.

    Raises CannotWriteError, NotPermittedError.
    """
    data = json_bytes({"columns": list(COUNT_COLUMNS), "rows": table[list(COUNT_COLUMNS)].to_numpy(object).tolist()})
    sha256 = hashlib.sha256(data).hexdigest()
    path = _path(folder, sha256)
    with write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        with suppress(FileExistsError):
            write_new_private(path, data)
    return sha256


def read_counts(folder: Path, sha256: str) -> pd.DataFrame:
    """Counts as they were taken in.

    Raises DataRefusedError: the file is gone or was changed.
    """
    path = _path(folder, sha256)
    with write_errors(path):
        data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        got = "bytes other than the trail says" if data else "no such file"
        rule, cure = "counts that were taken in are never changed", "put the file back from its backup"
        raise DataRefusedError(f"outcomes {sha256[:12]}", got=got, rule=rule, cure=cure)
    return pd.DataFrame(json.loads(data)["rows"], columns=list(COUNT_COLUMNS))


def read_reported(folder: Path, name: str, sha256: str) -> bytes | None:
    """A file of the report, read once; None where it is not there, or not the one that the trail names.

    Raises CannotWriteError, NotPermittedError: it cannot be read.
    """
    data = read_or_none(folder / name)
    return data if data is not None and hashlib.sha256(data).hexdigest() == sha256 else None


def _path(folder: Path, sha256: str) -> Path:
    return folder / "imports" / f"{sha256}.json"
