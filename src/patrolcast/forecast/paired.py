"""Is one method better than another? Ratios of incidents caught, with intervals that resample windows.

Two methods meet the same weeks: a busy week helps both. Windows are therefore drawn with replacement *together* for
both methods, and the ratio of their sums is taken anew each time (the paired bootstrap: Efron & Tibshirani 1993, doi
10.1201/9780429246593, chapter 8). Windows that overlap in time are drawn in blocks (Kuensch 1989, doi
10.1214/aos/1176347265).

Few windows, or few incidents, make a resampled interval too narrow, not too wide: with fewer than 8 windows, or fewer
than 10 hits of the method compared with, there is no interval and no verdict.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from patrolcast.domain.comparison import LEVEL
from patrolcast.numerics.arrays import FloatArray

RESAMPLES = 2000
FEW_WINDOWS = 8
FEW_HITS = 10.0
_MOST_EMPTY = 0.01

TooFew = Literal["", "windows", "incidents"]


@dataclass(frozen=True)
class PairedRatio:
    """Hits of one method / hits of another on the same windows.

    Attributes
    ----------
    estimate, lower, upper : the ratio and its 95 % interval; the ratio is NaN when the other method caught nothing,
        the interval where there was too little to tell.
    n_windows : windows resampled.
    n_hits : hits of the other method in all windows: what the ratio rests on.
    """

    estimate: float
    lower: float
    upper: float
    n_windows: int
    n_hits: float

    @property
    def too_few(self) -> TooFew:
        """What was too little for an interval; empty where there is one."""
        if self.n_windows < FEW_WINDOWS:
            return "windows"
        return "" if np.isfinite(self.lower) else "incidents"


def window_draws(n_windows: int, *, rng: np.random.Generator, block: int = 1, resamples: int = RESAMPLES) -> FloatArray:
    """How often each window is drawn in each resample, ``[resamples, n_windows]``; rows sum to ``n_windows`` or a
    little more when ``block`` does not divide it.

    Parameters
    ----------
    block : windows drawn together; at least as many as overlap in time.
    """
    if n_windows < 1 or block < 1:
        raise ValueError(f"needs at least one window and a block of at least 1, got {n_windows} and {block}")
    block = min(block, n_windows)
    n_blocks = -(-n_windows // block)
    first = rng.integers(0, n_windows, size=(resamples, n_blocks))
    chosen = ((first[:, :, None] + np.arange(block)) % n_windows).reshape(resamples, -1)
    draws = np.zeros((resamples, n_windows))
    np.add.at(draws, (np.arange(resamples)[:, None], chosen), 1.0)
    return draws


def hits_ratio(numerator: FloatArray, denominator: FloatArray, draws: FloatArray) -> PairedRatio:
    """Ratio of the summed hits of two methods on the same windows.

    No interval with fewer than 8 windows, with fewer than 10 hits of the other method, or where it caught nothing in
    more than a hundredth of the resamples: what is then left of them would look too certain.

    Parameters
    ----------
    numerator, denominator : hits by window, ``[n_windows]``.
    draws : result of :func:`window_draws`, shared by all comparisons of a table.
    """
    if numerator.shape != denominator.shape or numerator.shape != (draws.shape[1],):
        raise ValueError(
            f"hits must cover the same windows, got {numerator.shape}, {denominator.shape} and {draws.shape[1]} drawn"
        )
    n, hits = len(numerator), float(denominator.sum())
    estimate = float(numerator.sum()) / hits if hits > 0 else float("nan")
    above, below = draws @ numerator, draws @ denominator
    usable = below > 0
    if n < FEW_WINDOWS or hits < FEW_HITS or np.mean(~usable) > _MOST_EMPTY:
        return PairedRatio(estimate, float("nan"), float("nan"), n, hits)
    tail = (1.0 - LEVEL) / 2.0
    lower, upper = np.quantile(above[usable] / below[usable], [tail, 1.0 - tail])
    return PairedRatio(estimate, float(lower), float(upper), n, hits)


def mean_interval(values: FloatArray, weights: FloatArray, draws: FloatArray) -> PairedRatio:
    """``sum(values) / sum(weights)`` over windows with its interval: a hit rate, or a predicted / observed ratio."""
    return hits_ratio(values, weights, draws)


def verdict(ratio: PairedRatio, *, than: str) -> str:
    """The comparison in words.

    >>> verdict(PairedRatio(1.02, 0.97, 1.08, 44, 812.0), than="counting")
    'no clear difference from counting (1.02 times its hits, 95 % interval 0.97 to 1.08, 44 windows)'
    >>> verdict(PairedRatio(1.50, float("nan"), float("nan"), 6, 40.0), than="counting")
    'too few windows to tell from counting (1.50 times its hits, 6 windows; it takes 8)'
    """
    if not np.isfinite(ratio.estimate):
        return f"not measured against {than}: it caught nothing in {ratio.n_windows} windows"
    times = f"{ratio.estimate:.2f} times its hits"
    if ratio.too_few == "windows":
        return f"too few windows to tell from {than} ({times}, {ratio.n_windows} windows; it takes {FEW_WINDOWS})"
    if ratio.too_few == "incidents":
        return f"too few incidents to tell from {than} ({times}, which were {ratio.n_hits:.1f} in all)"
    interval = f"{times}, 95 % interval {ratio.lower:.2f} to {ratio.upper:.2f}"
    direction = (
        "better than" if ratio.lower > 1.0 else "worse than" if ratio.upper < 1.0 else "no clear difference from"
    )
    return f"{direction} {than} ({interval}, {ratio.n_windows} windows)"
