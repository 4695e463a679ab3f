"""Which column says when a row was last changed: without it an older version of a record may stand for the newest."""

import re
from collections.abc import Callable, Iterable

import pandas as pd

from patrolcast.intake.persons import header_words, is_person_column

_CHANGED = re.compile(
    r"\b(upd|updt|updated?|modified|modify|modif|mod|edit|edited|changed?|chg|revised|amended)\b(?!.*\b(by|user|id)\b)"
)


def n_repeated(rows: pd.DataFrame, record_id: str) -> int:
    """Record numbers that stand in more than one row."""
    numbers = rows[record_id].astype("string").str.strip()
    return int((numbers[numbers != ""].value_counts() > 1).sum())


def last_change(rows: pd.DataFrame, names: Iterable[str], is_time: Callable[[pd.Series], bool]) -> str | None:
    """That column of times which says when a row was last changed, or None.

    Parameters
    ----------
    is_time : whether a column's values are times, written as the export's other times are.
    """
    named = (name for name in names if _CHANGED.search(header_words(name)) and not is_person_column(name))
    return next((name for name in named if is_time(rows[name])), None)
