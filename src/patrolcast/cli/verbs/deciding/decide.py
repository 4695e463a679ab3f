"""``patrolcast decide`` and ``deliver``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import RUNS, Json, Quiet, Run, RunsOrDefault

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
    from patrolcast.cli.verbs.deciding.opened import moment_of, opened_run, the_answer
    from patrolcast.io.trail.machine import account
    from patrolcast.patrol.decisions import SUPERVISOR, Change

    answer = the_answer(accept=accept, amend=amend, decline=decline)
    changes = minutes is not None or cell is not None or not_before is not None
    change = Change(minutes, cell, moment_of(not_before)) if changes or amend else None
    with opened_run(run, runs) as (review, run_id):
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
    from patrolcast.cli.verbs.deciding.opened import opened_run
    from patrolcast.io.trail.machine import account
    from patrolcast.patrol.decisions import OFFICER

    with opened_run(run, runs) as (review, run_id):
        taken = review.deliver(
            run_id, suggestion, visits=visits, minutes=minutes, activity=activity, note=note, actor=account(OFFICER),
            now=datetime.now(UTC), request=request,
        )  # fmt: skip
    if json:
        say_json({"entry": taken.entry.seq, "hash": taken.entry.hash, "repeated": taken.repeated, **taken.body})
    else:
        say([f"recorded: entry {taken.entry.seq} of the trail"], quiet=quiet)
