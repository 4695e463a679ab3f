"""The newest report that can be believed: one mistyped year must not move the moment from which a run looks.

Reports come in every few hours or days. A handful of them far beyond all others, after a time in which many were due
and none came, is not where the feed ends.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from patrolcast.numerics.arrays import IntArray

_DAY: Final = 86_400_000_000
_FEWEST = 50
_MOST_BEYOND, _SHARE_BEYOND = 3, 0.002
"""At most so many reports, or this share of them, can lie beyond: more are a feed that went on."""
_LEAST_GAP_DAYS, _TIMES_LONGEST, _LEAST_DUE = 7, 2.0, 20.0
_RATE_DAYS, _LOOK_BACK_DAYS = 90, 365


@dataclass(frozen=True)
class NewestReport:
    """Position of the newest report that is believed, how many lie beyond it, and the days between."""

    position: int
    n_beyond: int
    gap_days: float


def find_newest(reported: IntArray) -> NewestReport | None:
    """The newest report, or the one before those that stand alone far beyond it; None where there is none.

    Up to 3 reports, or 0.2 % of them, stand alone when the gap before them is at least 7 days, twice the longest of the
    365 days before, and long enough that 20 reports were due at the rate of the 90 days before it. Below 50 reports
    none does. Nothing but the series decides: not the clock, not the file's own date.

    Parameters
    ----------
    reported : instants in microseconds, rising.
    """
    n = len(reported)
    if n == 0:
        return None
    beyond = 0 if n < _FEWEST else _beyond(reported)
    gap = (reported[n - beyond] - reported[n - beyond - 1]) / _DAY if beyond else 0.0
    return NewestReport(n - 1 - beyond, beyond, float(gap))


def _beyond(reported: IntArray) -> int:
    n = len(reported)
    most = min(max(_MOST_BEYOND, int(n * _SHARE_BEYOND)), n // 2)
    for gap_at in np.flatnonzero(np.diff(reported[n - most - 1 :]) >= _LEAST_GAP_DAYS * _DAY).tolist():
        beyond = most - gap_at
        before, gap = reported[: n - beyond], reported[n - beyond] - reported[n - beyond - 1]
        last = before[-1]
        due = (before >= last - _RATE_DAYS * _DAY).sum() / _RATE_DAYS * gap / _DAY
        recent = np.diff(before[before >= last - _LOOK_BACK_DAYS * _DAY])
        longest = int(recent.max()) if recent.size else 0
        if due >= _LEAST_DUE and gap >= _TIMES_LONGEST * longest:
            return beyond
    return 0
