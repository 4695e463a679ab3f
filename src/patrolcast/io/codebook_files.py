"""Codebooks on disk, read through the strict CSV door: the one a config names, and those that come with the program."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import ConfigError, DataRefusedError, PatrolcastError
from patrolcast.io.csv.strict import open_csv, read_text_columns

KNOWN = Path(__file__).parent / "known"
"""Codebooks and word lists that are part of the package. What a person or an earlier draft wrote is not among them."""


def read_codebook(path: Path) -> list[dict[str, str]]:
    """The rows of a codebook in file order, header -> text without spaces around it.

    Raises ConfigError, NotPermittedError: it is missing, no CSV in UTF-8, or has a row that does not fit its header.
    """
    try:
        source = open_csv(path)
        table = read_text_columns(source, source.header)
    except DataRefusedError as error:  # what a person wrote is a part of the configuration
        raise ConfigError(error.what, got=error.got, rule=error.rule, cure=error.cure) from None
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


@cache
def offence_words() -> Mapping[str, Any]:
    """What words beside an offence code or a call source say: tables ``abbreviations``, ``rules``, ``sources``."""
    return tomllib.loads((KNOWN / "offence_words.toml").read_text(encoding="utf-8"))


def officer_layer_words() -> dict[str, list[str]]:
    """What says that a map layer holds officers' records: ``said``, ``named``, ``offence``, ``record``, ``moment``."""
    return tomllib.loads((KNOWN / "officer_layers.toml").read_text(encoding="utf-8"))
