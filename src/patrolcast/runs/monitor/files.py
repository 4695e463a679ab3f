"""What a run of the monitor leaves: monitor.json, monitor.html, and the verdict stored with the config."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from patrolcast.domain.records import Progress
from patrolcast.domain.settings import refuse_comparison_only
from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.evidence import write_evidence
from patrolcast.report.monitor.page import monitor_page
from patrolcast.runs.monitor.evidence import KIND
from patrolcast.runs.monitor.monitor import MonitorReport, run_monitor

FOLDER = "monitored"


def write_monitoring(
    config: ConfigFile,
    *,
    out: Path | None,
    as_of: str | None,
    now: datetime,
    quick: bool = False,
    progress: Progress | None = None,
) -> tuple[MonitorReport, tuple[Path, ...]]:
    """Runs the monitor on the logs of a config and writes its files.

    Parameters
    ----------
    out : folder of the result; None: ``monitored/<name>`` in the project.
    quick : without the invariances; the verdict is then not stored as evidence.

    Returns
    -------
    The report, and the paths written.
    """
    refuse_comparison_only(config.settings)
    out = out or config.project / FOLDER / config.settings.name
    result = run_monitor(config, as_of=as_of, now=now, invariances=not quick, progress=progress)
    title, zone = config.settings.title, config.settings.area.timezone
    paths = [
        write_file(out / "monitor.json", json_bytes(result.document)),
        write_file(out / "monitor.html", monitor_page(result.document, title=title, timezone=zone).encode()),
    ]
    if not quick:
        stored = {key: value for key, value in result.document.items() if key != "findings"}
        paths.append(write_evidence(config, KIND, stored))
    return result, tuple(paths)
