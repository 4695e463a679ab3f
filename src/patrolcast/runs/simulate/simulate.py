"""The closed-loop test of a config: every scenario over its cities, and the verdict; resumable, with any workers.

Each (scenario, city) pair is a part of its own, stored as soon as it is done under a name that holds a hash of all that
decides it; a second start reuses it. What is computed does not depend on who computes it or in which order.
"""

import dataclasses
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import patrolcast
from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.audit.feedback.loop_verdict import LoopVerdict, loop_verdict
from patrolcast.domain.records import GateResult, Progress
from patrolcast.domain.settings import Settings, call_source_of
from patrolcast.io import hashing, run_identity
from patrolcast.io.store.checkpoint import read_document, write_document
from patrolcast.runs.simulate.evidence import (
    KIND,
    checks_of,
    derived,
    is_enough,
    plain_outcomes,
    rounded_outcome,
    sections_sha256,
)
from patrolcast.runs.simulate.from_city import FittedCity
from patrolcast.runs.simulate.scenario import RADIUS, LoopTask, simulate_pair, task_settings
from patrolcast.synthetic.scenarios import SCENARIOS, Scenario

FROM_CITY = "loop_from_city"
"""Kind of the document of a test in the agency's own city: reported, never read by a gate."""


@dataclass(frozen=True)
class LoopTest:
    """A finished closed-loop test.

    Attributes
    ----------
    outcomes : scenario name -> outcome of each city, in the order of scenarios and seeds.
    checks : each with its value, interval, threshold and verdict.
    reused : pairs that were not simulated because their part was stored.
    fitted : what the city was fitted to, where it was the agency's own; None: cities were made up.
    """

    cities: int
    nights: int
    cadence_nights: int
    outcomes: dict[str, tuple[LoopOutcome, ...]]
    checks: tuple[GateResult, ...]
    verdict: LoopVerdict
    reused: int
    fitted: dict[str, Any] | None = None


def simulate(
    settings: Settings,
    *,
    parts: Path,
    nights: int | None = None,
    cities: int | None = None,
    every: bool = False,
    workers: int = 1,
    radius: int = RADIUS,
    fitted: FittedCity | None = None,
    progress: Progress | None = None,
) -> LoopTest:
    """Simulates every pair that has no stored part, and decides.

    Raises PatrolcastError: one line: the config cannot run on a simulated city, or a part cannot be written.

    Parameters
    ----------
    parts : folder of finished pairs, reused on equal hash.
    nights, cities : instead of the config's [loop].
    every : also the scenarios that the verdict does not need.
    workers : processes; never changes a result.
    radius : rings of cells around the middle of a made-up city.
    fitted : the agency's own city, simulated ``cities`` times over other chance; scenarios that need another rate (one
        that follows a group, or the same everywhere) are left out, and its evenness is no part of the verdict.
    """
    nights, cities = nights or settings.loop.nights, cities or settings.loop.cities
    chosen = [row for row in SCENARIOS if (every or row.decides) and (fitted is None or row.world.composition == 0.0)]
    tasks = [
        task for scenario in chosen for task in _tasks(scenario, settings, cities=cities, nights=nights, radius=radius)
    ]
    fitted_to = None if fitted is None else fitted.as_dict()
    code = run_identity.code_sha256()
    names = {_part_name(task, task_settings(task, settings, fitted), code, fitted_to): task for task in tasks}
    done = {name: outcome for name in names if (outcome := _outcome(read_document(parts, name))) is not None}
    reused = len(done)
    progress = progress or Progress()
    progress.step("city pairs", reused, len(names))
    todo = {n: t for n, t in names.items() if n not in done}
    run_pair = simulate_pair if fitted is None else partial(simulate_pair, fitted=fitted)
    for name, outcome in _simulated(todo, settings, run_pair, workers=workers):
        write_document(parts, name, dataclasses.asdict(outcome))
        done[name] = outcome
        progress.step("city pairs", len(done), len(names))
    outcomes = {
        row.name: tuple(rounded_outcome(done[n]) for n, t in names.items() if t.scenario is row) for row in chosen
    }
    checks = checks_of(outcomes, neutral=fitted is None)
    cadence = settings.loop.cadence_nights
    return LoopTest(cities, nights, cadence, outcomes, checks, loop_verdict(checks), reused, fitted_to)


def evidence_document(test: LoopTest, settings: Settings) -> dict[str, Any]:
    """What is stored with the config: verdict, checks, figures, and what they were measured on. No clock, no path."""
    return {
        "kind": KIND if test.fitted is None else FROM_CITY,
        "name": settings.name,
        "call_source": call_source_of(settings).statement,
        "patrolcast": patrolcast.__version__,
        "sections_sha256": sections_sha256(settings),
        "size": {"cities": test.cities, "nights": test.nights, "cadence_nights": test.cadence_nights},
        "enough": is_enough(cities=test.cities, nights=test.nights),
        **({} if test.fitted is None else {"fitted": test.fitted}),
        **derived(test.outcomes, neutral=test.fitted is None),
        "outcomes": plain_outcomes(test.outcomes),
    }


def _tasks(scenario: Scenario, settings: Settings, *, cities: int, nights: int, radius: int) -> list[LoopTask]:
    loop = settings.loop
    return [LoopTask(scenario, loop.seed + k, nights, loop.cadence_nights, loop.rounds, radius) for k in range(cities)]


def _part_name(task: LoopTask, cut: Settings, code: str, fitted_to: dict[str, Any] | None) -> str:
    """The hash is of what is simulated, not of the config: configs that need the same pairs share their parts."""
    zone, places = cut.area.timezone, {name: layer.measure for name, layer in cut.places.items()}
    simulated = task.as_dict() | ({} if fitted_to is None else {"city": fitted_to, "places": places})
    digest = hashing.digest("loop part", code, run_identity.versions(), sections_sha256(cut), zone, simulated)
    return f"{task.scenario.name}-{task.seed:03d}-{digest[:16]}"


def _outcome(part: dict[str, Any] | None) -> LoopOutcome | None:
    try:
        return None if part is None else LoopOutcome(**{key: float(value) for key, value in part.items()})
    except (TypeError, ValueError):
        return None


def _simulated(
    todo: dict[str, LoopTask], settings: Settings, run_pair: Callable[..., LoopOutcome], *, workers: int
) -> Iterator[tuple[str, LoopOutcome]]:
    if workers <= 1 or len(todo) <= 1:
        yield from ((name, run_pair(task, settings)) for name, task in todo.items())
        return
    # Fresh processes: a fork would copy the locks of OpenMP threads that a forecast may have left behind.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(todo)), mp_context=context) as pool:
        running = {pool.submit(run_pair, task, settings): name for name, task in todo.items()}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
