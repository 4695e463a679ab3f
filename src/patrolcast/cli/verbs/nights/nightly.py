"""``patrolcast nightly``."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json, table_lines
from patrolcast.cli.options import GOVERNANCE, AsOf, Force, Json, Quiet, Runs

if TYPE_CHECKING:
    from patrolcast.runs.nightly.nightly import Night


def _require_day(text: str | None) -> str | None:
    """The text of a day, checked before anything is read.

    Raises UsageError: it is no day as 2026-02-28.
    """
    from patrolcast.domain.errors import UsageError, shown

    try:
        if text is None or (date.fromisoformat(text).isoformat() == text):
            return text
    except ValueError:
        pass
    raise UsageError("--from and --to", got=shown(text), rule="must be a day", cure="write it as 2026-02-28")


Day = Annotated[
    str | None,
    typer.Option("--from", metavar="D1", callback=_require_day, help="backfill: the first of some past nights"),
]
LastDay = Annotated[
    str | None,
    typer.Option("--to", metavar="D2", callback=_require_day, help="backfill: the last of them; without: D1 alone"),
]


_MOST_STEP_MINUTES = 60.0


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
    configs: Annotated[
        list[Path],
        typer.Argument(help="config file of a city; or several, or a folder of them", metavar="CONFIG..."),
    ],
    as_of: AsOf = None,
    runs: Runs = None,
    first: Day = None,
    last: LastDay = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine", metavar="ENGINE", help="of many cities: local, dask, or dask://HOST:PORT of a cluster"
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=512, help="cities at a time; left out: one for each core")
    ] = None,
    most_minutes: Annotated[
        float | None,
        typer.Option(
            "--most-minutes", min=0.01, max=1440, help="a night that takes longer is ended; of many cities: 120"
        ),
    ] = None,
    most_step_minutes: Annotated[
        float | None,
        typer.Option(
            "--most-step-minutes", min=0.01, max=1440, help="and so is one that long at one step; left out: 60"
        ),
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Runs tonight's forecast unattended, of one city or of many.

    For a timer: lock, recovery, freshness, feed checks, run, gates, publish, retention. One at a time (a second start
    exits 75 at once). A finished night is not made again. A feed that breaks a check exits 13, with what to ask the
    records unit. Each step is a line of JSON on stderr and in runs/CITY/nightly.log; runs/CITY/status.json says what is
    published and until when, runs/CITY/index.html shows it. Of many cities each has a process of its own; one that
    fails does not stop the others, and the exit code is that of the worst. With --most-minutes one city has such a
    process too: one that hangs is ended, and exits 70.

    With --from D1 --to D2: what each of these past nights of one city would have given with what was known then, into
    runs/CITY/backfill. Nothing is published. A night that is there is kept.

    Example: patrolcast nightly configs/sample.toml
    """
    from patrolcast.domain.errors import UsageError
    from patrolcast.io.cities.configs import are_many

    past, step_minutes = first is not None or last is not None, most_step_minutes or _MOST_STEP_MINUTES
    if past and (most_minutes is not None or most_step_minutes is not None):
        rule = "past nights are not watched"
        raise UsageError("nightly --from", got="a limit of minutes", rule=rule, cure="leave it out")
    if past:
        if engine is not None or are_many(configs):
            rule, cure = "past nights are made of one city at a time", "name one config, without --engine"
            raise UsageError("nightly --from", got=f"{len(configs)} configs or a folder", rule=rule, cure=cure)
        _past(configs[0], first, last, as_of, runs, force, quiet, json)
    elif engine is not None or are_many(configs):
        minutes = 120.0 if most_minutes is None else most_minutes, step_minutes
        _many(configs, as_of, runs, engine or "local", workers, minutes, force, quiet, json)
    elif most_minutes is not None:
        _watched(configs[0], as_of, runs, (most_minutes, step_minutes), force, quiet, json)
    elif most_step_minutes is not None:
        rule = "one city is watched with --most-minutes only"
        raise UsageError("nightly", got="--most-step-minutes alone", rule=rule, cure="add --most-minutes 100")
    else:
        _one_city(configs[0], as_of, runs, force, quiet, json)


def _now() -> datetime:
    return datetime.now(UTC)


def _many(
    configs: list[Path], as_of: str | None, runs: Path | None, engine: str, workers: int | None,
    minutes: tuple[float, float], force: bool, quiet: bool, json: bool,
) -> None:  # fmt: skip
    from patrolcast.io.cities.engines import cores
    from patrolcast.runs.nightly.many import run_many

    with _ended_by_the_system(), progress_bars(quiet=quiet) as progress:
        nights = run_many(
            configs, module="patrolcast.cli.city_process", engine=engine, workers=workers or cores(),
            most_minutes=minutes[0], most_step_minutes=minutes[1], runs=runs, as_of=as_of, force=force,
            progress=progress, clock=_now,
        )  # fmt: skip
    document = nights.document()
    if json:
        say_json(document)
    else:
        rows = [
            {
                "city": row["city"],
                "outcome": row["outcome"],
                "exit": str(row["exit_code"]),
                "seconds": f"{row['seconds']:.0f}",
                "run or reason": row["message"] or row["run_id"] or "-",
            }
            for row in document["cities"]
        ]
        counts = ", ".join(f"{n} {name}" for name, n in document["outcomes"].items())
        say([*table_lines(rows), counts], quiet=quiet)
    if nights.exit_code:
        raise typer.Exit(nights.exit_code)


def _watched(
    config: Path, as_of: str | None, runs: Path | None, minutes: tuple[float, float], force: bool, quiet: bool,
    json: bool,
) -> None:  # fmt: skip
    """The night of one city in a process of its own, that is ended where it hangs."""
    from patrolcast.domain.errors import EndedBySignalError, PatrolcastError
    from patrolcast.runs.nightly.many import run_watched

    flags = [name for name, is_set in (("--quiet", quiet), ("--json", json)) if is_set]
    with _ended_by_the_system():
        ending = run_watched(
            config, module="patrolcast.cli.city_process", most_minutes=minutes[0], most_step_minutes=minutes[1],
            flags=flags, runs=runs, as_of=as_of, force=force, clock=_now,
        )  # fmt: skip
    if ending.hung:
        raise PatrolcastError("nightly", got=ending.message, rule="the last good run stays", cure="start it again")
    if ending.message:  # what it could not say itself: somebody killed it
        raise EndedBySignalError("nightly", got=ending.message, rule="the last good run stays")
    if ending.exit_code:
        raise typer.Exit(ending.exit_code)


def _one_city(config: Path, as_of: str | None, runs: Path | None, force: bool, quiet: bool, json: bool) -> None:
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
        folder, metrics = runs_folder_of(config, runs=runs), metrics_file_of(config)
        status_of_unread_config(folder, error, now=now, metrics=metrics)
        raise
    with _ended_by_the_system(), progress_bars(quiet=True) as progress:
        night = run_night(
            read, runs=read.settings.city_runs(runs), as_of=as_of, now=now, force=force, progress=progress
        )
    if json:
        document = run_document(night.run, published=True)
        say_json({"was_finished": night.was_finished, "status": night.status, **document})
    elif night.was_finished:
        say([f"this night is finished: {night.run.folder.name}; nothing to do", *_over(night)], quiet=quiet)
    else:
        lines = [f"published {night.run.folder.name}", *_over(night), *path_lines(night.run)]
        overdue = feedback_warnings(night.run.folder.parent, GOVERNANCE, read.settings, now=now)
        say([*lines, *overdue], quiet=quiet)


def _over(night: "Night") -> list[str]:
    """What a person must know of a run that is over when it is published: the export stopped days ago.

    Whoever names a past moment knows that it is past.
    """
    if night.status["state"] != "expired" or night.run.manifest.get("as_of_asked") != "last-report":
        return []
    return [f"it must not be used any more: it ended at {night.status['expires_at']}; is the export up to date?"]


def _past(
    config: Path, first: str | None, last: str | None, as_of: str | None, runs: Path | None, force: bool, quiet: bool,
    json: bool,
) -> None:  # fmt: skip
    """Past nights, a line each; the exit code is that of the first night whose data were refused."""
    from patrolcast.domain.errors import DataRefusedError, UsageError
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.nightly.backfill import backfill, nights_of

    if first is None or as_of is not None:
        got = "--to alone" if first is None else "--as-of beside --from"
        raise UsageError("nightly", got=got, rule="a backfill is named by --from D1 [--to D2]")
    read, now = read_settings(config), datetime.now(UTC)
    days = date.fromisoformat(first), date.fromisoformat(last or first)
    nights = nights_of(read.settings, first=days[0], last=days[1], now=now)
    folder, past_nights = read.settings.city_runs(runs), []
    with progress_bars(quiet=quiet or json) as progress:
        for night in backfill(read, nights=nights, runs=folder, force=force, progress=progress):
            past_nights.append(night)
            say([night.line], quiet=quiet or json)
    if json:
        say_json({"published": False, "nights": [night.facts | {"kept": night.reused} for night in past_nights]})
    refused = [night for night in past_nights if "error" in night.facts]
    if refused:
        got = f"{len(refused)} of {len(past_nights)} nights whose data were refused"
        raise DataRefusedError("backfill", got=got, rule=refused[0].line)
