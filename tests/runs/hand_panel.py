"""A panel of a few shifts and cells, made by hand: what each module of a run comes to can be worked out on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from patrolcast.domain.shifts import daily_origins, shift_calendar
from patrolcast.grid.panel import Panel

FIRST_DAY = date(2026, 1, 5)  # a Monday
MIDNIGHT = ["00:00"]


def hand_panel(
    incidents: Sequence[tuple[int, int, int, int]] = (),
    *,
    categories: tuple[str, ...] = ("burglary", "theft"),
    n_cells: int = 3,
    n_days: int = 4,
    horizon_days: int = 1,
    starts: Sequence[str] = MIDNIGHT,
) -> Panel:
    """Days in UTC from a Monday on, with an origin each midnight; the last origin is where the history ends.

    Parameters
    ----------
    incidents : (category, shift, cell, origin day by which it was known), one each.
    """
    last = FIRST_DAY + timedelta(days=n_days - 1)
    calendar = shift_calendar(
        list(starts), timezone="UTC", first_day=FIRST_DAY, last_day=last + timedelta(days=horizon_days)
    )
    as_of = datetime(last.year, last.month, last.day, tzinfo=UTC)
    category, shift, cell, known = np.array(incidents, dtype=np.int64).reshape(-1, 4).T
    return Panel(
        calendar=calendar,
        origins=daily_origins(as_of, timezone="UTC", n_days=n_days),
        categories=categories,
        n_cells=n_cells,
        cell=cell.astype(np.int32),
        category=category.astype(np.int8),
        shift=shift.astype(np.int32),
        known_day=known.astype(np.int32),
        n_known=len(cell),
        uncounted={},
    )
