"""Cities in processes of their own: many in one night, with one summary and the worst exit code; or one, watched.

A city that is refused, fails, is killed or hangs does not touch the others. A start finds the cities that are finished
and leaves them alone, so a night that was broken off is simply started again.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.records import Progress
from patrolcast.io.cities.configs import configs_in, require_different_cities
from patrolcast.io.cities.engines import require_engine, run_cities
from patrolcast.io.cities.process import CityEnding, CityTask, run_city
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.settings.unread_config import named_city
from patrolcast.runs.nightly.nightly import record_hung

MANY_SUMMARY_VERSION = 1
WORST_FIRST = (70, 30, 31, 32, 33, 34, 14, 12, 11, 10, 13, 73, 77, 76, 74, 143, 22, 2, 20, 21, 75, 0)
"""Exit codes of a city, the one that most needs a person first; one that is not listed is worse than all."""
_OUTCOMES = {0: "published", 20: "not published", 21: "paused", 70: "failed", 75: "at work", 143: "ended"}


@dataclass(frozen=True)
class CityNight:
    """One city of the night.

    Attributes
    ----------
    city : as its config names it; the file's name where that cannot be read.
    """

    config: Path
    city: str
    ending: CityEnding

    @property
    def outcome(self) -> str:
        """In a word: published, finished before, not published, paused, refused, failed, ended, hung or at work."""
        if self.ending.hung:
            return "hung"
        if self.ending.exit_code == 0 and self.ending.document.get("was_finished"):
            return "finished before"
        return _OUTCOMES.get(self.ending.exit_code, "refused")

    @property
    def run_id(self) -> str | None:
        """Of the run that is published now; None where this start did not come so far."""
        status = self.ending.document.get("status")
        return status.get("run_id") if isinstance(status, dict) else None


@dataclass(frozen=True)
class ManyNights:
    """All cities, in the order in which they were named."""

    cities: list[CityNight]
    engine: str

    @property
    def exit_code(self) -> int:
        """Of the city that most needs a person."""
        return worst_of([night.ending.exit_code for night in self.cities])

    def document(self) -> dict[str, Any]:
        """The summary as ``--json`` prints it."""
        outcomes = [night.outcome for night in self.cities]
        return {
            "summary_version": MANY_SUMMARY_VERSION,
            "engine": self.engine,
            "exit_code": self.exit_code,
            "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
            "cities": [
                {
                    "config": str(night.config),
                    "city": night.city,
                    "outcome": night.outcome,
                    "exit_code": night.ending.exit_code,
                    "run_id": night.run_id,
                    "seconds": night.ending.seconds,
                    "tries": night.ending.tries,
                    "message": night.ending.message,
                }
                for night in self.cities
            ],
        }


def worst_of(codes: Sequence[int]) -> int:
    """The exit code that most needs a person.

    >>> worst_of([0, 75, 20]), worst_of([0, 10, 1]), worst_of([0, 0])
    (20, 1, 0)
    """
    return min(codes, key=lambda code: WORST_FIRST.index(code) if code in WORST_FIRST else -1)


def run_many(
    paths: Sequence[Path],
    *,
    module: str,
    engine: str,
    workers: int,
    most_minutes: float,
    most_step_minutes: float = math.inf,
    runs: Path | None = None,
    as_of: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
    clock: Callable[[], datetime],
) -> ManyNights:
    """One night of every city.

    Parameters
    ----------
    paths : configs, and folders of configs.
    module : that is started for each city, with its config and options.
    engine : "local", "dask", or "dask://HOST:PORT" of a cluster.
    workers : cities at a time.
    most_minutes, most_step_minutes : after which a city is ended, and how long one step of it may take.
    clock : asked when a city hung.

    Raises UsageError, CannotReadError: before any city was started.
    """
    require_engine(engine)
    configs = configs_in(paths)
    require_different_cities(configs, runs)
    options = ("--json", *_options(runs, as_of, force))
    seconds = most_minutes * 60.0, most_step_minutes * 60.0
    tasks = [
        CityTask(module, (str(path.absolute()), *options), seconds[0], most_step_seconds=seconds[1]) for path in configs
    ]
    progress, n_done = progress or Progress(), 0

    def record_ending(n: int, ending: CityEnding) -> None:
        nonlocal n_done
        n_done += 1
        _record_if_hung(configs[n], ending, runs, clock)  # at once: a later start of this city has a status of its own
        progress.step("cities", n_done, len(tasks))

    progress.step("cities", 0, len(tasks))
    endings = run_cities(tasks, engine=engine, workers=workers, done=record_ending)
    return ManyNights(
        [CityNight(path, named_city(path), ending) for path, ending in zip(configs, endings, strict=True)], engine
    )


def run_watched(
    path: Path,
    *,
    module: str,
    most_minutes: float,
    most_step_minutes: float,
    flags: Sequence[str] = (),
    runs: Path | None = None,
    as_of: str | None = None,
    force: bool = False,
    clock: Callable[[], datetime],
) -> CityEnding:
    """The night of one city in a process of its own, which prints as it would by itself and is ended where it hangs.

    Parameters
    ----------
    most_minutes, most_step_minutes : after which it is ended, and how long one step of it may take.
    flags : further options of the command.
    clock : asked when it hung.
    """
    arguments = (str(path.absolute()), *flags, *_options(runs, as_of, force))
    task = CityTask(module, arguments, most_minutes * 60.0, most_step_seconds=most_step_minutes * 60.0, shown=True)
    ending = run_city(task)
    _record_if_hung(path, ending, runs, clock)
    return ending


def _options(runs: Path | None, as_of: str | None, force: bool) -> tuple[str, ...]:
    return (
        *([f"--runs={runs.absolute()}"] if runs is not None else []),
        *([f"--as-of={as_of}"] if as_of is not None else []),
        *(["--force"] if force else []),
    )


def _record_if_hung(path: Path, ending: CityEnding, runs: Path | None, clock: Callable[[], datetime]) -> None:
    """What a killed process cannot say of itself: its status, log, trail and signals."""
    with suppress(PatrolcastError):
        if ending.hung:
            config, took = read_settings(path), ending.seconds
            record_hung(config, ending.message, runs=config.settings.city_runs(runs), now=clock(), seconds=took)
