"""Admitted features become columns. A name without an admission has no way into the matrix.

Values are gathered feature by feature at the wanted rows only (`features/lags`); the full cube never exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd
from scipy import sparse

from patrolcast.domain.matrix import Admission, AdmittedMatrix
from patrolcast.features import lags
from patrolcast.features.array_cache import ArrayCache, HistoryKey
from patrolcast.features.catalogue import (
    ANY_TRAILING_DAYS,
    HALF_LIVES_DAYS,
    RING_WINDOWS,
    SHIFT_TRAILING_DAYS,
    TRAILING_DAYS,
)
from patrolcast.features.city_rate import FLOOR, CityLevel
from patrolcast.features.enforcement import enforcement_makers
from patrolcast.features.lags import At
from patrolcast.features.rows import Rows, joined
from patrolcast.numerics.arrays import CountArray, Float32Array, FloatArray, Int32Array, IntArray

_TREND_FLOOR = 1e-3
_SHARE_PRIOR_REPORTS = 4.0
_OF_SLOT = "same_shift_"


@dataclass(frozen=True)
class SharedInputs:
    """What all categories share.

    Attributes
    ----------
    calendar : shifts; ``by_shift`` feature name -> ``[n_shifts]``.
    by_cell : place feature name -> ``[n_cells]``.
    near : rings 1, 2, 3 (`grid.cells.rings`).
    first_day : earliest origin day that any row may ask for.
    any_history : reports of all categories by origin day and cell, over the exposed days.
    day_of_year : 1..366 of each origin day and of the month after the last, ``[n_days + MOST_LEAD_DAYS]``.
    latest_origin : last origin at or before each shift, ``[n_shifts]``.
    compared : officer-initiated records by origin day and cell; only a comparison has them.
    """

    calendar: pd.DataFrame
    by_shift: dict[str, Float32Array]
    by_cell: dict[str, Float32Array]
    near: list[sparse.csr_array]
    first_day: int
    any_history: lags.History
    day_of_year: IntArray
    latest_origin: Int32Array
    cache: ArrayCache = field(default_factory=ArrayCache)
    compared: CountArray | None = None

    def from_day(self, first_day: int) -> "SharedInputs":
        """The same for rows of later origins only, which takes less room."""
        later = lags.History(self.any_history.known, first=first_day, exposure=self.any_history.exposure)
        return replace(self, first_day=first_day, any_history=later, cache=ArrayCache())


@dataclass(frozen=True)
class CategoryInputs:
    """What one category adds.

    Attributes
    ----------
    code : category code.
    history : reports by origin day and cell over the exposed days.
    known_by_slot : the same reports by slot of the day; history of a slot is made when it is used, and dropped.
    profile : hour-of-week profile by origin, mean 1.
    start : stacked rate of each cell, reports per day, from ``first_day`` on: where the model starts.
    city : the city's rate at each origin, to which ``start`` sums, and how the season moves it on the days after.
    level : factor on the starting rate after which the trees change no total (`forecast.shrinkage`); 1 in training.
    tree_weight : how far the trained trees are followed, 0..1.
    baseline_floor : what a baseline grants a cell at least, as a share of the city's mean.
    """

    code: int
    history: lags.History
    known_by_slot: Sequence[CountArray]
    profile: FloatArray
    start: Float32Array
    city: CityLevel
    cache: ArrayCache = field(default_factory=ArrayCache)
    level: float = 1.0
    tree_weight: float = 1.0
    baseline_floor: float = FLOOR


def starting_rate(shared: SharedInputs, own: CategoryInputs, rows: Rows) -> FloatArray:
    """Expected incidents per shift before the model: level of the cell times the city's hour-of-week profile."""
    weekday = shared.calendar["weekday"].to_numpy()[rows.shift]
    slot = shared.calendar["slot"].to_numpy()[rows.shift]
    per_day = own.start[rows.origin - shared.first_day, rows.cell].astype(np.float64) * own.level
    per_day *= own.city.ahead[rows.origin, shared.latest_origin[rows.shift] - rows.origin]
    return per_day / own.profile.shape[2] * own.profile[rows.origin, weekday, slot]


def starting_rate_by_shift(
    shared: SharedInputs, own: CategoryInputs, shifts: Int32Array, origins: Int32Array
) -> Float32Array:
    """The same for every cell of whole shifts, ``[n_shifts, n_cells]`` in float32: years of shifts fit the memory."""
    weekday = shared.calendar["weekday"].to_numpy()[shifts]
    slot = shared.calendar["slot"].to_numpy()[shifts]
    of_shift = own.profile[origins, weekday, slot] / own.profile.shape[2]
    of_shift *= own.city.ahead[origins, shared.latest_origin[shifts] - origins]
    rate = own.start[origins - shared.first_day]
    rate *= of_shift.astype(np.float32)[:, None]
    return rate


def category_matrices(
    shared: SharedInputs, own: CategoryInputs, admission: Admission, row_sets: Sequence[Rows]
) -> list[AdmittedMatrix]:
    """One matrix per set of rows, columns in catalogue order, for one category.

    Raises KeyError when an admitted feature has no maker: the catalogue and this module are out of step.
    """
    rows, columns = joined(row_sets), admission.admitted
    values = np.empty((len(rows), len(columns)), dtype=np.float32)
    makers = _makers(shared, own)
    # The shifts of a night share what is known of a cell: it is read once for each origin and cell.
    n_cells = own.history.known.shape[1]
    pair, pairs = pd.factorize(rows.origin.astype(np.int64) * n_cells + rows.cell)
    origin, cell = (part.astype(np.int32) for part in np.divmod(pairs, n_cells))
    of_slot: dict[int, str] = {}
    for position, name in enumerate(column.spec.name for column in columns):
        if name in makers:
            values[:, position] = makers[name](origin, cell)[pair]
        elif name.startswith(_OF_SLOT):
            of_slot[position] = name
        else:
            values[:, position] = _by_row(name, shared, own, rows)
    _fill_of_slot(values, of_slot, shared, own, rows)
    made = AdmittedMatrix(values, columns, np.log(starting_rate(shared, own, rows)), own.tree_weight)
    ends = np.cumsum([len(one) for one in row_sets])
    return [
        replace(made, values=made.values[end - len(one) : end], offset=made.offset[end - len(one) : end])
        for end, one in zip(ends, row_sets, strict=True)
    ]


def stack(matrices: Sequence[AdmittedMatrix], admission: Admission) -> AdmittedMatrix:
    """The columns of one admission, one matrix under the other."""
    values = np.concatenate([matrix.under(admission).values for matrix in matrices])
    return AdmittedMatrix(values, admission.admitted, np.concatenate([matrix.offset for matrix in matrices]))


def _by_row(name: str, shared: SharedInputs, own: CategoryInputs, rows: Rows) -> Float32Array:
    if name in shared.by_shift:
        return shared.by_shift[name][rows.shift]
    if name in shared.by_cell:
        return shared.by_cell[name][rows.cell]
    if name == "category":
        return np.full(len(rows), own.code, dtype=np.float32)
    if name == "lead_days":
        return (shared.latest_origin[rows.shift] - rows.origin).astype(np.float32)
    weekday = shared.calendar["weekday"].to_numpy()[rows.shift]
    slot = shared.calendar["slot"].to_numpy()[rows.shift]
    if name == "hour_of_week":
        return np.log(own.profile[rows.origin, weekday, slot]).astype(np.float32)
    raise KeyError(f"feature {name} is declared but nothing makes it")


def _fill_of_slot(
    values: Float32Array, names: dict[int, str], shared: SharedInputs, own: CategoryInputs, rows: Rows
) -> None:
    """Columns of one slot of the day each: a slot's history is made, its values are copied, and it is dropped."""
    if not names:
        return
    slot, everything = shared.calendar["slot"].to_numpy()[rows.shift], own.history.long_run_mean()
    for number, known in enumerate(own.known_by_slot):
        of_slot, at = own.history.of(known), np.flatnonzero(slot == number)
        makers: dict[str, At] = {f"{_OF_SLOT}{d}d": partial(of_slot.trailing_at, d) for d in SHIFT_TRAILING_DAYS}
        makers[f"{_OF_SLOT}share"] = _at(_share_of_slot(of_slot, everything), of_slot.first)
        for position, name in names.items():
            if name not in makers:
                raise KeyError(f"feature {name} is declared but nothing makes it")
            values[at, position] = makers[name](rows.origin[at], rows.cell[at])


def _share_of_slot(of_slot: lags.History, everything: Float32Array) -> Float32Array:
    """Share of a cell's reports that fall in one slot, drawn to the city's share; of every day and cell."""
    here = of_slot.long_run_mean()
    n_days = np.arange(of_slot.first + 1, of_slot.first + 1 + len(here), dtype=np.float32)[:, None]
    city = here.sum(axis=1, keepdims=True) / np.maximum(everything.sum(axis=1, keepdims=True), 1e-9)
    prior = _SHARE_PRIOR_REPORTS / n_days
    return np.asarray((here + prior * city) / (everything + prior), dtype=np.float32)


def _at(by_day: Float32Array, first: int) -> At:
    """Values of an array of days from ``first`` on and cells."""
    return lambda origin, cell: by_day[origin - first, cell]


def _makers(shared: SharedInputs, own: CategoryInputs) -> dict[str, At]:
    near, history, any_history, first = shared.near, own.history, shared.any_history, shared.first_day

    def decayed_at(half_life: float, origin: Int32Array, cell: Int32Array) -> Float32Array:
        key = HistoryKey("own", "decayed", half_life)
        return own.cache.get_or_make(key, lambda: history.decayed_mean(half_life))[origin - first, cell]

    def start_at(origin: Int32Array, cell: Int32Array) -> Float32Array:
        return own.start[origin - first, cell]

    def trend_at(origin: Int32Array, cell: Int32Array) -> Float32Array:
        ratio = (decayed_at(91, origin, cell) + _TREND_FLOOR) / (start_at(origin, cell) + _TREND_FLOOR)
        return np.asarray(np.log(ratio))

    def in_ring(of: lags.History, ring: int, days: int) -> At:
        return partial(lags.over_ring_at, partial(of.trailing_at, days), near[ring - 1])

    makers: dict[str, At] = {f"reports_{d}d": partial(history.trailing_at, d) for d in TRAILING_DAYS}
    makers["reports_all"] = history.long_run_at
    makers |= {f"decayed_{d}d": partial(decayed_at, d) for d in HALF_LIVES_DAYS}
    makers |= {f"any_{d}d": partial(any_history.trailing_at, d) for d in ANY_TRAILING_DAYS}
    makers["any_all"] = any_history.long_run_at
    makers["trend"] = trend_at
    makers |= {f"ring{k}_{d}d": in_ring(history, k, d) for k, d in RING_WINDOWS}
    makers["starting_level"] = start_at
    makers["any_ring1_365d"] = in_ring(any_history, 1, 365)
    makers["days_since"] = history.days_since_at
    makers["days_since_ring1"] = partial(history.days_since_in_ring_at, near[0])
    if shared.compared is not None:
        makers |= enforcement_makers(shared.compared, near[0], first=first)
    return makers
