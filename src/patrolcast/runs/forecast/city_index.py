"""`index.html` of a city, made from its run folders: what is published, what each page says, what went before.

It is best effort, and never in the way: a run folder that cannot be read is listed as such, and where the page cannot
be written whole it is taken away, so that nothing stale is ever shown as published. Programs read `status.json`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from patrolcast.domain.errors import PatrolcastError, shown
from patrolcast.domain.residents import GroupNames
from patrolcast.io.store import run_store
from patrolcast.io.store.index_file import pages_of_tests, remove_index_file, write_index_file
from patrolcast.io.store.stored_run import read_suggestions
from patrolcast.report.index.page import index_page
from patrolcast.report.index.values import CityIndex, LastStart, ListedRun, PublishedRun, StandingPause
from patrolcast.runs.forecast.stored_runs import stopping_gates

MOST_LISTED = 60
_UNREADABLE = "its manifest cannot be read"
_TRIES = 3
_NOT_AS_WRITTEN = (AttributeError, LookupError, OSError, PatrolcastError, TypeError, ValueError)
"""What reading a folder that somebody edited may raise."""


def write_index(
    runs: Path, status: Mapping[str, Any], *, now: datetime, again: Callable[[], Mapping[str, Any]]
) -> bool:
    """Writes the index whole, or takes it away; True when it is there. Never raises an error.

    Parameters
    ----------
    status : what `published_state` found, and ``last_start``.
    again : finds the state anew, for when another start published meanwhile.
    """
    try:
        for _ in range(_TRIES):
            current = run_store.current_run(runs)
            write_index_file(runs, index_page(city_index(runs, status, now=now)).encode())
            if run_store.current_run(runs) == current:
                return True
            status = {**status, **again()}
    except Exception:  # whatever a folder holds, it must not keep a start from ending as it should
        pass
    remove_index_file(runs)
    return False


def city_index(runs: Path, status: Mapping[str, Any], *, now: datetime) -> CityIndex:
    """What the index of a city shows, read from its run folders.

    Raises what reading the published run raises; of the other runs, one that cannot be read is listed as such.
    """
    folders = sorted(run_store.finished_runs(runs), key=_age, reverse=True)
    fault, current = str(status.get("fault") or ""), run_store.current_run(runs)
    listed = [_listed(folder, fault if folder == current else "") for folder in folders[:MOST_LISTED]]
    published = None
    if status.get("run_id") is not None:
        folder = next(folder for folder in folders if folder.name == status["run_id"])
        published = _published(folder, run_store.read_manifest(folder), now=now)
    title, zone = _title_and_zone(runs, published)
    return CityIndex(
        title=title,
        timezone=zone,
        written_at=now,
        published=published,
        fault=fault,
        pause=_pause(status.get("pause")),
        last_start=_last_start(status.get("last_start")),
        listed=tuple(listed),
        n_more=max(len(folders) - MOST_LISTED, 0),
        tests=pages_of_tests(runs),
    )


def _age(folder: Path) -> tuple[str, float]:
    """Orders runs by the moment they look from, and those of one moment by when they were made."""
    return folder.name.partition("-")[0], run_store.made_at(folder)


def _published(folder: Path, manifest: Mapping[str, Any], *, now: datetime) -> PublishedRun:
    expires_at = datetime.fromisoformat(manifest["expires_at"])
    outputs = frozenset(manifest["outputs"])
    source = manifest.get("call_source")
    return PublishedRun(
        run_id=folder.name,
        as_of=datetime.fromisoformat(manifest["as_of"]),
        expires_at=expires_at,
        expired=now >= expires_at,
        files=outputs,
        suggestions=_counted(folder, manifest) if "suggestions.geojson" in outputs else None,
        rows=_rows(manifest),
        finding=_finding(folder, manifest) if "audit.json" in outputs else "",
        gates=tuple(manifest["gates"]),
        exceptions=tuple(str(exception) for exception in manifest.get("exceptions", ())),
        call_source=str(source.get("statement") or "") if isinstance(source, dict) else "",
        objectives=tuple(str(objective["state"]) for objective in manifest.get("objectives", ())),
    )


def _counted(folder: Path, manifest: Mapping[str, Any]) -> tuple[int, int, int]:
    """Suggestions that get a visit, and their districts and shifts."""
    table = read_suggestions(folder, manifest)
    if table.empty:
        return 0, 0, 0
    visited = table[table["visits"] > 0]
    return len(visited), int(visited["district"].nunique()), int(visited["shift_start"].nunique())


def _rows(manifest: Mapping[str, Any]) -> tuple[int, int] | None:
    """Rows of incidents that came in, and those refused; layers' rows are no incidents."""
    exports = [source for source in manifest.get("sources", ()) if source.get("of_incidents", True)]
    return (
        (sum(export["rows_in"] for export in exports), sum(sum(export["refused"].values()) for export in exports))
        if exports
        else None
    )


def _finding(folder: Path, manifest: Mapping[str, Any]) -> str:
    disparity = json.loads(run_store.read_verified(folder, manifest, "audit.json")).get("disparity")
    findings = disparity.get("findings") if isinstance(disparity, dict) else None
    return str(findings[0]) if findings else ""


def _listed(folder: Path, fault: str) -> ListedRun:
    """A run as the list names it; what cannot be read, or was changed, is named and never linked."""
    try:
        manifest = run_store.manifest_or_none(folder)
        if manifest is None:
            return ListedRun(folder.name, None, fault=_UNREADABLE)
        stopped_by = tuple(stopping_gates(manifest["gates"]))
        as_of = datetime.fromisoformat(manifest["as_of"])
        as_of.astimezone(ZoneInfo("UTC"))
        fault = fault or _fault(folder, manifest, stopped_by)
        return ListedRun(
            folder.name, as_of, stopped_by, fault, frozenset(manifest["outputs"]), GroupNames.stored(manifest)
        )
    except _NOT_AS_WRITTEN:
        return ListedRun(folder.name, None, fault=fault or _UNREADABLE)


def _fault(folder: Path, manifest: Mapping[str, Any], stopped_by: tuple[str, ...]) -> str:
    if touched := run_store.changed_files(folder, manifest):
        more = f" and {len(touched) - 1} more" if len(touched) > 1 else ""
        return f"changed since it was made ({shown(touched[0])[1:-1]}{more})"
    if manifest["run_id"] != folder.name:
        return "it lies in the folder of another run"
    if bool(manifest["publishable"]) is bool(stopped_by):
        return "its manifest says otherwise than its gates whether it may be published"
    return ""


def _title_and_zone(runs: Path, published: PublishedRun | None) -> tuple[str, str]:
    """The city's title and time zone by the published run, else the newest that says them; else folder name and UTC."""
    first = [] if published is None else [runs / published.run_id]
    for folder in [*first, *islice(run_store.finished_runs(runs), MOST_LISTED)]:
        manifest = run_store.manifest_or_none(folder) or {}
        title, zone = manifest.get("title"), manifest.get("timezone")
        if isinstance(title, str) and isinstance(zone, str) and _is_zone(zone):
            return title, zone
    return runs.name, "UTC"


def _is_zone(name: str) -> bool:
    try:
        return ZoneInfo(name) is not None
    except (OSError, ValueError, LookupError):
        return False


def _pause(stored: object) -> StandingPause | None:
    """The pause as `published_state` has it."""
    if not isinstance(stored, Mapping):
        return None
    return StandingPause(datetime.fromisoformat(str(stored["since"])), str(stored["by"]), str(stored["reason"]))


def _last_start(stored: object) -> LastStart | None:
    """The last start as `status.json` has it; None where it does not say when."""
    if not isinstance(stored, Mapping):
        return None
    try:
        code = stored.get("exit_code")
        at = datetime.fromisoformat(str(stored["at"]))
        return LastStart(at, None if code is None else int(code), str(stored.get("message") or ""))
    except (LookupError, TypeError, ValueError):
        return None
