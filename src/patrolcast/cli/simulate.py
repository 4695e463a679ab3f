"""The work of `simulate`: the test, its page, the stored evidence, and what is printed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from patrolcast.cli.tell import progress_bars, say, say_json, shown_path, table_lines
from patrolcast.domain.errors import ConfigError, GateRefusedError, shown
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.pipeline.comparison_only import refuse_comparison_only
from patrolcast.runs.simulate.simulate import LoopTest


def do_simulate(
    config: Path,
    *,
    nights: int | None,
    cities: int | None,
    out: Path | None,
    every: bool,
    from_city: bool,
    group: str | None,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """The closed-loop test of a config; the exit code."""
    from patrolcast.runs.load.city import load_city
    from patrolcast.runs.simulate.files import write_result
    from patrolcast.runs.simulate.from_city import fit_city, require_group
    from patrolcast.runs.simulate.simulate import simulate

    read = read_settings(config)
    refuse_comparison_only(read.settings)
    if group is not None and not from_city:
        cure = "made-up cities have no groups with names"
        raise ConfigError("--group", got=shown(group), rule="only with --from-city", cure=cure)
    simulated = read.project / "simulated"
    parts = simulated / "parts" if out is None else out / "parts"
    out = out or simulated / (f"{read.settings.name}-from-city" if from_city else read.settings.name)
    with progress_bars(quiet=quiet or as_json) as progress:
        fitted = None
        if from_city:
            require_group(read.settings, group)
            city = load_city(read.settings, as_of=None, now=datetime.now(UTC), progress=progress)
            fitted = fit_city(city, read.settings, group=group)
        test = simulate(
            read.settings,
            parts=parts,
            nights=nights,
            cities=cities,
            every=every,
            workers=workers or os.cpu_count() or 1,
            fitted=fitted,
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
    played = "cities" if test.fitted is None else "replays of this city"
    head = f"{test.cities} {played} a scenario, {test.nights} nights{reused}: {test.verdict}"
    return [head, *_fitted(test), "", *table_lines(rows), ""]


def _fitted(test: LoopTest) -> list[str]:
    if (one := test.fitted) is None:
        return []
    told = f"fitted to {one['reports']:,} reports of {one['nights']} nights ({', '.join(one['categories'])})"
    told += f" on {one['cells']:,} cells of resolution {one['resolution']}"
    return [f"{told}; group b: {one['group']}, {100 * one['group_share']:.0f} % of residents"]
