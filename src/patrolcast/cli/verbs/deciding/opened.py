"""What the verbs of decisions share: the run that is meant, opened; the one answer; a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from patrolcast.domain.errors import UsageError, shown
from patrolcast.io.settings.stored_config import settings_without_files
from patrolcast.io.store.city_folders import find_run
from patrolcast.io.store.run_store import CURRENT, read_manifest, require_manifest_keys
from patrolcast.runs.pause.state import require_not_paused
from patrolcast.runs.review import Review, opened_review


@contextmanager
def opened_run(text: str, runs: Path) -> Iterator[tuple[Review, str]]:
    """The review of the city that a run is of, under the run's own config; and the id of the run."""
    try:
        folder = find_run(text, runs)
    except UsageError:
        _refuse_paused(runs, text)
        raise
    manifest = read_manifest(folder)
    require_manifest_keys(folder, manifest, "config")
    with opened_review(settings_without_files(manifest["config"]), runs=folder.parent) as review:
        yield review, folder.name


def _refuse_paused(runs: Path, text: str) -> None:
    """While a city is paused its `current` leads nowhere: why is said instead."""
    named = runs / text
    for city in named.parent, *sorted(runs.glob("*/")):
        if named.name == CURRENT:
            require_not_paused(city, city.name)


def the_answer(*, accept: bool, amend: bool, decline: bool) -> str:
    """The one answer that was given. Raises UsageError: none, or several."""
    given = [word for word, asked in (("accepted", accept), ("amended", amend), ("declined", decline)) if asked]
    if len(given) != 1:
        rule = "exactly one of --accept, --amend and --decline"
        raise UsageError("decide", got=" and ".join(given) or "no answer", rule=rule)
    return given[0]


def moment_of(text: str | None) -> datetime | None:
    """A moment with its zone. Raises UsageError: it is none."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        rule = "must be an ISO time with zone, e.g. 2026-06-30T21:00-05:00"
        raise UsageError("--not-before", got=shown(text), rule=rule)
    return moment
