"""A small square of land with its cells and a calendar, and records in it: for tests of the twin."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.shifts import shift_calendar
from patrolcast.synthetic.plane import cells_over, hexagon
from patrolcast.synthetic.twin.draw import draw_twin
from patrolcast.synthetic.twin.marginals import DELAY_EDGES, Marginals

LAND = shapely.box(-87.70, 41.80, -87.68, 41.82)
CELLS = [cell for cell in cells_over(LAND, 8) if hexagon(cell).intersection(LAND).area > 0.2 * hexagon(cell).area]
STARTS = ("06:00", "14:00", "22:00")
CALENDAR = shift_calendar(STARTS, timezone="America/Chicago", first_day=date(2026, 1, 1), last_day=date(2026, 3, 31))
LATEST = int(pd.Timestamp("2027-01-01T00:00:00Z").value // 1000)


def marginals(n: float = 400.0) -> Marginals:
    """One category: most records in the first cell, on Monday nights, in February; reported within the hour."""
    cell, week = np.full((1, len(CELLS)), 1.0), np.ones((1, 21))
    cell[0, 0], week[0, 2] = n, 80.0
    delay = np.eye(1, len(DELAY_EDGES) - 1)
    return Marginals(cell, week, np.array([[1.0, 8.0, 1.0]]), delay, (np.array([3.0, 1.0]),))


def drawn(draw: int = 0, *, seed: int = 5, n: float = 400.0) -> pd.DataFrame:
    return draw_twin(
        marginals(n), cells=CELLS, land=LAND, calendar=CALENDAR, categories=["theft"], codes=[["A", "B"]],
        latest=LATEST, seed=seed, draw=draw,
    )  # fmt: skip
