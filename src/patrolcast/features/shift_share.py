"""A place's own share of each shift of the day: bars are busy at night, shops by day, schools not on Sundays.

Of ``n`` reports of a place, ``n_s`` fell in shift ``s``, and ``n_sw`` of these at the weekend, or on the other days.
Its share of the shift is drawn towards the city's, ``c_s``, as if ``k`` more reports had fallen there as they do in the
whole city; the weekend's share of the shift towards the city's, ``c_w|s``, as if ``m`` more had. Both enter the
starting rate as factors on the city's hours::

    factor = (n_s + k c_s) / (n + k) / c_s  x  (n_sw + m c_w|s) / (n_s + m) / c_w|s

each the posterior mean of a multinomial share under a Dirichlet prior (Good 1965, "The Estimation of Probabilities",
MIT Press). A place without a report has the city's hours, factor 1. Over the shifts of a week the factors average 1 by
the city's shares, so that a place's week stays what it was. How strong the priors are, ``k`` and ``m``, is chosen for
each category by how likely it made the shifts of the training window's incidents, each seen from before it happened:
prequential choice (Dawid 1984, doi 10.2307/2981683). Where places show no weekend of their own, ``m`` is endless.

Counts are renewed every :data:`RENEWED_DAYS` days of the history, by what was known then: a share of all history hardly
moves within a week, and every day would take seven times the room.
"""

from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

import numpy as np

from patrolcast.features.lags import PRIOR_REPORTS
from patrolcast.numerics.arrays import AnyIntArray, Float32Array, FloatArray, Int32Array

STRENGTHS: Final = (320.0, 160.0, 80.0, 40.0, 20.0, 10.0)
"""Reports that stand for the city's hours, strongest first: of equals the one nearest to the city's."""
WEEKEND_STRENGTHS: Final = (inf, 320.0, 160.0, 80.0, 40.0, 20.0)
"""The same of the weekend within a shift; without end the place has the city's."""
RENEWED_DAYS: Final = 7
_DAYS = np.array([5.0, 2.0])


class ShareStrength(NamedTuple):
    """Reports that stand for the city's share of a shift (``k``), and of the weekend within one (``m``)."""

    shift: float
    weekend: float


class ShiftReports(NamedTuple):
    """Reports of one category: the origin day on which each became known, its shift of the day, whether at the weekend
    (1 or 0), its cell.
    """

    known_day: AnyIntArray
    slot: AnyIntArray
    weekend: AnyIntArray
    cell: AnyIntArray


@dataclass(frozen=True)
class ShiftCounts:
    """Reports known by the first day of each week of the history, by shift of the day and cell.

    Attributes
    ----------
    counts : ``[n_weeks, 2, n_slots, n_cells]``, running totals of working days and of the weekend.
    first_week : the week (origin day // 7) of ``counts[0]``.
    """

    counts: Int32Array
    first_week: int

    def likeliest_strength(self, incidents: ShiftReports) -> ShareStrength:
        """The strengths under which the shifts of incidents were likeliest, each from what was known by its origin.

        Parameters
        ----------
        incidents : what occurred in the training window; ``known_day`` is the origin from which each is forecast.
        """
        week, city = incidents.known_day // RENEWED_DAYS - self.first_week, _city_shares(self.counts)
        # Gathered first: the counts of the incidents' own places and weeks are few beside all.
        of_place, row = np.moveaxis(self.counts, 3, 1)[week, incidents.cell], np.arange(len(week))
        everything, in_shift = of_place.sum(axis=(1, 2)), of_place[row, :, incidents.slot].sum(axis=1)
        at_weekend = of_place[row, incidents.weekend, incidents.slot]
        of_shift, of_weekend = city.shift[week, incidents.slot], city.weekend[week, incidents.weekend, incidents.slot]
        by_shift = [_log_factor(in_shift, everything, of_shift, k) for k in STRENGTHS]
        by_weekend = [_log_factor(at_weekend, in_shift, of_weekend, m) for m in WEEKEND_STRENGTHS]
        return ShareStrength(STRENGTHS[int(np.argmax(by_shift))], WEEKEND_STRENGTHS[int(np.argmax(by_weekend))])

    def shares(self, strength: ShareStrength) -> "ShiftShare":
        """The factors under some strengths."""
        factors, city = np.empty(self.counts.shape, dtype=np.float32), _city_shares(self.counts)
        for factor, counts, shift, weekend in zip(factors, self.counts, city.shift, city.weekend, strict=True):
            in_shift = counts.sum(axis=0)
            factor[:] = _factor(in_shift, in_shift.sum(axis=0), shift[:, None], strength.shift)
            if strength.weekend < inf:
                factor *= _factor(counts, in_shift, weekend[:, :, None], strength.weekend)
        return ShiftShare(factors, self.first_week)


@dataclass(frozen=True)
class ShiftShare:
    """Factors on the city's hours, > 0, ``[n_weeks, 2, n_slots, n_cells]``; weeks as in :class:`ShiftCounts`."""

    factor: Float32Array
    first_week: int

    def at(self, origin: AnyIntArray, weekend: AnyIntArray, slot: AnyIntArray, cell: AnyIntArray) -> Float32Array:
        """Factor of each row, by what was known by its origin."""
        return np.asarray(self.factor[origin // RENEWED_DAYS - self.first_week, weekend, slot, cell])

    def of_city(self) -> "ShiftShare":
        """Every place has the city's hours."""
        return ShiftShare(np.broadcast_to(np.float32(1.0), self.factor.shape), self.first_week)

    def of_cells(self, origin: int, weekend: int, slot: int) -> Float32Array:
        """Factor of every cell in one shift of the day, ``[n_cells]``."""
        return np.asarray(self.factor[origin // RENEWED_DAYS - self.first_week, weekend, slot])


def count_by_shift(reports: ShiftReports, *, n_slots: int, n_cells: int, first_day: int, last_day: int) -> ShiftCounts:
    """Running totals for origins from ``first_day`` to ``last_day``, both included."""
    first, n_weeks = first_day // RENEWED_DAYS, last_day // RENEWED_DAYS - first_day // RENEWED_DAYS + 1
    # Known on day d: used by the weeks that begin on d or later.
    week = np.maximum(-(-reports.known_day.astype(np.int64) // RENEWED_DAYS) - first, 0)
    known = week < n_weeks
    part = reports.weekend[known].astype(np.int64) * n_slots + reports.slot[known]
    place = (week[known] * 2 * n_slots + part) * n_cells + reports.cell[known]
    counts = np.zeros((n_weeks, 2, n_slots, n_cells), dtype=np.int32)
    np.add.at(counts.reshape(-1), place, np.int32(1))  # of the same type: another takes ten times as long
    return ShiftCounts(np.cumsum(counts, axis=0, out=counts), first)


class _CityShares(NamedTuple):
    """The city's share of each shift, ``[n_weeks, n_slots]``, and the weekend's in it, ``[n_weeks, 2, n_slots]``."""

    shift: FloatArray
    weekend: FloatArray


def _city_shares(counts: Int32Array) -> _CityShares:
    """By the prior of the profile that they are factors on: 200 reports, as many in every shift of the week.

    With another prior a place's week would not stay what it was where reports are few.
    """
    total = counts.sum(axis=3) + PRIOR_REPORTS / counts.shape[2] * (_DAYS / _DAYS.sum())[:, None]
    in_shift = total.sum(axis=1)
    return _CityShares(in_shift / in_shift.sum(axis=1, keepdims=True), total / in_shift[:, None])


def _factor(part: AnyIntArray, whole: AnyIntArray, city: FloatArray, strength: float) -> FloatArray:
    return np.asarray((part + strength * city) / (whole + strength) / city)


def _log_factor(part: AnyIntArray, whole: AnyIntArray, city: FloatArray, strength: float) -> float:
    return float(np.log(_factor(part, whole, city, strength)).sum()) if strength < inf else 0.0
