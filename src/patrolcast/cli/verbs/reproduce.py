"""``patrolcast reproduce``."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json
from patrolcast.cli.options import RUNS, Json, Quiet, Run, RunsOrDefault


def reproduce(
    run: Run,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="CONFIG", help="a config that says where project and data lie")
    ] = None,
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Makes a run again and compares it byte for byte.

    From its manifest; names the input or file that differs. Exit 13 when an input changed, 20 when a file came out
    differently. Writes nothing.

    Example: patrolcast reproduce current
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.io.store.city_folders import find_run
    from patrolcast.runs.forecast.reproduce import reproduce_run

    folder = find_run(run, runs)
    with progress_bars(quiet=quiet or json) as progress:
        stated = None if config is None else read_settings(config)
        result = reproduce_run(folder, config=stated, progress=progress)
    if json:
        say_json({**dataclasses.asdict(result), "matches": result.matches})
    else:
        say(result.lines(), quiet=quiet and result.matches)
    return result.exit_code
