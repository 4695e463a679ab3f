"""Columns that look as if they correct: proposed by `init` from their values, noted by a run from their names alone.

A run reads no column that the config does not map, so it can only name the header; `init` looks at everything.
"""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from patrolcast.domain.errors import shown
from patrolcast.intake.corrections.declared import normalised_status, says_cancelled
from patrolcast.intake.corrections.statuses import status_as_shown
from patrolcast.intake.persons import header_words, quoted

_FLAG = re.compile(r"\b(un ?founded|unfd|cancel\w*|voided|void|expunged|reversed|superseded|(is )?(deleted|invalid))\b")
_FOUNDED = re.compile(r"(is |report |case )?(founded|valid)( flag)?")
"""A flag whose no says what the yes of the others says."""
_OF_SOMETHING_ELSE = re.compile(
    r"\b(address\w*|addr|geo\w*|xy|coord\w*|location|place|units?|alarms?|calls? sign|phone)\b"
)
"""An address that is invalid, a unit that was cancelled: the report stands."""
_STATUS = re.compile(r"\b(status|statut|estado|disp|dispo\w*|clear\w*|outcome|resolution|result|state|flag|case)\b")
_NAMED_COUNT = re.compile(
    r"(crime|incident|offen[cs]e|report|record|event|case)s? (count|cnt|qty)|count|cnt|qty|quantity|sign|"
    r"(number of|num|no of|n) (crimes|incidents|offen[cs]es|reports|counts)|ucr (count|cnt)|adjustment|"
    r"reversals?|reversal (flag|count|indicator)"
)
_MAY_COUNT = re.compile(r"\b(counts?|cnt|qty|quantity|n|num|number|sign|adjust\w*|revers\w*)\b")
_PEOPLE = re.compile(r"\b(victims?|persons?|people|suspects?|offenders?|officers?|units?|vehicles?)\b")
_REPLACES = re.compile(r"(supersedes|replaces)( \w+)*")
_YES, _NO = frozenset({"y", "yes", "true", "t", "1", "x"}), frozenset({"n", "no", "false", "f", "0"})
_MOST_VALUES, _MOST_CANCELLED = 50, 0.5
MOST_SHARED, _LEAST_NUMBERS = 0.02, 0.3


def _counts_reports(header: str) -> bool:
    """Whether a header may count reports: not victims, and not the floor of a building."""
    words = header_words(header)
    return bool(_MAY_COUNT.search(words)) and not _PEOPLE.search(words)


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
    >>> find_cancelled_values("FOUNDED", pd.Series(["Y", "Y", "N"]))
    ['N']
    """
    words = header_words(header)
    texts = values.dropna().astype("string").str.strip()
    distinct = sorted({str(text) for text in texts.unique()})
    founded = _FOUNDED.fullmatch(words) is not None
    if not (founded or _FLAG.search(words) or _STATUS.search(words)) or not 1 < len(distinct) <= _MOST_VALUES:
        return []
    if _OF_SOMETHING_ELSE.search(words):
        return []
    cancelled = [text for text in distinct if says_cancelled(text)]
    if not cancelled and (founded or _FLAG.search(words)):
        cancelled = [text for text in distinct if normalised_status(text) in (_NO if founded else _YES)]
    return cancelled if cancelled and texts.isin(cancelled).mean() < _MOST_CANCELLED else []


def correcting_columns(rows: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, str]:
    """Columns that are not read and whose values correct, from a sample of the rows, each with a note.

    Parameters
    ----------
    rows : texts of the columns that the config does not map, "" where nothing stands.
    columns : role -> column that the config maps.

    >>> rows = pd.DataFrame({"DISP": ["Open"] * 9 + ["Unfounded"]})
    >>> correcting_columns(rows, {})["DISP"].split(".")[1]
    "0 % of the rows looked at may say there that they do not count ('Unfounded')"
    """
    notes: dict[str, str] = {}
    for name in rows.columns:
        texts = rows[name][rows[name] != ""]
        if texts.empty:
            continue
        if "status" not in columns and (cancelled := find_cancelled_values(name, texts)):
            share = 100 * float(texts.str.strip().isin(cancelled).sum()) / len(rows)
            values = ", ".join(quoted(status_as_shown(text)) for text in cancelled[:3])
            notes[name] = (
                f"column {shown(name)} is not read, and {share:.1f} % of the rows looked at may say there that they do "
                f"not count ({values}). Each is counted; if these reports were taken back, map the column as status "
                "and list these values in cancelled_values (docs/corrections.md)"
            )
        elif "count" not in columns and _counts_reports(name) and looks_like_counts(texts):
            notes[name] = (
                f"column {shown(name)} is not read and holds numbers below 0: where they take reports back, each such "
                "row is counted as one more; then map it as count (docs/corrections.md)"
            )
    return notes


def repeated_number_note(header: str, n_rows: int, n_numbers: int, n_shared: int, *, mapped: str | None) -> str:
    """A note on a column of record numbers that is not read although its numbers come again; "" where they hardly do.

    Parameters
    ----------
    n_rows, n_numbers : rows looked at that have a number, and their different numbers.
    n_shared : rows that share their number with an earlier one.
    mapped : the column that the config maps as record_id, or None.

    >>> repeated_number_note("CASE_NO", 1000, 700, 300, mapped=None).split(":")[0]
    "column 'CASE_NO' is not read, and 300 of 1,000 rows looked at share its number with an earlier row"
    >>> repeated_number_note("CASE_NO", 1000, 995, 5, mapped=None)
    ''
    """
    if n_shared <= MOST_SHARED * n_rows or n_numbers < _LEAST_NUMBERS * n_rows:
        return ""
    beside = f"in place of {shown(mapped)}" if mapped else "as record_id"
    return (
        f"column {shown(header)} is not read, and {n_shared:,} of {n_rows:,} rows looked at share its number with an "
        f"earlier row: if it numbers reports, an incident is counted several times; map it {beside} and say with "
        "record_means what its rows are (docs/corrections.md)"
    )


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
        if "status" not in columns and _FLAG.search(words) and not _OF_SOMETHING_ELSE.search(words):
            cure = (
                "if it marks cancelled reports, map it as status and list its cancelled_values; otherwise those "
                "reports are counted"
            )
        elif "count" not in columns and _NAMED_COUNT.fullmatch(words):
            cure = "where it is -1 it takes a report back: then map it as count"
        elif "supersedes" not in columns and _REPLACES.fullmatch(words):
            cure = "where it names a record that this one replaces, map it as supersedes"
        else:
            continue
        notes.append(f"column {shown(name)} is not read: {cure} (docs/corrections.md)")
    return notes
