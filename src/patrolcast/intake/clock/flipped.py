"""Dates whose day and month a spreadsheet exchanged in part of a file: those it could read as the other country's.

Only dates with a day up to 12 can be exchanged, and nothing in one of them shows it. Together they do: they come to lie
months before the file begins or after it ends, where no date with a later day lies.
"""

import numpy as np

from patrolcast.intake.times import DAY, NOT_A_TIME
from patrolcast.numerics.arrays import IntArray

_FEWEST_LATE_DAYS, _FEWEST_OUTSIDE, _FEWEST_MONTHS = 200, 30, 3
_SHARE_OUTSIDE, _TIMES_THE_OTHERS = 0.01, 5.0
_MARGIN = 31


def exchanged_dates(micros: IntArray) -> tuple[int, int] | None:
    """How many dates with a day up to 12 lie outside the span of all others, of how many; None where that is usual.

    Parameters
    ----------
    micros : times as written, NOT_A_TIME where there is none, ``[n_rows]``.
    """
    days = (micros[micros != NOT_A_TIME] // DAY).astype("datetime64[D]")
    month_of = days.astype("datetime64[M]")
    of_month = (days - month_of).astype(np.int64) + 1
    month = month_of.astype(np.int64) % 12 + 1
    late = of_month > 12
    if late.sum() < _FEWEST_LATE_DAYS:
        return None
    # The first of a month is often a date that nobody knew, and 5 May is 5 May either way.
    early = ~late & (of_month != 1) & (of_month != month)
    begin, end = np.quantile(days[late].astype(np.int64), [0.005, 0.995])
    outside = (days.astype(np.int64) < begin - _MARGIN) | (days.astype(np.int64) > end + _MARGIN)
    n_outside, n_early = int((outside & early).sum()), int(early.sum())
    usual = _TIMES_THE_OTHERS * float(outside[late].mean()) + _SHARE_OUTSIDE
    scattered = np.unique(month[outside & early]).size >= _FEWEST_MONTHS
    return (n_outside, n_early) if n_outside >= max(_FEWEST_OUTSIDE, usual * n_early) and scattered else None
