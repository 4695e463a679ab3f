"""``patrolcast explain``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import RUNS, Json, Quiet, Run, RunsOrDefault


def explain(
    run: Run,
    cell: Annotated[
        str, typer.Argument(help="the cell: its H3 index, its place name, or 'latitude, longitude'", metavar="CELL")
    ],
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Says why a cell was, or was not, suggested in each shift.

    In plain words and in numbers; first that the run was stopped or is over, where it is.

    Example: patrolcast explain current "26th Ave & Larch St"
    """
    from patrolcast.io.store.city_folders import find_run
    from patrolcast.io.store.stored_run import read_run
    from patrolcast.runs.forecast.explain import explain_cell
    from patrolcast.runs.forecast.named_cell import find_cell

    stored = read_run(find_run(run, runs))
    explanation = explain_cell(stored, find_cell(stored, cell), now=datetime.now(UTC))
    if json:
        say_json(explanation.as_dict())
    else:
        say(explanation.lines(), quiet=quiet)
