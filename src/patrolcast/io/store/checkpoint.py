"""Checkpoints of long work on disk: named arrays (npz) and documents (JSON), each whole or not there.

The name of a checkpoint holds a hash of everything that decides its content, so a file of that name *is* the result,
and a start after a cut goes on where it stopped. One that is damaged counts as not made.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_file

Arrays = dict[str, npt.NDArray[Any]]


def read_arrays(folder: Path, name: str) -> Arrays | None:
    """The arrays of ``<name>.npz``, or None where there is none or it is damaged."""
    try:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as packed:
            return {key: packed[key] for key in packed.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None


def write_arrays(folder: Path, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Writes ``<name>.npz``.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **dict(arrays))
    write_file(folder / f"{name}.npz", packed.getvalue())


def read_document(folder: Path, name: str) -> dict[str, Any] | None:
    """The document of ``<name>.json``, or None where there is none or it is damaged."""
    try:
        document = json.loads((folder / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def write_document(folder: Path, name: str, document: Mapping[str, Any]) -> None:
    """Writes ``<name>.json``.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    write_file(folder / f"{name}.json", json_bytes(document))
