"""``patrolcast pause`` and ``resume``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from patrolcast.cli.console import say
from patrolcast.cli.options import Config, Quiet, Runs


def pause(
    config: Config,
    reason: Annotated[str, typer.Option("--reason", help="why, in words; shown to everybody, so it names nobody")],
    runs: Runs = None,
    quiet: Quiet = False,
) -> None:
    """Stops publication, and withdraws what is published.

    `forecast`, `nightly` and decisions are refused (21) until two persons end it: whoever paused, and a second account
    with `resume`. It stands on the audit trail, so it outlives every restart.

    Example: patrolcast pause configs/sample.toml --reason "the feed counts reports twice"
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.io.trail.machine import account
    from patrolcast.runs.pause import pausing

    settings = read_settings(config).settings
    stands = pausing.pause(
        settings, reason=reason, actor=account("operator"), now=datetime.now(UTC), runs=settings.city_runs(runs)
    )
    say([f"{settings.title}: {stands.sentence}"], quiet=quiet)


def resume(
    config: Config,
    reason: Annotated[str, typer.Option("--reason", help="what has changed, in words")] = "",
    runs: Runs = None,
    quiet: Quiet = False,
) -> None:
    """Ends a pause; it takes a second person.

    Exit 21 where another account must ask too: whoever paused cannot end it alone, and after a check or the monitor
    paused, two must ask. What was published is published again, if nobody changed it and it has not expired.

    Example: patrolcast resume configs/sample.toml --reason "the feed was mended and counted anew"
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.io.trail.machine import account
    from patrolcast.runs.pause import pausing

    settings = read_settings(config).settings
    left = pausing.resume(
        settings, reason=reason, actor=account("operator"), now=datetime.now(UTC), runs=settings.city_runs(runs)
    )
    pausing.require_second(settings, left)
    say([f"{settings.title}: the pause has ended"], quiet=quiet)
