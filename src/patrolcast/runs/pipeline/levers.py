"""What the levers of [patrol] need: past suggestions for caps, residents for a bound on exposure, notes for the run."""

from dataclasses import replace
from datetime import datetime
from math import inf

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.exploration import ExplorationPlan
from patrolcast.domain.measures import EVERYONE_ELSE
from patrolcast.domain.settings import Patrol, Settings
from patrolcast.domain.tables import CityTables
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import Int32Array
from patrolcast.patrol.allocation import ExposureBound
from patrolcast.patrol.caps import CapRule
from patrolcast.runs.pipeline.allocation import ShiftSchedule, build_allocator
from patrolcast.runs.pipeline.residents import count_residents, group_and_others
from patrolcast.runs.pipeline.windows import plan_windows

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
    """The schedule of a run's shifts, with what was suggested on the nights before where caps look back on it."""
    schedule = ShiftSchedule.without_past(panel, shifts)
    caps = settings.patrol.caps
    if caps is None or tables.past_suggestions is None or not len(shifts):
        return schedule
    nights_back = CapRule(caps.most_nights, caps.of_nights, caps.run_nights, caps.rest_nights).past_nights
    table = tables.past_suggestions[tables.past_suggestions["shift_start"] < as_of]
    local = pd.DatetimeIndex(table["shift_start"]).tz_convert(settings.area.timezone)
    nights = local.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    ago = int(schedule.night[0]) - nights
    at = pd.Index(cells["cell"]).get_indexer(table["cell"])
    recent = (ago >= 1) & (ago <= nights_back) & (at >= 0)
    past = np.zeros((nights_back, len(cells)), dtype=bool)
    past[nights_back - ago[recent], at[recent]] = True
    return replace(schedule, past=past)


def exposure_bounds(tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame) -> tuple[ExposureBound, ...]:
    """The bound that the config sets; none by default, and then residents are not touched.

    Raises ConfigError when there are no residents, no such group, or nobody of it (or of those it is compared with) on
    the grid.
    """
    bound = settings.patrol.bound
    if bound is None:
        return ()
    people = count_residents(tables, settings, cells)
    if people is None:
        raise ConfigError("[patrol.bound]", got="no residents", rule="needs counts by group", cure="add [residents]")
    for name in (bound.group, bound.against):
        if name is not None and name not in people.names:
            cure = f"groups here: {', '.join(people.names)}"
            raise ConfigError("[patrol.bound]", got=repr(name), rule="must be a group", cure=cure)
    residents, others = group_and_others(people, bound.group, bound.against)
    against = bound.against or EVERYONE_ELSE
    return (ExposureBound(bound.group, against, residents, others, bound.floor, bound.ceiling or inf),)


def lever_notes(patrol: Patrol, exploration: ExplorationPlan) -> tuple[str, ...]:
    """Notes of a run on the levers that were used."""
    notes = []
    if patrol.caps is not None:
        known = "past suggestions were read" if patrol.caps.past else "no past suggestions were given"
        notes.append(f"caps: at most {patrol.caps.most_nights} of {patrol.caps.of_nights} nights a cell; {known}")
    if exploration.on:
        notes.append(f"{exploration.statement} Chances stand in the column propensity")
    return (*notes, MARK) if patrol.bound is not None else tuple(notes)


def exploration_by_past(
    panel: Panel, cells: gpd.GeoDataFrame, settings: Settings, *, as_of: datetime
) -> ExplorationPlan:
    """What exploration would cost a plan that is ranked by past counts alone: what can be said without a forecast.

    Expected incidents of a cell and slot of the day are its mean count over the shifts of the training window. The
    ranking is by the same counts, so both figures are a little high, and their difference less so.
    """
    starts, slot = settings.shifts.starts, panel.calendar["slot"].to_numpy()
    windows = plan_windows(panel, settings.model, as_of=as_of, n_slots=len(starts))
    chosen = np.isin(panel.shift, windows.training.shifts)
    counts = np.zeros((len(panel.categories), len(starts), panel.n_cells))
    np.add.at(counts, (panel.category[chosen], slot[panel.shift[chosen]], panel.cell[chosen]), 1.0)
    n = np.bincount(slot[windows.training.shifts], minlength=len(starts))
    schedule = ShiftSchedule.without_past(panel, windows.horizon.shifts)
    expected = (counts / np.maximum(n, 1)[None, :, None])[:, schedule.slot]
    allocator = build_allocator(cells, panel.categories, settings.patrol, starts=starts, seed=settings.model.seed)
    return replace(allocator.exploration(expected, schedule), from_counts=True)
