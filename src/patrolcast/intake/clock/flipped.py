"""Dates whose day, month or year stand in the place of another: in part of a file, or in all of it.

A spreadsheet exchanges day and month where it can read a date as the other country's. Only dates with a day up to 12
can be exchanged, and nothing in one of them shows it. Together they do: they come to lie months before the file begins
or after it ends, where no date with a later day lies. Where the declared order is wrong for all of them, months or
two-digit years stand in the place of days, and most days of the month never occur.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patrolcast.intake.times import DAY, NOT_A_TIME
from patrolcast.numerics.arrays import AnyIntArray, FloatArray, IntArray

_FEWEST_LATE_DAYS, _FEWEST_OUTSIDE, _FEWEST_MONTHS = 200, 30, 3
_SHARE_OUTSIDE, _TIMES_THE_OTHERS = 0.01, 5.0
_MARGIN = 31
_FEWEST_DATES, _ALMOST_ALL = 200, 0.98
_MONTHS_OF_YEAR, _MANY_YEARS = 12, 6
_YEARS_OF_A_CENTURY, _DAYS_THAT_ARE_YEARS = 20, 24
"""A day of the month read as a year gives 31 years, from 2001 to 2031, and the days are then the years of the file."""


class Dates(NamedTuple):
    """The dates that occur in a column, rising, and how many times each holds."""

    days: npt.NDArray[np.datetime64]
    counts: IntArray


def exchanged_dates(dates: Dates) -> tuple[int, int] | None:
    """How many dates with a day up to 12 lie outside the span of all others, of how many; None where that is usual.

    Parameters
    ----------
    dates : as written.
    """
    days, n = dates
    month_of = days.astype("datetime64[M]")
    of_month = (days - month_of).astype(np.int64) + 1
    month = month_of.astype(np.int64) % 12 + 1
    late = of_month > 12
    n_late = int(n[late].sum())
    if n_late < _FEWEST_LATE_DAYS:
        return None
    # The first of a month is often a date that nobody knew, and 5 May is 5 May either way.
    early = ~late & (of_month != 1) & (of_month != month)
    begin, end = np.quantile(np.repeat(days[late].astype(np.int64), n[late]), [0.005, 0.995])
    outside = (days.astype(np.int64) < begin - _MARGIN) | (days.astype(np.int64) > end + _MARGIN)
    n_outside, n_early = int(n[outside & early].sum()), int(n[early].sum())
    usual = _TIMES_THE_OTHERS * (int(n[outside & late].sum()) / n_late) + _SHARE_OUTSIDE
    scattered = np.unique(month[outside & early]).size >= _FEWEST_MONTHS
    return (n_outside, n_early) if n_outside >= max(_FEWEST_OUTSIDE, usual * n_early) and scattered else None


def misread_order(dates: Dates) -> str | None:
    """What shows that a column's dates were read in the wrong order of day, month and year; None where nothing does.

    The first of a month is left out: it is often a date that nobody knew, or stands for its whole month.

    Parameters
    ----------
    dates : by the wall clock as written.
    """
    days, counts = dates
    months = days.astype("datetime64[M]")
    of_month = (days - months).astype(np.int64) + 1
    known = of_month != 1
    months, counts = months[known], counts[known]
    n = int(counts.sum())
    if n < _FEWEST_DATES:
        return None
    per_day = np.bincount(of_month[known], counts, minlength=32)
    years = _most(np.bincount(months.astype("datetime64[Y]").astype(np.int64).clip(0), counts))
    n_days = _most(per_day)
    if per_day[: _MONTHS_OF_YEAR + 1].sum() >= _ALMOST_ALL * n:
        spread = _most(np.bincount(months.astype(np.int64).clip(0), counts))
        return f"no day of a month after the 12th in {spread} months" if spread >= _FEWEST_MONTHS else None
    few = years >= _MANY_YEARS and n_days <= _MONTHS_OF_YEAR
    if few or (years >= _YEARS_OF_A_CENTURY and n_days <= _DAYS_THAT_ARE_YEARS):
        return f"only {n_days} days of the month in {years} years"
    return None


def dates_of(micros: IntArray) -> Dates:
    """The dates of some times, NOT_A_TIME where there is none, ``[n_rows]``."""
    day = micros[micros != NOT_A_TIME] // DAY
    if not day.size:
        return Dates(day.astype("datetime64[D]"), day)
    first = int(day.min())
    n = np.bincount(day - first)
    occurs = np.flatnonzero(n)
    return Dates((occurs + first).astype("datetime64[D]"), n[occurs])


def _most(counts: AnyIntArray | FloatArray) -> int:
    """How many of these hold almost all, the largest first."""
    cumulative = np.cumsum(np.sort(counts)[::-1])
    return int(np.searchsorted(cumulative, _ALMOST_ALL * cumulative[-1])) + 1
