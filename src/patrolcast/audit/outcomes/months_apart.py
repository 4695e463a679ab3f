"""How much more months differ than events that are each on their own would let them, and what that makes of a test.

Counts of a month hang together (one night of unrest, a new commander, a slow year), and a month resembles the one
before. So what is left of each month is added up over blocks of 1, 3, 6 and 12 months in a row, and the variance of
these sums is compared with that of independent events (quasi-likelihood: Wedderburn 1974, doi 10.1093/biomet/61.3.439;
sums over blocks hold the dependence within them: Kuensch 1989, doi 10.1214/aos/1176347265). Each has few degrees of
freedom, which a t distribution allows for. The most cautious of all counts, and never less than chance alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from patrolcast.numerics.arrays import BoolArray, FloatArray

BLOCKS = (1, 3, 6, 12)
_LEAST_FREEDOM = 3.0


@dataclass(frozen=True)
class Spread:
    """Variance of sums over blocks of ``months``, over that of independent events, and its degrees of freedom."""

    months: int
    dispersion: float
    freedom: float


def spreads(left: FloatArray, variance: FloatArray, after: BoolArray, *, n_fitted: int) -> tuple[Spread, ...]:
    """Spreads for each length of block that has degrees of freedom enough.

    Parameters
    ----------
    left : count less expectation of each month, in order of time, ``[n_months]``.
    variance : of each month's count, were every event on its own.
    after : months since adoption; no block reaches across it.
    n_fitted : numbers that the expectations were fitted with.
    """
    by_length = []
    n_months, n_before = len(left), int((~after).sum())
    place = np.where(after, np.arange(n_months) - n_before, n_before - 1 - np.arange(n_months))
    for length in BLOCKS:
        block = 2 * (place // length) + after
        sums, sizes = np.bincount(block, left), np.bincount(block, variance)
        filled = sizes > 0.0
        freedom = float(filled.sum()) * (1.0 - n_fitted / max(n_months, 1))
        if freedom >= _LEAST_FREEDOM:
            dispersion = float((sums[filled] ** 2 / sizes[filled]).sum()) / freedom
            by_length.append(Spread(length, dispersion, freedom))
    return tuple(by_length)


def critical_score(apart: tuple[Spread, ...], *, level: float) -> float:
    """Standard errors of independent events beyond which a difference is none of chance, at a two-sided level."""
    by_months = [np.sqrt(spread.dispersion) * stats.t.isf(level / 2.0, spread.freedom) for spread in apart]
    return float(max([stats.norm.isf(level / 2.0), *by_months]))


def p_value(score: float, apart: tuple[Spread, ...]) -> float:
    """Two-sided p-value of a standard score: the largest by any block, and by chance alone."""
    by_months = [
        2.0 * stats.t.sf(abs(score) / np.sqrt(max(spread.dispersion, 1e-12)), spread.freedom) for spread in apart
    ]
    return float(min(max([2.0 * stats.norm.sf(abs(score)), *by_months]), 1.0))


def smallest_found(information: float, apart: tuple[Spread, ...], *, level: float, power: float = 0.8) -> float | None:
    """The smallest ratio above 1 that a test at ``level`` would find with ``power``; None where nothing could be.

    Parameters
    ----------
    information : one over the variance of the log ratio of independent events.
    """
    if information <= 0.0:
        return None
    widest = max([1.0, *(spread.dispersion for spread in apart)])
    reach = critical_score(apart, level=level) + float(stats.norm.isf(1.0 - power)) * np.sqrt(widest)
    log_ratio = reach / np.sqrt(information)
    return float(np.exp(log_ratio)) if log_ratio < 10.0 else None
