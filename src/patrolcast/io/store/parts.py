"""Parts of long work on disk: named arrays under a name that says what decided them, whole or not there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from patrolcast.io.safe_files import replace_synced, told

Arrays = dict[str, npt.NDArray[Any]]


def read_part(folder: Path, name: str) -> Arrays | None:
    """The arrays of a part, or None where there is none or it is damaged: it is then made again."""
    try:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as part:
            return {key: part[key] for key in part.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None


def write_part(folder: Path, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Writes a part aside and names it when it is whole.

    Raises
    ------
    CannotWriteError, NotPermittedError
        one line.
    """
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **dict(arrays))
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        replace_synced(folder / f"{name}.npz", packed.getvalue())
