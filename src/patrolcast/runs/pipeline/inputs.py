"""What the forecast is computed from: arrays that all categories share, and what each category adds."""

from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from scipy import sparse

from patrolcast.domain.shifts import MICROSECONDS_PER_HOUR, to_instants
from patrolcast.features import city_rate, lags
from patrolcast.features.array_cache import ArrayCache, HistoryKey
from patrolcast.features.catalogue import HALF_LIVES_DAYS
from patrolcast.features.decayed_counts import (
    DecayedCount,
    SmoothingKernels,
    components,
    decayed_rates,
    same_everywhere,
    weighted_sum,
)
from patrolcast.features.lags import History
from patrolcast.features.matrix import CategoryInputs, SharedInputs
from patrolcast.features.rows import latest_origin
from patrolcast.features.shift_share import ShareStrength, ShiftReports, count_by_shift
from patrolcast.forecast.stacked_rates import FittedStart, fit_weights
from patrolcast.grid import exposed
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import AnyIntArray, Float32Array, FloatArray, Int32Array, IntArray
from patrolcast.runs.pipeline.windows import N_HALVES, TimeWindows, Window, in_half

_MOST_CELL_WEEKS = 300_000
_BLOCK_DAYS = 128
_START_FLOOR = 0.001


@dataclass(frozen=True)
class SpatialKernels:
    """Kernels that never change between origins: of the decayed counts, and of the kernel-density baseline."""

    decayed: SmoothingKernels
    density: sparse.csr_array


def category_inputs(
    code: int,
    panel: Panel,
    shared: SharedInputs,
    kernels: SpatialKernels,
    start: FittedStart | None,
    windows: TimeWindows | None,
    *,
    halves: bool = False,
    city: city_rate.CityLevel | None = None,
) -> tuple[CategoryInputs, FittedStart]:
    """What one category adds to the shared inputs.

    Parameters
    ----------
    start : result of an earlier call; None: it is fitted on the training window.
    halves : fit the weights to halves of the training weeks, too (`windows`).
    city : the city's level, where an earlier call on the same panel has it.
    """
    n_slots = len(np.unique(panel.calendar["slot"]))
    exposure = exposed.exposed_days(panel, code)
    history = History(panel.known(code), first=shared.first_day, exposure=exposure)

    def rates_of(count: DecayedCount) -> Float32Array:
        key = HistoryKey(count.source, count.half_life_days or inf)
        if count.source == "city":
            return cache.get_or_make(key, lambda: same_everywhere(by_cell(key._replace(source="own"))))
        return by_cell(key)

    def by_cell(key: HistoryKey) -> Float32Array:
        whose, holder = (shared.any_history, shared.cache) if key.source == "any" else (history, cache)
        return holder.get_or_make(key, lambda: decayed_rates(key.half_life_days, whose))

    cache = ArrayCache()
    clean = exposed.without_gaps(panel.of(code))
    by_shift = count_by_shift(
        _reports(clean, clean.known_day), n_slots=n_slots, n_cells=panel.n_cells, first_day=shared.first_day,
        last_day=panel.n_days - 1,
    )  # fmt: skip
    earlier = start
    if start is None:
        if windows is None:
            raise ValueError("the start is fitted on the training window of a plan")
        weeks, observed, share = _weekly(panel, code, windows)
        parts = components(rates_of, kernels.decayed, weeks - shared.first_day) * share
        halves_rows = [in_half(weeks * n_slots, k, n_slots=n_slots) for k in range(N_HALVES) if halves]
        whole, *others = (
            fit_weights(parts[:, rows].reshape(len(parts), -1), observed[rows].reshape(-1))
            for rows in (slice(None), *(halves_rows if all(observed[half].any() for half in halves_rows) else ()))
        )
        strength = by_shift.likeliest_strength(_incidents(clean, windows.training))
        start = FittedStart(whole, strength, tuple(others))
        del parts, observed  # of all decayed counts: no room for them beside the sum of these
    stacks = (start.stack, *(start.halves if earlier else ()))
    rates = [weighted_sum(rates_of, kernels.decayed, stack.weight.tolist()) for stack in stacks]
    # Features use these half-lives again, and no others: the room goes to the next category.
    cache.keep_only({HistoryKey("own", half_life) for half_life in HALF_LIVES_DAYS})
    city = city or city_rate.city_level(history.known, shared.day_of_year, exposure)
    level, *by_halves = (_start(rate, city.rate[shared.first_day :]) for rate in rates)
    profile = lags.hour_of_week_profile(exposed.exposed_hours_of_week(panel, code, n_slots=n_slots))
    shares = by_shift.shares(ShareStrength(*start.share_strength))
    inputs = CategoryInputs(code, history, profile, level, shares, city, cache, start_by_halves=tuple(by_halves))
    return inputs, start


def _reports(panel: Panel, day: AnyIntArray) -> ShiftReports:
    slot, weekend = (panel.calendar[name].to_numpy()[panel.shift].astype(np.int64) for name in ("slot", "weekend"))
    return ShiftReports(day, slot, weekend, panel.cell)


def _incidents(panel: Panel, window: Window) -> ShiftReports:
    """What occurred in a window, as the training may know it, each with the origin from which it is forecast."""
    by = panel.n_days if panel.targets_known_by is None else panel.targets_known_by
    learned = panel.only(np.isin(panel.shift, window.shifts) & (panel.known_day <= by))
    return _reports(learned, window.origins[np.searchsorted(window.shifts, learned.shift)])


def _start(rate: Float32Array, city: FloatArray) -> Float32Array:
    """`city_rate.at_city_rate` a few days at a time, in the place of ``rate``: years of small cells fit into memory."""
    for begin in range(0, len(rate), _BLOCK_DAYS):
        part = slice(begin, begin + _BLOCK_DAYS)
        rate[part] = city_rate.at_city_rate(rate[part], city[part], floor=_START_FLOOR)
    return rate


def _weekly(panel: Panel, code: int, windows: TimeWindows) -> tuple[Int32Array, IntArray, FloatArray]:
    """Origins a week apart in the training window, what occurred in the week after each, ``[n_weeks, n_cells]``,

    and the share of the week's shifts that are exposed, the same shape (or 1 where all are).

    Of a large city's long history every second week or fewer: twenty weights need no more, and the fit takes as long as
    there are rows.
    """
    window = windows.training
    week = (window.origins - window.origins.min()) // 7
    order = np.argsort(week, kind="stable")
    weeks, first = np.unique(week[order], return_index=True)
    week_of_shift = np.full(panel.n_shifts, -1, dtype=np.int64)
    week_of_shift[window.shifts[order]] = np.repeat(np.arange(len(weeks)), np.diff([*first, len(order)]))
    counts = exposed.targets_by(panel, code, week_of_shift, n_rows=len(weeks))
    step = ceil(counts.size / _MOST_CELL_WEEKS)
    thinned = slice((len(weeks) - 1) % step, None, step)  # the latest week always
    came, share = exposed.exposed_shifts(panel, code), np.ones((1, 1))
    if came is not None:
        length = np.diff([*first, len(order)])[:, None]
        share = (np.add.reduceat(came[window.shifts[order]], first, axis=0, dtype=np.int64) / length)[thinned]
    return (weeks[thinned] * 7 + window.origins.min()).astype(np.int32), counts[thinned], share


def shared_inputs(
    panel: Panel,
    near: list[sparse.csr_array],
    first_day: int,
    *,
    by_shift: dict[str, Float32Array],
    by_cell: dict[str, Float32Array],
) -> SharedInputs:
    """What all categories share, for origins from ``first_day`` on."""
    return SharedInputs(
        calendar=panel.calendar,
        by_shift=by_shift,
        by_cell=by_cell,
        near=near,
        first_day=first_day,
        any_history=History(panel.known(None), first=first_day, exposure=exposed.exposed_days(panel, None)),
        day_of_year=panel.days_of_year(city_rate.MOST_LEAD_DAYS),
        latest_origin=latest_origin(to_instants(panel.calendar["shift_start"]), _and_coming(panel.origins)),
    )


def _and_coming(origins: IntArray) -> IntArray:
    """Origins and those of the next month, so that a shift in five days is forecast five days ahead.

    They are taken an hour early: a clock that is put forward must not move a shift at the origin's hour a day back.
    """
    day = 24 * MICROSECONDS_PER_HOUR
    return np.concatenate([origins, origins[-1] + day * np.arange(1, city_rate.MOST_LEAD_DAYS) - MICROSECONDS_PER_HOUR])
