"""A place feature that is a census count under another name: refused, before any screen and whatever is waived.

A layer can be copied, its columns renamed and its values scaled, until nothing but the numbers says what it is. They
are compared with every count and share of the residents, as the layer would lie in the cells: the same polygons
averaged by area, and the residents spread over cells. Sums of groups ("all but one") are compared too. A correlation of
size :data:`SAME`, of the values or of their ranks, is no likeness but a copy: what is scaled, turned round or bent
keeps it. Below it the screen decides (`screen`), which asks for more than chance and for what need does not explain.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy import stats

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.numerics.arrays import Float32Array, FloatArray

SAME = 0.99
"""Correlation with a count or share from which on a feature is taken for a copy of it."""
_LEAST_CELLS, _LEAST_VALUES, _MOST_GROUPS = 20, 5, 6


def refuse_census_copies(
    by_cell: Mapping[str, Float32Array], counts: Sequence[tuple[Mapping[str, FloatArray], FloatArray]]
) -> None:
    """Passes when no place feature is a copy of a census count.

    Raises ProhibitedDataError: one line with the feature, what it is a copy of, and how closely.

    Parameters
    ----------
    by_cell : feature -> value, ``[n_cells]``; NaN where it has none.
    counts : the residents as they lie in the cells, by group and in all, ``[n_cells]`` each; more than one where they
        can be spread in more than one way.
    """
    columns = [column for groups, total in counts for column in _columns(groups, total)]
    for name, values in sorted(by_cell.items()):
        found = [(size, what) for what, column in columns if (size := likeness(values, column)) >= SAME]
        if found:
            size, what = max(found)
            raise ProhibitedDataError(
                f"[places.{name.removeprefix('place_')}]",
                got=f"a layer that is {what} under another name (correlation {size:.3f} over the cells)",
                rule="census counts never reach the model, whatever is waived or declared",
                cure="take this layer out of [places]",
            )


def likeness(values: Float32Array | FloatArray, column: FloatArray) -> float:
    """Correlation of the values or of their ranks, the larger in size, 0..1; 0 where there is too little to compare."""
    both = np.isfinite(values) & np.isfinite(column)
    one, other = np.asarray(values, dtype=np.float64)[both], column[both]
    if both.sum() < _LEAST_CELLS or min(np.unique(one).size, np.unique(other).size) < _LEAST_VALUES:
        return 0.0
    ranks = np.corrcoef(stats.rankdata(one), stats.rankdata(other))[0, 1]
    return float(max(abs(np.corrcoef(one, other)[0, 1]), abs(ranks)))


def _columns(groups: Mapping[str, FloatArray], total: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """What a layer may be a copy of: residents in all, counts and shares of groups, and of several groups together."""
    yield "the number of residents", total
    names = list(groups)
    for size in range(1, min(len(names), _MOST_GROUPS) + 1):
        for some in combinations(names[:_MOST_GROUPS], size):
            together = np.sum([groups[name] for name in some], axis=0)
            said = " and ".join(some)
            yield f"the number of residents of {said}", together
            yield f"the share of {said}", np.divide(together, total, out=np.full(len(total), np.nan), where=total > 0)
