"""Times that are written otherwise from some month on: in another zone, or without AM and PM; and lesser heaps.

A new system often exports UTC where the old one exported local time, or loses AM and PM; each row looks fine, and each
shift receives the incidents of another. Months are compared with each other, because a day says too little.
"""

import numpy as np
import pandas as pd

from patrolcast.domain.shifts import WallTimes, months_of_days
from patrolcast.intake.clock.rhythm import ONE_CLOCK_SHARE, month_spans
from patrolcast.numerics.arrays import FloatArray, IntArray

_FEWEST_OF_MONTH, _FEWEST_OF_SPAN, _FEWEST_MONTHS = 60, 200, 2
_FARTHEST_HOURS, _TIMES_ITS_ERROR = 3.0, 5.0
"""In Chicago the rhythm of a quarter never lies an hour from that of the rest."""
_LEAST_RHYTHM, _LEAST_AT_ONCE = 0.15, 3.5
_AFTERNOON, _NO_AFTERNOON = 13 * 60, 0.02
_MANY_AT_ONE_MINUTE, _TIMES_THE_NEXT = 0.08, 2.5
"""Chicago has 2.5 % of its times on its most frequent minute; whole hours alike hold a heap each."""
_MINUTES_OF_DAY = 1440
_MIDNIGHT = 0
_YEAR, _BESIDE_DAYS, _FEWEST_OF_YEAR, _TIMES_USUAL = (363, 370), 40, 20, 4.0


def clock_change_notes(occurred: WallTimes) -> tuple[str, ...]:
    """What is odd about the times of day of some months, and which single minute holds too many, one sentence each.

    Parameters
    ----------
    occurred : the times of the incidents by the wall clock of the agency.
    """
    if occurred.day.size < _FEWEST_OF_SPAN:
        return ()
    month = months_of_days(occurred.day)
    first = int(month.min())
    n_months = int(month.max()) - first + 1
    counts = np.bincount((month - first) * _MINUTES_OF_DAY + occurred.minute, minlength=n_months * _MINUTES_OF_DAY)
    counts = counts.reshape(n_months, _MINUTES_OF_DAY)
    lost = _half_days(counts, first)
    return (*lost, *(() if lost else _moved_months(counts, first)), *_one_minute(counts.sum(axis=0)))


def _half_days(counts: IntArray, first: int) -> tuple[str, ...]:
    """Months of the table of incidents by month, from ``first`` on, and minute that hold no afternoon."""
    n, late = counts.sum(axis=1), counts[:, _AFTERNOON:].sum(axis=1)
    bad = np.flatnonzero((n >= _FEWEST_OF_MONTH) & (late <= _NO_AFTERNOON * n)) + first
    if len(bad) < _FEWEST_MONTHS:
        return ()
    return (
        f"{month_spans(bad.tolist())}: almost no times are after 13:00. AM and PM were lost, and afternoons are "
        "counted as nights and mornings; export these months again with AM and PM or with 24 hours",
    )


def _moved_months(counts: IntArray, first: int) -> tuple[str, ...]:
    """The span of months whose daily rhythm lies farthest from that of all others, if it is far."""
    minutes = np.arange(_MINUTES_OF_DAY)
    clear = minutes % 720 != 0  # midnight and noon are often a time that nobody knew
    turn = np.exp(2j * np.pi * (minutes[clear] + 0.5) / _MINUTES_OF_DAY)
    n_months = len(counts)
    n = np.concatenate([[0], np.cumsum(counts[:, clear].sum(axis=1))]).astype(np.float64)
    total = np.concatenate([[0], np.cumsum(counts[:, clear] @ turn)])
    begin, end = np.triu_indices(n_months + 1, k=_FEWEST_MONTHS)
    inside, n_in = total[end] - total[begin], n[end] - n[begin]
    outside, n_out = total[-1] - inside, n[-1] - n_in
    fits = (n_in >= _FEWEST_OF_SPAN) & (n_out >= _FEWEST_OF_SPAN) & (n_in <= n_out)
    # Of two halves the newer one is named: it is the one that changed.
    fits |= (end == n_months) & (n_out >= _FEWEST_OF_SPAN) & (n_in >= _FEWEST_OF_SPAN) & (n_out < 4 * n_in)
    if not fits.any():
        return ()
    inside, outside, n_in, n_out = inside[fits], outside[fits], n_in[fits], n_out[fits]
    begin, end = begin[fits], end[fits]
    strong = np.minimum(abs(inside) / n_in, abs(outside) / n_out)
    hours = np.abs(np.angle(inside * np.conj(outside))) / (2 * np.pi) * 24
    error = np.sqrt(_angle_variance(inside, n_in) + _angle_variance(outside, n_out)) / (2 * np.pi) * 24
    far = (2 * strong >= _LEAST_RHYTHM) & (hours >= _FARTHEST_HOURS) & (hours >= _TIMES_ITS_ERROR * error)
    far[far] = [_unlike_other_years(counts[:, clear], turn, *span) for span in zip(begin[far], end[far], strict=True)]
    if not far.any():
        return ()
    at = int(np.where(far, hours / error, 0.0).argmax())
    named = np.arange(begin[at], end[at]) + first
    return (
        f"{month_spans(named.tolist())}: the busy and the quiet hours of the day lie about {hours[at]:.0f} hours from "
        "where they lie in other months, also of other years. Were these months written in another time zone, such as "
        "UTC? If so they are counted in the wrong shifts",
    )


def _unlike_other_years(counts: IntArray, turn: np.ndarray, begin: int, end: int) -> bool:
    """Whether the rhythm of a span is far from that of the same months of other years: else it is a season's.

    Where other years do not say, it has to change from one month to the next: seasons come by degrees.
    """
    by_month, months = counts @ turn, np.arange(len(counts))
    inside = (months >= begin) & (months < end)
    others = ~inside & np.isin(months % 12, months[inside] % 12)
    if counts[others].sum() >= _FEWEST_OF_SPAN:
        return _hours_apart(by_month[inside].sum(), by_month[others].sum()) >= _FARTHEST_HOURS
    edges = [edge for edge in (begin, end) if 0 < edge < len(counts)]
    return all(_hours_apart(by_month[edge], by_month[edge - 1]) >= _LEAST_AT_ONCE for edge in edges)


def _hours_apart(a: complex, b: complex) -> float:
    return float(abs(np.angle(a * np.conj(b))) / (2 * np.pi) * 24)


def _angle_variance(total: np.ndarray, n: FloatArray) -> FloatArray:
    """Of the angle of a sum of unit vectors (delta method)."""
    length = np.maximum(abs(total) / n, 1e-9)
    return np.asarray(1.0 / (2.0 * n * length**2))


def _one_minute(counts: IntArray) -> tuple[str, ...]:
    """A minute other than midnight that holds many times the next one: noon, 23:59 or 00:01 for an unknown time."""
    n, counts = int(counts.sum()), counts.copy()
    counts[_MIDNIGHT] = 0
    at = int(counts.argmax())
    share, others = counts[at] / n, np.delete(counts, at).max()
    if not _MANY_AT_ONE_MINUTE < share <= ONE_CLOCK_SHARE or counts[at] < _TIMES_THE_NEXT * others:
        return ()
    return (f"{share:.1%} of times are exactly {at // 60:02d}:{at % 60:02d}: often a time that nobody knew",)


def mistyped_year_note(incidents: pd.DataFrame) -> tuple[str, ...]:
    """A note on incidents reported almost exactly a year after they happened, where few are a little sooner or later.

    Parameters
    ----------
    incidents : ``occurred_at`` and ``reported_at``, with zone.
    """
    apart = pd.DatetimeIndex(incidents["reported_at"]) - pd.DatetimeIndex(incidents["occurred_at"])
    days = np.asarray(apart.days, dtype=np.int64)
    at = (days >= _YEAR[0]) & (days <= _YEAR[1])
    beside = (days >= _YEAR[0] - _BESIDE_DAYS) & (days <= _YEAR[1] + _BESIDE_DAYS) & ~at
    usual = beside.sum() * (_YEAR[1] - _YEAR[0] + 1) / (2 * _BESIDE_DAYS)
    if at.sum() < _FEWEST_OF_YEAR or at.sum() < _TIMES_USUAL * usual:
        return ()
    return (
        f"{int(at.sum()):,} incidents were reported almost exactly a year after they happened, about {usual:,.0f} "
        "would be usual: is the year mistyped, as happens each January? They are counted a year too early if so",
    )
