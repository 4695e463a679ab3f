"""The closed loop in the agency's own city: its reports as the truth, its residents as groups, its grid and its places.

Bounded, so that it runs in minutes: cells are coarsened until at most :data:`MOST_CELLS` cover the city, the
:data:`MOST_CATEGORIES` most numerous categories are simulated, and the whole city is one district.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.domain.settings import Settings
from patrolcast.grid.cells import cover_area, locate, rings
from patrolcast.grid.panel import Panel, build_panel
from patrolcast.io.hashing import digest
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.load.city import LoadedCity
from patrolcast.runs.pipeline.residents import residents_of_cells
from patrolcast.runs.simulate.city import HISTORY_DAYS, GriddedCity, loop_calendar, loop_settings
from patrolcast.synthetic.fitted import dissimilarity, fit_rates
from patrolcast.synthetic.loop import LoopCity, World

MOST_CELLS = 1000
MOST_CATEGORIES = 3
PATROLLED_SHARE = 14 / 271
"""Cells that a shift's budget reaches, as a share of all: the same as in the made-up cities."""
LEAST_FITTED_NIGHTS = 56


@dataclass(frozen=True)
class FittedCity:
    """A real city as the loop simulates it.

    Attributes
    ----------
    rate : reported incidents per shift, ``[n_categories, 7, n_slots, n_cells]``, Monday first.
    names : categories, in the order of ``rate``.
    group : group b of the loop; everybody else is group a.
    residents, of_group : residents of each cell, all and of the group.
    reports, nights : what the rates were fitted to.
    """

    boundary: gpd.GeoDataFrame
    water: gpd.GeoDataFrame | None
    places: dict[str, gpd.GeoDataFrame]
    cells: gpd.GeoDataFrame
    resolution: int
    rate: FloatArray
    names: tuple[str, ...]
    group: str
    residents: FloatArray
    of_group: FloatArray
    reports: int
    nights: int

    def as_dict(self) -> dict[str, Any]:
        """What it was fitted to, in plain values, with a hash of all that decides a run of the loop."""
        arrays = [array.tobytes().hex() for array in (self.rate, self.residents, self.of_group)]
        layers = [self.boundary.to_json(), *(f"{name}{layer.to_json()}" for name, layer in sorted(self.places.items()))]
        return {
            "cells": len(self.cells),
            "resolution": self.resolution,
            "categories": list(self.names),
            "group": self.group,
            "group_share": float(self.of_group.sum() / self.residents.sum()),
            "reports": self.reports,
            "nights": self.nights,
            "sha256": digest(arrays, layers, "" if self.water is None else self.water.to_json(), list(self.names)),
        }


def fit_city(city: LoadedCity, settings: Settings, *, group: str | None = None) -> FittedCity:
    """Fits rates and groups to what a city reported by ``city.as_of``.

    Parameters
    ----------
    group : the group to follow; None: the one that lives most apart (index of dissimilarity).

    Raises
    ------
    ConfigError
        no residents, or no such group.
    DataRefusedError
        too few nights of reports.
    """
    require_group(settings, group)
    tables = city.tables
    cells, resolution = _grid(city, settings)
    table = tables.incidents.table
    chosen = table["category"].astype(str).value_counts().index[:MOST_CATEGORIES]
    incidents = replace(tables.incidents, table=table[table["category"].isin(chosen)].reset_index(drop=True))
    longitude, latitude = (incidents.table[name].to_numpy() for name in ("longitude", "latitude"))
    panel = build_panel(
        incidents,
        locate(longitude, latitude, cells["cell"], resolution=resolution),
        n_cells=len(cells),
        as_of=city.as_of,
        timezone=settings.area.timezone,
        shift_starts=settings.shifts.starts,
        horizon_days=1,
    )
    counts, nights = _weekly_counts(panel, settings, city.as_of)
    people = residents_of_cells(tables, settings, cells)
    assert people is not None  # require_group has checked
    total = people["total"].to_numpy(dtype=np.float64)
    groups = {} if settings.residents is None else settings.residents.groups
    apart = {name: dissimilarity(people[name].to_numpy(dtype=np.float64), total) for name in sorted(groups)}
    followed = group or max(apart, key=lambda name: apart[name])
    return FittedCity(
        boundary=tables.boundary,
        water=tables.water,
        places=tables.places,
        cells=cells,
        resolution=resolution,
        rate=fit_rates(counts, nights, rings(cells["cell"])[0]),
        names=panel.categories,
        group=followed,
        residents=total,
        of_group=people[followed].to_numpy(dtype=np.float64),
        reports=int(counts.sum()),
        nights=int(nights.sum()),
    )


def fitted_settings(settings: Settings, fitted: FittedCity, *, cadence_nights: int, rounds: int) -> Settings:
    """The agency's settings for the loop in its own city: the place layers stay."""
    cut = loop_settings(
        settings,
        cadence_nights=cadence_nights,
        rounds=rounds,
        resolution=fitted.resolution,
        patrolled=max(1, round(PATROLLED_SHARE * len(fitted.cells))),
    )
    return cut.model_copy(update={"places": settings.places})


def build_fitted_city(settings: Settings, fitted: FittedCity, *, seed: int, nights: int) -> GriddedCity:
    """The fitted city on its own grid; the seed decides only what happens, never where it is likely."""
    week = np.moveaxis(fitted.rate, 1, 0) / World().reporting_a
    residents = fitted.residents
    share = np.divide(fitted.of_group, residents, out=np.zeros_like(residents), where=residents > 0)
    city = LoopCity(
        rate=week.mean(axis=0),
        share_b=np.clip(share, 0.0, 1.0),
        residents=residents,
        seed=seed,
        names=fitted.names,
        by_night=np.roll(week, -(HISTORY_DAYS % 7), axis=0),  # the history begins on a Monday
    )
    return GriddedCity(
        city,
        fitted.boundary,
        fitted.cells,
        loop_calendar(settings, nights=nights),
        len(settings.shifts.starts),
        fitted.water,
        fitted.places,
    )


def require_group(settings: Settings, group: str | None) -> None:
    """Refuses a config without residents, and a group that it does not name, before anything is read."""
    if settings.residents is None:
        raise ConfigError(
            "[residents]",
            got="none",
            rule="a loop in the city itself needs its residents as groups",
            cure="add [residents], or simulate without --from-city",
        )
    if group is not None and group not in settings.residents.groups:
        names = ", ".join(settings.residents.groups)
        raise ConfigError("--group", got=shown(group), rule="must be one of [residents] groups", cure=f"one of {names}")


def _grid(city: LoadedCity, settings: Settings) -> tuple[gpd.GeoDataFrame, int]:
    """The agency's cells, or the finest coarser ones that are few enough."""
    resolution = settings.area.resolution
    while True:
        cells = cover_area(city.tables.boundary, None, city.tables.water, resolution=resolution)
        if len(cells) <= MOST_CELLS or resolution <= 7:
            return cells, resolution
        resolution -= 1


def _weekly_counts(panel: Panel, settings: Settings, as_of: datetime) -> tuple[np.ndarray, np.ndarray]:
    """Reports ``[n_categories, 7, n_slots, n_cells]`` and nights ``[7]`` of the training window, mature nights only."""
    model, n_slots = settings.model, len(settings.shifts.starts)
    end = pd.Timestamp(as_of.astimezone(ZoneInfo(settings.area.timezone)).date() - timedelta(days=model.maturity_days))
    day = pd.DatetimeIndex(panel.calendar["shift_day"])
    in_training = (day < end) & (day >= end - pd.Timedelta(days=model.training_days))
    weekday, slot = panel.calendar["weekday"].to_numpy(np.int64), panel.calendar["slot"].to_numpy(np.int64)
    nights = np.bincount(weekday[in_training & (slot == 0)], minlength=7)
    if nights.sum() < LEAST_FITTED_NIGHTS:
        got = f"{int(nights.sum())} nights of mature reports"
        raise DataRefusedError("incidents", got=got, rule=f"{LEAST_FITTED_NIGHTS} or more to fit a week to")
    rows = in_training[panel.shift]
    shift = panel.shift[rows]
    code = (panel.category[rows].astype(np.int64) * 7 + weekday[shift]) * n_slots + slot[shift]
    code = code * panel.n_cells + panel.cell[rows]
    shape = (len(panel.categories), 7, n_slots, panel.n_cells)
    return np.bincount(code, minlength=int(np.prod(shape))).reshape(shape), nights
