"""One city in one scenario: a closed and an open run over the same chance, and what the pair shows."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from patrolcast.audit.disparity.exposure import log_exposure_ratio
from patrolcast.audit.feedback.closed_loop import LoopOutcome, summarise_pair
from patrolcast.domain.settings import Settings
from patrolcast.numerics.arrays import IntArray
from patrolcast.patrol.ranking import rank_within_districts
from patrolcast.runs.simulate.city import GriddedCity, build_loop_city, loop_settings
from patrolcast.runs.simulate.from_city import FittedCity, build_fitted_city, fitted_settings
from patrolcast.runs.simulate.loop import Planner, allocate_by_rank, run_loop, run_product
from patrolcast.synthetic.scenarios import Scenario

RADIUS = 9
"""Rings around the middle: 271 cells, of which a shift's budget names 14."""


@dataclass(frozen=True)
class LoopTask:
    """Everything that decides one pair of runs; ``settings`` are the agency's own, not yet cut for the loop."""

    scenario: Scenario
    seed: int
    nights: int
    cadence_nights: int
    rounds: int
    radius: int = RADIUS

    def as_dict(self) -> dict[str, object]:
        """Plain values, for a hash."""
        return dataclasses.asdict(self)


def simulate_pair(
    task: LoopTask, settings: Settings, *, planner: Planner = run_product, fitted: FittedCity | None = None
) -> LoopOutcome:
    """Simulates one pair of runs; ``fitted``: in that city, instead of in a made-up one.

    Raises PatrolcastError: the config cannot run on a simulated city.
    """
    world = task.scenario.world
    cut = task_settings(task, settings, fitted)
    if fitted is None:
        gridded = build_loop_city(cut, world, seed=task.seed, nights=task.nights, radius=task.radius)
    else:
        gridded = build_fitted_city(cut, fitted, seed=task.seed, nights=task.nights)
    opened, closed = (
        run_loop(
            gridded,
            world,
            cut,
            nights=task.nights,
            cadence_nights=task.cadence_nights,
            closed=is_closed,
            planner=planner,
        )
        for is_closed in (False, True)
    )
    return summarise_pair(
        belief=(opened.belief, closed.belief),
        planned_open=opened.planned[-1],
        suggested=(opened.suggested, closed.suggested),
        log_ratio_oracle=oracle_log_ratio(gridded, cut, even=world.composition is None),
        share_b=gridded.city.share_b,
        residents=gridded.city.residents,
    )


def task_settings(task: LoopTask, settings: Settings, fitted: FittedCity | None) -> Settings:
    """The agency's settings as this task needs them."""
    if fitted is None:
        return loop_settings(settings, cadence_nights=task.cadence_nights, rounds=task.rounds)
    return fitted_settings(settings, fitted, cadence_nights=task.cadence_nights, rounds=task.rounds)


def oracle_log_ratio(gridded: GriddedCity, settings: Settings, *, even: bool) -> float:
    """Log exposure ratio of visits to the cells with the highest true rates; 0 where all rates are ``even``."""
    if even:  # any choice among equal cells is a matter of chance, and leans by chance
        return 0.0
    rate = gridded.city.rate.sum(axis=0)
    one_district: IntArray = np.zeros(gridded.city.n_cells, dtype=np.int64)
    ranks = rank_within_districts(rate, one_district, np.arange(gridded.city.n_cells))
    visits = allocate_by_rank(ranks, settings.patrol).sum(axis=0)
    share_b, residents = gridded.city.share_b, gridded.city.residents
    return log_exposure_ratio(visits[None], share_b * residents, (1 - share_b) * residents)
