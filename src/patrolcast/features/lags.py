"""History on the grid: lags in time and over rings, from what was *known* by each nightly origin.

All functions take ``known``: reports by the origin day on which they became known, ``[n_days, n_cells]``, oldest first,
and return float32 arrays ``[n_days, n_cells]`` whose row ``r`` uses rows ``0..r`` only. As-of therefore holds by
construction: a record not known by origin ``r`` has no place in any row up to ``r``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import signal, sparse

from patrolcast.domain.errors import DataRefusedError

Counts = npt.NDArray[np.uint16]
Rates = npt.NDArray[np.float32]


def cumulated(known: Counts) -> npt.NDArray[np.int32]:
    """Running totals with a zero row in front, ``[n_days + 1, n_cells]``."""
    total = np.zeros((known.shape[0] + 1, known.shape[1]), dtype=np.int32)
    np.cumsum(known, axis=0, dtype=np.int32, out=total[1:])
    return total


def trailing_mean(running: npt.NDArray[np.int32], days: int, *, first: int = 0) -> Rates:
    """Reports per day over the last ``days`` origin days (fewer at the start of the history).

    Parameters
    ----------
    running : result of :func:`cumulated`.
    first : rows before it are not wanted; the result has ``n_days - first`` rows.
    """
    end = np.arange(first + 1, running.shape[0])
    begin = np.maximum(end - days, 0)
    seen = (end - begin).astype(np.float32)
    return (running[end] - running[begin]).astype(np.float32) / seen[:, None]


def long_run_mean(running: npt.NDArray[np.int32], *, first: int = 0) -> Rates:
    """Reports per day over all history known by each origin."""
    end = np.arange(first + 1, running.shape[0])
    return running[end].astype(np.float32) / end.astype(np.float32)[:, None]


def decayed_mean(known: Counts | Rates, half_life_days: float, *, first: int = 0) -> Rates:
    """Exponentially weighted reports per day, normalised by the weights seen so far.

    Weight of a report known ``d`` days ago is ``2 ** (-d / half_life_days)`` (Hunter 1986, doi
    10.1080/00224065.1986.11979014).
    """
    keep = np.float32(0.5 ** (1.0 / half_life_days))
    summed = signal.lfilter([np.float32(1.0)], [np.float32(1.0), -keep], known.astype(np.float32), axis=0)[first:]
    seen = (1.0 - keep ** np.arange(first + 1, known.shape[0] + 1)) / (1.0 - keep)
    return summed.astype(np.float32) / seen.astype(np.float32)[:, None]


def over_ring(rates: Rates, ring: sparse.csr_array) -> Rates:
    """Mean over the neighbours of a ring (0 for a cell without any)."""
    n = np.asarray(ring.sum(axis=1), dtype=np.float32).ravel()
    summed = (ring @ rates.T).T
    return np.ascontiguousarray(summed / np.maximum(n, 1.0), dtype=np.float32)


def days_since_last(known: Counts, *, first: int = 0, cap: float = 365.0) -> Rates:
    """Days between each origin and the last report known by it (0: on the last day), at most ``cap``."""
    day = np.arange(known.shape[0], dtype=np.int32)[:, None]
    last = np.maximum.accumulate(np.where(known > 0, day, np.int32(-(10**6))), axis=0)
    return np.minimum(day[first:] - last[first:], cap).astype(np.float32)


def pooled_level(
    running: npt.NDArray[np.int32], near: list[sparse.csr_array], *, prior_days: float = 120.0, first: int = 0
) -> Rates:
    """Long-run rate of a cell, shrunk towards its neighbourhood: the level from which a forecast starts.

    A cell with ``n`` reports in ``D`` days gets ``(n + a m) / (D + a)``, where ``m`` is a kernel mean of the long-run
    rates around it (weights .4, .3, .2, .1 over the cell and rings 1..3, and 2 % of the city's mean so that no cell is
    impossible) and ``a = prior_days``: the empirical-Bayes estimator of Clayton & Kaldor 1987 (doi 10.2307/2532003)
    with a local prior, as in Marshall 1991 (doi 10.2307/2347593).
    """
    if len(near) < 3:
        raise DataRefusedError("neighbours", got=f"{len(near)} rings", rule="3 rings are needed")
    own = long_run_mean(running, first=first)
    around = 0.4 * own
    for weight, ring in zip((0.3, 0.2, 0.1), near[:3], strict=True):
        around = around + np.float32(weight) * over_ring(own, ring)
    prior = 0.98 * around + 0.02 * own.mean(axis=1, keepdims=True)
    days = np.arange(first + 1, running.shape[0], dtype=np.float32)[:, None]
    level = (own * days + prior * prior_days) / (days + prior_days)
    return np.maximum(level, np.float32(1e-7)).astype(np.float32)


def city_rate(known: Counts, *, half_life_days: float = 28.0) -> npt.NDArray[np.float64]:
    """City-wide reports per day lately, by origin, ``[n_days]``: the level that all methods share."""
    total = known.sum(axis=1, dtype=np.float64)[:, None]
    return decayed_mean(total.astype(np.float32), half_life_days)[:, 0].astype(np.float64)


def at_city_rate(rates: npt.NDArray[np.floating], city: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rates ``[n_origins, n_cells]`` rescaled so that each row sums to the city's rate at that origin."""
    total = rates.sum(axis=1, dtype=np.float64, keepdims=True)
    return rates / np.maximum(total, 1e-12) * np.maximum(city, 1e-6)[:, None]


def hour_of_week_profile(known: npt.NDArray[np.int64], *, prior_reports: float = 200.0) -> npt.NDArray[np.float64]:
    """Relative rate of each weekday and slot against a mean shift, by origin: ``[n_days, 7, n_slots]``, mean 1.

    Parameters
    ----------
    known : city-wide reports by origin day, weekday and slot of occurrence, ``[n_days, 7, n_slots]``.
    prior_reports : reports spread evenly that stand for what is not known yet.
    """
    total = np.cumsum(known, axis=0) + prior_reports / (known.shape[1] * known.shape[2])
    return total / total.mean(axis=(1, 2), keepdims=True)
