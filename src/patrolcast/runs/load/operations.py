"""The operational logs of one city: the dosage log from a file or from the run folders, delivery from an extract.

Rows from run folders are rebuilt, never stored: a run folder is what was suggested, and its SHA-256 is checked.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from patrolcast.audit.feedback.dosage_log import row_at
from patrolcast.domain.dosage_log import (
    COMPARISON,
    DECISION_COLUMNS,
    LOG_COLUMN_NAMES,
    LOG_COLUMNS,
    DosageLog,
    Visits,
    make_log,
)
from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.settings import Settings, VisitsExtract
from patrolcast.domain.shifts import to_instants
from patrolcast.intake.operations import (
    parse_decisions,
    parse_log,
    parse_visits,
    refuse_officer_columns,
    require_log_columns,
)
from patrolcast.intake.times import iso_instants
from patrolcast.io.csv.strict import TextColumns, open_csv, read_text_columns
from patrolcast.io.sources.export import require_columns
from patrolcast.io.store import run_store
from patrolcast.io.store.stored_run import read_forecast, read_suggestions

LATER_DAYS = 28
_MINUTE = 60_000_000


def read_dosage_log(path: Path) -> DosageLog:
    """A dosage log that another system keeps (docs/dosage-log.md).

    Raises PatrolcastError: one line: about officers or persons (14), not whole (13).
    """
    text = _whole(path, LOG_COLUMN_NAMES)
    return parse_log(text.columns, text.lines, file=text.file)


def _whole(path: Path, names: Sequence[str]) -> TextColumns:
    """Texts of a file that must have exactly these columns, and none about officers."""
    source = open_csv(path)
    refuse_officer_columns(source.header, file=source.name)
    require_log_columns(source.header, file=source.name, names=names)
    return read_text_columns(source, names)


def read_visits(extract: VisitsExtract, *, timezone: str, resolution: int) -> Visits:
    """Delivered visits from an AVL or CAD extract.

    Raises PatrolcastError: one line: about officers or persons (14), not whole (13).
    """
    source = open_csv(extract.path, delimiter=extract.delimiter)
    refuse_officer_columns(source.header, file=source.name)
    mapped = {role: name for role, name in extract.columns.model_dump().items() if name is not None}
    require_columns(source, mapped, section="monitor.visits.columns")
    text = read_text_columns(source, list(dict.fromkeys(mapped.values())))
    return parse_visits(
        {role: text.columns[name] for role, name in mapped.items()},
        text.lines,
        file=text.file,
        time_format=extract.time_format,
        zone=timezone if extract.time_zone == "local" else extract.time_zone,
        resolution=resolution,
    )


def read_decisions(path: Path) -> pd.DataFrame:
    """What people decided, one row per suggestion: ``suggestion_id``, ``decision``, ``reason`` (docs/dosage-log.md).

    Raises PatrolcastError: one line: about officers or persons (14), not whole (13).
    """
    text = _whole(path, DECISION_COLUMNS)
    return parse_decisions(text.columns, text.lines, file=text.file)


def with_decisions(log: DosageLog, decisions: pd.DataFrame) -> DosageLog:
    """The log with what people decided; a decision on what the log does not hold (withdrawn, too old) has no row."""
    table, decided = log.table.copy(), decisions.set_index("suggestion_id")
    known = table["suggestion_id"].isin(decided.index)
    for name in ("decision", "reason"):
        table.loc[known, name] = table.loc[known, "suggestion_id"].map(decided[name])
    return DosageLog(table)


def log_from_runs(
    runs: Path, *, name: str, weights: Mapping[str, float], as_of: pd.Timestamp | None = None
) -> DosageLog:
    """The log that the whole run folders of one config make: the last run made before a shift speaks for that shift.

    ``weights`` are those of [patrol]: a category of weight 0 is no part of a score. Runs made after ``as_of`` are left
    out.
    """
    rows: list[pd.DataFrame] = []
    scores: list[pd.DataFrame] = []
    for folder in run_store.finished_runs(runs):
        manifest = run_store.verified_manifest(folder)
        if manifest is None or manifest.get("name") != name or not manifest.get("publishable"):
            continue
        moment = pd.Timestamp(manifest["as_of"])
        if as_of is not None and moment > as_of:
            continue
        rows.append(_rows_of(read_suggestions(folder, manifest)).assign(run_id=manifest["run_id"], as_of=moment))
        scores.append(_scores_of(read_forecast(folder, manifest), weights).assign(as_of=moment))
    if not rows:
        return empty_log()
    table = _latest(pd.concat(rows, ignore_index=True)).drop(columns="as_of")
    later = _latest(pd.concat(scores, ignore_index=True)).rename(columns={"score": "score_28_days_later"})
    later["shift_start"] = later["shift_start"] - pd.Timedelta(days=LATER_DAYS)
    keys = ["cell", "shift_start"]
    joined = table.drop(columns="score_28_days_later").merge(later[[*keys, "score_28_days_later"]], on=keys, how="left")
    return make_log(joined)


def log_known_at(log: DosageLog, as_of: pd.Timestamp) -> DosageLog:
    """The log as it could stand at ``as_of``: shifts that were over, later scores of shifts that had begun."""
    table = log.until(as_of).table.copy()
    ahead = table["shift_start"] + pd.Timedelta(days=LATER_DAYS) > as_of
    table.loc[ahead, "score_28_days_later"] = np.nan
    return DosageLog(table)


def with_visits(log: DosageLog, visits: Visits, *, source: str) -> DosageLog:
    """The log with what the extract says was delivered; rows outside the days it covers stay as they were.

    A logged cell and shift within those days and without a visit was delivered nothing.
    """
    table, visited = log.table.copy(), visits.table
    if visited.empty or table.empty:
        return log
    arrived, left = to_instants(visited["arrived_at"]), to_instants(visited["left_at"])
    start, end = to_instants(table["shift_start"]), to_instants(table["shift_end"])
    names = pd.Index(table["cell"].unique())
    row = row_at(names.get_indexer(table["cell"]), start, end, names.get_indexer(visited["cell"]), arrived)
    placed = row >= 0
    n = np.bincount(row[placed], minlength=len(table)).astype(np.float64)
    minutes = np.bincount(row[placed], weights=(left - arrived)[placed] / _MINUTE, minlength=len(table))
    covered = (start >= arrived.min() - 8 * 60 * _MINUTE) & (end <= arrived.max() + 8 * 60 * _MINUTE)
    known = covered | (n > 0)
    table["delivered_visits"] = np.where(known, n, table["delivered_visits"])
    table["delivered_minutes"] = np.where(known, minutes, table["delivered_minutes"])
    table["source"] = np.where(known, source, table["source"])
    return DosageLog(table)


def empty_log() -> DosageLog:
    """A log with no row."""
    moments = pd.DatetimeIndex([], tz="UTC").as_unit("us")
    kinds = {"instant": moments, "number": np.zeros(0), "count": np.zeros(0)}
    return DosageLog(pd.DataFrame({c.name: kinds.get(c.kind, np.empty(0, dtype=object)) for c in LOG_COLUMNS}))


def _rows_of(suggestions: pd.DataFrame) -> pd.DataFrame:
    comparison = suggestions["role"] == COMPARISON
    drawn = suggestions["propensity"] < 1.0
    return pd.DataFrame(
        {
            **{name: suggestions[name] for name in ("suggestion_id", "shift_start", "shift_end", "district", "cell")},
            "role": suggestions["role"],
            "propensity": suggestions["propensity"].astype("float64"),
            "variant": np.where(drawn, "band", "plain"),
            "score": suggestions["expected_incidents"].astype("float64"),
            "suggested_visits": np.where(comparison, 0.0, suggestions["visits"].astype("float64")),
            "suggested_minutes": np.where(comparison, 0.0, suggestions["patrol_minutes"].astype("float64")),
            "decision": "unanswered",
            "reason": "",
            "delivered_visits": np.nan,
            "delivered_minutes": np.nan,
            "source": "",
            "score_28_days_later": np.nan,
        }
    )


def _scores_of(forecast: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    counted = forecast[[weights.get(str(name), 1.0) > 0 for name in forecast["category"]]]
    summed = counted.groupby(["cell", "shift_start"], observed=True)["expected_incidents"].sum()
    return summed.rename("score").reset_index()


def _latest(table: pd.DataFrame) -> pd.DataFrame:
    """One row per cell and shift: of the last run made before the shift began."""
    made_before = table[table["as_of"] <= table["shift_start"]]
    newest = made_before.groupby("shift_start")["as_of"].transform("max")
    return made_before[made_before["as_of"] == newest].drop_duplicates(["cell", "shift_start"], keep="last")


def past_suggestions(settings: Settings) -> pd.DataFrame | None:
    """Past suggestions that the caps of [patrol] count; rows without a visit were not suggested."""
    path = None if settings.patrol.caps is None else settings.patrol.caps.past
    if path is None:
        return None
    source = open_csv(path, may_be_empty=True)  # it has no row before the first published night
    missing = [name for name in ("cell", "shift_start") if name not in source.header]
    if missing:
        rule = "[patrol.caps] past needs cell and shift_start"
        raise DataRefusedError(path.name, got=f"no column {shown(missing[0])}", rule=rule)
    names = [name for name in ("cell", "shift_start", "visits") if name in source.header]
    table = pd.DataFrame(read_text_columns(source, names).columns)
    if table.empty:
        return None
    if "visits" in table.columns:
        table = table[table["visits"] != "0"]
    moments = iso_instants(table["shift_start"])
    if moments.isna().any():
        got = f"{int(np.sum(moments.isna()))} times that are none"
        raise DataRefusedError(path.name, got=got, rule="shift_start is an ISO 8601 instant with zone")
    return pd.DataFrame({"cell": table["cell"].to_numpy(), "shift_start": moments})
