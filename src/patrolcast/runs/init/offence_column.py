"""Which column holds the offence codes, which ones explain them, and how often each code occurs with which words."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd

from patrolcast.intake.codebook import normalised_code
from patrolcast.intake.guess_columns import first_known_header, next_description
from patrolcast.io.sources.export_sample import count_values
from patrolcast.runs.init.codebook import OffenceCount
from patrolcast.runs.init.config_text import Findings
from patrolcast.runs.init.known_codes import KnownCodebook

_MOST_CODES = 3000
_EXPLAINED = 0.8
_MOST_DESCRIPTIONS = 3
_FREE_TEXT = 5.0
"""More texts than this to a code: somebody wrote them, and they are not read any further."""


def decide_offence(
    findings: Findings, roles: dict[str, list[str]], known: Sequence[KnownCodebook]
) -> list[OffenceCount]:
    """Choose the column of offence codes and count them: one that a known codebook explains, else the surest header."""
    rows = findings.rows
    names = [name for name in roles["offence"] if 1 < rows[name].nunique() <= _MOST_CODES]
    if not names:
        findings.undecided.append("[incidents.columns] offence: no column of offence codes was recognised")
        return []
    explained = {name: max((book.share_of(rows[name]) for book in known), default=0.0) for name in names}
    chosen = next((name for name in names if explained[name] >= _EXPLAINED), names[0])
    findings.columns["offence"] = chosen
    if len(names) > 1:
        others = ", ".join(name for name in names if name != chosen)
        findings.notes.append(f"offence: {chosen} was chosen; also possible: {others}")
    source = next((name for name in roles["call_source"] if 1 <= rows[name].nunique() <= 200), None)
    if source is not None:
        findings.columns["call_source"] = source
    free = [name for name in findings.columns_of_export if name not in findings.columns.values()]
    words = list(_descriptions(findings, free, chosen))
    if words:
        findings.notes.append(f"the words of {' and '.join(words)} were read to propose what a code means")
    arrest = first_known_header(free, ("arrest", "arrested", "arrest made", "is arrest"))
    beside = tuple(name for name in (source, arrest, *words) if name is not None)
    return _counted(count_values(findings.export, chosen, beside), source, arrest)


def _descriptions(findings: Findings, free: list[str], codes: str) -> Iterator[str]:
    """Columns of words about the codes, in file order; a column of free text is none of them."""
    found: list[str] = []
    while (name := next_description([name for name in free if name not in found])) is not None:
        found.append(name)
    kept = [name for name in found if _texts_per_code(findings.rows, codes, name) <= _FREE_TEXT]
    yield from sorted(kept[:_MOST_DESCRIPTIONS], key=findings.columns_of_export.index)


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
