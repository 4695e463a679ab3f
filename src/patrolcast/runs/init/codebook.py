"""The codebook of a draft: rows of a known codebook where its codes are these, proposals from words, and open rows.

Open rows come first, as they need thought; then proposals, those of one kind together; then rows of a known codebook.
Every row that no known codebook decides begins its last column with TODO, also where something is proposed.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from patrolcast.intake.codebook import COLUMNS, UNDECIDED
from patrolcast.intake.persons import masked
from patrolcast.intake.words.offence_words import Proposal, WordBook, propose, propose_for_code
from patrolcast.runs.init.known_codes import Explanation, KnownCodebook, by_nibrs, explaining_codebook
from patrolcast.runs.init.patterns import families

PROPOSED = f"{UNDECIDED}: proposed: "
"""Begins a row that `init` proposes; who agrees writes a name in its place."""
_WORDS_SHOWN = 6


@dataclass(frozen=True)
class OffenceCount:
    """Records of one offence code, call source, description and arrest mark."""

    code: str
    source: str
    description: str
    arrest: bool
    n: int


@dataclass(frozen=True)
class DraftCodebook:
    """The codebook's text, what a person must decide in it, and what was taken from where."""

    text: str
    undecided: list[str]
    notes: list[str]


@dataclass(frozen=True)
class DraftRow:
    """One row to be: a code or a pattern, what is known or proposed of it, and the records behind it.

    ``codes`` is the number of codes it decides, ``kind`` one of "open", "proposed" and "known".
    """

    code: str
    kind: str
    category: str
    provenance: str
    why: str
    words: tuple[str, ...]
    n: int
    arrests: int
    codes: int = 1

    def fields(self, *, is_source: bool = False) -> list[str]:
        """The row as it is written, in the order of COLUMNS."""
        code = ["", self.code] if is_source else [self.code, ""]
        return [*code, self.category, self.provenance, self._reason()]

    def _reason(self) -> str:
        if self.kind == "known":
            return self.why
        many = f"{self.codes} codes: " if self.codes > 1 else ""
        more = f" and {len(self.words) - _WORDS_SHOWN} more" if len(self.words) > _WORDS_SHOWN else ""
        shown_words = f"{many}{' | '.join(self.words[:_WORDS_SHOWN])}{more}"
        share = f", arrest share {self.arrests / self.n:.2f}" if self.arrests else ""
        records = f"{self.n:,} records{share}"
        if self.kind == "proposed":
            return PROPOSED + "; ".join(filter(None, (self.why, shown_words, records)))
        return f"{UNDECIDED}: " + "; ".join(filter(None, (shown_words, records, self.why)))


def draft_codebook(
    counts: Sequence[OffenceCount],
    known: Sequence[KnownCodebook],
    *,
    offences: WordBook,
    sources: WordBook,
    has_source: bool,
) -> DraftCodebook:
    """A row for each offence code, or family of codes that are proposed alike, and each call source of the export."""
    table = pd.DataFrame([vars(count) for count in counts], columns=["code", "source", "description", "arrest", "n"])
    table = table[table["code"] != ""]
    codes = [_from_words(str(code), part, offences) for code, part in table.groupby("code")]
    explanation = explaining_codebook(codes, known)
    codes = [_from_code(row, explanation, known) for row in codes]
    rows = sorted(_grouped(codes), key=_order)
    by_source = table[(table["source"] != "") & has_source].groupby("source")["n"].sum()
    of_sources = sorted(
        (_of_source(str(text), int(n), explanation, sources) for text, n in by_source.items()), key=_order
    )
    text = _csv([*(row.fields() for row in rows), *(row.fields(is_source=True) for row in of_sources)])
    notes = list(explanation.notes)
    if explanation.book is not None:
        notes.append(f"offence codes are explained by {explanation.book.name}; check that they are the same codes")
    return DraftCodebook(text, _undecided([*rows, *of_sources]), notes + _proposals(codes))


def _from_words(code: str, part: pd.DataFrame, book: WordBook) -> DraftRow:
    """What the descriptions of a code say, and where the code is made of words, the code itself."""
    spoken = code if re.search(r"[^\W\d_]{4}", code) else ""
    texts: dict[str, int] = {}
    for description, n in part.groupby("description")["n"].sum().sort_values(ascending=False).items():
        apart = [text for text in (spoken, str(description)) if text]
        text = apart[0] if len({" ".join(writing.split()).casefold() for writing in apart}) == 1 else ": ".join(apart)
        texts[text] = texts.get(text, 0) + int(n)
    arrests = int(part.loc[part["arrest"], "n"].sum())
    proposal = propose_for_code({text: n for text, n in texts.items() if text}, book, arrests=arrests)
    shown = part.groupby("description")["n"].sum().sort_values(ascending=False).index
    words = _apart(masked(str(text))[:80] for text in shown if text and text != code)
    return _row(code, proposal, words, int(part["n"].sum()), arrests)


def _row(code: str, proposal: Proposal | None, words: tuple[str, ...], n: int, arrests: int = 0) -> DraftRow:
    if proposal is None:
        return DraftRow(code, "open", "", "unknown", "", words, n, arrests)
    kind = "proposed" if proposal.settled else "open"
    return DraftRow(code, kind, proposal.category, proposal.provenance, proposal.why, words, n, arrests)


def _from_code(row: DraftRow, explanation: Explanation, known: Sequence[KnownCodebook]) -> DraftRow:
    """The row of a known codebook for the same code; it stays open where the words speak against a report."""
    book = explanation.book
    decided = book.row_of(row.code) if book is not None else by_nibrs(row.code, known)
    if decided is None:
        return row
    category, provenance = decided["category"], decided["provenance"]
    why = f"{decided['ground']} [{book.name}]" if book is not None else decided["ground"]
    if row.kind == "proposed" and category and (row.provenance != "citizen" or row.category not in {"", category}):
        means = f"{row.provenance}, {row.category or 'not forecast'}"
        why = f"its words say {means}; the known code says {provenance}, {category}: {why}"
        return replace(row, kind="open", category="", provenance="unknown", why=why)
    if book is None and (row.kind == "proposed" or row.why):
        return row
    kind = "known" if book is not None and explanation.confirmed else "proposed"
    return replace(row, kind=kind, category=category, provenance=provenance, why=why)


def _grouped(rows: Sequence[DraftRow]) -> list[DraftRow]:
    """Families of codes that are proposed alike become one row with a pattern."""
    alike = {row.code: (row.kind, row.category, row.provenance, row.why * (row.kind == "open")) for row in rows}
    by_code = {row.code: row for row in rows}
    single = {row.code for row in rows if row.kind == "known" or (row.kind == "open" and not row.why)}
    out = dict(by_code)
    for pattern, codes in families(alike, single):
        members = sorted((out.pop(code) for code in codes), key=lambda row: -row.n)
        words = _apart(word for row in members for word in row.words or (row.code,))
        why = " / ".join(dict.fromkeys(row.why for row in members))
        n, arrests = sum(row.n for row in members), sum(row.arrests for row in members)
        out[pattern] = replace(members[0], code=pattern, why=why, words=words, n=n, arrests=arrests, codes=len(members))
    return list(out.values())


def _apart(words: Iterable[str]) -> tuple[str, ...]:
    """Each text once, as it is first written: "THEFT" and "Theft" are one."""
    first_written: dict[str, str] = {}
    for word in words:
        first_written.setdefault(word.casefold(), word)
    return tuple(first_written.values())


def _of_source(text: str, n: int, explanation: Explanation, words: WordBook) -> DraftRow:
    decided = explanation.source_row(text)
    if decided is not None and explanation.book is not None:
        kind = "known" if explanation.confirmed else "proposed"
        return DraftRow(
            text, kind, "", decided["provenance"], f"{decided['ground']} [{explanation.book.name}]", (), n, 0
        )
    row = _row(text, propose(text, words), (), n)
    question = "who starts such a call (citizen, officer, sensor, administrative)?"
    return row if row.kind == "proposed" else replace(row, why=row.why or question)


def _order(row: DraftRow) -> tuple[int, str, str, int]:
    kind = ("open", "proposed", "known").index(row.kind)
    return (kind, *((row.provenance, row.category) if row.kind == "proposed" else ("", "")), -row.n)


def _undecided(rows: Sequence[DraftRow]) -> list[str]:
    n_open, n_proposed = (sum(row.kind == kind for row in rows) for kind in ("open", "proposed"))
    parts = []
    if n_open:
        parts.append(f"{n_open} open: category and provenance of codes that neither a known codebook nor words explain")
    if n_proposed:
        parts.append(f"{n_proposed} proposed: where you agree, write your name in place of '{PROPOSED.strip()}'")
    return [f"[codebook] {n_open + n_proposed} of {len(rows)} rows: {'; '.join(parts)}"] if parts else []


def _proposals(rows: Sequence[DraftRow]) -> list[str]:
    """How many codes and records are proposed as what: a person sees at a glance what would be counted."""
    groups: dict[str, list[int]] = {}
    for row in rows:
        if row.kind == "proposed":
            group = groups.setdefault(row.category or f"{row.provenance}, not forecast", [0, 0])
            group[0], group[1] = group[0] + 1, group[1] + row.n
    ranked = sorted(groups.items(), key=lambda item: (-item[1][1], item[0]))
    named = ", ".join(f"{name} ({codes} codes, {n:,} records)" for name, (codes, n) in ranked)
    return [f"proposed from the words beside the codes, nothing is decided: {named}"] if named else []


def _csv(rows: Sequence[Sequence[str]]) -> str:
    """The table as CSV; the last column always stands in quotes, so that a comma a person adds breaks no row."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(COLUMNS)
    for *fields, reason in rows:
        csv.writer(file, lineterminator="").writerow(fields)
        quoted = reason.replace('"', '""')
        file.write(f',"{quoted}"\n')
    return file.getvalue()
