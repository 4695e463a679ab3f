"""One closed or open run: the product's own pipeline plans patrol, the world answers, the pipeline sees the records.

::

    records so far -> run_pipeline -> suggestions -> who complies -> dose -> simulate_night -> records so far
                                                        ^
                       open: as many cells and visits, drawn at random instead of suggested
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from patrolcast.domain.records import RunResult
from patrolcast.domain.settings import Patrol, Settings
from patrolcast.domain.shifts import to_instants
from patrolcast.domain.tables import CityTables
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.patrol.dosage import visits_by_rank
from patrolcast.runs.pipeline.run import run_pipeline
from patrolcast.runs.simulate.city import HISTORY_DAYS, GriddedCity, city_tables
from patrolcast.synthetic.loop import NIGHTS_BEFORE, LoopCity, LoopNight, World, simulate_night


@dataclass(frozen=True)
class Delivered:
    """The log of patrol so far, ``[n_nights, n_slots, n_cells]``: visits named beforehand, and visits delivered.

    In an open run the log names the visits that were drawn at random: were it to hold the suggestions that nobody
    followed, a forecast that reads its own log would see the same log in both runs and go unnoticed.
    """

    named: FloatArray
    delivered: FloatArray


Planner = Callable[[CityTables, Settings, datetime, Delivered], RunResult]
"""The thing under test. The product ignores the last argument; a pipeline that reads it is what the loop must catch."""


def run_product(tables: CityTables, settings: Settings, as_of: datetime, _: Delivered) -> RunResult:
    """The actual pipeline: it never sees what was suggested before."""
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

    belief: FloatArray
    planned: FloatArray
    suggested: FloatArray
    delivered: FloatArray


def run_loop(
    gridded: GriddedCity,
    world: World,
    settings: Settings,
    *,
    nights: int,
    cadence_nights: int,
    closed: bool,
    planner: Planner = run_product,
) -> LoopRun:
    """Simulates ``nights`` nights, planning anew every ``cadence_nights``, and once more after the last.

    Parameters
    ----------
    closed : patrol follows the suggestions; else it makes as many visits elsewhere, which the suggestions never touch.
    """
    city, n_slots = gridded.city, gridded.n_slots
    past_nights = simulate_history(city, world, settings, n_slots=n_slots)
    suggested = np.zeros((nights, n_slots, city.n_cells))
    named, delivered = np.zeros_like(suggested), np.zeros_like(suggested)
    beliefs, plans = [], []
    for begin in range(0, nights + 1, cadence_nights):
        past = Delivered(named[:begin].copy(), delivered[:begin].copy())
        result = planner(city_tables(gridded, past_nights), settings, gridded.as_of(begin), past)
        belief, plan = _by_shift_and_cell(result, gridded, begin, cadence_nights)
        beliefs.append(belief)
        plans.append(plan)
        for night in range(begin, min(begin + cadence_nights, nights)):
            here = slice((night - begin) * n_slots, (night - begin + 1) * n_slots)
            suggested[night] = plan[here]
            named[night] = plan[here] if closed else allocate_at_random(city, n_slots, settings.patrol, night=night)
            delivered[night] = named[night] * _complied(city, n_slots, night, world.compliance)
            past_nights.append((HISTORY_DAYS + night, simulate_night(city, world, delivered[night], night=night)))
    return LoopRun(np.array(beliefs), np.array(plans), suggested, delivered)


def simulate_history(city: LoopCity, world: World, settings: Settings, *, n_slots: int) -> list[tuple[int, LoopNight]]:
    """The nights before the first plan, under patrol that follows no suggestion: (day, night) pairs."""
    past_nights = []
    for day in range(HISTORY_DAYS):
        night = day - HISTORY_DAYS
        named = allocate_at_random(city, n_slots, settings.patrol, night=night, lean=world.over_patrol)
        dose = named * _complied(city, n_slots, night, world.compliance)
        past_nights.append((day, simulate_night(city, world, dose, night=night)))
    return past_nights


def allocate_at_random(city: LoopCity, n_slots: int, patrol: Patrol, *, night: int, lean: float = 1.0) -> FloatArray:
    """Visits as many and as bundled as the product's, to cells drawn anew for each slot.

    ``lean`` > 1 draws cells of group b that many times as readily as cells of group a.
    """
    rng = random_stream(city.seed, Stream.LOOP_ELSEWHERE, night + NIGHTS_BEFORE)
    weight = 1.0 + (lean - 1.0) * city.share_b
    # A weighted draw without replacement: Efraimidis & Spirakis 2006, doi 10.1016/j.ipl.2005.11.003.
    keys = rng.random((n_slots, city.n_cells)) ** (1.0 / weight)
    drawn = np.argsort(np.argsort(-keys, axis=1), axis=1) + 1
    return allocate_by_rank(drawn, patrol)


def allocate_by_rank(ranks: IntArray, patrol: Patrol) -> FloatArray:
    """Visits by the product's own rule for the shift's budget, ``[n_shifts, n_cells]``."""
    visits = visits_by_rank(
        ranks,
        minutes_per_district=patrol.minutes_per_district,
        visit_minutes=patrol.visit_minutes,
        visits_per_cell=patrol.visits_per_cell,
    )
    return visits.astype(np.float64)


def _complied(city: LoopCity, n_slots: int, night: int, compliance: float) -> BoolArray:
    rng = random_stream(city.seed, Stream.LOOP_COMPLIANCE, night + NIGHTS_BEFORE)
    return rng.random((n_slots, city.n_cells)) < compliance


def _by_shift_and_cell(
    result: RunResult, gridded: GriddedCity, begin: int, cadence: int
) -> tuple[FloatArray, FloatArray]:
    """A run's forecast and suggestions as ``[n_shifts, n_cells]`` in the order of the grid."""
    first = (HISTORY_DAYS + begin) * gridded.n_slots
    starts = to_instants(gridded.calendar["shift_start"])[first : first + cadence * gridded.n_slots]
    cells = pd.Index(gridded.cells["cell"])

    def spread(table: pd.DataFrame, column: str) -> FloatArray:
        filled = np.zeros((len(starts), len(cells)))
        at = np.searchsorted(starts, to_instants(table["shift_start"]))
        np.add.at(filled, (at, cells.get_indexer(table["cell"])), table[column].to_numpy(dtype=np.float64))
        return filled

    followed = result.suggestions[result.suggestions["role"] != "comparison"]
    forecast = pd.DataFrame(result.forecast.drop(columns="geometry"))
    return spread(forecast, "expected_incidents"), spread(followed, "visits")
