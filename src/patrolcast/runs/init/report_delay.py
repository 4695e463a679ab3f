"""How late reports come, by category: how many days the newest counts are not yet whole."""

import csv
import io
from math import ceil

import pandas as pd

from patrolcast.grid.feed_series import history_start
from patrolcast.intake.codebook import row_finder
from patrolcast.intake.guess_values import TimeGuess

_KNOWN = 0.95
_FEWEST = 50
_LEAST, _MOST = 7, 90
"""The key's default, and the most it may be."""


def report_delays(rows: pd.DataFrame, columns: dict[str, str], time: TimeGuess, codebook_text: str) -> dict[str, float]:
    """Category of the drafted codebook -> days until 95 % of its reports are known; empty where no report has a time.

    Parameters
    ----------
    rows : a sample of the export.
    columns : role -> column.
    """
    if not {"occurred_at", "reported_at", "offence"} <= set(columns):
        return {}
    delay = _moments(rows[columns["reported_at"]], time) - _moments(rows[columns["occurred_at"]], time)
    days = delay.dt.total_seconds() / 86_400.0
    category = _categories(rows[columns["offence"]], codebook_text)
    apart = days[(days >= 0) & (category != "")].groupby(category)
    return {str(name): float(part.quantile(_KNOWN)) for name, part in apart if len(part) >= _FEWEST}


def drafted_first_day(rows: pd.DataFrame, columns: dict[str, str], time: TimeGuess) -> str:
    """Day on which reports begin where occurrences begin a month or more before; "" where they begin together."""
    if not {"occurred_at", "reported_at"} <= set(columns):
        return ""
    roles = ("occurred_at", "reported_at")
    moments = pd.DataFrame({role: _moments(rows[columns[role]], time) for role in roles}).dropna()
    if len(moments) < _FEWEST:
        return ""
    occurred, reported = (moments[role].dt.tz_localize(None).to_numpy().astype("datetime64[D]") for role in roles)
    start = history_start(occurred, reported)
    return start.isoformat() if start != history_start(occurred) else ""


def maturity_days(delays: dict[str, float]) -> int:
    """Days after which 95 % of every category is known, not less than the default of 7 and at most 90.

    >>> maturity_days({"theft": 2.0, "burglary": 11.3}), maturity_days({"theft": 2.0}), maturity_days({})
    (12, 7, 7)
    """
    return min(max([_LEAST, *(ceil(days) for days in delays.values())]), _MOST)


def _moments(values: pd.Series, time: TimeGuess) -> pd.Series:
    if time.kind == "typed":
        return pd.to_datetime(values, utc=True, errors="coerce")
    if time.kind in {"epoch", "epoch_ms"}:
        numbers = pd.to_numeric(values, errors="coerce")
        return pd.to_datetime(numbers, unit="s" if time.kind == "epoch" else "ms", utc=True, errors="coerce")
    texts = values.astype("string").str.strip()
    return pd.to_datetime(texts, format=time.formats[0] if time.formats else None, utc=True, errors="coerce")


def _categories(codes: pd.Series, codebook_text: str) -> pd.Series:
    category = {row["offence"]: row["category"] for row in csv.DictReader(io.StringIO(codebook_text)) if row["offence"]}
    row_of = row_finder(category)
    texts = codes.astype("string").fillna("")
    category_of_text = {text: category.get(row_of(text) or "", "") for text in texts.unique()}
    return texts.map(category_of_text)
