"""The panel: the only place where incidents become counts.

Every citizen report has two places on the time line, and the panel keeps both apart:

* the **shift** in which it *occurred* (what the forecast is about), and
* the **origin day** by which it was *known*: the first nightly origin at or after it was reported (what a forecast made
  that night could have used).

Features are made from the second, targets from the first. Dense arrays are built for one category at a time, so that
no array is larger than shifts x cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.shifts import daily_origins, from_instants, shift_calendar, to_instants, wall_times
from patrolcast.domain.tables import CitizenIncidents, SetAsideRecords
from patrolcast.grid.feed_series import history_start
from patrolcast.grid.gaps import DEFAULT_RULE, Gap, GapRule
from patrolcast.numerics.arrays import BoolArray, CountArray, Int32Array, IntArray
from patrolcast.numerics.order import whole_median


@dataclass(frozen=True)
class Panel:
    """The counted incidents of a city, each with its cell, category, shift and night of knowledge.

    Attributes
    ----------
    calendar : shifts from the first day of history to the end of the horizon (`domain.shifts.shift_calendar`).
    origins : nightly origins, rising; the last is ``as_of``.
    categories : names in alphabetical order; positions are the category codes.
    cell, category, shift, known_day : one value per counted incident, category by category.
    n_known : incidents known by ``as_of``; all are either counted or named in ``uncounted``.
    uncounted : reason -> incidents that have no place in the panel (before the history, outside the grid, in a category
        that is not forecast).
    targets_known_by : targets are the incidents known by this origin day; None: all (:meth:`with_targets_known_by`).
    district : the district of each cell, ``[n_cells]``; empty where gaps by district are not looked for.
    gap_rule : which gaps are left out.
    gaps : what was found (`grid.exposed.with_gaps`) and is declared; none until it is looked for.
    """

    calendar: pd.DataFrame
    origins: IntArray
    categories: tuple[str, ...]
    n_cells: int
    cell: Int32Array
    category: npt.NDArray[np.int8]
    shift: Int32Array
    known_day: Int32Array
    n_known: int
    uncounted: dict[str, int]
    targets_known_by: int | None = None
    district: npt.NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, dtype=np.str_))
    gap_rule: GapRule = DEFAULT_RULE
    gaps: tuple[Gap, ...] = ()

    def __post_init__(self) -> None:
        """Sorts the incidents by category: those of one are then a slice, found without a look at all others."""
        if (self.category[1:] < self.category[:-1]).any():
            order = np.argsort(self.category, kind="stable")
            for name in ("cell", "category", "shift", "known_day"):
                object.__setattr__(self, name, getattr(self, name)[order])

    @property
    def n_shifts(self) -> int:
        """Number of shifts in the calendar, those to be forecast included."""
        return len(self.calendar)

    @property
    def n_days(self) -> int:
        """Number of nightly origins."""
        return len(self.origins)

    def with_targets_known_by(self, day: int) -> Panel:
        """The same panel, whose targets are only the incidents known by origin ``day``.

        For rolling origins: a model trained once and used on later nights sees newer features, but must never have been
        trained on an incident that was reported after its training. Only :meth:`occurred` changes.
        """
        return replace(self, targets_known_by=day)

    def known_targets(self) -> Panel:
        """The same panel with the incidents that may be targets."""
        return self if self.targets_known_by is None else self.only(self.known_day <= self.targets_known_by)

    def of(self, category: int) -> Panel:
        """The same panel with the incidents of one category only; nothing is copied."""
        begin, end = (int(np.searchsorted(self.category, np.int8(category), side=side)) for side in ("left", "right"))
        return self.only(slice(begin, end))

    def only(self, rows: BoolArray | slice) -> Panel:
        """The same panel with some of its incidents, a mask ``[n_incidents]`` or a slice."""
        return replace(
            self,
            cell=self.cell[rows],
            category=self.category[rows],
            shift=self.shift[rows],
            known_day=self.known_day[rows],
        )

    def without(self, categories: Mapping[int, str]) -> Panel:
        """The same panel without some categories; code -> why, as ``uncounted`` names it."""
        remaining = np.array([code not in categories for code in range(len(self.categories))], dtype=bool)
        position, left = np.cumsum(remaining) - 1, self.only(remaining[self.category])
        lost = {why: int((self.category == code).sum()) for code, why in categories.items()}
        return replace(
            left,
            categories=tuple(name for name, stays in zip(self.categories, remaining, strict=True) if stays),
            category=position[left.category].astype(np.int8),
            uncounted={**self.uncounted, **lost},
        )

    def uncounted_notes(self, beginning: str = "") -> list[str]:
        """What is not counted and why, in words; only reasons that begin so."""
        return [
            f"{counted(n, 'incident lies', 'incidents lie')} {why} and {'is' if n == 1 else 'are'} not counted"
            for why, n in self.uncounted.items()
            if n and why.startswith(beginning)
        ]

    @property
    def first_day(self) -> date:
        """First local day of the history."""
        return date.fromisoformat(f"{self.calendar['shift_day'].iloc[0]:%Y-%m-%d}")

    def day_of_shift(self) -> IntArray:
        """Local day of each shift, counted from the first, ``[n_shifts]``."""
        day = self.calendar["shift_day"].to_numpy().astype("datetime64[D]").astype(np.int64)
        return np.asarray(day - day[0])

    @cached_property
    def usual_delay_days(self) -> int:
        """Days from an occurrence until half of the reports are known, at least 1; by what a training may know."""
        known = self.known_targets()
        delay = known.known_day - self.day_of_shift()[known.shift]
        return max(int(np.ceil(whole_median(delay))), 1) if len(delay) else 1

    def days_of_year(self, more: int) -> IntArray:
        """1..366 of each origin day and of ``more`` days after the last, ``[n_days + more]``."""
        days = pd.date_range(self.first_day, periods=self.n_days + more, freq="D")
        return days.day_of_year.to_numpy().astype(np.int64)

    def occurred(self, category: int) -> CountArray:
        """Incidents of a category by shift and cell, ``[n_shifts, n_cells]``, zeros included."""
        panel = self.of(category).known_targets()
        return _counts(panel.shift, panel.cell, (self.n_shifts, self.n_cells))

    def known(self, category: int | None) -> CountArray:
        """Reports by the origin day on which they became known and cell, ``[n_days, n_cells]``.

        ``category`` None counts all categories.
        """
        panel = self if category is None else self.of(category)
        return _counts(panel.known_day, panel.cell, (self.n_days, self.n_cells))

    def known_by_hour_of_week(self, category: int, *, n_slots: int) -> IntArray:
        """City-wide reports by origin day, weekday and slot of occurrence, ``[n_days, 7, n_slots]``."""
        panel = self.of(category)
        weekday = self.calendar["weekday"].to_numpy()[panel.shift]
        slot = self.calendar["slot"].to_numpy()[panel.shift]
        code = (panel.known_day.astype(np.int64) * 7 + weekday) * n_slots + slot
        counts = np.bincount(code, minlength=self.n_days * 7 * n_slots)
        return counts.reshape(self.n_days, 7, n_slots).astype(np.int64)


def build_panel(
    incidents: CitizenIncidents,
    cell_position: Int32Array,
    *,
    n_cells: int,
    as_of: datetime,
    timezone: str,
    shift_starts: list[str],
    horizon_days: int,
    first_day: date | None = None,
    district: npt.NDArray[np.str_] | None = None,
    gap_rule: GapRule = DEFAULT_RULE,
) -> Panel:
    """Counts of the incidents known by ``as_of``.

    Raises DataRefusedError when no incident is left to count.

    Parameters
    ----------
    incidents : citizen reports; rows reported after ``as_of`` are ignored, whatever they hold.
    cell_position : position of each incident's cell in the grid, -1 outside (`grid.cells.locate`).
    horizon_days : how many local days of shifts after ``as_of`` the calendar reaches.
    first_day : where the history starts; None finds it (a back-test fixes it at its first origin).
    district : of each cell, ``[n_cells]``; gaps are looked for in each.
    gap_rule : which gaps are left out.
    """
    table = incidents.table
    reported, occurred = to_instants(table["reported_at"]), to_instants(table["occurred_at"])
    known = reported <= to_instants(pd.DatetimeIndex([as_of]))[0]
    reported, occurred, cell = reported[known], occurred[known], cell_position[known]
    category = pd.Categorical(table["category"])
    code, present = pd.factorize(category.codes[known], sort=True)
    names = category.categories.astype(str).to_numpy()[present]
    order = np.argsort(names, kind="stable")
    if not len(code):
        cure = "check as_of and the codebook"
        raise DataRefusedError("incidents", got="none known by as_of", rule="at least one", cure=cure)
    # Only categories with a known incident exist, so that the codes do not depend on what is reported later.
    local_as_of = as_of.astimezone(ZoneInfo(timezone)).date()
    if first_day is None:
        walls = (wall_times(from_instants(instants), timezone) for instants in (occurred, reported))
        first_day = history_start(*(wall.days for wall in walls))
    last_day = local_as_of + timedelta(days=horizon_days)
    calendar = shift_calendar(shift_starts, timezone=timezone, first_day=first_day, last_day=last_day)
    origins = daily_origins(as_of, timezone=timezone, n_days=(local_as_of - first_day).days + 1)
    shift = np.searchsorted(to_instants(calendar["shift_start"]), occurred, side="right") - 1
    known_day = np.searchsorted(origins, reported, side="left")
    counted = (shift >= 0) & (cell >= 0)
    return Panel(
        calendar=calendar,
        origins=origins,
        categories=tuple(str(name) for name in names[order]),
        n_cells=n_cells,
        cell=cell[counted].astype(np.int32),
        category=np.argsort(order, kind="stable")[code[counted]].astype(np.int8),
        shift=shift[counted].astype(np.int32),
        known_day=known_day[counted].astype(np.int32),
        n_known=len(code),
        uncounted={
            "before the history": int((shift < 0).sum()),
            "outside the grid": int(((shift >= 0) & (cell < 0)).sum()),
        },
        district=np.zeros(0, dtype=np.str_) if district is None else district.astype(np.str_),
        gap_rule=gap_rule,
    )


def set_aside_counts(
    records: SetAsideRecords, cell_position: Int32Array, panel: Panel, *, provenance: Provenance
) -> CountArray:
    """Set-aside records of one provenance by the origin day on which they became known and cell, ``[n_days, n_cells]``.

    For comparisons and the audit; no run may use it.
    """
    cell, _, day = _placed(records, cell_position, panel, provenance)
    return _counts(day, cell, (panel.n_days, panel.n_cells))


def panel_with_records(
    records: SetAsideRecords, cell_position: Int32Array, panel: Panel, *, provenance: Provenance, category: str
) -> Panel:
    """The panel with set-aside records of one provenance counted as one more, last category.

    It exists to measure what such counting would do; only `runs/compare` calls it, and no run can be made of it.
    """
    cell, shift, day = _placed(records, cell_position, panel, provenance)
    in_history = shift >= 0
    return replace(
        panel,
        categories=(*panel.categories, category),
        cell=np.concatenate([panel.cell, cell[in_history]]),
        category=np.concatenate([panel.category, np.full(int(in_history.sum()), len(panel.categories), dtype=np.int8)]),
        shift=np.concatenate([panel.shift, shift[in_history]]),
        known_day=np.concatenate([panel.known_day, day[in_history]]),
    )


def _placed(
    records: SetAsideRecords, cell_position: Int32Array, panel: Panel, provenance: Provenance
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Cell, shift of occurrence and origin day of the records on the grid that are known by the last origin."""
    table = records.table
    day = np.searchsorted(panel.origins, to_instants(table["reported_at"]), side="left")
    starts = to_instants(panel.calendar["shift_start"])
    shift = np.searchsorted(starts, to_instants(table["occurred_at"]), side="right") - 1
    chosen = (table["provenance"].astype(str) == str(provenance)).to_numpy() & (cell_position >= 0)
    chosen &= day < panel.n_days
    return cell_position[chosen].astype(np.int32), shift[chosen].astype(np.int32), day[chosen].astype(np.int32)


def _counts(row: Int32Array, column: Int32Array, shape: tuple[int, int]) -> CountArray:
    counts = np.zeros(shape, dtype=np.uint16)
    at = row.astype(np.int64) * shape[1] + column
    # No array of all cells in 64 bits, no sorting of all incidents. A one of another type takes fifteen times as long.
    np.add.at(counts.reshape(-1), at, np.uint16(1))
    if int(counts.sum(dtype=np.int64)) != len(row):  # a count beyond 16 bits begins again at 0
        most = int(np.unique(at, return_counts=True)[1].max())
        raise DataRefusedError("incidents", got=f"{most} in one cell and period", rule="at most 65,535")
    return counts
