"""Codebooks that come with the program, and whether the codes of an export are theirs.

Codes alone do not show it: 520 is a weapon in one list and a burglary in another. Where the export has words beside its
codes, a codebook is used only if the words agree with what it decides.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import pandas as pd

from patrolcast.intake.codebook import COLUMNS, is_undecided, row_finder

_EXPLAINS = 0.8
_AGREES = 0.9
_CONFIRMS = 3
"""Codes whose words agree, or that are written as only one list writes them: fewer confirm nothing."""
_NIBRS = "nibrs.csv"


class CodeRow(Protocol):
    """What `explaining_codebook` looks at of a code."""

    @property
    def code(self) -> str:
        """The code."""

    @property
    def kind(self) -> str:
        """``proposed`` where its words say something."""

    @property
    def category(self) -> str:
        """Category that its words say."""

    @property
    def provenance(self) -> str:
        """Provenance that its words say."""

    @property
    def n(self) -> int:
        """Records."""


@dataclass(frozen=True)
class KnownCodebook:
    """A codebook that exists already, by offence and by call source."""

    name: str
    rows: tuple[dict[str, str], ...]

    @cached_property
    def _offences(self) -> dict[str, dict[str, str]]:
        return {row["offence"]: row for row in self.rows if row["offence"]}

    @cached_property
    def _finder(self) -> Callable[[str], str | None]:
        return row_finder(self._offences)

    def row_of(self, code: str) -> dict[str, str] | None:
        """The row that decides a code, or None."""
        key = self._finder(code)
        return None if key is None else self._offences[key]

    def share_of(self, codes: pd.Series) -> float:
        """Share of the rows of a column whose code it explains."""
        texts = codes.dropna().astype("string").str.strip()
        counts = texts[texts != ""].value_counts()
        explained = sum(int(n) for code, n in counts.items() if self.row_of(str(code)) is not None)
        return explained / int(counts.sum()) if len(counts) else 0.0


def known_codebooks(books: Mapping[str, Sequence[Mapping[str, str]]]) -> list[KnownCodebook]:
    """The tables that are codebooks; rows that another draft left open explain nothing."""
    known = []
    for name, rows in books.items():
        if rows and set(COLUMNS) <= set(rows[0]):
            stripped = [{key: (row[key] or "").strip() for key in COLUMNS} for row in rows]
            known.append(KnownCodebook(name, tuple(row for row in stripped if not is_undecided(row))))
    return known


@dataclass(frozen=True)
class Explanation:
    """The codebook whose codes an export has, or None; ``confirmed`` where more than equal codes speaks for it."""

    book: KnownCodebook | None
    confirmed: bool
    notes: list[str]

    def source_row(self, text: str) -> dict[str, str] | None:
        """The row of a call source, or None."""
        rows = self.book.rows if self.book is not None else ()
        return next((row for row in rows if row["call_source"] == text), None)


def explaining_codebook(codes: Sequence[CodeRow], known: Sequence[KnownCodebook]) -> Explanation:
    """Look for a codebook that has most of these codes and that the words beside them do not speak against."""
    total = sum(row.n for row in codes)
    notes: list[str] = []
    best: tuple[tuple[int, int], KnownCodebook, bool] | None = None
    for book in known:
        explained = sum(row.n for row in codes if book.row_of(row.code) is not None)
        if not total or explained < _EXPLAINS * total:
            continue
        spoken = [(row, book.row_of(row.code)) for row in codes if row.kind == "proposed"]
        both = [(row, decided) for row, decided in spoken if decided is not None]
        agree = sum(row.n for row, decided in both if _agree(row, decided))
        if agree < _AGREES * sum(row.n for row, _ in both):
            other = next(row.code for row, decided in both if not _agree(row, decided))
            notes.append(f"{book.name} has the same codes, but other words (e.g. for {other}): it was not used")
            continue
        written = sum(by_nibrs(row.code, [book]) is not None for row in codes)
        rank = (explained, -len(book.rows))
        if best is None or rank > best[0]:
            best = (rank, book, max(len(both), written) >= _CONFIRMS)
    return Explanation(None, False, notes) if best is None else Explanation(best[1], best[2], notes)


def by_nibrs(code: str, known: Sequence[KnownCodebook]) -> dict[str, str] | None:
    """The row of a code that is written as only NIBRS writes one: two digits and a letter, alone or before a mark.

    >>> book = KnownCodebook("nibrs.csv", ({"offence": "23F", "ground": "NIBRS. Theft from vehicle"},))
    >>> by_nibrs("23F-01", [book])["offence"], by_nibrs("23FX", [book]), by_nibrs("220", [book])
    ('23F', None, None)
    """
    written = re.match(r"(\d\d[A-Z])(?![0-9A-Za-z])", code)
    book = next((book for book in known if book.name == _NIBRS), None)
    return book.row_of(written[1]) if written is not None and book is not None else None


def _agree(row: CodeRow, decided: Mapping[str, str]) -> bool:
    """False where one says reported and the other officer-initiated, or both name different categories."""
    if {row.provenance, decided["provenance"]} == {"citizen", "officer"}:
        return False
    return not (row.category and decided["category"]) or row.category == decided["category"]
