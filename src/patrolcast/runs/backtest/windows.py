"""Which nights are forecast again, in which folds, and which shifts each of them is scored on.

::

                 fold 0: trained here                  fold 1: trained here
    -- history --|o------o------o------o------|o------o------o------o------|-- maturity --| as_of
                  [shift]                                      o: an origin, every seventh night
                  [ day ]
                  [ week ]
                  [        month (28 days)        ]            months are scored at every fourth origin only

The panel holds everything known at the end; what an origin may see is cut out of it by the day a report became known.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import from_instants, to_instants
from patrolcast.domain.tables import CitizenIncidents, CityTables
from patrolcast.features.lags import hour_of_week_profile
from patrolcast.forecast.peers import Reports
from patrolcast.grid.exposed import exposed_hours_of_week, shifts_in_holes, with_gaps
from patrolcast.grid.gaps import gap_rule
from patrolcast.grid.panel import Panel, build_panel
from patrolcast.numerics.arrays import BoolArray, FloatArray, Int32Array, IntArray
from patrolcast.runs.pipeline.counted import Grid
from patrolcast.runs.pipeline.rolling_origin import Fold

HORIZON_DAYS = {"shift": 0, "day": 1, "week": 7, "month": 28}
_LEAST_INCIDENTS = 100

Outcomes = dict[str, IntArray]


@dataclass(frozen=True)
class RollingOrigins:
    """The origins of a back-test, in folds, and the windows they are scored on.

    Attributes
    ----------
    panel : counts known at the end; its calendar reaches over every window.
    folds : origins by training, rising.
    horizons : name -> number of shifts.
    dropped : categories with too few incidents before the first origin.
    """

    panel: Panel
    folds: tuple[Fold, ...]
    horizons: dict[str, int]
    dropped: tuple[str, ...]

    @property
    def origins(self) -> Int32Array:
        """Day indexes of all origins, rising."""
        return np.concatenate([fold.nights for fold in self.folds])

    @property
    def n_slots(self) -> int:
        """Shifts a day."""
        return len(np.unique(self.panel.calendar["slot"]))

    def first_shift(self, origin: int) -> int:
        """The first shift that starts at or after an origin."""
        start = to_instants(self.panel.calendar["shift_start"])
        return int(np.searchsorted(start, self.panel.origins[origin], side="left"))

    def moment(self, origin: int) -> datetime:
        """When an origin is."""
        return from_instants(self.panel.origins[[origin]])[0].to_pydatetime()

    def scored(self, horizon: str) -> BoolArray:
        """Which origins a horizon is scored at, ``[n_origins]``.

        Windows of one horizon never overlap, and none reaches into days whose records are missing.
        """
        scored, free, missing = [], -1, shifts_in_holes(self.panel)
        for origin in self.origins:
            first = self.first_shift(int(origin))
            whole = not missing[first : first + max(HORIZON_DAYS[horizon] * self.n_slots, 1)].any()
            scored.append(int(origin) >= free and whole)
            if scored[-1]:
                free = int(origin) + max(HORIZON_DAYS[horizon], 1)
        return np.array(scored)


def plan_origins(tables: CityTables, grid: Grid, settings: Settings, *, as_of: datetime) -> RollingOrigins:
    """Origins whose longest window is over and whose reports had time to come in, the latest last.

    The history starts, and categories are chosen, by what was known at the first origin.

    Raises DataRefusedError when the history is too short.
    """
    config = settings.backtest
    names = [name for name in config.horizons if not (name == "shift" and len(settings.shifts.starts) == 1)]
    reach = max(HORIZON_DAYS[name] for name in names) or 1
    last = as_of - timedelta(days=settings.model.maturity_days + reach + 1)
    first = last - timedelta(days=(config.origins - 1) * config.every_days)
    cure = "ask for fewer [backtest] origins, or fewer days between them"
    if not (tables.incidents.table["reported_at"] <= first).any():
        rule = f"must reach back before it, {first:%Y-%m-%d}"
        raise DataRefusedError("incidents", got="none known by the first origin", rule=rule, cure=cure)
    early = _panel(tables, grid, settings, as_of=first)
    if early.n_days < settings.model.validation_days + settings.model.maturity_days + 60:
        rule = "two months more than [model] validation_days and maturity_days"
        raise DataRefusedError("incidents", got=f"{early.n_days} days before the first origin", rule=rule, cure=cure)
    counts = np.bincount(early.category, minlength=len(early.categories))
    frequent = [name for name, n in zip(early.categories, counts, strict=True) if n >= _LEAST_INCIDENTS]
    if not frequent:
        raise DataRefusedError("incidents", got="no category with 100 incidents", rule="one before the first origin")
    table = tables.incidents.table
    chosen = table["category"].isin(frequent).to_numpy()
    only = replace(tables, incidents=CitizenIncidents(table[chosen].reset_index(drop=True)))
    start = early.calendar["shift_day"].iloc[0].date()
    panel = build_panel(
        only.incidents, grid.position[chosen], n_cells=len(grid.cells), as_of=as_of, timezone=settings.area.timezone,
        shift_starts=settings.shifts.starts, horizon_days=1, first_day=start,
        district=grid.cells["district"].to_numpy(), gap_rule=gap_rule(settings.incidents),
    )  # fmt: skip
    panel = with_gaps(panel)
    end = int(np.searchsorted(panel.origins, to_instants(pd.DatetimeIndex([last]))[0], side="right")) - 1
    origins = np.arange(end - (config.origins - 1) * config.every_days, end + 1, config.every_days, dtype=np.int32)
    folds = tuple(Fold(origins[i : i + config.retrain_every]) for i in range(0, len(origins), config.retrain_every))
    n_slots = len(settings.shifts.starts)
    horizons: dict[str, int] = {name: max(HORIZON_DAYS[name] * n_slots, 1) for name in names}
    every = set(tables.incidents.table["category"].astype(str).unique())
    return RollingOrigins(panel, folds, horizons, tuple(sorted(every - set(frequent))))


def outcomes(rolling: RollingOrigins, category: int) -> tuple[Outcomes, Outcomes]:
    """What occurred in each window, and in the equally long time before it, by horizon, ``[n_origins, n_cells]``."""
    occurred = rolling.panel.occurred(category)
    first = [rolling.first_shift(int(origin)) for origin in rolling.origins]

    def summed(lag: int) -> Outcomes:
        return {
            name: np.stack([occurred[s - lag * n : s - lag * n + n].sum(axis=0, dtype=np.int64) for s in first])
            for name, n in rolling.horizons.items()
        }

    return summed(0), summed(1)


def reports_by(panel: Panel, category: int | None, origin: int) -> Reports:
    """Reports known by an origin, as the peers take them."""
    known = panel.known_day <= origin
    if category is not None:
        known &= panel.category == category
    age = (origin - panel.known_day[known]).astype(np.float64)
    return Reports(age, panel.cell[known], origin + 1, panel.n_cells)


def window_days(rolling: RollingOrigins, category: int) -> FloatArray:
    """Length of each window in mean days, ``[n_origins, n_horizons]``: a busy shift is worth more than a quiet one.

    By the hour-of-week profile of what was known at the origin; every peer is multiplied by it.
    """
    known = exposed_hours_of_week(rolling.panel, category, n_slots=rolling.n_slots)
    profile = hour_of_week_profile(known)
    weekday, slot = (rolling.panel.calendar[name].to_numpy() for name in ("weekday", "slot"))
    days = np.empty((len(rolling.origins), len(rolling.horizons)))
    for i, origin in enumerate(rolling.origins):
        s = rolling.first_shift(int(origin))
        for k, n in enumerate(rolling.horizons.values()):
            days[i, k] = profile[origin, weekday[s : s + n], slot[s : s + n]].sum() / rolling.n_slots
    return days


def _panel(tables: CityTables, grid: Grid, settings: Settings, *, as_of: datetime) -> Panel:
    return build_panel(
        tables.incidents,
        grid.position,
        n_cells=len(grid.cells),
        as_of=as_of,
        timezone=settings.area.timezone,
        shift_starts=settings.shifts.starts,
        horizon_days=1,
        district=grid.cells["district"].to_numpy(),
        gap_rule=gap_rule(settings.incidents),
    )
