"""Rows of the model: which (origin, shift, cell, category) are trained on, and with which weight.

Non-zero counts are rare and carry most of the information, so all of them are kept as long as they fill no more than
three quarters of the rows; beyond that they are drawn in proportion to their count. Zeros are drawn with probability
growing with the square root of their expected count. Every drawn row is weighted by the inverse of its probability
(Horvitz & Thompson 1952, doi 10.1080/01621459.1952.10483446), which leaves every weighted sum unbiased and the noise
small where rates are high.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.numerics.arrays import CountArray, Float32Array, Int32Array, IntArray

_BLOCK_SHIFTS = 256
_ZERO_SHARE = 4  # at least one row in so many is a zero


@dataclass(frozen=True)
class Rows:
    """One row per (origin, shift, cell) of one category; all arrays have the same length.

    Attributes
    ----------
    origin : day index of the nightly origin whose knowledge the row may use.
    shift : index of the shift that is forecast; it starts at or after the origin.
    cell : position of the cell.
    count : incidents that occurred (0 where unknown: rows that are forecast).
    weight : 1 / probability with which the row was kept.
    """

    origin: Int32Array
    shift: Int32Array
    cell: Int32Array
    count: Float32Array
    weight: Float32Array

    def __len__(self) -> int:
        return len(self.cell)


def latest_origin(shift_start: IntArray, origins: IntArray) -> Int32Array:
    """For each shift, the last origin at or before its start; -1 where there is none."""
    return (np.searchsorted(origins, shift_start, side="right") - 1).astype(np.int32)


def draw_leads(n_shifts: int, *, horizon_days: int, rng: np.random.Generator) -> Int32Array:
    """Days between the latest origin and the one the row is forecast from, uniform over the horizon, per shift."""
    return rng.integers(0, horizon_days, size=n_shifts, dtype=np.int32)


def dense_rows(shifts: Int32Array, origins: Int32Array, counts: CountArray | None, *, n_cells: int) -> Rows:
    """Every cell of every shift named: ``shifts`` and ``origins`` in parallel, ``counts`` ``[n_shifts, n_cells]``."""
    n = len(shifts) * n_cells
    return Rows(
        origin=np.repeat(origins, n_cells),
        shift=np.repeat(shifts, n_cells),
        cell=np.tile(np.arange(n_cells, dtype=np.int32), len(shifts)),
        count=np.zeros(n, dtype=np.float32) if counts is None else counts.reshape(-1).astype(np.float32),
        weight=np.ones(n, dtype=np.float32),
    )


def sampled_rows(
    shifts: Int32Array,
    origins: Int32Array,
    counts: CountArray,
    expected: Float32Array,
    *,
    max_rows: int,
    rng: np.random.Generator,
) -> Rows:
    """The non-zero rows, or a weighted sample of them, and a weighted sample of the zeros.

    Parameters
    ----------
    shifts, origins : the shifts trained on and the origin each is forecast from.
    counts : what occurred, ``[n_shifts, n_cells]`` of all shifts.
    expected : a rough expectation made before it, ``[len(shifts), n_cells]``, which becomes its square root.
    max_rows : about how many rows to keep. At most three quarters are non-zero; where there are more, each is drawn
        with a probability in proportion to its count, so that nearly every drawn row stands for the same incidents.
    """
    filled_by_shift, by_shift = np.count_nonzero(counts, axis=1), counts.sum(axis=1, dtype=np.int64)
    n_filled, most_filled = int(filled_by_shift[shifts].sum()), max_rows - max_rows // _ZERO_SHARE
    per_incident = np.float32(1.0 if n_filled <= most_filled else most_filled / by_shift[shifts].sum())
    root = np.sqrt(expected, out=expected)  # an array of a large city's history: there is no room for two
    scale = np.float32((max_rows - min(n_filled, most_filled)) / max(float(root.sum(dtype=np.float64)), 1e-12))
    at, chances, n_cells = list[IntArray](), [], counts.shape[1]
    for begin in range(0, len(shifts), _BLOCK_SHIFTS):
        part = slice(begin, begin + _BLOCK_SHIFTS)
        filled = counts[shifts[part]].reshape(-1)
        keep, holds = (root[part] * scale).reshape(-1), np.flatnonzero(filled != 0)
        keep[holds] = filled[holds] * per_incident
        np.minimum(keep, np.float32(1.0), out=keep)
        drawn = np.flatnonzero(rng.random(keep.shape, dtype=np.float32) < keep)
        at.append(drawn + begin * n_cells)
        chances.append(keep[drawn])
    position, cell = np.divmod(np.concatenate(at), n_cells)
    return Rows(
        origin=origins[position],
        shift=shifts[position],
        cell=cell.astype(np.int32),
        count=counts[shifts[position], cell].astype(np.float32),
        weight=(1.0 / np.concatenate(chances)).astype(np.float32),
    )
