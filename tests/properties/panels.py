"""What the properties are tried on: a disk of cells with any incidents, and the tiny city read from its files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import h3
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from patrolcast.domain.tables import INCIDENT_COLUMNS, CitizenIncidents
from patrolcast.grid.panel import Panel, build_panel

AS_OF = datetime(2026, 3, 20, 11, tzinfo=UTC)
FIRST_DAY = date(2025, 10, 20)
"""The history holds both changes of the clock: 2025-11-02 and 2026-03-08 in Chicago."""
CELLS = pd.Series(sorted(h3.grid_disk(h3.latlng_to_cell(41.85, -87.65, 9), 1)))
STARTS = ["06:00", "14:00", "22:00"]

_MINUTES = int((AS_OF - datetime(2025, 10, 22, tzinfo=UTC)).total_seconds() // 60)
RECORD = st.fixed_dictionaries(
    {
        "minutes_before": st.integers(1, _MINUTES),
        "delay": st.one_of(st.just(0), st.integers(0, 60 * 24 * 40)),
        "cell": st.integers(-1, len(CELLS) - 1),
        "category": st.sampled_from(["burglary", "theft"]),
    }
)
RECORDS = st.lists(RECORD, min_size=1, max_size=40)


def incidents_of(records: list[dict[str, Any]]) -> tuple[CitizenIncidents, np.ndarray]:
    """Drawn records as incidents, and the position of each one's cell (-1: outside the grid)."""
    occurred = [AS_OF - timedelta(minutes=one["minutes_before"]) for one in records]
    reported = [at + timedelta(minutes=one["delay"]) for at, one in zip(occurred, records, strict=True)]
    position = np.array([one["cell"] for one in records], dtype=np.int32)
    place = [h3.cell_to_latlng(CELLS.iloc[i]) if i >= 0 else (41.0, -87.0) for i in position]
    category = [one["category"] for one in records]
    values = [occurred, reported, [x for _, x in place], [y for y, _ in place], category, category,
              ["citizen"] * len(records)]  # fmt: skip
    table = pd.DataFrame(dict(zip(INCIDENT_COLUMNS, values, strict=True)))
    for name in ("occurred_at", "reported_at"):
        table[name] = pd.DatetimeIndex(table[name]).as_unit("us")
    return CitizenIncidents(table), position


def panel_of(records: list[dict[str, Any]], *, as_of: datetime = AS_OF, timezone: str = "America/Chicago") -> Panel:
    """The panel of drawn records; the history always starts on the same day."""
    incidents, position = incidents_of(records)
    return build_panel(
        incidents,
        position,
        n_cells=len(CELLS),
        as_of=as_of,
        timezone=timezone,
        shift_starts=STARTS,
        horizon_days=1,
        first_day=FIRST_DAY,
    )


def known_by_as_of(record: dict[str, Any]) -> bool:
    """Whether the record was reported by :data:`AS_OF`."""
    return bool(record["delay"] <= record["minutes_before"])
