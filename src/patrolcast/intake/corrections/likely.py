"""Columns that look as if they correct: proposed by `init` from their values, noted by a run from their names alone.

A run reads no column that the config does not map, so it can only name the header; `init` looks at everything.
"""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from patrolcast.domain.errors import shown
from patrolcast.intake.corrections.declared import normalised_status
from patrolcast.intake.persons import header_words

_CANCELS = re.compile(
    r"(?<!not )(?<!non )\b(un ?founded|unfd|cancel\w*|void(ed)?|admin\w* clos\w*|expunged|rescinded|baseless|no crime|"
    r"(entered|created|reported|made) in error|false report|duplicate( report)?|reversed|withdrawn by agency)\b"
)
_FLAG = re.compile(r"\b(un ?founded|unfd|cancel\w*|voided|void|expunged|reversed|superseded)\b")
_STATUS = re.compile(r"\b(status|dispo\w*|clear\w*|outcome|resolution|result|state|flag|case)\b")
_COUNT = re.compile(
    r"(crime|incident|offen[cs]e|report|record|event|case)s? (count|cnt|qty)|count|cnt|qty|quantity|sign|"
    r"number of (crimes|incidents|offen[cs]es|reports)|reversals?|reversal (flag|count|indicator)"
)
_REPLACES = re.compile(r"(supersedes|replaces)( \w+)*")
_YES = frozenset({"y", "yes", "true", "t", "1", "x"})
_MOST_VALUES, _MOST_CANCELLED = 50, 0.5


def looks_like_counts(values: pd.Series) -> bool:
    """True for whole numbers that are mostly 1 and somewhere below 0.

    >>> looks_like_counts(pd.Series(["1", "1", "-1"])), looks_like_counts(pd.Series(["1", "1", "2"]))
    (True, False)
    """
    numbers = pd.to_numeric(values.astype("string").str.strip(), errors="coerce").dropna()
    if numbers.empty or not (numbers % 1 == 0).all() or numbers.abs().max() > 100:
        return False
    return bool((numbers < 0).any() and (numbers == 1).mean() > _MOST_CANCELLED)


def find_cancelled_values(header: str, values: pd.Series) -> list[str]:
    """Values of a column that say that a report was cancelled; none where the column is no status.

    >>> find_cancelled_values("Case Status", pd.Series(["Open", "Closed", "Unfounded", "Open"]))
    ['Unfounded']
    >>> find_cancelled_values("UNFOUNDED", pd.Series(["N", "N", "Y"]))
    ['Y']
    """
    words = header_words(header)
    texts = values.dropna().astype("string").str.strip()
    distinct = sorted({str(text) for text in texts.unique()})
    if not (_FLAG.search(words) or _STATUS.search(words)) or not 1 < len(distinct) <= _MOST_VALUES:
        return []
    found = [text for text in distinct if _CANCELS.search(normalised_status(text))]
    if not found and _FLAG.search(words):
        found = [text for text in distinct if normalised_status(text) in _YES]
    return found if found and texts.isin(found).mean() < _MOST_CANCELLED else []


def unmapped_hints(header: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """Notes on columns that are not read and whose names say that they correct.

    Parameters
    ----------
    columns : role -> column that the config maps.

    >>> unmapped_hints(["UNFOUNDED_FLAG"], {})[0].split(":")[0]
    "column 'UNFOUNDED_FLAG' is not read"
    """
    notes: list[str] = []
    for name in header:
        words = header_words(name)
        if name in columns.values():
            continue
        if "status" not in columns and _FLAG.search(words):
            cure = (
                "if it marks cancelled reports, map it as status and list its cancelled_values; otherwise those "
                "reports are counted"
            )
        elif "count" not in columns and _COUNT.fullmatch(words):
            cure = "where it is -1 it takes a report back: then map it as count"
        elif "supersedes" not in columns and _REPLACES.fullmatch(words):
            cure = "where it names a record that this one replaces, map it as supersedes"
        else:
            continue
        notes.append(f"column {shown(name)} is not read: {cure} (docs/corrections.md)")
    return notes
