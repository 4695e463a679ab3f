"""The files of the package: code, and the data that it ships."""

from collections.abc import Collection, Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent.parent
DATA = frozenset({".csv", ".toml", ".json", ".html", ".css"})
"""Endings of the package's own data files."""


def package_files(package: Path, endings: Collection[str]) -> list[tuple[str, Path]]:
    """Every file with one of these endings by its path in the package, in order; also in folders that are links.

    An editor's lock, a link to nothing and a pipe are no files; a link to a folder around it is not followed.
    """
    return list(_files_of(package, "", endings, frozenset()))


def _files_of(folder: Path, name: str, endings: Collection[str], around: frozenset[Path]) -> Iterator[tuple[str, Path]]:
    real = folder.resolve()
    if real in around:
        return
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return  # what nobody may look into is imported by nobody
    for path in paths:
        if path.suffix in endings and path.is_file():
            yield f"{name}{path.name}", path
        elif path.name != "__pycache__" and path.is_dir():
            yield from _files_of(path, f"{name}{path.name}/", endings, around | {real})
