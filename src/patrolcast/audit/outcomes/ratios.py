r"""The ratio of two counts with an interval that holds for small ones, too: a score test turned around.

Both kinds here condition on totals, so that what all months share drops out:

- :class:`TwoPeriods`: counts before and after, calendar month by calendar month. Of the ``n_s`` events of calendar
month
  ``s``, ``n_s k_s R / (1 + k_s R)`` are expected after, ``k_s`` being exposure after / before. The test of ``R = 1`` is
  that of Cochran and Mantel-Haenszel for person-time (Greenland & Robins 1985, doi 10.2307/2530643).
- :class:`FourCounts`: two series before and after. Given all margins the first series' count after depends on the ratio
  of ratios alone; mean and variance are Cornfield's (1956; Breslow 1981, doi 10.1093/biomet/68.1.73).

The interval holds every ratio that the test would not reject; a count of 0 has one, too. Events are no coin tosses of
their own: ``critical`` comes from `months_apart`, which widens it by how much months differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq

from patrolcast.numerics.arrays import FloatArray

_FURTHEST = 12.0
"""Log ratios that are looked at: e^12 is 160,000 times."""


class Compared(Protocol):
    """A count whose mean and variance follow from a ratio, all else being given."""

    @property
    def observed(self) -> float:
        """The count after."""

    def mean(self, ratio: float) -> float:
        """What is expected of it at a ratio."""

    def variance(self, ratio: float) -> float:
        """Its variance then, were every event on its own."""


@dataclass(frozen=True)
class TwoPeriods:
    """Counts after and before by stratum, with the exposure after / before of each stratum (above 0)."""

    after: FloatArray
    before: FloatArray
    exposure: FloatArray

    @property
    def observed(self) -> float:
        """Events after."""
        return float(self.after.sum())

    def mean(self, ratio: float) -> float:
        """Events expected after, at a ratio of rates."""
        share = self.exposure * ratio / (1.0 + self.exposure * ratio)
        return float(((self.after + self.before) * share).sum())

    def variance(self, ratio: float) -> float:
        """Its variance: binomial within each stratum."""
        share = self.exposure * ratio / (1.0 + self.exposure * ratio)
        return float(((self.after + self.before) * share * (1.0 - share)).sum())


@dataclass(frozen=True)
class FourCounts:
    """Two series, after and before; ``exposure``: the ratio of ratios of what they are counted against (1: none)."""

    first_after: float
    second_after: float
    first_before: float
    second_before: float
    exposure: float = 1.0

    @property
    def observed(self) -> float:
        """Events of the first series after."""
        return self.first_after

    def mean(self, ratio: float) -> float:
        """The count that makes the odds ratio of the table ``ratio`` times ``exposure``, all margins as they are."""
        odds = ratio * self.exposure
        after, first = self.first_after + self.second_after, self.first_after + self.first_before
        rest = self.second_before - self.first_after  # of the fourth count, in terms of the first: rest + x
        low, high = max(0.0, -rest), min(after, first)
        a, b, c = odds - 1.0, -(odds * (after + first) + rest), odds * after * first
        below = -b + np.sqrt(max(b * b - 4.0 * a * c, 0.0))  # this form of the root holds for odds of 1, too
        x = 2.0 * c / below if below > 0.0 else 0.0
        return float(np.clip(x, low, high))

    def variance(self, ratio: float) -> float:
        """Its variance: one over the sum of one over each of the four expected counts."""
        x = self.mean(ratio)
        after, first = self.first_after + self.second_after, self.first_after + self.first_before
        four = np.array([x, after - x, first - x, self.second_before - self.first_after + x])
        return 0.0 if (four <= 1e-12).any() else float(1.0 / (1.0 / four).sum())


@dataclass(frozen=True)
class Ratio:
    """A ratio with its interval; None: without a bound, or none at all where both counts are 0."""

    value: float | None
    lower: float
    upper: float | None


def ratio_of(compared: Compared, *, critical: float) -> Ratio:
    """The ratio at which the count is what was expected, and all that lie within ``critical`` standard errors.

    Parameters
    ----------
    critical : in standard errors of events that are each on their own; it holds how much months differ.
    """

    def distance(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        error = np.sqrt(max(compared.variance(ratio), 1e-12))
        return (compared.observed - compared.mean(ratio)) / float(error)

    def crossing(level: float) -> float | None:
        ends = distance(-_FURTHEST) - level, distance(_FURTHEST) - level
        if ends[0] <= 0.0 or ends[1] >= 0.0:
            return None
        return float(np.exp(brentq(lambda at: distance(at) - level, -_FURTHEST, _FURTHEST, xtol=1e-10)))

    lower, value, upper = (crossing(level) for level in (critical, 0.0, -critical))
    if value is None and compared.mean(1.0) > 0.0 and compared.observed <= compared.mean(np.exp(-_FURTHEST)) + 1e-9:
        value = 0.0
    return Ratio(value, lower or 0.0, upper)


def standard_score(compared: Compared) -> float:
    """Standard errors between the count and what no difference expects; 0 where there is nothing to compare."""
    variance = compared.variance(1.0)
    return (compared.observed - compared.mean(1.0)) / float(np.sqrt(variance)) if variance > 0.0 else 0.0


def information(compared: Compared) -> float:
    """One over the variance of the log ratio where there is no difference."""
    return compared.variance(1.0)
