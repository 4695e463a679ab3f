"""``patrolcast outcomes declare``, ``import`` and ``report``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json, shown_path, table_lines
from patrolcast.cli.options import AsOf, Config, Json, Quiet, Runs


def declare_measures(config: Config, runs: Runs = None, quiet: Quiet = False) -> None:
    """Puts the questions on the audit trail, with the day.

    They stand in configs/outcomes/NAME.toml. What is declared after its counts were taken in is marked so on the page,
    and is never a finding. Exit 11 where the file is missing or unfinished.

    Example: patrolcast outcomes declare configs/mycity.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.outcomes.declare import declare

    naming = declare(read_settings(config), runs=runs)
    late = [f"{name}: chosen after the data was seen; shown as that, never a finding" for name in naming.late]
    new = ", ".join(naming.new)
    summary = f"named on the audit trail: {new}" if new else "every measure was named before as it is"
    gone = [f"{name}: no longer asked; the page says so" for name in naming.gone]
    say([summary, *late, *gone], quiet=quiet)


def import_outcomes(
    config: Config,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="monthly counts by area and group, CSV or Parquet")],
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="what was counted, where no column of the file says it")
    ] = None,
    runs: Runs = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Takes monthly counts of arrests, stops, use of force or complaints.

    Counts of groups only: a file with rows or columns about persons is refused (14), one with a wrong value as a whole
    (13). A later file replaces the months that it holds. docs/outcomes.md lists the columns.

    Example: patrolcast outcomes import configs/mycity.toml force.csv --outcome use_of_force
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.outcomes.declare import take_in

    imported = take_in(read_settings(config), file, outcome=outcome, now=datetime.now(UTC), runs=runs)
    if json:
        say_json({"rows": imported.rows, "months": list(imported.months), "is_new": imported.is_new})
        return
    if not imported.is_new:
        say(["the same counts were taken in last; nothing was done"], quiet=quiet)
        return
    rows = [f"{m['outcome']}: {m['months']} months, {m['first']} to {m['last']}" for m in imported.months]
    say([f"{imported.rows:,} counts taken in", *rows], quiet=quiet)


def report_outcomes(
    config: Config, as_of: AsOf = None, runs: Runs = None, quiet: Quiet = False, json: Json = False
) -> None:
    """Says what became of people since suggestions are used.

    Counts before and since, where suggestions are used and elsewhere, group beside group, with intervals; and reported
    crime where the draw decided. Writes outcomes.json and outcomes.html to outcomes/NAME. Each report on new data is a
    further look, and is on the audit trail.

    Example: patrolcast outcomes report configs/mycity.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.report.outcomes.finding import contrast_label
    from patrolcast.runs.outcomes.report import write_outcomes

    now = datetime.now(UTC)
    with progress_bars(quiet=quiet or json) as progress:
        report = write_outcomes(read_settings(config), now=now, as_of=as_of, runs=runs, progress=progress)
    if json:
        say_json(report.document)
        return
    rows = [
        {"what": contrast_label(row), "verdict": row["verdict"], "ratio": _ratio(row["ratio"])}
        for row in report.document["contrasts"]
    ]
    say(
        [report.finding, "", *table_lines(rows), "", *(f"wrote {shown_path(path)}" for path in report.paths)],
        quiet=quiet,
    )


def _ratio(ratio: dict[str, float | None] | None) -> str:
    if ratio is None:
        return "-"
    value, lower, upper = (ratio[key] for key in ("value", "lower", "upper"))
    return f"{value} ({lower} to {'no limit' if upper is None else upper})"
