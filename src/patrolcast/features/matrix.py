"""Admitted features become columns. A name without an admission has no way into the matrix.

Values are gathered feature by feature: the array ``[n_days, n_cells]`` of one feature is made, its values at the wanted
rows are copied, and it is dropped; the full cube never exists.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf

import numpy as np
import pandas as pd
from scipy import sparse

from patrolcast.domain.matrix import HOURS_OF_PLACE, Admission, AdmittedFeature, AdmittedMatrix
from patrolcast.features import lags
from patrolcast.features.array_cache import ArrayCache, HistoryKey
from patrolcast.features.catalogue import HALF_LIVES_DAYS
from patrolcast.features.city_rate import FLOOR, CityLevel
from patrolcast.features.enforcement import enforcement_makers
from patrolcast.features.rows import Rows
from patrolcast.features.shift_share import ShiftShare
from patrolcast.numerics.arrays import CountArray, Float32Array, FloatArray, Int32Array, IntArray

Maker = Callable[[], Float32Array]


@dataclass(frozen=True)
class SharedInputs:
    """What all categories share.

    Attributes
    ----------
    calendar : shifts; ``by_shift`` feature name -> ``[n_shifts]``.
    by_cell : place feature name -> ``[n_cells]``.
    near : rings 1, 2, 3 (`grid.cells.rings`); a comparison's features look next door.
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
    profile : hour-of-week profile by origin, mean 1.
    start : stacked rate of each cell, reports per day, from ``first_day`` on: where the model starts.
    shift_share : the place's own share of each shift and of the weekend in it, as a factor on the city's hours.
    city : the city's rate at each origin, to which ``start`` sums, and how the season moves it on the days after.
    level : factor on the starting rate after which the trees change no total (`forecast.shrinkage`); 1 in training.
    tree_weight : how far the trained trees are followed, 0..1.
    start_by_halves : ``start`` by the weights of each half of the weeks, where the start was fitted to halves, too.
    baseline_floor : what a baseline grants a cell at least, as a share of the city's mean.
    """

    code: int
    history: lags.History
    profile: FloatArray
    start: Float32Array
    shift_share: ShiftShare
    city: CityLevel
    cache: ArrayCache = field(default_factory=ArrayCache)
    level: float = 1.0
    tree_weight: float = 1.0
    start_by_halves: tuple[Float32Array, ...] = ()
    baseline_floor: float = FLOOR

    def under(self, admission: Admission) -> "CategoryInputs":
        """The same; where the policy excludes a place's own hours, every place has the city's."""
        return self if admission.hours_of_place else replace(self, shift_share=self.shift_share.of_city())


def starting_rate(shared: SharedInputs, inputs: CategoryInputs, rows: Rows) -> FloatArray:
    """Expected incidents per shift before the trees: the cell's level, the city's hours, the cell's share of them."""
    return _rate_by_city_hours(shared, inputs, rows) * _hours_of_place(shared, inputs, rows)


def _hours_of_place(shared: SharedInputs, inputs: CategoryInputs, rows: Rows) -> Float32Array:
    weekend, slot = (shared.calendar[name].to_numpy()[rows.shift] for name in ("weekend", "slot"))
    return inputs.shift_share.at(rows.origin, weekend, slot, rows.cell)


def _rate_by_city_hours(shared: SharedInputs, inputs: CategoryInputs, rows: Rows) -> FloatArray:
    weekday = shared.calendar["weekday"].to_numpy()[rows.shift]
    slot = shared.calendar["slot"].to_numpy()[rows.shift]
    per_day = inputs.start[rows.origin - shared.first_day, rows.cell].astype(np.float64) * inputs.level
    per_day *= inputs.city.ahead[rows.origin, shared.latest_origin[rows.shift] - rows.origin]
    return per_day / inputs.profile.shape[2] * inputs.profile[rows.origin, weekday, slot]


def starting_rate_by_shift(
    shared: SharedInputs, inputs: CategoryInputs, shifts: Int32Array, origins: Int32Array
) -> Float32Array:
    """The same for every cell of whole shifts, ``[n_shifts, n_cells]`` in float32: years of shifts fit the memory."""
    weekday, weekend, slot = (shared.calendar[name].to_numpy()[shifts] for name in ("weekday", "weekend", "slot"))
    of_shift = inputs.profile[origins, weekday, slot] / inputs.profile.shape[2]
    of_shift *= inputs.city.ahead[origins, shared.latest_origin[shifts] - origins]
    rate = inputs.start[origins - shared.first_day]
    rate *= of_shift.astype(np.float32)[:, None]
    for row, *when in zip(rate, origins, weekend, slot, strict=True):
        row *= inputs.shift_share.of_cells(*when)
    return rate


def category_matrices(
    shared: SharedInputs, inputs: CategoryInputs, admission: Admission, row_sets: Sequence[Rows]
) -> list[AdmittedMatrix]:
    """One matrix per set of rows, columns in catalogue order, for one category.

    Raises KeyError when an admitted feature has no maker: the catalogue and this module are out of step.
    """
    makers = _makers(shared, inputs)
    columns = admission.admitted
    values = [np.empty((len(rows), len(columns)), dtype=np.float32) for rows in row_sets]
    for position, column in enumerate(columns):
        for filled, feature in zip(values, _column(column, makers, shared, inputs, row_sets), strict=True):
            filled[:, position] = feature
    return [
        AdmittedMatrix(filled, columns, *log_start(shared, inputs, rows), inputs.tree_weight)
        for filled, rows in zip(values, row_sets, strict=True)
    ]


def log_start(shared: SharedInputs, inputs: CategoryInputs, rows: Rows) -> tuple[FloatArray, FloatArray]:
    """Of each row, logs of the starting rate by the city's hours and of the place's own share of the shift."""
    of_shift = np.log(_hours_of_place(shared, inputs, rows).astype(np.float64))
    return np.log(_rate_by_city_hours(shared, inputs, rows)), of_shift


def stack(matrices: Sequence[AdmittedMatrix], admission: Admission) -> AdmittedMatrix:
    """The columns of one admission, one matrix under the other."""
    parts = [matrix.under(admission) for matrix in matrices]
    values, start, of_shift = (
        np.concatenate(arrays) for arrays in zip(*((p.values, p.start, p.share_of_shift) for p in parts), strict=True)
    )
    return AdmittedMatrix(values, admission.admitted, start, of_shift)


def _column(
    column: AdmittedFeature,
    makers: dict[str, Maker],
    shared: SharedInputs,
    inputs: CategoryInputs,
    row_sets: Sequence[Rows],
) -> Iterable[Float32Array]:
    name = column.spec.name
    if name in makers:
        by_day = makers[name]()
        return [by_day[rows.origin - shared.first_day, rows.cell] for rows in row_sets]
    return [_by_row(name, shared, inputs, rows) for rows in row_sets]


def _by_row(name: str, shared: SharedInputs, inputs: CategoryInputs, rows: Rows) -> Float32Array:
    if name in shared.by_shift:
        return shared.by_shift[name][rows.shift]
    if name in shared.by_cell:
        return shared.by_cell[name][rows.cell]
    if name == "category":
        return np.full(len(rows), inputs.code, dtype=np.float32)
    if name == "lead_days":
        return (shared.latest_origin[rows.shift] - rows.origin).astype(np.float32)
    if name == HOURS_OF_PLACE:
        return _hours_of_place(shared, inputs, rows)
    weekday = shared.calendar["weekday"].to_numpy()[rows.shift]
    slot = shared.calendar["slot"].to_numpy()[rows.shift]
    if name == "hour_of_week":
        return np.log(inputs.profile[rows.origin, weekday, slot]).astype(np.float32)
    raise KeyError(f"feature {name} is declared but nothing makes it")


def _makers(shared: SharedInputs, inputs: CategoryInputs) -> dict[str, Maker]:
    def decayed(half_life: float) -> Float32Array:
        key = HistoryKey("own", half_life)
        return inputs.cache.get_or_make(key, lambda: inputs.history.decayed_mean(half_life))

    makers: dict[str, Maker] = {f"decayed_{d}d": partial(decayed, d) for d in HALF_LIVES_DAYS}
    makers["any_all"] = lambda: shared.cache.get_or_make(HistoryKey("any", inf), shared.any_history.long_run_mean)
    makers["starting_level"] = lambda: inputs.start
    if shared.compared is not None:
        makers |= enforcement_makers(shared.compared, shared.near[0], first=shared.first_day)
    return makers
