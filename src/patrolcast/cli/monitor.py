"""The work of `monitor`: the look, its page, the stored verdict, and what is printed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from patrolcast.cli.tell import progress_bars, say, say_json, shown_path, table_lines
from patrolcast.domain.errors import GateRefusedError
from patrolcast.domain.records import GateResult
from patrolcast.io.encode import json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import write_evidence
from patrolcast.report.monitor.page import monitor_page
from patrolcast.runs.monitor.evidence import ALARM, KIND
from patrolcast.runs.monitor.monitor import look
from patrolcast.runs.pipeline.comparison_only import refuse_comparison_only


def do_monitor(config: Path, *, as_of: str | None, out: Path | None, quick: bool, quiet: bool, as_json: bool) -> int:
    """One look at the logs; the exit code."""
    read = read_settings(config)
    refuse_comparison_only(read.settings)
    out = out or read.project / "monitored" / read.settings.name
    with progress_bars(quiet=quiet or as_json) as progress:
        found = look(read, as_of=as_of, now=datetime.now(UTC), invariances=not quick, progress=progress)
    title, zone = read.settings.title, read.settings.area.timezone
    paths = [
        write_file(out / "monitor.json", json_bytes(found.document)),
        write_file(out / "monitor.html", monitor_page(found.document, title=title, timezone=zone).encode()),
    ]
    notes = ["not stored as a verdict: without the invariances a look is not whole"] if quick else []
    if not quick:
        stored = {key: found.document[key] for key in found.document if key != "findings"}
        paths.append(write_evidence(read, KIND, stored))
    if as_json:
        say_json(found.document)
    else:
        say(
            [f"{found.verdict}: {found.finding}", "", *table_lines([_row(gate) for gate in found.gates]), ""],
            quiet=quiet,
        )
        say((f"wrote {shown_path(path)}" for path in paths), quiet=quiet)
        say(notes, quiet=quiet)
    return GateRefusedError.exit_code if found.verdict == ALARM else 0


def _row(gate: GateResult) -> dict[str, str]:
    ends = gate.lower, gate.upper
    return {
        "check": gate.name,
        "verdict": str(gate.verdict),
        "found": "-" if gate.value is None else f"{gate.value:.4g}",
        "95 %": "-" if ends[0] is None or ends[1] is None else f"{ends[0]:+.3f} to {ends[1]:+.3f}",
        "rule": gate.threshold,
    }
