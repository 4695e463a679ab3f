"""``patrolcast decide`` and ``deliver``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import RUNS, Json, Quiet, Run, RunsOrDefault

if TYPE_CHECKING:
    from patrolcast.runs.review import Review

Suggestion = Annotated[str, typer.Argument(metavar="SUGGESTION", help="suggestion_id of suggestions.csv")]
Note = Annotated[str, typer.Option("--note", help="free text; kept beside the trail, and can be redacted")]
Request = Annotated[str, typer.Option("--request", metavar="ID", help="the same ID again changes nothing")]


def decide(
    run: Run,
    suggestion: Suggestion,
    accept: Annotated[bool, typer.Option("--accept", help="as it was suggested")] = False,
    amend: Annotated[bool, typer.Option("--amend", help="with --minutes, --cell or --not-before")] = False,
    decline: Annotated[bool, typer.Option("--decline", help="no visit")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="CODE", help="a code of [decisions] in the config")] = "",
    note: Note = "",
    minutes: Annotated[float | None, typer.Option("--minutes", help="instead of those suggested")] = None,
    cell: Annotated[str | None, typer.Option("--cell", help="another cell of the area, as H3 index")] = None,
    not_before: Annotated[
        str | None, typer.Option("--not-before", metavar="T", help="a later start in the shift, with zone")
    ] = None,
    request: Request = "",
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Accepts, amends or declines one suggestion, on the trail.

    An answer is final and needs a reason, also to accept. Exit 22: somebody was first, or the run was withdrawn or has
    expired, or the shift is over, or the budget is spent; both attempts stand on the trail. Acts as supervisor, by the
    account of the operating system.

    Example: patrolcast decide current 20260630T1100Z-892664c1a8fffff --accept --reason known_concern
    """
    from patrolcast.io.trail.machine import account
    from patrolcast.patrol.decisions import SUPERVISOR, Change

    answer = _the_answer(accept=accept, amend=amend, decline=decline)
    changes = minutes is not None or cell is not None or not_before is not None
    change = Change(minutes, cell, _moment_of(not_before)) if changes or amend else None
    with _opened_run(run, runs) as (review, run_id):
        taken = review.decide(
            run_id, suggestion, answer=answer, reason_code=reason, note=note, actor=account(SUPERVISOR), change=change,
            now=datetime.now(UTC), request=request,
        )  # fmt: skip
    if json:
        say_json({"entry": taken.entry.seq, "hash": taken.entry.hash, "repeated": taken.repeated, **taken.body})
    else:
        again = " (as before)" if taken.repeated else ""
        say([f"{suggestion} is {taken.body['decision']}{again}: entry {taken.entry.seq} of the trail"], quiet=quiet)


def deliver(
    run: Run,
    suggestion: Suggestion,
    visits: Annotated[int, typer.Option("--visits", help="that took place")],
    minutes: Annotated[float, typer.Option("--minutes", help="of all these visits together")],
    activity: Annotated[str, typer.Option("--activity", metavar="CODE", help="a code of [decisions.activities]")],
    note: Note = "",
    request: Request = "",
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Records visits that took place for an accepted suggestion.

    Several records add up. It never says who was there.

    Example: patrolcast deliver current 20260630T1100Z-892664c1a8fffff --visits 2 --minutes 26 --activity foot_patrol
    """
    from patrolcast.io.trail.machine import account
    from patrolcast.patrol.decisions import OFFICER

    with _opened_run(run, runs) as (review, run_id):
        taken = review.deliver(
            run_id, suggestion, visits=visits, minutes=minutes, activity=activity, note=note, actor=account(OFFICER),
            now=datetime.now(UTC), request=request,
        )  # fmt: skip
    if json:
        say_json({"entry": taken.entry.seq, "hash": taken.entry.hash, "repeated": taken.repeated, **taken.body})
    else:
        say([f"recorded: entry {taken.entry.seq} of the trail"], quiet=quiet)


@contextmanager
def _opened_run(text: str, runs: Path) -> Iterator[tuple[Review, str]]:
    """The review of the city that a run is of, under the run's own config; and the id of the run."""
    from patrolcast.domain.errors import UsageError
    from patrolcast.io.settings.stored_config import settings_without_files
    from patrolcast.io.store.city_folders import find_run
    from patrolcast.io.store.run_store import read_manifest, require_manifest_keys
    from patrolcast.runs.review import opened_review

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
    from patrolcast.io.store.run_store import CURRENT
    from patrolcast.runs.trail.pauses import require_not_paused

    named = runs / text
    for city in named.parent, *sorted(runs.glob("*/")):
        if named.name == CURRENT:
            require_not_paused(city, city.name)


def _the_answer(*, accept: bool, amend: bool, decline: bool) -> str:
    """The one answer that was given. Raises UsageError: none, or several."""
    from patrolcast.domain.errors import UsageError

    answers = [
        word for word, is_chosen in (("accepted", accept), ("amended", amend), ("declined", decline)) if is_chosen
    ]
    if len(answers) != 1:
        rule = "exactly one of --accept, --amend and --decline"
        raise UsageError("decide", got=" and ".join(answers) or "no answer", rule=rule)
    return answers[0]


def _moment_of(text: str | None) -> datetime | None:
    """A moment with its zone. Raises UsageError: it is none."""
    from patrolcast.domain.errors import UsageError, shown

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
