"""The tables from which the audit of groups is computed again, as CSV that Python alone reads, no finer than needed.

A run folder holds need, reports and reach by night and cell. The kit needs less: the intervals rest on six batches of
nights, so need is summed over each batch; reports and reach count only over the whole window. What remains are small
counts all the same, and they are here on purpose: `docs/decisions/0024-kit.md` says why, and `--without-counts` leaves
them out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from patrolcast.audit.batch_means import BATCHES
from patrolcast.io.handed_out.inputs import table_of_run

COUNTS = "tables/need.csv, tables/reports.csv"


def audit_tables_of(
    folder: Path, manifest: Mapping[str, Any], audit: Mapping[str, Any], *, counts: bool
) -> dict[str, bytes]:
    """Name in the kit -> CSV; none where the run compared no groups.

    Raises DataRefusedError: a table is missing or was changed.

    Parameters
    ----------
    counts : False leaves need, reports and reach out; then only what patrol gave can be computed again.
    """
    disparity = audit["disparity"]
    if not disparity or not disparity.get("groups"):
        return {}
    nights, cells, residents = (
        table_of_run(folder, manifest, f"audit/{name}.parquet") for name in ("nights", "cells", "residents")
    )
    patrolled = nights.loc[nights["minutes"] != 0, ["night", "cell", "minutes"]]
    tables = {
        "cells": cells.drop(columns="expected"),
        "minutes": patrolled,
        "residents": residents,
    }
    if counts:
        batch = nights["night"].map(batch_of_night(disparity["first_night"], disparity["last_night"]))
        need = nights.assign(batch=batch).groupby(["batch", "cell"], as_index=False)["need"].sum()
        reports = nights.groupby("cell", as_index=False)[["reported", "reached"]].sum()
        tables |= {"need": need[need["need"] != 0], "reports": reports[reports["reported"] != 0]}
    return {f"tables/{name}.csv": _csv(table) for name, table in tables.items()}


def batch_of_night(first: str, last: str) -> dict[str, int]:
    """Night -> its batch, 1 to 6; where they do not come out even the first batches have a night more.

    >>> sorted(batch_of_night("2026-01-01", "2026-01-07").values())
    [1, 1, 2, 3, 4, 5, 6]
    """
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    nights = [(begin + timedelta(days=k)).isoformat() for k in range((end - begin).days + 1)]
    parts = np.array_split(np.array(nights, dtype=object), BATCHES)
    return {str(night): k for k, part in enumerate(parts, start=1) for night in part}


def _csv(table: pd.DataFrame) -> bytes:
    """Numbers in their shortest form that reads back as the same number."""
    return table.to_csv(index=False, lineterminator="\n").encode()
