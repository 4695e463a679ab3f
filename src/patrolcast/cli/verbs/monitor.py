"""``patrolcast monitor``."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from patrolcast.cli.console import check_lines, progress_bars, say, say_json, shown_path
from patrolcast.cli.options import AsOf, Config, Json, Quiet
from patrolcast.domain.errors import GateRefusedError


def monitor(
    config: Config,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder of the result; default: monitored/NAME")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="leave out the runs on changed data; then no verdict is stored")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Checks in use whether patrol drives the forecast.

    Reads the dosage log and the records since; an alarm stops publication and pauses the city ([pause] on_gates).
    Writes monitor.json and monitor.html, and stores the verdict with the config (configs/evidence). Exit 20 on an
    alarm. Run it every week: the checks may be looked at as often as you like.

    Example: patrolcast monitor configs/sample.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.report.monitor.finding import monitor_check_rows
    from patrolcast.runs.monitor.evidence import ALARM
    from patrolcast.runs.monitor.monitor import write_monitoring
    from patrolcast.runs.pause.pausing import pause_on_alarm

    read, now = read_settings(config), datetime.now(UTC)
    with progress_bars(quiet=quiet or json) as progress:
        look, paths = write_monitoring(read, out=out, as_of=as_of, now=now, quick=quick, progress=progress)
    stored_alarm = look.verdict == ALARM and not quick
    paused = pause_on_alarm(read.settings, look.finding, now=now) if stored_alarm else None
    if json:
        say_json(look.document)
    else:
        notes = [f"wrote {shown_path(path)}" for path in paths]
        notes += ["Not stored as a verdict: --quick left out the runs on changed data."] if quick else []
        notes += [] if paused is None else [f"{read.settings.title} is now {paused.sentence}"]
        table = check_lines(monitor_check_rows(look.document))
        say([*_finding_lines(look.document), "", *table, "", *notes], quiet=quiet)
    return GateRefusedError.exit_code if look.verdict == ALARM else 0


def _finding_lines(document: Mapping[str, Any]) -> list[str]:
    from patrolcast.report.monitor.finding import monitor_finding, reports_by_lot

    return [line for line in (monitor_finding(document), reports_by_lot(document)) if line]
