"""Tables of raw rows made from lists of texts, as a CSV would give them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from patrolcast.domain.provenance import Provenance
from patrolcast.intake.codebook import Codebook
from patrolcast.intake.moments import TimeRules
from patrolcast.intake.raw_rows import RawTable, RowCollector
from patrolcast.intake.rules import IntakeRules

FORMAT = "%Y-%m-%d %H:%M:%S"
HEADERS = {"occurred_at": "occurred", "reported_at": "reported", "longitude": "lon", "latitude": "lat"}
LAND = shapely.box(-88.0, 41.0, -87.0, 42.0)
CODEBOOK = Codebook(
    {"THEFT": ("theft", Provenance.CITIZEN), "FRAUD": ("", Provenance.CITIZEN), "STOP": ("stop", Provenance.OFFICER)},
    {"911": Provenance.CITIZEN, "PATROL": Provenance.OFFICER, "ALARM": Provenance.SENSOR},
)


def micros(text: str) -> int:
    """An instant as microseconds."""
    return int(np.datetime64(text.removesuffix("Z"), "us").astype(np.int64))


def raw_table(n: int, *, time_format: str | None = FORMAT, drop: tuple[str, ...] = (), **columns: Any) -> RawTable:
    """``n`` good rows, all different, with some columns replaced; ``drop`` takes roles out."""
    good: dict[str, Any] = {
        "occurred_at": [f"2026-01-10 10:{i % 60:02d}:00" for i in range(n)],
        "reported_at": ["2026-01-10 12:00:00"] * n,
        "longitude": [f"{-87.5 - i * 1e-4:.4f}" for i in range(n)],
        "latitude": ["41.5"] * n,
        "offence": ["THEFT"] * n,
    }
    chosen = {role: values for role, values in (good | columns).items() if role not in drop}
    collector = RowCollector(time_format)
    arrays = {role: values if isinstance(values, pa.Array) else pa.array(values) for role, values in chosen.items()}
    collector.take(arrays, np.arange(2, n + 2), file=0, name="export.csv", headers=HEADERS)
    return collector.table()


def time_rules(**changes: Any) -> TimeRules:
    """Local times of Chicago, eight-hour shifts, a delay of a day, ranges up to 30 days."""
    rules: dict[str, Any] = {
        "zone": "America/Chicago", "area_zone": "America/Chicago", "time_format": FORMAT, "delay_hours": 24.0,
        "longest_range_days": 30.0, "whole_day_shifts": False, "headers": HEADERS,
    }  # fmt: skip
    return TimeRules(**(rules | changes))


def intake_rules(**changes: Any) -> IntakeRules:
    """Rules of a square city whose codebook knows three offences and three call sources."""
    rules: dict[str, Any] = {
        "file": "export.csv", "times": time_rules(), "crs": "EPSG:4326", "land": LAND, "codebook": CODEBOOK,
        "codebook_file": "codebook.csv", "max_unknown_share": 0.2, "excluded_offences": frozenset(),
        "first_day": None,
    }  # fmt: skip
    return IntakeRules(**(rules | changes))
