"""``patrolcast explain``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import GOVERNANCE, RUNS, Governance, Json, Quiet, Run, RunsOrDefault
from patrolcast.domain.governance.audience import Audience


def explain(
    run: Run,
    cell: Annotated[
        str, typer.Argument(help="the cell: its H3 index, its place name, or 'latitude, longitude'", metavar="CELL")
    ],
    reader: Annotated[
        Audience | None, typer.Option("--for", help="who reads it: what they may rely on, are owed, or need")
    ] = None,
    governance: Governance = GOVERNANCE,
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Says why a cell was, or was not, suggested in each shift.

    In plain words and in numbers; first that the run was stopped or is over, where it is. With --for the same facts for
    one reader: what an officer may rely on; what a resident is owed, without counts of so small an area; what a court
    or a defence needs, with every hash and how to rebuild it.

    Example: patrolcast explain current "26th Ave & Larch St"
    """
    from patrolcast.io.store.city_folders import find_run
    from patrolcast.io.store.stored_run import read_run
    from patrolcast.runs.forecast.explained.cell import explain_cell
    from patrolcast.runs.forecast.explained.named_cell import find_cell

    stored = read_run(find_run(run, runs))
    if reader is not None:
        from patrolcast.runs.forecast.explained.reader import explain_to

        stated = governance / str(stored.manifest["name"])
        parts = explain_to(stored, find_cell(stored, cell), reader, governance=stated, now=datetime.now(UTC))
        if json:
            say_json({"run": stored.manifest["run_id"], "for": str(reader), "parts": parts})
        else:
            indented = {head: [f"  {line}" for line in lines] for head, lines in parts.items()}
            say((line for head, lines in indented.items() for line in (head, *lines)), quiet=quiet)
        return
    explanation = explain_cell(stored, find_cell(stored, cell), now=datetime.now(UTC))
    if json:
        say_json(explanation.as_dict())
    else:
        say(explanation.lines(), quiet=quiet)
