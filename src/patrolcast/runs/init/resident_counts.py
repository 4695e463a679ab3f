"""Counts of residents in a table beside the layer of census areas: found by the names of the areas, never decided.

A census bureau gives shapes in one file and counts in another. The table is one whose column names the layer's areas.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from patrolcast.domain.errors import PatrolcastError
from patrolcast.intake.persons import is_person_column
from patrolcast.io.csv.strict import open_csv, read_text_columns
from patrolcast.io.sources.export_sample import nearby_tables

_NAMED = 0.8
"""Share of the layer's areas that a column must name."""
_MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class CountsTable:
    """A table of counts by area: its column that names the area, and those that hold whole numbers."""

    path: Path
    area: str
    numbers: pd.DataFrame


def counts_beside(export: Path, areas: Collection[str]) -> CountsTable | None:
    """The one table beside an export with a row for (almost) each of ``areas``; None for none or several."""
    wanted = {_plain(area) for area in areas} - {""}
    if not wanted:
        return None
    tables = nearby_tables(export, most_bytes=_MOST_BYTES)
    fits = [table for path in tables if (table := _table(path, wanted)) is not None]
    return fits[0] if len(fits) == 1 else None


def _table(path: Path, wanted: Collection[str]) -> CountsTable | None:
    """The table if a column names the areas, a row each; only then are the others read ("Hispanic" counts there)."""
    try:
        source = open_csv(path)
        names = read_text_columns(source, [name for name in source.header if not is_person_column(name)]).columns
        area = next((name for name, texts in names.items() if _names_areas(texts, wanted)), None)
        if area is None:
            return None
        texts = read_text_columns(source, [name for name in source.header if name != area]).columns
    except PatrolcastError:
        return None
    numbers = {name: pd.to_numeric(pd.Series(values, dtype="str"), errors="coerce") for name, values in texts.items()}
    return CountsTable(path, area, pd.DataFrame(numbers).dropna(axis=1))


def _names_areas(texts: Iterable[str], wanted: Collection[str]) -> bool:
    named = [_plain(text) for text in texts]
    return len(set(named)) == len(named) and len(set(wanted) & set(named)) >= _NAMED * len(wanted)


def _plain(name: str) -> str:
    """A name as `check` compares it: without case, punctuation and blanks."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
