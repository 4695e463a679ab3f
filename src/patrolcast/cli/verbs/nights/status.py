"""``patrolcast status``."""

from dataclasses import replace
from datetime import UTC, datetime

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import GOVERNANCE, Config, Json, Runs


def status(config: Config, runs: Runs = None, json: Json = False) -> None:
    """What is published, until when, and how the last start ended.

    For the person on duty: also what a start that is at work or was killed means, and which findings are open. When the
    next start comes only the timer knows. Writes nothing; for monitors there is `health`.

    Example: patrolcast status configs/sample.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.feedback.overdue import feedback_warnings
    from patrolcast.runs.nightly.status import OpenFinding, status_of

    settings = read_settings(config).settings
    now, folder = datetime.now(UTC), settings.city_runs(runs)
    city_status = status_of(settings, folder, now=now)
    overdue = feedback_warnings(folder, GOVERNANCE, settings, now=now)
    city_status = replace(city_status, open_findings=(*city_status.open_findings, *map(OpenFinding, overdue)))
    if json:
        say_json(city_status.as_dict())
    else:
        say(city_status.lines())
