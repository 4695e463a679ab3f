"""Caps and cool-downs: no cell is suggested night after night without end, whatever its rank.

::

    nights        1 2 3 4 5 6 7 8
    suggested     x x x x x . . x      five in a row, then two nights of rest
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.numerics.arrays import BoolArray


@dataclass(frozen=True)
class CapRule:
    """At most ``most`` of any ``window`` nights; after ``run`` nights in a row ``rest`` nights without."""

    most: int = 10
    window: int = 14
    run: int = 5
    rest: int = 2

    @property
    def past_nights(self) -> int:
        """How many past nights decide whether a cell may be suggested."""
        return max(self.window - 1, self.run + self.rest - 1)


def capped_cells(past: BoolArray, caps: CapRule) -> BoolArray:
    """Cells that may not be suggested tonight, ``[n_cells]``, True for those that must rest.

    Parameters
    ----------
    past : which cells were suggested on the nights before, ``[n_nights, n_cells]``, the latest last; what is missing at
        the beginning counts as not suggested.
    """
    n_cells = past.shape[1]
    recent = past[-(caps.window - 1) :] if caps.window > 1 else past[:0]
    capped: BoolArray = recent.sum(axis=0) >= caps.most
    for ago in range(caps.rest):  # a run that ended up to rest - 1 nights ago still binds
        last = len(past) - ago
        if last - caps.run >= 0:
            capped = capped | past[last - caps.run : last].all(axis=0)
    return capped if len(past) else np.zeros(n_cells, dtype=bool)
