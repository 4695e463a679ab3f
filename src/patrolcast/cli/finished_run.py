"""What `forecast` and `nightly` print of a finished run: its first suggestions by rank, its state, its files."""

from collections.abc import Iterable
from datetime import datetime
from textwrap import wrap
from typing import Any

import pandas as pd

from patrolcast.cli.console import clean, shown_path, table_lines
from patrolcast.domain.records import NOTICE
from patrolcast.io.store.stored_run import read_suggestions
from patrolcast.runs.forecast.stored_runs import FinishedRun

TOP = 12
WIDTH = 100
_LONGEST_PLACE, _LONGEST_DISTRICT = 38, 12
_OVER = "These shifts are in the past: use this run for review only."
_UNNAMED = "Places have no names: list layers of streets or neighborhoods under [[area.names]] in the config."
FILES = {
    "briefing": "briefing.html",
    "rollcall": "rollcall.pdf",
    "suggestions": "suggestions.csv",
    "forecast": "forecast.parquet",
    "data": "data.html",
    "audit": "audit.html",
    "manifest": "manifest.json",
    "quarantine": "quarantine/refused.csv",
}


def run_lines(run: FinishedRun, *, published: bool, now: datetime) -> list[str]:
    """The first suggestions of the next shift, what the reader must know about the run, and its files.

    Lines have at most 100 columns, but for paths, which stay whole.
    """
    manifest = run.manifest
    table = _visited(run)
    rows = top_suggestions(table, manifest["timezone"])
    as_of = datetime.fromisoformat(manifest["as_of"])
    head = f"{manifest['title']}: {len(table)} suggestions; data up to {_local(as_of, manifest['timezone'])}"
    reused = ["The identical run was there and is whole: used again (--force runs anew)."] if run.reused else []
    over = [_OVER] if datetime.fromisoformat(manifest["expires_at"]) <= now else []
    unnamed = [_UNNAMED] if rows and not any(row["place"] for row in rows) else []
    state = [f"Published: {manifest['name']}/current points at it."] if published else []
    notes = _wrapped([*unnamed, *reused, *over, *state])
    return [*_wrapped([head]), *suggestion_lines(rows), "", *notes, *path_lines(run), *_wrapped([NOTICE])]


def _visited(run: FinishedRun) -> pd.DataFrame:
    """The suggestions that get a visit: without the cells that a coin left out for comparison."""
    table = read_suggestions(run.folder, run.manifest)
    return table[table["visits"] > 0]


def suggestion_lines(rows: list[dict[str, str]], width: int = WIDTH) -> list[str]:
    """Suggestions as a table of at most ``width`` columns under the shift that they are for.

    A long place is cut with "..."; a cell without a name stands with its index.
    """
    if not rows:
        return ["", "No suggestions."]
    listed = [
        {
            "rank": row["rank"],
            "district": _cut(clean(row["district"]), _LONGEST_DISTRICT),
            "place": _cut(clean(row["place"] or row["cell"]), _LONGEST_PLACE),
            "visits": row["visits"],
            "listed for": row["category"],
            "expected": row["expected"].partition(" ")[0],
        }
        for row in rows
    ]
    shift = f"{rows[0]['shift']}, in the agency's local time; the first {len(rows)} by rank:"
    lines = [_cut(line, width) for line in table_lines(listed)]
    return [*wrap(shift, width), "", *lines]


def path_lines(run: FinishedRun) -> list[str]:
    """A line for each file of the run that a person opens."""
    return [f"{label:<12}{shown_path(run.folder / name)}" for label, name in FILES.items()]


def run_document(run: FinishedRun, *, published: bool) -> dict[str, Any]:
    """A finished run as ``--json`` prints it."""
    manifest = run.manifest
    table = _visited(run)
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
        "files": {label: str(run.folder / name) for label, name in FILES.items()},
        "notice": NOTICE,
    }


def top_suggestions(table: pd.DataFrame, timezone: str, *, most: int = TOP) -> list[dict[str, str]]:
    """The suggestions of the next shift by rank, as a person reads them: first in each district, then second, ...

    Returns
    -------
    ``rank``, ``district``, ``place`` ("" where it has no name), ``cell``, ``shift`` (local time), ``visits``,
    ``expected`` (incidents, with 90 % interval), ``category`` (what weighs most), ``why`` (the first reason).
    """
    if table.empty:
        return []
    of_next = table[table["shift_start"] == table["shift_start"].min()]
    numbers = [int(name) if name.isascii() and name.isdigit() else 10**9 for name in of_next["district"].astype(str)]
    keys = of_next.assign(number=numbers).sort_values(["rank", "number", "district"], kind="stable")
    order = keys.head(most)
    start, end = order["shift_start"].dt.tz_convert(timezone), order["shift_end"].dt.tz_convert(timezone)
    places = order["place"] if "place" in order else pd.Series("", index=order.index)
    return [
        {
            "rank": str(row.rank),
            "district": str(row.district),
            "place": str(place),
            "cell": str(row.cell),
            "shift": f"{begin:%a %d %b %H:%M}-{_clock_at_end(begin, finish)}",
            "visits": f"{row.visits} x {row.patrol_minutes / row.visits:g} min" if row.visits else "0",
            "expected": f"{row.expected_incidents:.2f} ({row.lower:.2f}-{row.upper:.2f})",
            "category": str(getattr(row, "category", "")).replace("_", " "),
            "why": str(row.reasons).split("; ")[0],
        }
        for row, place, begin, finish in zip(order.itertuples(), places, start, end, strict=True)
    ]


def _clock_at_end(begin: datetime, end: datetime) -> str:
    """The clock at the end of a shift; midnight is the end of its day, not the start of the next."""
    ends_day = end.date() > begin.date() and f"{end:%H:%M}" == "00:00"
    return "24:00" if ends_day else f"{end:%H:%M}"


def _local(moment: datetime, timezone: str) -> str:
    return f"{pd.Timestamp(moment).tz_convert(timezone):%a %d %b %Y %H:%M %Z}"


def _wrapped(sentences: Iterable[str]) -> list[str]:
    return [line for sentence in sentences for line in wrap(sentence, WIDTH)]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."
