"""The places on which proxies are looked for: inhabited cells, or square blocks of them where there are many.

Eigenvectors, surrogates and the adversary cost too much on thousands of cells, and a census area spans several cells
anyway; above 1,000 inhabited cells they work on blocks (means weighted by residents for shares, plain means for
features). Correlations with Dutilleul's p are always taken on the cells themselves.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from patrolcast.numerics.arrays import FloatArray, IntArray

MOST_PLACES = 1000
_AROUND = (1, 7, 37)


@dataclass(frozen=True)
class PlaceTable:
    """Places in rows.

    Attributes
    ----------
    xy : centres in metres, ``[n, 2]``.
    context : name -> ``[n]`` or ``[n, m]``, features about the place (tier 2); NaN where there is no value.
    history : name -> the same, features built from the counted incidents (tier 1).
    residents : group -> ``[n]``; ``total`` all residents ``[n]``.
    counts : citizen reports ``[n]``; ``area`` km2 of land ``[n]``.
    """

    xy: FloatArray
    context: dict[str, FloatArray]
    history: dict[str, FloatArray]
    residents: dict[str, FloatArray]
    total: FloatArray
    counts: FloatArray
    area: FloatArray

    @property
    def shares(self) -> dict[str, FloatArray]:
        """Group -> its share of the residents of each place, 0..1."""
        return {group: count / self.total for group, count in self.residents.items()}

    @property
    def rate(self) -> FloatArray:
        """Citizen reports per km2."""
        return self.counts / self.area

    @property
    def rates_around(self) -> FloatArray:
        """The same in the cell, in its 7 and in its 37 nearest places (itself among them), ``[n, 3]``."""
        _, near = cKDTree(self.xy).query(self.xy, k=min(_AROUND[-1], len(self.xy)))
        return np.column_stack(
            [self.counts[near[:, :k]].sum(axis=1) / self.area[near[:, :k]].sum(axis=1) for k in _AROUND]
        )


def inhabited(table: PlaceTable, *, least_residents: float = 1.0) -> PlaceTable:
    """Places with residents; values that a feature does not have there stay unknown (NaN), as the model sees them."""
    settled = table.total >= least_residents
    return replace(
        table,
        xy=table.xy[settled],
        context={name: values[settled] for name, values in table.context.items()},
        history={name: values[settled] for name, values in table.history.items()},
        residents={group: count[settled] for group, count in table.residents.items()},
        total=table.total[settled],
        counts=table.counts[settled],
        area=table.area[settled],
    )


def in_blocks(table: PlaceTable, *, most: int = MOST_PLACES) -> PlaceTable:
    """The same places in at most ``most`` square blocks; unchanged where it has no more places than that."""
    if len(table.xy) <= most:
        return table
    code = block_of(table.xy, most=most)
    size = int(code.max()) + 1

    def mean(values: FloatArray) -> FloatArray:
        if values.ndim == 2:
            return np.column_stack([mean(column) for column in values.T])
        known = ~np.isnan(values)
        n = np.bincount(code[known], minlength=size).astype(np.float64)
        return np.divide(
            np.bincount(code[known], values[known], minlength=size), n, out=np.full(size, np.nan), where=n > 0
        )

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(code, values).astype(np.float64)

    return PlaceTable(
        xy=np.column_stack([mean(column) for column in table.xy.T]),
        context={name: mean(values) for name, values in table.context.items()},
        history={name: mean(values) for name, values in table.history.items()},
        residents={group: summed(count) for group, count in table.residents.items()},
        total=summed(table.total),
        counts=summed(table.counts),
        area=summed(table.area),
    )


def block_of(xy: FloatArray, *, most: int = MOST_PLACES) -> IntArray:
    """Block of each cell: itself, or the smallest squares of which there are no more than ``most``."""
    if len(xy) <= most:
        return np.arange(len(xy))
    wide, high = np.ptp(xy, axis=0)
    side = max(float(np.sqrt(wide * high / most)), float(max(wide, high)) / most) / 2
    while True:
        square = np.floor((xy - xy.min(axis=0)) / side).astype(np.int64)
        _, code = np.unique(square, axis=0, return_inverse=True)
        if code.max() + 1 <= most:
            return np.asarray(code.ravel(), dtype=np.int64)
        side *= 1.05
