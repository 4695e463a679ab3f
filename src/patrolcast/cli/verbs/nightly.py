"""``patrolcast nightly``."""

from datetime import UTC, datetime

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import AsOf, Config, Force, Json, Quiet, Runs


def nightly(
    config: Config,
    as_of: AsOf = None,
    runs: Runs = None,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """The unattended run, for a timer: lock, recovery, freshness, run, gates, publish, retention.

    One at a time (a second start exits 75 at once). A finished night is not made again. Each step is a line of JSON on
    stderr and in runs/nightly.log; runs/status.json says what is published and until when.

    Example: patrolcast nightly configs/sample.toml
    """
    from patrolcast.cli.finished_run import path_lines, run_document
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.nightly.nightly import run_night

    night = run_night(read_settings(config), runs=runs, as_of=as_of, now=datetime.now(UTC), force=force)
    if json:
        document = run_document(night.run, published=True)
        say_json({"was_finished": night.was_finished, "status": night.status, **document})
    elif night.was_finished:
        say([f"this night is finished: {night.run.folder.name}; nothing to do"], quiet=quiet)
    else:
        say([f"published {night.run.folder.name}", *path_lines(night.run)], quiet=quiet)
