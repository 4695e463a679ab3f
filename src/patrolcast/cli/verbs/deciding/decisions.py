"""``patrolcast decisions list``, ``import``, ``log`` and ``figures``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import complain, say, say_json, table_lines
from patrolcast.cli.options import Config, Json, Quiet, Runs

_SHOWN = ("suggestion_id", "district", "place", "patrol_minutes", "decision", "reason", "delivered_visits")


def list_decisions(
    config: Config,
    district: Annotated[str | None, typer.Option("--district", help="only this district")] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="id of a run; default: published now")] = None,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Lists suggestions with what became of them.

    Without --run those that are published now, in shifts that are not over. Shifts that are over are closed first: what
    nobody answered is written down as not actioned.

    Example: patrolcast decisions list configs/sample.toml --district 2
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.review import open_suggestions

    settings = read_settings(config).settings
    table = open_suggestions(settings, now=datetime.now(UTC), district=district, run=run, runs=settings.city_runs(runs))
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    if json:
        say_json({"city": settings.name, "suggestions": rows})
        return
    shown = [{name: "" if row.get(name) is None else f"{row[name]}" for name in _SHOWN} for row in rows]
    say(table_lines(shown) or ["no suggestion is open"])


def import_decisions(
    config: Config,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="decisions and visits, a row for each suggestion")],
    runs: Runs = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Takes decisions and visits that another system keeps.

    For departments that decide in CAD. The same refusals as `decide`: exit 22 when rows were refused, each is named. A
    row that was taken before is not taken again. A file with a column about officers or persons is refused (14), one
    with a wrong value as a whole (13). docs/decisions-and-pause.md lists the columns.

    Example: patrolcast decisions import configs/mycity.toml cad_decisions.csv
    """
    from patrolcast.domain.errors import ConflictError
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.io.trail.machine import account
    from patrolcast.patrol.decisions import RECORDS
    from patrolcast.runs.review import opened_review
    from patrolcast.runs.review.handed_in import hand_in

    settings = read_settings(config).settings
    with opened_review(settings, runs=settings.city_runs(runs)) as review:
        result = hand_in(review, file, actor=account(RECORDS), now=datetime.now(UTC))
    if json:
        say_json({"taken": result.taken, "repeated": result.repeated, "refused": list(result.refused)})
    else:
        counts = f"{result.taken:,} rows taken, {result.repeated:,} taken before, {len(result.refused):,} refused"
        say([counts], quiet=quiet)
        for line in result.refused:
            complain(line)
    return ConflictError.exit_code if result.refused else 0


def write_log(
    config: Config,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="default: runs/CITY/dosage_log.csv")
    ] = None,
    runs: Runs = None,
    quiet: Quiet = False,
) -> None:
    """Writes the dosage log: suggested, decided and delivered.

    `monitor` reads it as `[monitor] log`. Shifts that are over are closed first.

    Example: patrolcast decisions log configs/sample.toml
    """
    from patrolcast.io.safe_files import write_file
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.review import opened_review
    from patrolcast.runs.review.dosage import FILE, dosage_log, log_bytes

    settings = read_settings(config).settings
    folder = settings.city_runs(runs)
    with opened_review(settings, runs=folder) as review:
        review.close_shifts(now=datetime.now(UTC))
        log = dosage_log(review)
    path = write_file(out or folder / FILE, log_bytes(log))
    say([f"{len(log.table):,} rows in {path}"], quiet=quiet)


def show_figures(config: Config, runs: Runs = None, json: Json = False) -> None:
    """Counts answers and visits of closed shifts.

    By district, with the share that people answered, followed and delivered; never by person. Shifts that are over are
    closed first.

    Example: patrolcast decisions figures configs/sample.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.review import opened_review
    from patrolcast.runs.review.figures import figures_by_district, left_out

    settings = read_settings(config).settings
    with opened_review(settings, runs=settings.city_runs(runs)) as review:
        review.close_shifts(now=datetime.now(UTC))
        rows, lost = figures_by_district(review), left_out(review)
    if json:
        say_json({"city": settings.name, "figures": rows, "left_out": lost})
        return
    shown = [{name: _figure(value) for name, value in row.items()} for row in rows]
    say(table_lines(shown) or ["no shift is counted" if lost else "no shift is closed"])
    if lost:
        say([f"not counted, since they were removed or changed: {', '.join(lost)}"])


def _figure(value: object) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.0f} %" if isinstance(value, float) else str(value)
