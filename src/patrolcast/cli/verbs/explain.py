"""``patrolcast explain``."""

from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import RUNS, Json, Quiet, Run, RunsOrDefault


def explain(
    run: Run,
    cell: Annotated[str, typer.Argument(help="H3 index of the cell", metavar="CELL")],
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Why a cell was, or was not, suggested in each shift, in plain words and in numbers.

    Example: patrolcast explain current 892664c1a8fffff
    """
    from patrolcast.io.store.run_store import find_run
    from patrolcast.io.store.stored_run import read_run
    from patrolcast.runs.forecast.explain import explain_cell

    explanation = explain_cell(read_run(find_run(run, runs)), cell)
    if json:
        say_json(explanation.as_dict())
    else:
        say(explanation.lines(), quiet=quiet)
