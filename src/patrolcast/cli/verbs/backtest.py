"""``patrolcast backtest``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from patrolcast.cli.console import progress_bars, say, say_json, shown_path
from patrolcast.cli.options import Config, Json, Quiet


def backtest(
    config: Config,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder to write to; absent: backtests/<name>")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Forecasts past nights again and scores them against counting.

    Every peer is scored on the same nights. Writes backtest.json and backtest.html. An interrupted back-test goes on
    where it stopped: finished parts stay in DIR/parts until config, inputs or code change.

    Example: patrolcast backtest configs/sample.toml --out backtests/sample
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.backtest.files import write_backtest

    settings = read_settings(config)
    with progress_bars(quiet=quiet or json) as progress:
        document, paths = write_backtest(settings, out=out, now=datetime.now(UTC), progress=progress)
    if json:
        say_json(document)
    else:
        say([*result_lines(document), *(f"wrote {shown_path(path)}" for path in paths)], quiet=quiet)


def result_lines(document: dict[str, Any]) -> list[str]:
    """The finding, then each category and horizon against counting at the share of land nearest to 2 %."""
    from patrolcast.report.backtest.finding import (
        MAIN_SHARE,
        backtest_finding,
        compared_words,
        nearest,
        where_measured,
    )

    lines = [backtest_finding(document), where_measured(document), ""]
    for result in document["results"]:
        against = result["against"]["counting"][nearest(result["shares"], MAIN_SHARE)]
        comparison = compared_words(against, than="counting", windows=result["windows"])
        lines.append(f"{result['category'].replace('_', ' ')}, next {result['horizon']}: {comparison}")
    return lines
