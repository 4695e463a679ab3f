"""Decayed counts: past reports, decayed in time and spread in space, from which the starting rate is stacked.

Each says whose reports count (the row's category, or all), how fast they fade, and how far they spread.
`forecast/stacked_rates` finds how much each deserves; the sum is the rate from which the boosted model starts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from scipy import sparse

from patrolcast.features.lags import History
from patrolcast.numerics.arrays import Float32Array, FloatArray, Int32Array
from patrolcast.numerics.gaussian import gaussian_kernel

SmoothingKernels = Mapping[float, sparse.csr_array]
_BLOCK_DAYS = 64


@dataclass(frozen=True)
class DecayedCount:
    """One way of counting past reports.

    Attributes
    ----------
    source : "own" category, "any" category, or "city" (the same rate everywhere, so that no cell is impossible).
    half_life_days : after which a report counts half; None weighs all history alike.
    bandwidth_m : standard deviation of the Gaussian over which a report spreads, metres; 0 keeps it in its cell.
    """

    source: Literal["own", "any", "city"]
    half_life_days: float | None
    bandwidth_m: float

    @property
    def name(self) -> str:
        """How it is named in the model card."""
        fading = "all history" if self.half_life_days is None else f"half-life {self.half_life_days:g} days"
        spread = f", spread {self.bandwidth_m:g} m" if self.bandwidth_m else ""
        return f"{self.source}, {fading}{spread}"


DECAYED_COUNTS = (
    *(DecayedCount("own", None, bandwidth) for bandwidth in (0, 150, 250, 400, 700)),
    *(DecayedCount("own", 730, bandwidth) for bandwidth in (0, 250)),
    *(DecayedCount("own", 365, bandwidth) for bandwidth in (0, 250)),
    *(DecayedCount("own", 91, bandwidth) for bandwidth in (0, 250)),
    *(DecayedCount("own", 28, bandwidth) for bandwidth in (0, 250, 700)),
    *(DecayedCount("own", 7, bandwidth) for bandwidth in (0, 400, 700)),
    *(DecayedCount("any", half_life, 0) for half_life in (None, 730, 365, 91, 28)),
    DecayedCount("city", 28, 0),
)


def smoothing_kernels(centres_m: FloatArray) -> SmoothingKernels:
    """The kernel ``[n_cells, n_cells]`` of every bandwidth above 0."""
    widths = sorted({count.bandwidth_m for count in DECAYED_COUNTS} - {0})
    return {width: gaussian_kernel(centres_m, width) for width in widths}


Decayed = Callable[[DecayedCount], Float32Array]


def decayed_rates(half_life_days: float, history: History) -> Float32Array:
    """Reports per day that fade so (infinite: not at all), in each cell, ``[n_days - first, n_cells]``."""
    return history.long_run_mean() if half_life_days == inf else history.decayed_mean(half_life_days)


def same_everywhere(rates: Float32Array) -> Float32Array:
    """The city's mean in each of its cells, the same shape; it fills no room."""
    return np.broadcast_to(rates.mean(axis=1, keepdims=True), rates.shape)


def components(decayed: Decayed, kernels: SmoothingKernels, rows: Int32Array) -> Float32Array:
    """All decayed counts at some origins, ``[n_counts, n_rows, n_cells]``; ``rows`` index what ``decayed`` returns."""
    counts = [spread(decayed(count)[rows], count.bandwidth_m, kernels) for count in DECAYED_COUNTS]
    return np.asarray(counts, dtype=np.float32)


def weighted_sum(decayed: Decayed, kernels: SmoothingKernels, weights: Sequence[float]) -> Float32Array:
    """Weighted sum of the decayed counts, ``[n_days - first, n_cells]``; spreads once per bandwidth, not per count."""
    total: Float32Array | None = None
    for width in sorted({count.bandwidth_m for count in DECAYED_COUNTS}):
        chosen = [(m, w) for m, w in zip(DECAYED_COUNTS, weights, strict=True) if m.bandwidth_m == width and w > 0]
        if not chosen:
            continue
        summed = np.float32(chosen[0][1]) * decayed(chosen[0][0])
        for count, weight in chosen[1:]:
            values = decayed(count)
            for part in _blocks(values):
                summed[part] += np.float32(weight) * values[part]
        for part in _blocks(summed) if width else ():
            summed[part] = spread(summed[part], width, kernels)
        if total is None:
            total = summed
        else:
            total += summed
    if total is None:
        raise ValueError("no decayed count has a weight above 0")
    return total


def spread(rates: Float32Array, width: float, kernels: SmoothingKernels) -> Float32Array:
    """Rates ``[n, n_cells]`` spread by the kernel of one bandwidth."""
    return rates if not width else np.ascontiguousarray((kernels[width] @ rates.T).T, dtype=np.float32)


def _blocks(rates: Float32Array) -> Iterator[slice]:
    """A few days at a time, which a processor's cache holds: arrays of a large city's history are moved once."""
    return (slice(begin, begin + _BLOCK_DAYS) for begin in range(0, len(rates), _BLOCK_DAYS))
