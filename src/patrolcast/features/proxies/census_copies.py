"""A place feature that is a census count under another name: refused, before any screen and whatever is waived.

A layer can be copied, its columns renamed and its values scaled, until nothing but the numbers says what it is. They
are compared with the residents as the layer would lie in the cells: the same polygons averaged by area, and the
residents spread over cells. What they are compared with:

* residents in all; of every group its count, its share, the residents who are not of it, and how far count and share
  lie from their median and mean (a fold: few and many look the same);
* of every two of the first :data:`PAIRED` groups their sum, their difference and their ratio;
* of the first :data:`COMBINED` groups every sum of three or more.

A copy is what is as like one of them as :data:`SAME`, by any of three measures: the correlation of values or ranks, of
the layer or of its size without sign (what is scaled, turned round or bent keeps it); the correlation of the ranks in
the nine tenths of the cells that agree best (so that a few changed cells hide nothing); and, for a layer of few steps,
how purely the steps part the ranked count or share, whatever their order. Anything less is no copy: the screen decides
(`screen`), which sees ties of any shape and asks for more than chance and for what need does not explain.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.numerics.arrays import BoolArray, Float32Array, FloatArray, IntArray
from patrolcast.numerics.distributions import mean_ranks

SAME = 0.99
"""Likeness to a count or share from which on a feature is taken for a copy of it."""
PAIRED, COMBINED = 12, 6
"""Groups, in the config's order, of which every two are compared; of which all sums are compared."""
_LEAST_CELLS, _LEAST_VALUES = 20, 5
_AGREE, _MAY_AGREE = 0.9, 0.65
"""Cells that must agree; the least rank correlation of a copy of which a twentieth of the cells was changed is .7."""
_LEAST_STEPS, _STEP_SHARE, _STEP_CELLS, _IN_STEPS = 3, 0.05, 10, 0.5
"""Steps of a layer: how many there must be, how large each must be, and how much of the city all of them must hold."""


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
    copies_of: dict[str, list[tuple[float, str]]] = {name: [] for name in sorted(by_cell)}
    for groups, total in counts:
        named = list(_columns(groups, total))
        census = _Census(np.stack([column for _, column in named]))
        for name, copies in copies_of.items():
            sizes = census.likeness_of(by_cell[name])
            copies += [(float(sizes[i]), named[i][0]) for i in np.flatnonzero(sizes >= SAME)]
    for name, copies in copies_of.items():
        if copies:
            size, what = max(copies, key=lambda copy: round(copy[0], 6))  # of equals the first, which is the simplest
            raise ProhibitedDataError(
                f"[places.{name.removeprefix('place_')}]",
                got=f"a layer that is {what} under another name (correlation {size:.3f} over the cells)",
                rule="census counts never reach the model, whatever is waived or declared",
                cure="take this layer out of [places]",
            )


def likeness(values: Float32Array | FloatArray, column: FloatArray) -> float:
    """How like a layer ``[n_cells]`` is to a count or share ``[n_cells]``, 0..1; 0 where too little is known.

    The largest of the measures that the module names.
    """
    return float(_Census(column[None]).likeness_of(values)[0])


class _Census:
    """Counts and shares ``[n_columns, n_cells]`` with what is computed of them once for all layers."""

    def __init__(self, columns: FloatArray) -> None:
        self.columns, self.known = columns, np.isfinite(columns)
        self.patterns = {row.tobytes(): row for row in self.known}
        self.prepared: dict[
            tuple[bytes, bytes], tuple[IntArray, FloatArray, FloatArray, tuple[FloatArray, FloatArray]]
        ] = {}

    def likeness_of(self, values: Float32Array | FloatArray) -> FloatArray:
        """``[n_columns]``; see `likeness`."""
        given = np.asarray(values, dtype=np.float64)
        likeness = np.zeros(len(self.columns))
        for known in self.patterns.values():
            both = known & np.isfinite(given)
            if both.sum() < _LEAST_CELLS:
                continue
            rows, columns, ranks, units = self._where(known, both)
            layer = given[both]
            signless = [np.abs(layer)] if layer.min() < 0 < layer.max() else []
            sizes = [_in_steps(layer, columns, ranks)]
            sizes += [
                _in_order(form, ranks, units) for form in (layer, *signless) if np.unique(form).size >= _LEAST_VALUES
            ]
            likeness[rows] = np.max(sizes, axis=0)
        return likeness

    def _where(
        self, known: BoolArray, both: BoolArray
    ) -> tuple[IntArray, FloatArray, FloatArray, tuple[FloatArray, FloatArray]]:
        """Which columns are known there and have enough values, these, their ranks, and both with length 1."""
        key = known.tobytes(), both.tobytes()
        if key not in self.prepared:
            rows = np.flatnonzero((self.known == known).all(axis=1))
            columns = self.columns[rows][:, both]
            enough = [np.unique(column).size >= _LEAST_VALUES for column in columns]
            rows, columns = rows[enough], columns[enough]
            ranks = np.array([mean_ranks(column) for column in columns]) if len(rows) else columns
            self.prepared[key] = rows, columns, ranks, (_of_length_1(columns), _of_length_1(ranks))
        return self.prepared[key]


def _of_length_1(values: FloatArray) -> FloatArray:
    """Rows about their mean, each of length 1, so that the product of two is their correlation; 0 of a constant."""
    centred = values - values.mean(axis=-1, keepdims=True)
    length = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    return np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)


def _in_order(layer: FloatArray, ranks: FloatArray, units: tuple[FloatArray, FloatArray]) -> FloatArray:
    """The larger correlation of values and of ranks; of the ranks also where nine tenths of the cells agree best."""
    layer_ranks = mean_ranks(layer)
    of_values, of_ranks = units[0] @ _of_length_1(layer), units[1] @ _of_length_1(layer_ranks)
    sizes = np.maximum(np.abs(of_values), np.abs(of_ranks))
    for i in np.flatnonzero((np.abs(of_ranks) >= _MAY_AGREE) & (sizes < SAME)):
        other = ranks[i] if of_ranks[i] > 0 else len(layer_ranks) + 1 - ranks[i]
        agree = np.argsort(np.abs(layer_ranks - other), kind="stable")[: int(np.ceil(_AGREE * len(layer_ranks)))]
        pair = _of_length_1(np.stack([mean_ranks(layer_ranks[agree]), mean_ranks(other[agree])]))
        sizes[i] = max(sizes[i], pair[0] @ pair[1])
    return sizes


def _in_steps(layer: FloatArray, columns: FloatArray, ranks: FloatArray) -> FloatArray:
    """How purely the steps of a layer part each ranked column, ``[n_columns]``; 0 where it has no steps.

    The correlation ratio of the ranks on the steps, as a part of what it would be of steps of the same sizes cut from
    the ranked column. Cells whose value few others have lie where two steps meet and are left out. A column must have
    twice as many values as the layer has steps: a map of the same areas, one value each, is no copy of who lives there.
    """
    _, level, size = np.unique(np.round((layer - layer.min()) / (np.ptp(layer) or 1.0), 4), False, True, True)
    large = size >= max(_STEP_SHARE * len(layer), _STEP_CELLS)
    likeness, rows = np.zeros(len(columns)), large[level]
    if large.sum() < _LEAST_STEPS or rows.mean() < _IN_STEPS:
        return likeness
    step = np.unique(level[rows], return_inverse=True)[1]
    n = np.bincount(step)
    for i, column in enumerate(columns):
        low, high = np.quantile(column[rows], (0.01, 0.99))
        hundredths = np.round(100 * np.clip((column[rows] - low) / ((high - low) or 1.0), 0, 1))
        if np.unique(hundredths).size < 2 * len(n):
            continue
        rank = mean_ranks(ranks[i, rows])
        mean = np.bincount(step, rank) / n
        order = np.argsort(mean)
        pure = np.cumsum(n[order]) - (n[order] - 1) / 2  # mean ranks of the same steps, cut from the ranked column
        middle = (len(rank) + 1) / 2
        likeness[i] = np.sqrt((n * (mean - middle) ** 2).sum() / (n[order] * (pure - middle) ** 2).sum())
    return likeness


def _columns(groups: Mapping[str, FloatArray], total: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """What a layer may be a copy of, the simplest first."""
    names = list(groups)
    yield "the number of residents", total
    for name in names:
        yield from _count_and_share(name, groups[name], total)
    for name in names:
        yield f"the number of residents who are not {name}", total - groups[name]
        for what, column in _count_and_share(name, groups[name], total):
            yield f"the distance of {what} from its median", np.abs(column - np.nanmedian(column))
            yield f"the distance of {what} from its mean", np.abs(column - np.nanmean(column))
    for first, second in combinations(names[:PAIRED], 2):
        both, between = groups[first] + groups[second], groups[first] - groups[second]
        yield from _count_and_share(f"{first} and {second}", both, total)
        yield f"the difference of {first} and {second}", between
        yield f"the difference of the shares of {first} and {second}", _share(between, total)
        yield f"the ratio of {first} to {second}", _share(groups[first], both)  # the same order, and never endless
    for size in range(3, min(len(names), COMBINED) + 1):
        for some in combinations(names[:COMBINED], size):
            yield from _count_and_share(" and ".join(some), np.sum([groups[name] for name in some], axis=0), total)


def _count_and_share(whose: str, count: FloatArray, total: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    yield f"the number of residents of {whose}", count
    yield f"the share of {whose}", _share(count, total)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
