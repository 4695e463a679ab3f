"""Exponential decay of reports in time: each day a report weighs a little less, and half after its half-life.

A weighted *mean*, not a weighted sum: sums are divided by the weights of the days seen so far. Without that division
the first months of a history would look quiet only because little of it had been seen (Hunter 1986, doi
10.1080/00224065.1986.11979014, leaves this start-up bias in).
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

_NEGLIGIBLE_HALF_LIVES = 30.0
"""After so many half-lives a report weighs 2**-30, less than float32 resolves beside a report of today."""

Real = TypeVar("Real", np.float32, np.float64)


def daily_factor(half_life_days: float) -> float:
    """What is left of a report's weight from one day to the next, 0..1."""
    return float(0.5 ** (1.0 / half_life_days))


def total_weight(factor: float, n_days: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Sum of the weights of ``n_days`` days in a row, the newest of weight 1: a geometric series."""
    return np.asarray((1.0 - np.float64(factor) ** np.asarray(n_days)) / (1.0 - np.float64(factor)))


def decayed_mean(
    counts: npt.NDArray[np.generic], half_life_days: float, *, dtype: type[Real], first: int = 0
) -> npt.NDArray[Real]:
    """Decayed mean per day up to and with each day, ``[n_days - first, ...]``.

    Parameters
    ----------
    counts : reports by day on which they became known, oldest first, ``[n_days, ...]``.
    half_life_days : age at which a report counts half.
    dtype : of the arithmetic. A city's cells and years are a large array: there float32 halves the memory.
    first : first day to return. Days before it enter as one weighted sum, so that a few late days are cheap.
    """
    factor = dtype(daily_factor(half_life_days))
    oldest = max(first - round(_NEGLIGIBLE_HALF_LIVES * half_life_days), 0)
    summed = np.zeros(counts.shape[1:], dtype)
    # Row by row, here and below: an array of weighted counts as large as the history would only be summed.
    for fade, reports in zip(
        np.power(factor, np.arange(first - oldest, 0, -1, dtype=dtype)), counts[oldest:first], strict=True
    ):
        summed += fade * reports
    weights = total_weight(float(factor), np.arange(first + 1, len(counts) + 1)).astype(dtype)
    decayed = np.empty((len(weights), *counts.shape[1:]), dtype)
    # A filter down each column jumps through the memory and takes several times as long.
    for day, (reports, weight) in enumerate(zip(counts[first:], weights, strict=True)):
        summed += reports
        np.divide(summed, weight, out=decayed[day, ...])
        summed *= factor
    return decayed
