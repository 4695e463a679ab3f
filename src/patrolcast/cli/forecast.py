"""What each verb calls: the work of `runs`, with the clock, the progress and the printing around it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from patrolcast.cli.tell import complain, progress_bars, say, say_json, shown_path, table_lines, top_suggestions
from patrolcast.domain.errors import CannotWriteError, UsageError, shown
from patrolcast.domain.records import NOTICE
from patrolcast.domain.settings.settings import parse_as_of
from patrolcast.io.encode import iso_utc
from patrolcast.io.safe_files import replace_synced, write_errors
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.io.store.stored_run import read_run, read_suggestions
from patrolcast.runs.forecast.once import FinishedRun, run_once
from patrolcast.runs.forecast.publish import publish, write_status

FILES = {
    "briefing": "briefing.html",
    "suggestions": "suggestions.csv",
    "forecast": "forecast.parquet",
    "audit": "audit.html",
    "manifest": "manifest.json",
    "quarantine": "quarantine/refused.csv",
}


def do_forecast(
    config: Path, *, as_of: str | None, runs: Path | None, force: bool, publishes: bool, quiet: bool, as_json: bool
) -> None:
    """One run, published if its gates let it."""
    read, now = _config(config, as_of), _now()
    with progress_bars(quiet=quiet or as_json) as progress:
        done = run_once(read, runs=runs, as_of=as_of, now=now, force=force, progress=progress)
    if publishes and done.publishable:
        publish(done)
        last = {"at": iso_utc(now), "exit_code": 0, "told": f"published {done.folder.name}"}
        write_status(done.folder.parent, now=now, last=last)
    _tell_run(done, published=publishes and done.publishable, quiet=quiet, as_json=as_json)
    if publishes:
        publish(done)


def do_nightly(config: Path, *, as_of: str | None, runs: Path | None, force: bool, quiet: bool, as_json: bool) -> None:
    """The unattended run."""
    from patrolcast.runs.nightly.nightly import run_night

    read = _config(config, as_of)
    night = run_night(read, runs=runs, as_of=as_of, now=_now(), force=force)
    if as_json:
        say_json({"was_finished": night.was_finished, "status": night.status, **_run_document(night.run, True)})
    elif night.was_finished:
        say([f"this night is finished: {night.run.folder.name}; nothing to do"], quiet=quiet)
    else:
        say([f"published {night.run.folder.name}", *_path_lines(night.run)], quiet=quiet)


def do_check(config: Path, *, quiet: bool, as_json: bool) -> int:
    """Config and data, checked without a run; the exit code."""
    from patrolcast.runs.forecast.check import check_city

    with progress_bars(quiet=quiet or as_json) as progress:
        report = check_city(read_settings(config), now=_now(), progress=progress)
    if as_json:
        say_json(report.as_dict())
    else:
        say((line for line in report.lines() if not line.startswith("problem: ")), quiet=quiet)
    for problem in report.problems:
        complain(problem)
    return report.exit_code


def do_init(export: Path, *, out: Path, force: bool, quiet: bool, as_json: bool) -> None:
    """A starter config and codebook."""
    from patrolcast.runs.init.draft import draft_config

    codebook = out.parent / "codebooks" / f"{out.stem}.csv"
    for path in (out, codebook):
        if path.exists() and not force:
            raise CannotWriteError(
                shown_path(path), got="a file", rule="init never overwrites", cure="--out, or --force"
            )
    draft = draft_config(export)
    for path, text in ((out, draft.toml_text), (codebook, draft.codebook_text)):
        with write_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_synced(path, text.encode())
    if as_json:
        say_json({"config": str(out), "codebook": str(codebook), "undecided": list(draft.undecided)})
        return
    say([f"wrote {shown_path(out)}", f"wrote {shown_path(codebook)}"], quiet=quiet)
    say((f"decide: {what}" for what in draft.undecided), quiet=quiet)


def do_explain(run: str, cell: str, *, runs: Path, quiet: bool, as_json: bool) -> None:
    """Why a cell was, or was not, suggested."""
    from patrolcast.runs.forecast.explain import explain_cell

    found = explain_cell(read_run(run_store.find_run(run, runs)), cell)
    if as_json:
        say_json(found.as_dict())
    else:
        say(found.lines(), quiet=quiet)


def do_reproduce(run: str, *, config: Path | None, runs: Path, quiet: bool, as_json: bool) -> int:
    """A run made again and compared; the exit code."""
    from patrolcast.runs.forecast.reproduce import reproduce_run

    folder = run_store.find_run(run, runs)
    with progress_bars(quiet=quiet or as_json) as progress:
        found = reproduce_run(folder, config=None if config is None else read_settings(config), progress=progress)
    if as_json:
        say_json({**dataclasses.asdict(found), "matches": found.matches})
    else:
        say(found.lines(), quiet=quiet and found.matches)
    return found.exit_code


def do_sample(out: Path, *, quiet: bool) -> None:
    """The sample city, rebuilt."""
    from patrolcast.runs.sample import write_sample

    with progress_bars(quiet=quiet) as progress:
        write_sample(out, progress=progress)
    say([f"wrote {shown_path(out)}"], quiet=quiet)


def _config(path: Path, as_of: str | None) -> ConfigFile:
    if as_of is not None and as_of not in {"now", "last-report"}:
        try:
            parse_as_of(as_of)
        except ValueError as error:
            raise UsageError("--as-of", got=shown(as_of), rule=str(error)) from None
    return read_settings(path)


def _now() -> datetime:
    return datetime.now(UTC)


def _tell_run(done: FinishedRun, *, published: bool, quiet: bool, as_json: bool) -> None:
    if as_json:
        say_json(_run_document(done, published))
        return
    manifest = done.manifest
    table = read_suggestions(done.folder, manifest)
    rows = top_suggestions(table, manifest["timezone"])
    reused = ["the identical run was there and is whole: used again (--force runs anew)"] if done.reused else []
    expired = datetime.fromisoformat(manifest["expires_at"]) <= _now()
    notes = ["these shifts are over: as_of lies in the past; this run is for looking back only"] if expired else []
    head = f"{manifest['title']}: {len(table)} suggestions as of {manifest['as_of']}; strongest of the next shift:"
    state = ["published: runs/current points at it"] if published else []
    say([head, "", *table_lines(rows), "", *reused, *notes, *state, *_path_lines(done), NOTICE], quiet=quiet)


def _path_lines(done: FinishedRun) -> list[str]:
    return [f"{what:<12}{shown_path(done.folder / name)}" for what, name in FILES.items()]


def _run_document(done: FinishedRun, published: bool) -> dict[str, Any]:
    manifest = done.manifest
    table = read_suggestions(done.folder, manifest)
    return {
        "run_id": manifest["run_id"],
        "folder": str(done.folder),
        "as_of": manifest["as_of"],
        "expires_at": manifest["expires_at"],
        "published": published,
        "publishable": done.publishable,
        "stopped_by": done.stopped_by,
        "reused": done.reused,
        "suggestions": len(table),
        "top": top_suggestions(table, manifest["timezone"]),
        "files": {what: str(done.folder / name) for what, name in FILES.items()},
        "notice": NOTICE,
    }
