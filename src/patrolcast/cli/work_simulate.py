"""The work of `simulate`: the test, its page, the stored evidence, and what is printed."""

from __future__ import annotations

import os
from pathlib import Path

from patrolcast.cli.tell import progress_bars, say, say_json, shown_path, table_lines
from patrolcast.domain.errors import GateRefusedError
from patrolcast.io.settings_file import read_settings
from patrolcast.runs.compared_only import refuse_comparison_only
from patrolcast.runs.simulate import LoopTest


def do_simulate(
    config: Path,
    *,
    nights: int | None,
    cities: int | None,
    out: Path | None,
    every: bool,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """The closed-loop test of a config; the exit code."""
    from patrolcast.runs.loop_files import write_result
    from patrolcast.runs.simulate import simulate

    read = read_settings(config)
    refuse_comparison_only(read.settings)
    simulated = read.project / "simulated"
    parts = simulated / "parts" if out is None else out / "parts"
    out = out or simulated / read.settings.name
    with progress_bars(quiet=quiet or as_json) as progress:
        test = simulate(
            read.settings,
            parts=parts,
            nights=nights,
            cities=cities,
            every=every,
            workers=workers or os.cpu_count() or 1,
            progress=progress,
        )
    written = write_result(test, read, out)
    if as_json:
        say_json(written.document)
    else:
        say(_lines(test), quiet=quiet)
        say((f"wrote {shown_path(path)}" for path in written.paths), quiet=quiet)
        say(written.notes, quiet=quiet)
    return 0 if written.is_open else GateRefusedError.exit_code


def _lines(test: LoopTest) -> list[str]:
    rows = [
        {
            "check": one.name,
            "verdict": str(one.verdict),
            "found": "-" if one.value is None else f"{one.value:+.4g}",
            "95 %": "-" if one.lower is None or one.upper is None else f"{one.lower:+.3f} to {one.upper:+.3f}",
            "rule": one.threshold,
        }
        for one in test.checks
    ]
    reused = f", {test.reused} pairs of runs taken from an earlier start" if test.reused else ""
    head = f"{test.cities} cities a scenario, {test.nights} nights{reused}: {test.verdict}"
    return [head, "", *table_lines(rows), ""]
