"""How an unknown export writes its times and places. Where two readings fit equally well, both are returned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y",
    "%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y", "%b %d %Y", "%d %B %Y",
    "%B %d, %Y", "%Y-%b-%d",
)  # fmt: skip
_CLOCKS = (
    "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p", "%H%M", "%H%M%S", "%H.%M",
)  # fmt: skip
_GAPS = (" ", "T", ", ", "  ", ":")
_FORMATS = (*_DATES, *(date + gap + clock for date, gap, clock in product(_DATES, _GAPS, _CLOCKS)))
_DAY_MONTH = {"%m/%d": "%d/%m", "%m-%d": "%d-%m"}
_SAMPLE = 5_000
"""Distinct texts that are looked at."""
_ENOUGH = 0.99


@dataclass(frozen=True)
class TimeGuess:
    """How times are written.

    Attributes
    ----------
    kind : ``typed`` (the file says they are times), ``text``, ``epoch`` (seconds), ``epoch_ms``, or ``unknown``.
    formats : strptime formats that read (almost) every value; two of them mean day and month cannot be distinguished.
    share : of the values that the first format reads.
    has_clock : whether any value has a time of day other than midnight.
    hint : what to do where the kind is ``unknown``.
    """

    kind: Literal["typed", "text", "epoch", "epoch_ms", "unknown"]
    formats: tuple[str, ...] = ()
    share: float = 1.0
    has_clock: bool = True
    has_zone: bool = False
    hint: str = ""


def guess_times(values: pd.Series) -> TimeGuess:
    """How a column writes its times, from a sample of it."""
    if isinstance(values.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_any_dtype(values):
        moments = pd.DatetimeIndex(values.dropna())
        clock = bool((moments != moments.normalize()).any())
        return TimeGuess("typed", has_clock=clock, has_zone=moments.tz is not None)
    texts = [text for text in values.dropna().astype(str).str.strip().drop_duplicates() if text][:_SAMPLE]
    if not texts:
        return TimeGuess("unknown", share=0.0, hint="no value at all")
    numbers = pd.to_numeric(pd.Series(texts), errors="coerce")
    if numbers.notna().mean() > _ENOUGH and not all(re.fullmatch(r"\d{8}", text) for text in texts[:50]):
        return _numeric(numbers.dropna())
    return _text(texts)


def guess_crs(longitude: pd.Series, latitude: pd.Series) -> Literal["degrees", "swapped", "projected", "unknown"]:
    """Whether a pair of columns holds degrees, degrees the wrong way round, projected units, or no numbers.

    Zeros and blanks are left out: many exports write them for an unknown place.
    """
    x = _numbers(longitude)
    y = _numbers(latitude)
    placed = np.isfinite(x) & np.isfinite(y) & (x != 0) & (y != 0)
    if placed.sum() < 1 or placed.mean() < 0.01:
        return "unknown"
    x, y = x[placed], y[placed]
    if _inside(x, 180.0) > 0.9 and _inside(y, 90.0) > 0.9:
        return "degrees"
    if _inside(x, 90.0) > 0.9 and _inside(y, 180.0) > 0.9:
        return "swapped"
    return "projected"


def _numeric(numbers: pd.Series) -> TimeGuess:
    middle = float(numbers.median())
    if 3e8 < middle < 4e9:
        return TimeGuess("epoch")
    if 3e11 < middle < 4e12:
        return TimeGuess("epoch_ms")
    hint = "numbers between 20000 and 60000 look like spreadsheet days: export the column as text"
    return TimeGuess("unknown", share=0.0, hint=hint if 20_000 < middle < 60_000 else "numbers that are no known time")


def _text(texts: Sequence[str]) -> TimeGuess:
    zoned = sum(bool(re.search(r"\d(Z|[+-]\d{2}:?\d{2})$", text)) for text in texts) > len(texts) / 2
    formats = [shape + "%z" for shape in _FORMATS] if zoned else list(_FORMATS)
    likely = [shape for shape in formats if any(_reads(shape, text) for text in texts[:3])]
    shares = {shape: sum(_reads(shape, text) for text in texts) / len(texts) for shape in likely}
    best = max(shares.values(), default=0.0)
    if best < 0.5:
        return TimeGuess("unknown", share=best, hint="no known way to write a time", has_zone=zoned)
    fits = [shape for shape in likely if shares[shape] == best]
    chosen = (fits[0], *(shape for shape in fits[1:] if _day_month_exchanged(fits[0]) == shape))
    moments = (datetime.strptime(text, fits[0]) for text in texts if _reads(fits[0], text))
    clock = any(moment.time() != datetime.min.time() for moment in moments)
    return TimeGuess("text", formats=chosen, share=best, has_clock=clock, has_zone=zoned)


def _day_month_exchanged(shape: str) -> str | None:
    """The same format with day and month exchanged, where that is another format."""
    return next((shape.replace(a, b) for a, b in _DAY_MONTH.items() if a in shape), None)


def _reads(shape: str, text: str) -> bool:
    try:
        return datetime.strptime(text, shape).year > 1900
    except ValueError:
        return False


def _numbers(values: pd.Series) -> np.ndarray:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype="float64")


def _inside(values: np.ndarray, limit: float) -> float:
    return float((np.abs(values) <= limit).mean())
