"""A place's own share of each shift of the day: bars are busy at night, shops by day, whatever the city's hours are.

Of ``n`` reports of a place, ``n_s`` fell in shift ``s``. Its share of the shift is drawn towards the city's, ``c_s``,
as if ``k`` more reports had fallen there as they do in the whole city, and it enters the starting rate as a factor on
the city's hours::

    factor = (n_s + k c_s) / (n + k) / c_s

the posterior mean of a multinomial share under a Dirichlet prior (Good 1965, "The Estimation of Probabilities", MIT
Press). A place without a report has the city's hours, factor 1. Over the shifts of a day the factors average 1 by the
city's shares, so that a place's day stays what it was. How strong the prior is, ``k``, is chosen for each category by
how likely it made the shifts of the training window's incidents, each seen from before it happened: prequential choice
(Dawid 1984, doi 10.2307/2981683).

Counts are renewed every :data:`RENEWED_DAYS` days of the history, by what was known then: a share of all history hardly
moves within a week, and every day would take seven times the room.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from patrolcast.features.lags import PRIOR_REPORTS
from patrolcast.numerics.arrays import AnyIntArray, Float32Array, FloatArray, Int32Array

STRENGTHS: Final = (320.0, 160.0, 80.0, 40.0, 20.0, 10.0)
"""Reports that stand for the city's hours, strongest first: of equals the one nearest to the city's."""
RENEWED_DAYS: Final = 7


class ShiftReports(NamedTuple):
    """Reports of one category: the origin day on which each became known, its shift of the day, its cell."""

    known_day: AnyIntArray
    slot: AnyIntArray
    cell: AnyIntArray


@dataclass(frozen=True)
class ShiftCounts:
    """Reports known by the first day of each week of the history, by shift of the day and cell.

    Attributes
    ----------
    counts : ``[n_weeks, n_slots, n_cells]``, running totals.
    first_week : the week (origin day // 7) of ``counts[0]``.
    """

    counts: Int32Array
    first_week: int

    def likeliest_strength(self, incidents: ShiftReports) -> float:
        """The strength under which the shifts of incidents were likeliest, each from what was known by its origin.

        Parameters
        ----------
        incidents : what occurred in the training window; ``known_day`` is the origin from which each is forecast.
        """
        week, city = incidents.known_day // RENEWED_DAYS - self.first_week, _city_shares(self.counts)
        here = self.counts[week, :, incidents.cell]
        share = city[week, incidents.slot]
        in_shift, everything = here[np.arange(len(week)), incidents.slot], here.sum(axis=1)
        likelihood = [float(np.log(_factor(in_shift, everything, share, k)).sum()) for k in STRENGTHS]
        return STRENGTHS[int(np.argmax(likelihood))]

    def shares(self, strength: float) -> "ShiftShare":
        """The factors under one strength."""
        found = np.empty(self.counts.shape, dtype=np.float32)
        for made, counts, city in zip(found, self.counts, _city_shares(self.counts), strict=True):
            made[:] = _factor(counts, counts.sum(axis=0), city[:, None], strength)
        return ShiftShare(found, self.first_week)


@dataclass(frozen=True)
class ShiftShare:
    """Factors on the city's hours, > 0, ``[n_weeks, n_slots, n_cells]``; weeks as in :class:`ShiftCounts`."""

    factor: Float32Array
    first_week: int

    def at(self, origin: AnyIntArray, slot: AnyIntArray, cell: AnyIntArray) -> Float32Array:
        """Factor of each row, by what was known by its origin."""
        return np.asarray(self.factor[origin // RENEWED_DAYS - self.first_week, slot, cell])

    def of_city(self) -> "ShiftShare":
        """Every place has the city's hours."""
        return ShiftShare(np.broadcast_to(np.float32(1.0), self.factor.shape), self.first_week)

    def of_cells(self, origin: int, slot: int) -> Float32Array:
        """Factor of every cell in one shift of the day, ``[n_cells]``."""
        return np.asarray(self.factor[origin // RENEWED_DAYS - self.first_week, slot])


def count_by_shift(reports: ShiftReports, *, n_slots: int, n_cells: int, first_day: int, last_day: int) -> ShiftCounts:
    """Running totals for origins from ``first_day`` to ``last_day``, both included."""
    first, n_weeks = first_day // RENEWED_DAYS, last_day // RENEWED_DAYS - first_day // RENEWED_DAYS + 1
    # Known on day d: used by the weeks that begin on d or later.
    week = np.maximum(-(-reports.known_day.astype(np.int64) // RENEWED_DAYS) - first, 0)
    seen = week < n_weeks
    place = (week[seen] * n_slots + reports.slot[seen]) * n_cells + reports.cell[seen]
    counts = np.zeros((n_weeks, n_slots, n_cells), dtype=np.int32)
    np.add.at(counts.reshape(-1), place, 1)
    return ShiftCounts(np.cumsum(counts, axis=0, out=counts), first)


def _city_shares(counts: Int32Array) -> FloatArray:
    """The city's share of each shift, > 0, ``[n_weeks, n_slots]``, by the prior of the profile that it is a factor on.

    With another prior a place's day would not stay what it was where reports are few.
    """
    total = counts.sum(axis=2) + PRIOR_REPORTS / counts.shape[1]
    return np.asarray(total / total.sum(axis=1, keepdims=True))


def _factor(in_shift: AnyIntArray, everything: AnyIntArray, city: FloatArray, strength: float) -> FloatArray:
    return np.asarray((in_shift + strength * city) / (everything + strength) / city)
