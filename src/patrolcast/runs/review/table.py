"""Suggestions with what became of each, as a table: what the console lists and exports are made of."""

from __future__ import annotations

from typing import Any

import pandas as pd

from patrolcast.domain.trail.review_events import NotActioned
from patrolcast.patrol.decisions import UNANSWERED
from patrolcast.runs.review.offers import OfferedRun
from patrolcast.runs.review.state import ReviewState

STATE_COLUMNS = (
    "run_id", "decision", "reason", "decided_by", "decided_at", "decided_minutes", "decided_cell", "not_before",
    "delivered_visits", "delivered_minutes", "entry",
)  # fmt: skip
"""Behind the columns of `suggestions.geojson`: run; "unanswered" or the answer; its reason code; the account; when
(text, UTC); what then holds; visits and minutes on record (NaN: none are); number of the trail's entry (0: none)."""
_LEAST = ("suggestion_id", "district", "cell", "shift_start", "shift_end", "visits", "patrol_minutes")


def suggestions_table(run: OfferedRun | None, state: ReviewState) -> pd.DataFrame:
    """Every suggestion of a run that gets a visit, in its order; None: an empty table."""
    if run is None:
        table = pd.DataFrame({name: pd.Series(dtype=object) for name in (*_LEAST, *STATE_COLUMNS)})
        return table.astype(dict.fromkeys(("shift_start", "shift_end"), "datetime64[us, UTC]"))
    rows = [_state_of(run.run_id, str(name), state) for name in run.suggested["suggestion_id"]]
    more = pd.DataFrame(rows, columns=list(STATE_COLUMNS), index=run.suggested.index)
    return pd.concat([run.suggested, more], axis=1).reset_index(drop=True)


def _state_of(run: str, suggestion: str, state: ReviewState) -> dict[str, Any]:
    entry = state.answers.get((run, suggestion))
    visits = [delivery.body for delivery in state.deliveries.get((run, suggestion), ())]
    by_clock = entry is None or entry.event == NotActioned.name
    body = {} if entry is None else entry.body
    return {
        "run_id": run,
        "decision": UNANSWERED if entry is None else state.state(run, suggestion),
        "reason": str(body.get("reason", "")),
        "decided_by": "" if by_clock or entry is None else entry.actor.id,
        "decided_at": str(body.get("decided_at", "")),
        "decided_minutes": float(body.get("minutes", "nan")),
        "decided_cell": str(body.get("to_cell", "")),
        "not_before": str(body.get("not_before", "")),
        "delivered_visits": float(sum(visit["visits"] for visit in visits)) if visits else float("nan"),
        "delivered_minutes": float(sum(visit["minutes"] for visit in visits)) if visits else float("nan"),
        "entry": 0 if entry is None else entry.seq,
    }
