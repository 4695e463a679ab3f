"""What `forecast` and `nightly` print of a finished run: its top suggestions, its state, its files."""

from datetime import datetime
from typing import Any

import pandas as pd

from patrolcast.cli.console import shown_path, table_lines
from patrolcast.domain.records import NOTICE
from patrolcast.io.store.stored_run import read_suggestions
from patrolcast.runs.forecast.once import FinishedRun

TOP = 10
FILES = {
    "briefing": "briefing.html",
    "suggestions": "suggestions.csv",
    "forecast": "forecast.parquet",
    "audit": "audit.html",
    "manifest": "manifest.json",
    "quarantine": "quarantine/refused.csv",
}


def run_lines(run: FinishedRun, *, published: bool, now: datetime) -> list[str]:
    """The strongest suggestions of the next shift, what the reader must know about the run, and its files."""
    manifest = run.manifest
    table = read_suggestions(run.folder, manifest)
    rows = top_suggestions(table, manifest["timezone"])
    reused = ["the identical run was there and is whole: used again (--force runs anew)"] if run.reused else []
    expired = datetime.fromisoformat(manifest["expires_at"]) <= now
    notes = ["these shifts are over: as_of lies in the past; this run is for looking back only"] if expired else []
    head = f"{manifest['title']}: {len(table)} suggestions as of {manifest['as_of']}; strongest of the next shift:"
    state = ["published: runs/current points at it"] if published else []
    return [head, "", *table_lines(rows), "", *reused, *notes, *state, *path_lines(run), NOTICE]


def path_lines(run: FinishedRun) -> list[str]:
    """A line for each file of the run that a person opens."""
    return [f"{what:<12}{shown_path(run.folder / name)}" for what, name in FILES.items()]


def run_document(run: FinishedRun, *, published: bool) -> dict[str, Any]:
    """A finished run as ``--json`` prints it."""
    manifest = run.manifest
    table = read_suggestions(run.folder, manifest)
    return {
        "run_id": manifest["run_id"],
        "folder": str(run.folder),
        "as_of": manifest["as_of"],
        "expires_at": manifest["expires_at"],
        "published": published,
        "publishable": run.publishable,
        "stopped_by": run.stopped_by,
        "reused": run.reused,
        "suggestions": len(table),
        "top": top_suggestions(table, manifest["timezone"]),
        "files": {what: str(run.folder / name) for what, name in FILES.items()},
        "notice": NOTICE,
    }


def top_suggestions(table: pd.DataFrame, timezone: str, *, most: int = TOP) -> list[dict[str, str]]:
    """The suggestions of the next shift with the most expected incidents, as a person reads them.

    Returns
    -------
    ``district``, ``shift`` (local time), ``cell``, ``expected`` (with 90 % interval), ``why`` (the first reason).
    """
    if table.empty:
        return []
    of_next = table[table["shift_start"] == table["shift_start"].min()]
    order = of_next.sort_values(["expected_incidents", "suggestion_id"], ascending=[False, True]).head(most)
    start, end = order["shift_start"].dt.tz_convert(timezone), order["shift_end"].dt.tz_convert(timezone)
    return [
        {
            "district": str(row.district),
            "shift": f"{begin:%a %d %b %H:%M}-{_clock_at_end(begin, finish)}",
            "cell": str(row.cell),
            "expected": f"{row.expected_incidents:.2f} ({row.lower:.2f}-{row.upper:.2f})",
            "why": str(row.reasons).split("; ")[0],
        }
        for row, begin, finish in zip(order.itertuples(), start, end, strict=True)
    ]


def _clock_at_end(begin: datetime, end: datetime) -> str:
    """The clock at the end of a shift; midnight is the end of its day, not the start of the next."""
    ends_day = end.date() > begin.date() and f"{end:%H:%M}" == "00:00"
    return "24:00" if ends_day else f"{end:%H:%M}"
