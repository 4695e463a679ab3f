"""``patrolcast nightly``."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from patrolcast.cli.console import say, say_json
from patrolcast.cli.options import GOVERNANCE, AsOf, Config, Force, Json, Quiet, Runs


@contextmanager
def _ended_by_the_system() -> Iterator[None]:
    """SIGTERM ends the night as an interrupt does: its status and log say so."""
    from patrolcast.domain.errors import EndedBySignalError, Terminated

    def end(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except Terminated:
        what, rule = "nightly: the system asked it to end (SIGTERM)", "nothing half-made is left"
        raise EndedBySignalError(what, rule=rule, cure="start it again") from None
    finally:
        signal.signal(signal.SIGTERM, before)


def nightly(
    config: Config,
    as_of: AsOf = None,
    runs: Runs = None,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Runs tonight's forecast unattended.

    For a timer: lock, recovery, freshness, run, gates, publish, retention. One at a time (a second start exits 75 at
    once). A finished night is not made again. Each step is a line of JSON on stderr and in runs/CITY/nightly.log;
    runs/CITY/status.json says what is published and until when, runs/CITY/index.html shows it.

    Example: patrolcast nightly configs/sample.toml
    """
    from patrolcast.cli.finished_run import path_lines, run_document
    from patrolcast.domain.errors import PatrolcastError
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.io.settings.unread_config import metrics_file_of, runs_folder_of
    from patrolcast.runs.feedback.overdue import feedback_warnings
    from patrolcast.runs.nightly.nightly import run_night, status_of_unread_config

    now = datetime.now(UTC)
    try:
        read = read_settings(config)
    except PatrolcastError as error:
        folder, metrics = runs_folder_of(config, asked=runs), metrics_file_of(config)
        status_of_unread_config(folder, error, now=now, metrics=metrics)
        raise
    with _ended_by_the_system():
        night = run_night(read, runs=read.settings.city_runs(runs), as_of=as_of, now=now, force=force)
    if json:
        document = run_document(night.run, published=True)
        say_json({"was_finished": night.was_finished, "status": night.status, **document})
    elif night.was_finished:
        say([f"this night is finished: {night.run.folder.name}; nothing to do"], quiet=quiet)
    else:
        said = [f"published {night.run.folder.name}", *path_lines(night.run)]
        overdue = feedback_warnings(night.run.folder.parent, GOVERNANCE / read.settings.name, today=now.date())
        say([*said, *overdue], quiet=quiet)
