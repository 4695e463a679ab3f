"""The dosage log of a city from its own runs and its trail: suggested, decided and delivered in one table.

`monitor` reads it as `[monitor] log` (docs/dosage-log.md). Rows come from the run folders, answers and visits from the
trail; what nobody has answered yet is "unanswered". Visits that nobody recorded stay empty, which is not 0; those of a
suggestion that was moved took place in another cell, so its own has 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from patrolcast.domain.dosage_log import DosageLog
from patrolcast.domain.trail.review_events import Decided
from patrolcast.io.encode import csv_bytes
from patrolcast.io.trail.entry import Entry
from patrolcast.runs.load.operations import log_from_runs
from patrolcast.runs.review.review import Review
from patrolcast.runs.review.state import Key, ReviewState

FILE = "dosage_log.csv"


def dosage_log(review: Review) -> DosageLog:
    """The log of every shift of the runs that can still be read."""
    weights = dict(review.settings.patrol.weights)
    log = log_from_runs(review.runs, name=review.settings.name, weights=weights)
    table, state = log.table.copy(), review.state
    keys = _keys(table, state)
    table["decision"] = [state.state(*key) for key in keys]
    table["reason"] = [str(state.answer(*key).get("reason", "")) for key in keys]
    visits = [state.deliveries.get(key, []) for key in keys]
    for name, of in (("delivered_visits", "visits"), ("delivered_minutes", "minutes")):
        sums = [_delivered(rows, str(cell), of) for rows, cell in zip(visits, table["cell"], strict=True)]
        table[name] = np.array(sums, dtype=np.float64)
    table["source"] = [str(rows[-1].body["source"]) if rows else "" for rows in visits]
    return DosageLog(table)


def log_bytes(log: DosageLog) -> bytes:
    """The log as CSV, as `monitor` reads it."""
    table = log.table.copy()
    for name in ("shift_start", "shift_end"):
        table[name] = table[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in ("suggested_visits", "delivered_visits"):
        table[name] = ["" if np.isnan(value) else f"{value:.0f}" for value in table[name]]
    return csv_bytes(table)


def _delivered(visits: list[Entry], cell: str, of: str) -> float:
    """What was delivered in a cell: 0 where every visit was made in the cell that an amendment moved it to."""
    return float(sum(visit.body[of] for visit in visits if visit.subject.cell == cell)) if visits else np.nan


def _keys(table: pd.DataFrame, state: ReviewState) -> list[Key]:
    """Run and suggestion of each row; where another run of the same shift was the published one, that run's."""
    answered: dict[str, Key] = {}
    for key, entry in state.answers.items():
        if entry.event == Decided.name or key[1] not in answered:
            answered[key[1]] = key
    keys = zip(table["run_id"].astype(str), table["suggestion_id"].astype(str), strict=True)
    return [key if key in state.answers else answered.get(key[1], key) for key in keys]
