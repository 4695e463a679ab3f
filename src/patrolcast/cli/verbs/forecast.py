"""``patrolcast forecast``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json
from patrolcast.cli.options import GOVERNANCE, AsOf, Config, Force, Json, Quiet, Runs


def forecast(
    config: Config,
    as_of: AsOf = None,
    runs: Runs = None,
    force: Force = False,
    no_publish: Annotated[bool, typer.Option("--no-publish", help="leave what is published as it is")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Forecasts the next shifts and prints the first suggestions.

    One run: reads, forecasts, writes a run folder, prints suggestions and paths. A run whose gates let it is published
    (runs/CITY/current points at it); else exit 20 names the gate, and the audit is still written. runs/CITY/index.html
    lists every run. A published run is not made twice.

    Example: patrolcast forecast configs/sample.toml --as-of 2026-06-29T05:00-05:00
    """
    from patrolcast.cli.finished_run import run_document, run_lines
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.feedback.overdue import feedback_warnings
    from patrolcast.runs.forecast.on_trail import refusals_recorded
    from patrolcast.runs.forecast.once import run_once
    from patrolcast.runs.forecast.publish import publish_with_status, refresh_index, require_publishable

    now = datetime.now(UTC)
    read = read_settings(config)
    folder = read.settings.city_runs(runs)
    with refusals_recorded(read, folder):
        with progress_bars(quiet=quiet or json) as progress:
            run = run_once(
                read, runs=folder, as_of=as_of, now=now, force=force, publishing=not no_publish, progress=progress
            )
        published = run.publishable and not no_publish
        if published:
            publish_with_status(run, now=now, force=force)
        else:
            refresh_index(folder, now=now)
        if json:
            say_json(run_document(run, published=published))
        else:
            say(run_lines(run, published=published, now=now), quiet=quiet)
            say(feedback_warnings(folder, GOVERNANCE, read.settings, now=now), quiet=quiet)
        if not no_publish:  # only now: a run that a gate stopped is shown before the refusal ends the command
            require_publishable(run)
