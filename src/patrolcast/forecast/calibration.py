"""Is the forecast right on average, everywhere? Deviance, reliability by decile, and coverage of intervals."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from patrolcast.forecast.paired import mean_interval
from patrolcast.numerics.arrays import AnyIntArray, FloatArray, IntArray
from patrolcast.numerics.distributions import gamma_quantile

_LEVEL = 0.95
LEAST_EXPECTED = 2.0
"""Sums that expect fewer incidents have no power: zero is then inside nearly every interval."""
LEAST_UNITS = 50


@dataclass(frozen=True)
class Reliability:
    """Expected and counted incidents of one group of forecasts.

    Attributes
    ----------
    n : forecasts in the group.
    predicted, observed : sums over the group.
    ratio : predicted / observed; NaN without incidents.
    lower, upper : 95 % limits of the ratio; NaN where too few windows were seen to tell. Without incidents the upper
        limit is infinite: the interval is one-sided.
    """

    n: int
    predicted: float
    observed: float
    ratio: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Units:
    """Sums of counts over several windows, for cells that expect enough of them.

    Attributes
    ----------
    expected, observed : sums over the windows, ``[n]``.
    shape : Gamma shape of the cell's rate, ``[n]``.
    cell : position of the cell, ``[n]``; a cell counts once for each sum.
    """

    expected: FloatArray
    observed: AnyIntArray
    shape: FloatArray
    cell: IntArray


@dataclass(frozen=True)
class Coverage:
    """How often central intervals of ``level`` covered what came.

    Attributes
    ----------
    estimate, lower, upper : share covered and its 95 % interval; NaN with fewer than :data:`LEAST_UNITS` units.
    units, cells : sums that it rests on, and how many cells they are of.
    """

    level: float
    estimate: float
    lower: float
    upper: float
    units: int
    cells: int


def poisson_deviance(predicted: npt.NDArray[np.floating], observed: AnyIntArray) -> float:
    """Mean Poisson deviance per forecast (McCullagh & Nelder 1989, doi 10.1007/978-1-4899-3242-6, section 2.3).

    0 is perfect. ``2 (y log(y / m) - y + m)``; infinite when an incident occurred where none was thought possible.
    """
    m, y = np.asarray(predicted, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    if m.shape != y.shape or (m < 0).any():
        raise ValueError(f"needs expectations >= 0 of the shape of the counts, got {m.shape} and {y.shape}")
    positive = y > 0
    if (m[positive] <= 0).any():
        return float("inf")
    logs = float((y[positive] * np.log(y[positive] / m[positive])).sum())
    return 2.0 * (logs - float(y.sum()) + float(m.sum())) / y.size


def reliability(
    predicted: npt.NDArray[np.floating], observed: AnyIntArray, group: IntArray, draws: FloatArray
) -> list[Reliability]:
    """Expected against counted incidents by group, in order of the group's number; negative groups are left out.

    Parameters
    ----------
    predicted, observed, group : ``[n_windows, n_cells]``.
    draws : result of `paired.window_draws`, ``[n_resamples, n_windows]``.
    """
    grouped = group >= 0
    n_windows, n_groups = len(group), int(group.max(initial=-1)) + 1
    place = (np.arange(n_windows)[:, None] * n_groups + group)[grouped]

    def summed(values: npt.NDArray[np.generic]) -> FloatArray:
        weights = np.asarray(values, dtype=np.float64)[grouped]
        sums = np.bincount(place, weights=weights, minlength=n_windows * n_groups).astype(np.float64)
        return sums.reshape(n_windows, n_groups)

    n, expected, counted = (summed(values) for values in (np.ones(group.shape), predicted, observed))
    return [over_windows(int(n[:, g].sum()), expected[:, g], counted[:, g], draws) for g in range(n_groups)]


def over_windows(
    n: int,
    predicted: FloatArray,
    observed: FloatArray,
    draws: FloatArray,
    *,
    variance: float | None = None,
    heaviest: float = 1.0,
) -> Reliability:
    """One group's reliability; its interval is the wider of two.

    Resampled windows show that weeks differ, but a handful of incidents, or none, looks too certain to them; the
    limits of a Poisson count are honest there, but know only chance. Each end is the outer of both. With fewer than 8
    windows nothing can be said of weeks, and the limits are NaN.

    Parameters
    ----------
    predicted, observed : sums by window, ``[n_windows]``.
    draws : result of `paired.window_draws`.
    variance, heaviest : as in :func:`compare`.
    """
    by_weeks = mean_interval(predicted, observed, draws)
    by_count = measure_reliability(
        n, float(predicted.sum()), float(observed.sum()), variance=variance, heaviest=heaviest
    )
    if by_weeks.too_few == "windows":
        return Reliability(n, by_count.predicted, by_count.observed, by_count.ratio, math.nan, math.nan)
    lower, upper = float(np.fmin(by_weeks.lower, by_count.lower)), float(np.fmax(by_weeks.upper, by_count.upper))
    return Reliability(n, by_count.predicted, by_count.observed, by_count.ratio, lower, upper)


def measure_reliability(
    n: int, predicted: float, observed: float, *, variance: float | None = None, heaviest: float = 1.0
) -> Reliability:
    """One group's reliability, with the limits of a (weighted) Poisson count.

    Garwood 1936 (doi 10.2307/2333958), exact for plain counts. Incidents that count in part, by the share of a cell's
    residents who belong to a group, vary less than a whole count of the same sum: their limits are those of Fay &
    Feuer 1997 (Statistics in Medicine 16:791-801), which are Garwood's where every weight is 1.

    Parameters
    ----------
    variance : sum of the squared weights of the incidents; ``observed`` where each counts as one.
    heaviest : the largest weight that any incident could have had, > 0.
    """
    tail, v = (1.0 - _LEVEL) / 2.0, observed if variance is None else variance
    least = float(gamma_quantile(tail, observed**2 / v, v / observed)) if observed else 0.0
    y, spread = observed + heaviest, v + heaviest**2
    most = float(gamma_quantile(1.0 - tail, y**2 / spread, spread / y))
    ratio = predicted / observed if observed else float("nan")
    return Reliability(n, predicted, observed, ratio, predicted / most, predicted / least if least else float("inf"))


def deciles(predicted: npt.NDArray[np.floating], *, rng: np.random.Generator, n: int = 10) -> IntArray:
    """Group 0..n-1 of each forecast, lowest first, equally many in each; ties fall into groups at random."""
    flat = np.asarray(predicted, dtype=np.float64).ravel()
    order = np.lexsort((rng.random(flat.size), flat))
    group = np.empty(flat.size, dtype=np.int64)
    group[order] = np.arange(flat.size) * n // max(flat.size, 1)
    return group.reshape(np.shape(predicted))


def risk_deciles(predicted: npt.NDArray[np.floating], *, rng: np.random.Generator, n: int = 10) -> IntArray:
    """Group 0..n-1 of each forecast, lowest first, each expecting an equal part of all incidents.

    Groups of equally many forecasts leave the lowest with a handful of incidents, where a level that is a third off
    cannot be distinguished from chance. Here each holds about ``1 / n`` of the incidents, so each can be assessed.
    Which forecasts are in a group is settled by the forecasts alone; ties fall at random. A group that a single
    larger forecast skips over is empty.
    """
    flat = np.asarray(predicted, dtype=np.float64).ravel()
    order = np.lexsort((rng.random(flat.size), flat))
    rising = flat[order]
    middle, whole = np.cumsum(rising) - rising / 2.0, float(rising.sum())
    group = np.zeros(flat.size, dtype=np.int64)
    if whole > 0:
        group[order] = np.minimum((middle / whole * n).astype(np.int64), n - 1)
    return group.reshape(np.shape(predicted))


def covered(
    predicted: npt.NDArray[np.floating], observed: AnyIntArray, *, shape: npt.ArrayLike, level: float = 0.90
) -> FloatArray:
    """How much of each count the central interval of ``level`` covers, 0..1; ``level`` on average when all is right.

    A count has no interval that covers exactly 90 %: it fills the span between its lower and upper cumulative
    probability, and the part of that span inside the interval is what is covered. That is what the randomised
    transform covers on average over its draws, without their noise (the non-randomised probability integral transform
    of Czado, Gneiting & Held 2009, doi 10.1111/j.1541-0420.2009.01191.x, section 2).

    Parameters
    ----------
    predicted, observed : means > 0 and counts of the same shape.
    shape : Gamma shape of the true rate about its mean (negative binomial counts); ``inf`` for Poisson.
    """
    below, at = span_of_probability(predicted, observed, shape=shape)
    tail = (1.0 - level) / 2.0
    inside = np.minimum(below + at, 1.0 - tail) - np.maximum(below, tail)
    # a count so unlikely that its span rounds to nothing lies in a tail, never inside
    return np.clip(np.divide(inside, at, out=np.zeros_like(at), where=at > 0.0), 0.0, 1.0)


def span_of_probability(
    predicted: npt.NDArray[np.floating], observed: npt.NDArray[np.number], *, shape: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Probability of less than each count, and of the count itself; parameters as for :func:`covered`."""
    m, y = np.asarray(predicted, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    k = np.broadcast_to(np.asarray(shape, dtype=np.float64), m.shape)
    finite = np.isfinite(k)
    safe = np.where(finite, k, 1.0)
    p = safe / (safe + m)

    def fewer_than(count: FloatArray) -> FloatArray:
        most = np.maximum(count, 1.0)  # fewer than none: chance 0, below
        chance = np.where(finite, special.betainc(safe, most, p), special.pdtr(most - 1.0, m))
        return np.where(count > 0.0, chance, 0.0)

    below = fewer_than(y)
    return below, fewer_than(y + 1.0) - below


def units(expected: FloatArray, observed: AnyIntArray, *, shape: FloatArray, sums: IntArray) -> Units:
    """Sums over windows of one number, by cell, where at least :data:`LEAST_EXPECTED` incidents are expected.

    The Gamma distribution is about a cell's *rate*: one draw for the span of a sum. The sum is therefore negative
    binomial with the summed mean and the shape of that span. One window of one cell holds next to nothing and covers
    about 90 % whatever was forecast; the sums tell a forecast that is half or double.

    Parameters
    ----------
    expected, observed : ``[n_windows, n_cells]``.
    shape : of the rate over the span of the sum that a window is in, ``[n_windows, n_cells]``; the same in a sum.
    sums : number of the sum of each window, ``[n_windows]``; never over two trainings.
    """
    parts = []
    for number in np.unique(sums):
        mine = sums == number
        m, y = expected[mine].sum(axis=0), observed[mine].sum(axis=0)
        cell = np.flatnonzero(m >= LEAST_EXPECTED)
        parts.append((m[cell], y[cell], shape[mine][0, cell], cell))
    m, y, k, cell = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Units(m, y, k, cell)


def coverage(covered: FloatArray, cell: IntArray, *, level: float = 0.90) -> Coverage:
    """Share of units whose central interval of ``level`` covered the outcome, with its 95 % interval.

    Wilson 1927 (doi 10.1080/01621459.1927.10502953) on the effective number of units: a cell that is off in one
    training is off in the next, so units of a cell count for less than as many cells (Korn & Graubard 1998, Survey
    Methodology 24:193-201). What all cells of a week share is not in it.

    Parameters
    ----------
    covered : result of :func:`covered` for each unit at the same ``level``, ``[n]``.
    cell : the cell of each unit, ``[n]``.
    """
    n, n_cells = len(covered), len(np.unique(cell))
    if n < LEAST_UNITS:
        return Coverage(level, math.nan, math.nan, math.nan, n, n_cells)
    share = float(covered.mean())
    alone = n * share * (1.0 - share)
    together = float((np.bincount(cell, weights=covered - share) ** 2).sum())
    n_effective = n / max(together / alone, 1.0) if alone > 0 else float(n_cells)
    z = float(special.ndtri(0.5 + _LEVEL / 2.0))
    middle = (share + z**2 / (2.0 * n_effective)) / (1.0 + z**2 / n_effective)
    half = z * math.sqrt(share * (1.0 - share) / n_effective + z**2 / (4.0 * n_effective**2)) / (1 + z**2 / n_effective)
    return Coverage(level, share, middle - half, middle + half, n, n_cells)
