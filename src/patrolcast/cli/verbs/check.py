"""``patrolcast check``."""

from dataclasses import replace
from datetime import UTC, datetime

from patrolcast.cli.console import complain, progress_bars, say, say_json
from patrolcast.cli.options import GOVERNANCE, Config, Governance, Json, Quiet, Runs


def check(
    config: Config, governance: Governance = GOVERNANCE, runs: Runs = None, quiet: Quiet = False, json: Json = False
) -> int:
    """Checks config and data without running anything.

    Says what would be kept and refused, and why.

    Example: patrolcast check configs/sample.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.check.check import check_city
    from patrolcast.runs.check.governance import governance_warnings

    with progress_bars(quiet=quiet or json) as progress:
        stated = read_settings(config)
        report = check_city(stated, now=datetime.now(UTC), runs=runs, progress=progress)
    unstated = governance_warnings(governance / stated.settings.name)
    report = replace(report, warnings=(*report.warnings, *unstated))
    if json:
        say_json(report.as_dict())
    else:
        say((line for line in report.lines() if not line.startswith("problem: ")), quiet=quiet)
    for problem in report.problems:
        complain(problem)
    return report.exit_code
