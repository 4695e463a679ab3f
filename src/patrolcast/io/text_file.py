"""Write a text where none was, or on request over the old one: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from patrolcast.domain.errors import CannotWriteError, shown


def put_text(path: Path, text: str, *, overwrite: bool = False) -> None:
    """Write ``text`` as UTF-8 to ``path``; missing folders are made, and a reader never sees half a file.

    Raises
    ------
    CannotWriteError
        when the file exists and ``overwrite`` is False, or the folder cannot be written.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        cure = "choose another name, or say --force"
        raise CannotWriteError(str(path), got="a file that exists", rule="never overwritten unasked", cure=cure)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(aside).chmod(0o644)
            Path(aside).replace(path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
    except OSError as error:
        got = shown(error.strerror or str(error))
        raise CannotWriteError(str(path), got=got, cure="choose a folder you may write to") from None
