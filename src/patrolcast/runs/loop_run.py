"""One closed or open run: the product's own pipeline plans patrol, the world answers, the pipeline sees the records.

::

    records so far -> run_pipeline -> suggestions -> who complies -> dose -> play_night -> records so far
                                                        ^
                       open: the same visits, dealt to cells by a seeded draw instead of by the suggestions
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from patrolcast.domain.records import RunResult
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import to_instants
from patrolcast.domain.tables import CityTables
from patrolcast.runs.loop_city import HISTORY_DAYS, LoopGround, city_tables
from patrolcast.runs.pipeline import run_pipeline
from patrolcast.synthetic.loop import LoopCity, Night, World, play_night

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Delivered:
    """What the loop's patrol did so far, ``[n_nights, n_slots, n_cells]``: suggested visits and delivered visits."""

    suggested: Numbers
    delivered: Numbers


Planner = Callable[[CityTables, Settings, datetime, Delivered], RunResult]
"""The thing under test. The product ignores the last argument; a pipeline that reads it is what the loop must catch."""


def the_product(tables: CityTables, settings: Settings, as_of: datetime, _: Delivered) -> RunResult:
    """The actual pipeline: it is never told what was suggested before."""
    return run_pipeline(tables, settings, as_of=as_of)


@dataclass(frozen=True)
class LoopRun:
    """What one run believed, suggested and did.

    Attributes
    ----------
    belief : expected incidents per decision, ``[n_decisions, n_shifts, n_cells]``; the last decision is after the end.
    planned : visits suggested by each decision, same shape.
    suggested, delivered : visits per night, ``[n_nights, n_slots, n_cells]``.
    """

    belief: Numbers
    planned: Numbers
    suggested: Numbers
    delivered: Numbers


def run_loop(
    ground: LoopGround,
    world: World,
    settings: Settings,
    *,
    nights: int,
    cadence_nights: int,
    closed: bool,
    planner: Planner = the_product,
) -> LoopRun:
    """Plays ``nights`` nights, planning anew every ``cadence_nights``, and once more after the last.

    Parameters
    ----------
    closed : patrol follows the suggestions; else it makes as many visits elsewhere, which the suggestions never touch.
    """
    city, n_slots = ground.city, ground.n_slots
    per_shift = _visits_per_shift(settings)
    played: list[tuple[int, Night]] = []
    for day in range(HISTORY_DAYS):
        dose = elsewhere(city, n_slots, per_shift, night=day - HISTORY_DAYS, lean=world.over_patrol)
        played.append((day, play_night(city, world, dose * world.compliance, night=day - HISTORY_DAYS)))
    suggested = np.zeros((nights, n_slots, city.n_cells))
    delivered = np.zeros_like(suggested)
    beliefs, plans = [], []
    for begin in range(0, nights + 1, cadence_nights):
        past = Delivered(suggested[:begin], delivered[:begin])
        result = planner(city_tables(ground, played), settings, ground.as_of(begin), past)
        belief, plan = _on_ground(result, ground, begin, cadence_nights)
        beliefs.append(belief)
        plans.append(plan)
        for night in range(begin, min(begin + cadence_nights, nights)):
            here = slice((night - begin) * n_slots, (night - begin + 1) * n_slots)
            suggested[night] = plan[here]
            visits = plan[here] if closed else elsewhere(city, n_slots, per_shift, night=night, lean=world.over_patrol)
            delivered[night] = visits * _complied(city, n_slots, night, world.compliance)
            played.append((HISTORY_DAYS + night, play_night(city, world, delivered[night], night=night)))
    return LoopRun(np.array(beliefs), np.array(plans), suggested, delivered)


def elsewhere(city: LoopCity, n_slots: int, per_shift: int, *, night: int, lean: float) -> Numbers:
    """One visit to each of ``per_shift`` cells drawn anew for each slot; ``lean`` > 1 prefers cells of group b."""
    rng = np.random.default_rng([city.seed, 303, night + 10_000])
    weight = 1.0 + (lean - 1.0) * city.share_b
    # A weighted draw without replacement: Efraimidis & Spirakis 2006, doi 10.1016/j.ipl.2005.11.003.
    keys = rng.random((n_slots, city.n_cells)) ** (1.0 / weight)
    dose = np.zeros((n_slots, city.n_cells))
    np.put_along_axis(dose, np.argsort(-keys, axis=1)[:, :per_shift], 1.0, axis=1)
    return dose


def _visits_per_shift(settings: Settings) -> int:
    return int(settings.patrol.minutes_per_district // settings.patrol.visit_minutes)


def _complied(city: LoopCity, n_slots: int, night: int, compliance: float) -> npt.NDArray[np.bool_]:
    return np.random.default_rng([city.seed, 404, night]).random((n_slots, city.n_cells)) < compliance


def _on_ground(result: RunResult, ground: LoopGround, begin: int, cadence: int) -> tuple[Numbers, Numbers]:
    """A run's forecast and suggestions as ``[n_shifts, n_cells]`` in the ground's order."""
    first = (HISTORY_DAYS + begin) * ground.n_slots
    starts = to_instants(ground.calendar["shift_start"])[first : first + cadence * ground.n_slots]
    cells = pd.Index(ground.cells["cell"])

    def spread(table: pd.DataFrame, column: str) -> Numbers:
        filled = np.zeros((len(starts), len(cells)))
        at = np.searchsorted(starts, to_instants(table["shift_start"]))
        np.add.at(filled, (at, cells.get_indexer(table["cell"])), table[column].to_numpy(dtype=np.float64))
        return filled

    followed = result.suggestions[result.suggestions["role"] != "comparison"]
    forecast = pd.DataFrame(result.forecast.drop(columns="geometry"))
    return spread(forecast, "expected_incidents"), spread(followed, "visits")
