"""The calls of doors: each opens the review of a city, does one thing and lets go of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from patrolcast.domain.errors import UnknownError
from patrolcast.domain.settings import Settings
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.scan import has_trail
from patrolcast.runs.review.closing import CLOCK
from patrolcast.runs.review.review import Review
from patrolcast.runs.review.state import ReviewState
from patrolcast.runs.review.taking import Taken
from patrolcast.runs.trail.opened import opened_trail


@contextmanager
def opened_review(settings: Settings, *, runs: Path | None = None) -> Iterator[Review]:
    """The review of a city, with its trail opened: one for several calls, as opening reads the whole trail.

    Parameters
    ----------
    runs : the city's folder of runs; None: the config's.

    Raises UsageError: nothing has run yet. TrailBrokenError, CannotWriteError, NotPermittedError and the like.
    """
    runs = runs or settings.city_runs()
    if not has_trail(trail_folder(runs)):
        cure = "run `patrolcast forecast CONFIG` first"
        raise UnknownError(f"runs of {settings.name}", got="no audit trail", rule="must be there", cure=cure)
    state = ReviewState()
    with opened_trail(runs, settings.name, settings.trail.copies, CLOCK, on_entry=state.learn) as trail:
        yield Review(settings, runs, trail, state)


def open_suggestions(
    settings: Settings, *, now: datetime, district: str | None = None, run: str | None = None, runs: Path | None = None
) -> pd.DataFrame:
    """As :meth:`Review.open_suggestions`."""
    with opened_review(settings, runs=runs) as review:
        return review.open_suggestions(now=now, district=district, run=run)


def decide(settings: Settings, run: str, suggestion: str, *, runs: Path | None = None, **answer: Any) -> Taken:  # noqa: ANN401
    """As :meth:`Review.decide`."""
    with opened_review(settings, runs=runs) as review:
        return review.decide(run, suggestion, **answer)


def deliver(settings: Settings, run: str, suggestion: str, *, runs: Path | None = None, **visit: Any) -> Taken:  # noqa: ANN401
    """As :meth:`Review.deliver`."""
    with opened_review(settings, runs=runs) as review:
        return review.deliver(run, suggestion, **visit)


def close_shift(settings: Settings, *, now: datetime, runs: Path | None = None) -> list[Entry]:
    """As :meth:`Review.close_shifts`."""
    with opened_review(settings, runs=runs) as review:
        return review.close_shifts(now=now)
