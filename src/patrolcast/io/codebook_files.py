"""Codebooks on disk, read through the strict CSV door: the one a config names, and the folders of known ones."""

from collections.abc import Iterable
from pathlib import Path

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.csv.strict import open_csv, read_text_columns

KNOWN_CODEBOOKS = Path(__file__).parents[3] / "configs" / "codebooks"
"""The codebooks of the checkout, wherever the command is started; an installed package has none."""


def read_codebook(path: Path) -> list[dict[str, str]]:
    """The rows of a codebook in file order, header -> text without spaces around it.

    Raises DataRefusedError, NotPermittedError: it is missing, no CSV in UTF-8, or has a row that does not fit its
    header.
    """
    source = open_csv(path)
    table = read_text_columns(source, source.header)
    return [dict(zip(source.header, row, strict=True)) for row in zip(*table.columns.values(), strict=True)]


def read_codebooks(folders: Iterable[Path], *, columns: frozenset[str]) -> dict[str, list[dict[str, str]]]:
    """File name -> rows of every CSV in ``folders`` that has these columns; of two with one name the first.

    A file that cannot be read explains no code, so it is passed over.
    """
    books: dict[str, list[dict[str, str]]] = {}
    for path in (path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.csv"))):
        try:
            if path.name not in books and columns <= set(open_csv(path).header):
                books[path.name] = read_codebook(path)
        except PatrolcastError:
            continue
    return books
