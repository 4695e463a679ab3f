"""Is one method better than another? Ratios of incidents caught, with intervals that resample windows.

Two methods meet the same weeks: a busy week helps both. Windows are therefore drawn with replacement *together* for
both methods, and the ratio of their sums is taken anew each time (the paired bootstrap: Efron & Tibshirani 1993, doi
10.1201/9780429246593, chapter 8). Windows that overlap in time are drawn in blocks (Kuensch 1989, doi
10.1214/aos/1176347265). Few windows make a wide interval; their number is always told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
RESAMPLES = 2000
FEW_WINDOWS = 8


@dataclass(frozen=True)
class PairedRatio:
    """Hits of one method / hits of another on the same windows.

    Attributes
    ----------
    estimate, lower, upper : the ratio and its 95 % interval; NaN when the other method caught nothing.
    n_windows : windows resampled.
    """

    estimate: float
    lower: float
    upper: float
    n_windows: int


def window_draws(n_windows: int, *, rng: np.random.Generator, block: int = 1, resamples: int = RESAMPLES) -> Floats:
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


def hits_ratio(one: Floats, other: Floats, draws: Floats) -> PairedRatio:
    """Ratio of the summed hits of two methods on the same windows.

    Parameters
    ----------
    one, other : hits by window, ``[n_windows]``.
    draws : result of :func:`window_draws`, shared by all comparisons of a table.
    """
    if one.shape != other.shape or one.shape != (draws.shape[1],):
        raise ValueError(f"hits must cover the same windows, got {one.shape}, {other.shape} and {draws.shape[1]} drawn")
    if not other.sum() > 0:
        return PairedRatio(float("nan"), float("nan"), float("nan"), len(one))
    above, below = draws @ one, draws @ other
    ratios = above[below > 0] / below[below > 0]
    tail = (1.0 - LEVEL) / 2.0
    lower, upper = np.quantile(ratios, [tail, 1.0 - tail])
    return PairedRatio(float(one.sum() / other.sum()), float(lower), float(upper), len(one))


def mean_interval(values: Floats, weights: Floats, draws: Floats) -> PairedRatio:
    """``sum(values) / sum(weights)`` over windows with its interval: a hit rate, or a predicted / observed ratio."""
    return hits_ratio(values, weights, draws)


def verdict(ratio: PairedRatio, *, than: str) -> str:
    """The comparison in words.

    >>> verdict(PairedRatio(1.02, 0.97, 1.08, 44), than="counting")
    'not better than counting (1.02 times its hits, 95 % interval 0.97 to 1.08, 44 windows)'
    """
    told = f"{ratio.estimate:.2f} times its hits, 95 % interval {ratio.lower:.2f} to {ratio.upper:.2f}"
    if not np.isfinite(ratio.estimate):
        return f"not measured against {than}: it caught nothing in {ratio.n_windows} windows"
    few = " (too few to lean on)" if ratio.n_windows < FEW_WINDOWS else ""
    what = "better than" if ratio.lower > 1.0 else "worse than" if ratio.upper < 1.0 else "not better than"
    return f"{what} {than} ({told}, {ratio.n_windows} windows{few})"
