"""What the levers of [patrol] need: nights, what was suggested before, residents where a bound asks for them."""

from __future__ import annotations

from datetime import datetime
from math import inf

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.measures import EVERYONE_ELSE
from patrolcast.domain.settings import Patrol, Settings
from patrolcast.domain.shifts import to_instants
from patrolcast.domain.tables import CityTables
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import Int32Array, IntArray
from patrolcast.patrol.allocation import ExposureBound
from patrolcast.patrol.caps import Caps
from patrolcast.runs.pipeline.allocation import ShiftSchedule
from patrolcast.runs.pipeline.residents import count_residents, group_and_others

MARK = (
    "exposure-bounded allocation: counts of residents by group decided which cells are suggested; to be reviewed by "
    "the agency's counsel before it is used"
)


def shift_schedule(
    panel: Panel,
    shifts: Int32Array,
    tables: CityTables,
    settings: Settings,
    cells: gpd.GeoDataFrame,
    *,
    as_of: datetime,
) -> ShiftSchedule:
    """Instants and nights of a run's shifts, and what was suggested on the nights before."""
    found = schedule_without_past(panel, shifts)
    caps = settings.patrol.caps
    if caps is None or tables.past_suggestions is None or not len(shifts):
        return found
    memory = Caps(caps.most_nights, caps.of_nights, caps.run_nights, caps.rest_nights).past_nights
    table = tables.past_suggestions[tables.past_suggestions["shift_start"] < as_of]
    local = pd.DatetimeIndex(table["shift_start"]).tz_convert(settings.area.timezone)
    ago = int(found.night[0]) - _ordinals(pd.Series(local.tz_localize(None).normalize()))
    at = pd.Index(cells["cell"]).get_indexer(table["cell"])
    kept = (ago >= 1) & (ago <= memory) & (at >= 0)
    past = np.zeros((memory, len(cells)), dtype=bool)
    past[memory - ago[kept], at[kept]] = True
    return ShiftSchedule(found.starts, found.night, past)


def schedule_without_past(panel: Panel, shifts: Int32Array) -> ShiftSchedule:
    """Instants and nights of shifts before which nothing is known to have been suggested."""
    calendar = panel.calendar.iloc[shifts]
    return ShiftSchedule(
        to_instants(calendar["shift_start"]),
        _ordinals(calendar["shift_day"]),
        np.zeros((0, panel.n_cells), dtype=bool),
    )


def exposure_bounds(tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame) -> tuple[ExposureBound, ...]:
    """The bound that the config asks for; none by default, and then residents are not touched.

    Raises
    ------
    ConfigError
        when there are no residents, no such group, or nobody of it (or of those it is compared with) on the grid.
    """
    asked = settings.patrol.bound
    if asked is None:
        return ()
    people = count_residents(tables, settings, cells)
    if people is None:
        raise ConfigError("[patrol.bound]", got="no residents", rule="needs counts by group", cure="add [residents]")
    for name in (asked.group, asked.against):
        if name is not None and name not in people.names:
            cure = f"groups here: {', '.join(people.names)}"
            raise ConfigError("[patrol.bound]", got=repr(name), rule="must be a group", cure=cure)
    own, other = group_and_others(people, asked.group, asked.against)
    return (ExposureBound(asked.group, asked.against or EVERYONE_ELSE, own, other, asked.floor, asked.ceiling or inf),)


def lever_notes(patrol: Patrol) -> tuple[str, ...]:
    """Notes of a run on the levers that were used."""
    told = []
    if patrol.caps is not None:
        known = "past suggestions were read" if patrol.caps.past else "no past suggestions were given"
        told.append(f"caps: at most {patrol.caps.most_nights} of {patrol.caps.of_nights} nights a cell; {known}")
    explore = patrol.exploration
    if explore.half_width or explore.uniform_cells:
        told.append(
            f"exploration: {explore.half_width} cells on each side of the budget's end are decided by a coin, "
            f"{explore.uniform_cells} are drawn from everywhere; chances in the column propensity"
        )
    return (*told, MARK) if patrol.bound is not None else tuple(told)


def _ordinals(days: pd.Series) -> IntArray:
    """Days as whole numbers, consecutive days one apart."""
    found: IntArray = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return found
