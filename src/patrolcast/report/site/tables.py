"""A table of the site: on a page, as CSV and as JSON, from the same cells, so that no channel says more than others."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from patrolcast.domain.public.count_table import WITHHELD


@dataclass(frozen=True)
class Link:
    """A cell that leads to another page of the site; ``href`` is relative to the page's own folder."""

    text: str
    href: str


Cell = str | int | None | Link
"""None is a count that is withheld."""


@dataclass(frozen=True)
class SiteTable:
    """One table.

    Attributes
    ----------
    key : part of the names of its files, for good.
    rows : as many cells each as ``columns``; the first heads the row.
    empty : what stands where there is no row.
    """

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "None on record."

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.key}: rows do not fit their headings")

    @property
    def frame(self) -> pd.DataFrame:
        """All cells as text, for CSV."""
        return pd.DataFrame([[_text(cell) for cell in row] for row in self.rows], columns=list(self.columns), dtype=str)

    @property
    def document(self) -> dict[str, object]:
        """For JSON: numbers stay numbers, what is withheld is null."""
        rows = [[cell.text if isinstance(cell, Link) else cell for cell in row] for row in self.rows]
        return {"caption": self.caption, "columns": list(self.columns), "rows": rows, "null_means": WITHHELD}


@dataclass(frozen=True)
class SitePage:
    """A page with its tables.

    Attributes
    ----------
    path : its address below the site, for good, e.g. "sample/runs/RUN/index.html".
    kind : what stands above the title.
    lead : sentences; the first says what matters.
    banner : what a reader must not miss; "" for none.
    picture : the page's picture as markup, drawn from the cells of a table; "" for none.
    links : text and address, relative to the page's own folder.
    back : where "up" leads, text and address.
    """

    path: str
    title: str
    kind: str
    lead: tuple[str, ...]
    tables: tuple[SiteTable, ...] = ()
    banner: str = ""
    picture: str = ""
    links: tuple[Link, ...] = ()
    back: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()


def shown_rows(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows as a table holds them."""
    return tuple(tuple(row) for row in rows)


def _text(cell: Cell) -> str:
    return WITHHELD if cell is None else cell.text if isinstance(cell, Link) else str(cell)
