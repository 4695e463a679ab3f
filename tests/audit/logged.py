"""Generated logs as the arrays that the checks take; cells are looked up by their centre."""

from __future__ import annotations

import h3
import numpy as np
import pandas as pd
from benchmarks.cities.logs import Logged, Plant, make_logs

from patrolcast.audit.feedback.dosage_log import LoggedRows, Records, logged_rows
from patrolcast.audit.feedback.monitor import LogFindings, check_logs
from patrolcast.domain.shifts import to_instants


def records(table: pd.DataFrame, cells: tuple[str, ...]) -> Records:
    at = {h3.cell_to_latlng(cell): i for i, cell in enumerate(cells)}
    where = [at[place] for place in zip(table["latitude"], table["longitude"], strict=True)]
    return Records(to_instants(table["reported_at"]), np.array(where, dtype=np.int64))


def rows_of(logged: Logged) -> LoggedRows:
    return logged_rows(logged.log, pd.Index(logged.cells))


def visits_of(logged: Logged) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = logged.visits.table
    where = pd.Index(logged.cells).get_indexer(table["cell"])
    return where, to_instants(table["arrived_at"]), to_instants(table["left_at"])


def examined(seed: int, plant: Plant, *, permutations: int = 99) -> LogFindings:
    logged = make_logs(seed, plant)
    return check_logs(
        rows_of(logged),
        records(logged.citizen, logged.cells),
        records(logged.set_aside, logged.cells),
        visits_of(logged),
        near_visit_minutes=15.0,
        permutations=permutations,
        seed=7,
    )
