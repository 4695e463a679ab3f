"""Which column holds the offence codes, which ones explain them, and how often each code occurs with which words."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd

from patrolcast.intake.codebook import normalised_code
from patrolcast.intake.guess_columns import first_known_header, next_description
from patrolcast.intake.words.call_sources import call_source_columns
from patrolcast.intake.words.offence_words import WordBook
from patrolcast.io.sources.export_sample import count_values
from patrolcast.runs.init.codebook import OffenceCount
from patrolcast.runs.init.columns_by_content import column_of_codes, columns_of_words
from patrolcast.runs.init.config_text import Findings
from patrolcast.runs.init.known_codes import KnownCodebook

_MOST_CODES = 3000
_MOST_SOURCES = 200
_EXPLAINED = 0.8
_MOST_DESCRIPTIONS = 3
_FREE_TEXT = 5.0
"""More texts than this to a code: somebody wrote them, and they are not read any further."""


def decide_offence(
    findings: Findings, roles: dict[str, list[str]], known: Sequence[KnownCodebook], words: tuple[WordBook, WordBook]
) -> list[OffenceCount]:
    """Choose the column of offence codes and count them: one that a known codebook explains, else the surest header."""
    rows = findings.rows
    names = [name for name in roles["offence"] if 1 < rows[name].nunique() <= _MOST_CODES]
    free = [name for name in findings.columns_of_export if name not in findings.columns.values()]
    names = names or _by_content(findings, free, words[0])
    if not names:
        findings.undecided.append(
            "[incidents.columns] offence: no column of offence codes was recognised; name it: add --offence COLUMN "
            "--force to this command, which then drafts the codebook"
        )
        return []
    explained = {name: max((book.share_of(rows[name]) for book in known), default=0.0) for name in names}
    chosen = next((name for name in names if explained[name] >= _EXPLAINED), names[0])
    findings.columns["offence"] = chosen
    if len(names) > 1:
        others = ", ".join(name for name in names if name != chosen)
        findings.notes.append(f"offence: {chosen} was chosen; also possible: {others}")
    source = _call_source(findings, roles, words)
    if source is not None:
        findings.columns["call_source"] = source
    free = [name for name in findings.columns_of_export if name not in findings.columns.values()]
    described = list(_descriptions(findings, free, chosen, words[0]))
    if described:
        findings.notes.append(f"the words of {' and '.join(described)} were read to propose what a code means")
    arrest = first_known_header(free, ("arrest", "arrested", "arrest made", "is arrest"))
    beside = tuple(name for name in (source, arrest, *described) if name is not None)
    return _counted(count_values(findings.export, chosen, beside), source, arrest)


def _call_source(findings: Findings, roles: dict[str, list[str]], words: tuple[WordBook, WordBook]) -> str | None:
    """The column that says who started a call: the surest header, else one whose values read so."""
    named = [name for name in roles["call_source"] if 1 <= findings.rows[name].nunique() <= _MOST_SOURCES]
    free = [name for name in findings.columns_of_export if name not in findings.columns.values()]
    texts = {name: Counter(findings.rows[name].dropna().astype(str)) for name in free}
    candidates = [*named, *call_source_columns(free, texts, offences=words[0], sources=words[1])]
    candidates = list(dict.fromkeys(name for name in candidates if 1 <= findings.rows[name].nunique() <= _MOST_SOURCES))
    if len(candidates) > 1:
        findings.notes.append(f"call_source: {candidates[0]} was chosen; also possible: {', '.join(candidates[1:])}")
    return candidates[0] if candidates else None


def _by_content(findings: Findings, free: list[str], book: WordBook) -> list[str]:
    """Where no header says so: the column whose values go with words about offences; without one, those words."""
    described = columns_of_words(findings.rows, free, book)
    if not described:
        return []
    codes = column_of_codes(findings.rows, free, described[0])
    basis = f"its values go with the words of {described[0]}" if codes else "its words name offences"
    findings.notes.append(f"offence: no header says so; {codes or described[0]} was taken, as {basis}; check it")
    return [codes or described[0]]


def _descriptions(findings: Findings, free: list[str], codes: str, book: WordBook) -> Iterator[str]:
    """Columns of words about the codes, in file order, by header or else by what they say; free text is none."""
    described: list[str] = []
    while (name := next_description([name for name in free if name not in described])) is not None:
        described.append(name)
    described = described or columns_of_words(findings.rows, free, book)
    brief = [name for name in described if _texts_per_code(findings.rows, codes, name) <= _FREE_TEXT]
    yield from sorted(brief[:_MOST_DESCRIPTIONS], key=findings.columns_of_export.index)


def _texts_per_code(rows: pd.DataFrame, codes: str, words: str) -> float:
    pairs = rows[[codes, words]].astype("string").dropna().drop_duplicates()
    return len(pairs) / max(pairs[codes].nunique(), 1)


def _counted(counts: Counter[tuple[str, ...]], source: str | None, arrest: str | None) -> list[OffenceCount]:
    """Counts by code as a run looks it up; values with a NUL byte are left out, as a run refuses their rows."""
    offences: Counter[tuple[str, str, str, bool]] = Counter()
    for (code, *beside), n in counts.items():
        by = beside.pop(0) if source is not None else ""
        mark = beside.pop(0) if arrest is not None else ""
        if "\0" not in code + by:
            words = list(dict.fromkeys(" ".join(text.split()) for text in beside if text.strip()))
            arrested = mark.lower() in {"true", "1", "y", "yes", "t"}
            offences[normalised_code(code), normalised_code(by), ": ".join(words), arrested] += n
    return [OffenceCount(*key, n) for key, n in offences.items()]
