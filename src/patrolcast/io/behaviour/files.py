"""The files of the package: code, and the data that it ships."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent.parent
DATA = frozenset({".csv", ".toml", ".json", ".html", ".css"})
"""Endings of the package's own data files."""


def package_files(package: Path, endings: Collection[str]) -> list[tuple[str, Path]]:
    """Every file with one of these endings by its path in the package, in order; also in folders that are links.

    An editor's lock, a link to nothing and a pipe are no files; a link to a folder around it is not followed.
    """
    return list(_files_of(package, "", endings, (package.resolve(),)))


def _files_of(
    folder: Path, name: str, endings: Collection[str], around: tuple[Path, ...]
) -> Iterator[tuple[str, Path]]:
    """``around``: where the folder and those around it really lie."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return  # what nobody may look into is imported by nobody
    for entry in entries:
        if entry.name.endswith(tuple(endings)) and entry.is_file():
            yield f"{name}{entry.name}", folder / entry.name
        elif entry.name != "__pycache__" and entry.is_dir():
            inner = folder / entry.name
            real = inner.resolve() if entry.is_symlink() else around[-1] / entry.name
            if real not in around:
                yield from _files_of(inner, f"{name}{entry.name}/", endings, (*around, real))
