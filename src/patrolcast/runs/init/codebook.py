"""The codebook of a draft: rows of a known codebook where its codes are these, and honest TODO rows elsewhere."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from patrolcast.intake.codebook import COLUMNS, UNDECIDED

_EXPLAINS = 0.8


@dataclass(frozen=True)
class OffenceCount:
    """Records of one offence code, call source, description and arrest mark."""

    code: str
    source: str
    description: str
    arrest: bool
    n: int


@dataclass(frozen=True)
class KnownCodebook:
    """A codebook that exists already, by offence and by call source."""

    name: str
    rows: tuple[dict[str, str], ...]

    @property
    def offences(self) -> frozenset[str]:
        """Offence codes it explains."""
        return frozenset(row["offence"] for row in self.rows if row["offence"])

    def share_of(self, codes: pd.Series) -> float:
        """Share of the rows of a column whose code it explains."""
        texts = codes.dropna().astype("string").str.strip()
        texts = texts[texts != ""]
        return float(texts.isin(list(self.offences)).mean()) if len(texts) else 0.0


@dataclass(frozen=True)
class DraftCodebook:
    """The codebook's text, what a person must decide in it, and what was taken from where."""

    text: str
    undecided: list[str]
    notes: list[str]


def known_codebooks(books: Mapping[str, Sequence[Mapping[str, str]]]) -> list[KnownCodebook]:
    """The tables that are codebooks; rows that another draft left open explain nothing."""
    known = []
    for name, rows in books.items():
        if rows and set(COLUMNS) <= set(rows[0]):
            kept = [{key: (row[key] or "").strip() for key in COLUMNS} for row in rows]
            known.append(KnownCodebook(name, tuple(row for row in kept if not row["ground"].startswith(UNDECIDED))))
    return known


def draft_codebook(
    counts: Sequence[OffenceCount], known: Sequence[KnownCodebook], *, has_source: bool
) -> DraftCodebook:
    """One row for each offence code and each call source of the export."""
    table = pd.DataFrame([vars(count) for count in counts], columns=["code", "source", "description", "arrest", "n"])
    table = table[table["code"] != ""]
    book = _explaining(table, known)
    rows = {(row["offence"], row["call_source"]): row for row in (book.rows if book is not None else ())}
    out, n_todo = [], 0
    for code, part in sorted(table.groupby("code"), key=lambda item: -item[1]["n"].sum()):
        row = rows.get((str(code), ""))
        n_todo += row is None
        out.append(_taken(row, book) if row is not None and book is not None else _open_offence(str(code), part))
    sources = table[table["source"] != ""].groupby("source")["n"].sum().sort_values(ascending=False)
    for source, n in sources.items() if has_source else ():
        row = rows.get(("", str(source)))
        n_todo += row is None
        reason = f"{UNDECIDED}: who starts such a call (citizen, officer, sensor, administrative)? {n:,} records"
        out.append(
            _taken(row, book) if row is not None and book is not None else ["", str(source), "", "unknown", reason]
        )
    undecided = [
        f"[codebook] {n_todo} of {len(out)} rows: category and provenance of codes that no known codebook explains"
    ]
    notes = (
        [f"offence codes are explained by {book.name}; check that they are the same codes"] if book is not None else []
    )
    return DraftCodebook(_csv(out), undecided if n_todo else [], notes)


def _explaining(table: pd.DataFrame, known: Sequence[KnownCodebook]) -> KnownCodebook | None:
    total = table["n"].sum()
    if not total:
        return None
    shares = {book.name: table.loc[table["code"].isin(book.offences), "n"].sum() / total for book in known}
    best = max(known, key=lambda book: (shares[book.name], -len(book.offences)), default=None)
    return best if best is not None and shares[best.name] >= _EXPLAINS else None


def _taken(row: dict[str, str], book: KnownCodebook) -> list[str]:
    return [row["offence"], row["call_source"], row["category"], row["provenance"], f"{row['ground']} [{book.name}]"]


def _open_offence(code: str, part: pd.DataFrame) -> list[str]:
    n = int(part["n"].sum())
    words = part.groupby("description")["n"].sum().sort_values(ascending=False).index
    hint = f"{words[0]}; " if len(words) and words[0] else ""
    arrests = int(part.loc[part["arrest"], "n"].sum())
    share = f", arrest share {arrests / n:.2f}" if arrests else ""
    return [code, "", "", "unknown", f"{UNDECIDED}: {hint}{n:,} records{share}"]


def _csv(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return file.getvalue()
