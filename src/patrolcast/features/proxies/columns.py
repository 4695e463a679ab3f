"""What the model can make of a feature: its values where it has any, whether it has one, and the bins it splits on.

A column reaches the model with its gaps: the trees send a missing value to the side that pays, so that a layer which
exists only where one group lives is a map of that group, whatever its values say. So a feature with gaps is two
columns, and both are screened:

    as the matrix holds it    7   7   -   7   -        -: no value
    values, where known       7   7       7
    gaps                      0   0   1   0   1

The trees know no order and no shape, only thresholds: any function of up to 63 steps is within reach of theirs
(``max_bin`` of `forecast/gbm`), a shuffled code of eight kinds of land as well as a slope. So each column is also seen
as a code, in steps coarse and fine, one of them for the gaps.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

VALUES, GAPS = "values", "gaps"
STEPS = (8, 24, 63)
"""So many steps a column is seen in: few see a broad tie through noise, many see a fine code."""
LEAST_KNOWN = 32
"""Fewer cells or places say nothing of a tie: sixteen blocks of them need two each."""


@dataclass(frozen=True)
class Column:
    """One thing that the model can split on, cells or places in rows.

    Attributes
    ----------
    feature : whose column it is; ``kind`` "values" or "gaps".
    values : ``[n]``; NaN where the feature has none.
    steps : the same as codes, ``[n, k]`` for each fineness: the part of a place's cells that lies in each step, rows
        adding up to 1.
    """

    feature: str
    kind: str
    values: FloatArray
    steps: tuple[FloatArray, ...]

    @property
    def known(self) -> BoolArray:
        """Where there is a value, ``[n]``."""
        return np.isfinite(self.values)


def columns_of(values: FloatArray, feature: str) -> tuple[Column, ...]:
    """The columns that say all of a feature's ``[n]`` or ``[n, m]`` values; none when they are the same in every row.

    Values that are the same wherever they are known say no more than the gaps.
    """
    if values.ndim == 2:
        return tuple(column for row in values.T for column in columns_of(row, feature))
    held = _finite(values)
    gap = np.isnan(held)
    known = held[~gap]
    columns = []
    if len(known) and known.min() < known.max():
        columns.append(Column(feature, VALUES, held, tuple(_steps(held))))
    if gap.any() and not gap.all():
        missing = gap.astype(np.float64)
        columns.append(Column(feature, GAPS, missing, tuple(_steps(missing))))
    return tuple(columns)


def why_unmeasured(values: FloatArray) -> str | None:
    """Why ``[n]`` or ``[n, m]`` values of inhabited cells cannot be measured, in words; None when they can."""
    columns = columns_of(values, "")
    if not columns:
        return "no inhabited cell has a value" if np.isnan(values).all() else "the same in every inhabited cell"
    few = [column for column in columns if int(column.known.sum()) < LEAST_KNOWN]
    return f"only {int(few[0].known.sum())} of {len(values)} inhabited cells have a value" if few else None


def in_places(column: Column, place: IntArray) -> Column:
    """The column of cells as one of places: means of the known values, and of the steps; ``place`` of each cell."""
    n = np.bincount(place).astype(np.float64)
    if len(n) == len(place):
        return column
    known = column.known
    n_known = np.bincount(place[known], minlength=len(n)).astype(np.float64)
    summed = np.bincount(place[known], column.values[known], minlength=len(n))
    values = np.divide(summed, n_known, out=np.full(len(n), np.nan), where=n_known > 0)
    steps = tuple(np.column_stack([np.bincount(place, step) / n for step in steps.T]) for steps in column.steps)
    return Column(column.feature, column.kind, values, steps)


def together(values: Mapping[str, FloatArray], place: IntArray) -> dict[str, FloatArray]:
    """Feature -> ``[n_places, k]``: all columns of each feature for an adversary that sees them side by side.

    A gap holds the mean of the known values, with the gaps' own column beside it; up to eight different values stand as
    a code too.
    """
    by_name = {}
    for name, of_feature in values.items():
        parts: list[FloatArray] = []
        for column in (in_places(column, place) for column in columns_of(of_feature, name)):
            parts.append(np.where(column.known, column.values, column.values[column.known].mean())[:, None])
            if column.kind == VALUES and column.steps[0].shape[1] > 2 and len(np.unique(of_feature)) <= STEPS[0]:
                parts.append(column.steps[0])
        if parts:
            by_name[name] = np.hstack(parts)
    return by_name


def _finite(values: FloatArray) -> FloatArray:
    """Infinite values as the one beyond the largest, which is where the trees' thresholds put them."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    beyond = (high - low) or 1.0
    return np.where(np.isnan(values), np.nan, np.clip(values, low - beyond, high + beyond))


def _steps(values: FloatArray) -> list[FloatArray]:
    """One-hot codes of each fineness, each different from the coarser ones."""
    known = ~np.isnan(values)
    apart = np.unique(values[known])
    steps: list[FloatArray] = []
    for most in STEPS:
        edges = apart[1:] if len(apart) <= most else np.unique(np.quantile(values[known], np.arange(1, most) / most))
        code = np.where(known, np.searchsorted(edges, values, side="right"), len(edges) + 1)
        present, code = np.unique(code, return_inverse=True)
        if not steps or len(present) > steps[-1].shape[1]:
            steps.append(np.eye(len(present))[code])
    return steps
