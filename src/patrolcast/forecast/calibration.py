"""Is the forecast right on average, everywhere? Deviance, reliability by decile, and coverage of intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.integer]
_LEVEL = 0.95


@dataclass(frozen=True)
class Reliability:
    """Expected and counted incidents of one group of forecasts.

    Attributes
    ----------
    n : forecasts in the group.
    predicted, observed : sums over the group.
    ratio : predicted / observed; NaN without incidents.
    lower, upper : 95 % limits of the ratio, from the exact Poisson interval of the count.
    """

    n: int
    predicted: float
    observed: float
    ratio: float
    lower: float
    upper: float


def poisson_deviance(predicted: npt.NDArray[np.floating], observed: Counts) -> float:
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
    predicted: npt.NDArray[np.floating], observed: Counts, group: npt.NDArray[np.int64]
) -> list[Reliability]:
    """Expected against counted incidents by group, in order of the group's number; negative groups are left out."""
    used = np.asarray(group).ravel() >= 0
    number = np.asarray(group).ravel()[used]
    m, y = np.asarray(predicted, dtype=np.float64).ravel()[used], np.asarray(observed, dtype=np.float64).ravel()[used]
    n_groups = int(number.max()) + 1 if number.size else 0
    n, expected, counted = (np.bincount(number, weights=w, minlength=n_groups) for w in (np.ones_like(m), m, y))
    return [compare(int(n[g]), float(expected[g]), float(counted[g])) for g in range(n_groups)]


def compare(n: int, predicted: float, observed: float) -> Reliability:
    """One group's reliability, with the exact interval of a Poisson count (Garwood 1936, doi 10.2307/2333958)."""
    tail = (1.0 - _LEVEL) / 2.0
    least = float(stats.gamma.ppf(tail, observed)) if observed else 0.0
    most = float(stats.gamma.ppf(1.0 - tail, observed + 1.0))
    ratio = predicted / observed if observed else float("nan")
    return Reliability(n, predicted, observed, ratio, predicted / most, predicted / least if least else float("inf"))


def deciles(predicted: npt.NDArray[np.floating], *, rng: np.random.Generator, n: int = 10) -> npt.NDArray[np.int64]:
    """Group 0..n-1 of each forecast, lowest first, equally many in each; ties fall into groups at random."""
    flat = np.asarray(predicted, dtype=np.float64).ravel()
    order = np.lexsort((rng.random(flat.size), flat))
    group = np.empty(flat.size, dtype=np.int64)
    group[order] = np.arange(flat.size) * n // max(flat.size, 1)
    return group.reshape(np.shape(predicted))


def pit(
    predicted: npt.NDArray[np.floating], observed: Counts, *, shape: npt.ArrayLike, rng: np.random.Generator
) -> Floats:
    """Randomised probability integral transform: uniform on 0..1 when the forecast distribution is right.

    A count has no interval that covers exactly 90 %; a uniform draw between its lower and upper cumulative probability
    repairs that (Czado, Gneiting & Held 2009, doi 10.1111/j.1541-0420.2009.01191.x).

    Parameters
    ----------
    predicted, observed : means > 0 and counts of the same shape.
    shape : Gamma shape of the true rate about its mean (negative binomial counts); ``inf`` for Poisson.
    """
    m, y = np.asarray(predicted, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    k = np.broadcast_to(np.asarray(shape, dtype=np.float64), m.shape)
    finite = np.isfinite(k)
    safe = np.where(finite, k, 1.0)
    p = safe / (safe + m)
    below = np.where(finite, stats.nbinom.cdf(y - 1, safe, p), stats.poisson.cdf(y - 1, m))
    at = np.where(finite, stats.nbinom.pmf(y, safe, p), stats.poisson.pmf(y, m))
    return below + rng.random(m.shape) * at


def coverage(transform: Floats, *, level: float = 0.90) -> float:
    """Share of forecasts whose central interval of ``level`` covered the outcome; NaN without forecasts."""
    if not transform.size:
        return float("nan")
    tail = (1.0 - level) / 2.0
    return float(np.mean((transform > tail) & (transform < 1.0 - tail)))
