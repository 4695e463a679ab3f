"""Memories: counts of past reports, decayed in time and spread in space, from which the starting rate is stacked.

A memory is one way of remembering: whose reports (the row's category, or all), how fast they fade, how far they spread.
`forecast/stacked_rates` finds how much each deserves; the sum is the rate from which the boosted model starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.spatial import KDTree

from patrolcast.features import lags
from patrolcast.numerics.arrays import CountArray, Float32Array, FloatArray, Int32Array

Smoothers = Mapping[float, sparse.csr_array]
_CUT = 2.5


@dataclass(frozen=True)
class Memory:
    """One way of remembering reports.

    Attributes
    ----------
    source : "own" category, "any" category, or "city" (the same rate everywhere, so that no cell is impossible).
    half_life_days : after which a report counts half; None remembers all history alike.
    bandwidth_m : standard deviation of the Gaussian over which a report spreads, metres; 0 keeps it in its cell.
    """

    source: Literal["own", "any", "city"]
    half_life_days: float | None
    bandwidth_m: float

    @property
    def name(self) -> str:
        """How the memory is named in the model card."""
        fading = "all history" if self.half_life_days is None else f"half-life {self.half_life_days:g} days"
        spread = f", spread {self.bandwidth_m:g} m" if self.bandwidth_m else ""
        return f"{self.source}, {fading}{spread}"


MEMORIES = (
    *(Memory("own", None, bandwidth) for bandwidth in (0, 150, 250, 400, 700)),
    *(Memory("own", 730, bandwidth) for bandwidth in (0, 250)),
    *(Memory("own", 365, bandwidth) for bandwidth in (0, 250)),
    *(Memory("own", 91, bandwidth) for bandwidth in (0, 250)),
    *(Memory("own", 28, bandwidth) for bandwidth in (0, 250, 700)),
    *(Memory("own", 7, bandwidth) for bandwidth in (0, 400, 700)),
    *(Memory("any", half_life, 0) for half_life in (None, 730, 365, 91, 28)),
    Memory("city", 28, 0),
)


def gaussian_smoothers(centres_m: FloatArray) -> Smoothers:
    """A sparse kernel ``[n_cells, n_cells]`` for every bandwidth above 0; each cell's mass is conserved.

    Kernels are cut at 2.5 bandwidths, but always reach the nearest ring of cells.
    """
    widths = sorted({memory.bandwidth_m for memory in MEMORIES} - {0})
    tree = KDTree(centres_m)
    spacing = float(np.median(tree.query(centres_m, k=2)[0][:, 1])) if len(centres_m) > 1 else 0.0
    return {width: _kernel(tree, centres_m, width, reach_m=max(_CUT * width, 1.1 * spacing)) for width in widths}


def _kernel(tree: KDTree, centres_m: FloatArray, width: float, *, reach_m: float) -> sparse.csr_array:
    pairs = tree.query_pairs(reach_m, output_type="ndarray").astype(np.int32)  # half the memory of 64 bits
    own = np.arange(len(centres_m), dtype=np.int32)
    apart = np.linalg.norm(centres_m[pairs[:, 0]] - centres_m[pairs[:, 1]], axis=1)
    near = np.exp(-0.5 * (apart / width) ** 2).astype(np.float32)
    row = np.concatenate([pairs[:, 0], pairs[:, 1], own])
    column = np.concatenate([pairs[:, 1], pairs[:, 0], own])
    weight = np.concatenate([near, near, np.ones(len(own), dtype=np.float32)])
    kernel = sparse.csr_array((weight, (row, column)), shape=(len(own), len(own)))
    return sparse.csr_array(kernel / kernel.sum(axis=0))


Decayed = Callable[[Memory], Float32Array]


def remembered(memory: Memory, known: CountArray, *, first: int) -> Float32Array:
    """Reports per day of one memory before spreading, ``[n_days - first, n_cells]``."""
    if memory.half_life_days is None:
        return lags.long_run_mean(lags.cumulated(known, first=first))
    rates = lags.decayed_mean(known, memory.half_life_days, first=first)
    if memory.source == "city":
        return np.broadcast_to(rates.mean(axis=1, keepdims=True), rates.shape)
    return rates


def components(decayed: Decayed, smoothers: Smoothers, rows: Int32Array) -> Float32Array:
    """All memories at some origins, ``[n_memories, n_rows, n_cells]``; ``rows`` index what ``decayed`` returns."""
    found = [spread(decayed(memory)[rows], memory.bandwidth_m, smoothers) for memory in MEMORIES]
    return np.asarray(found, dtype=np.float32)


def stacked(decayed: Decayed, smoothers: Smoothers, weights: Sequence[float]) -> Float32Array:
    """Weighted sum of the memories, ``[n_days - first, n_cells]``; spreads once per bandwidth, not per memory."""
    total: Float32Array | None = None
    for width in sorted({memory.bandwidth_m for memory in MEMORIES}):
        chosen = [(m, w) for m, w in zip(MEMORIES, weights, strict=True) if m.bandwidth_m == width and w > 0]
        if not chosen:
            continue
        summed = sum(
            (np.float32(w) * decayed(m) for m, w in chosen[1:]), np.float32(chosen[0][1]) * decayed(chosen[0][0])
        )
        part = spread(summed, width, smoothers)
        total = part if total is None else total + part
    if total is None:
        raise ValueError("no memory has a weight above 0")
    return total


def spread(rates: Float32Array, width: float, smoothers: Smoothers) -> Float32Array:
    """Rates ``[n, n_cells]`` spread by the kernel of one bandwidth."""
    return rates if not width else np.ascontiguousarray((smoothers[width] @ rates.T).T, dtype=np.float32)
