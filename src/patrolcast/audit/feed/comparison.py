"""Tonight's records beside those of earlier weeks: equal windows, a whole number of weeks apart.

::

    ... |--- 7 d ---|--- 7 d ---|--- 7 d ---|   windows of a week; eight of them are "usual"
                 |1d|        |1d|        |1d|   windows of a day: the same weekday
                                            ^ newest report

What is usual is the median of the earlier windows, its spread their median absolute deviation, never less than that of
a Poisson count (Rousseeuw & Croux 1993, doi 10.1080/01621459.1993.10476408): an earlier week that was itself wrong
moves neither.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from patrolcast.numerics.arrays import FloatArray, IntArray

DAY_US = 86_400_000_000
WINDOWS_DAYS = (1, 7)
"""A day shows what began last night, a week what is too thin to be seen in a day."""
SPAN_NAMES = {1: "the last day", 7: "the last 7 days"}
N_WEEKS, FEWEST_WEEKS = 8, 5
"""Windows that are usual; fewer than five have no middle that one wrong week could not move."""
SPREADS = 5.0
"""What breaks a check lies so many spreads from what is usual: of 60 parts looked at on 365 nights, chance alone takes
none so far."""


@dataclass(frozen=True)
class FeedTable:
    """The incidents of the last weeks, one by one, as the checks need them; all arrays ``[n]``, rising by ``known``.

    Attributes
    ----------
    known : when each became known, as microseconds of the local wall clock, so that a day is a day across a change of
        clocks.
    hour : hour of the day at which it occurred, local, 0 to 23.
    category, district : positions in ``categories`` and ``districts``; -1 is none.
    offence, point : the code of the offence and of the exact coordinates, any whole numbers from 0 on.
    again : whether an earlier row has the same day, coordinates and offence.
    end : the newest report, in the measure of ``known``.
    """

    known: IntArray
    hour: IntArray
    category: IntArray
    categories: tuple[str, ...]
    district: IntArray
    districts: tuple[str, ...]
    offence: IntArray
    point: IntArray
    again: IntArray
    end: int

    def rows(self, days: int, *, back_weeks: int = 0) -> slice:
        """The rows that became known in the ``days`` up to ``back_weeks`` before the end."""
        last = self.end - back_weeks * 7 * DAY_US
        first = last - days * DAY_US
        begin, stop = np.searchsorted(self.known, [first, last], side="right").tolist()
        return slice(begin, stop)

    @property
    def n_weeks(self) -> int:
        """Whole weeks of records before the newest week, at most eight."""
        if not len(self.known):
            return 0
        return int(min((self.end - int(self.known[0])) // (7 * DAY_US) - 1, N_WEEKS))

    @property
    def is_long_enough(self) -> bool:
        """Whether there are enough earlier weeks to say what is usual."""
        return self.n_weeks >= FEWEST_WEEKS

    def counts(self, codes: IntArray, n: int, days: int) -> IntArray:
        """Rows by code, ``[1 + n_weeks, n]``: tonight's window, then those of the weeks before."""
        windows = [codes[self.rows(days, back_weeks=k)] for k in range(self.n_weeks + 1)]
        return np.array([np.bincount(codes[codes >= 0], minlength=n)[:n] for codes in windows], dtype=np.int64)

    def by_day(self, codes: IntArray, n: int) -> IntArray:
        """Rows by week, day and code, ``[1 + n_weeks, 7, n]``; week 0 and day 0 are the newest."""
        n_days = 7 * (self.n_weeks + 1)
        back = (self.end - self.known) // DAY_US
        inside = (codes >= 0) & (back < n_days)
        counts = np.bincount(back[inside] * n + codes[inside], minlength=n_days * n)
        return counts.reshape(-1, 7, n).astype(np.int64)


class UsualCounts(NamedTuple):
    """Middle and spread of earlier windows, each ``[n]``."""

    middle: FloatArray
    spread: FloatArray


def usual_of(earlier: IntArray) -> UsualCounts:
    """What is usual, from the counts of earlier windows ``[n_weeks, n]``.

    >>> usual_of(np.array([[100], [104], [96], [98], [0]])).middle.tolist()
    [98.0]
    """
    middle = np.median(earlier, axis=0)
    spread = 1.4826 * np.median(np.abs(earlier - middle), axis=0)
    return UsualCounts(middle, np.maximum(spread, np.sqrt(np.maximum(middle, 1.0))))


def usual_days(earlier: IntArray) -> UsualCounts:
    """What is usual on each day of the week, ``[7, n]``, from the counts of earlier weeks ``[n_weeks, 7, n]``.

    Eight Mondays say little of how much Mondays vary; all days together do: the spread is that of a Poisson count times
    the overdispersion of their residuals.
    """
    middle = np.median(earlier, axis=0)
    poisson = np.sqrt(np.maximum(middle, 1.0))
    residual = np.abs(earlier - middle) / poisson
    over = 1.4826 * np.median(residual.reshape(-1, residual.shape[-1]), axis=0)
    return UsualCounts(middle, poisson * np.maximum(over, 1.0))
