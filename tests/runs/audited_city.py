"""Settings for planted cities in memory, and one run of them; short training, because only the audit is looked at."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.records import GateVerdict, RunResult
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.runs.pipeline.run import run_pipeline

FILE = Path("made-in-memory")


def city_settings(*, groups: tuple[str, ...] = ("group_a", "group_b"), minutes: float = 240.0, **more: Any) -> Settings:
    """What a planted city needs, with ``more`` sections laid over it."""
    return Settings.model_validate(
        {
            "config_version": 1,
            "name": "planted",
            "title": "Planted city",
            "area": {"boundary": FILE, "timezone": "America/Chicago", "resolution": 9},
            "incidents": {
                "path": FILE,
                "columns": {"occurred_at": "a", "longitude": "b", "latitude": "c", "offence": "d"},
            },
            "codebook": {"path": FILE},
            "residents": {
                "path": FILE, "area_id": "area", "total": "total", "vintage": "planted",
                "groups": {name: name for name in groups},
            },
            "model": {"training_days": 90, "validation_days": 28, "maturity_days": 7, "rounds": 20, "max_rows": 20_000,
                      "threads": 1},
            "patrol": {"minutes_per_district": minutes, "visits_per_cell": 1},
            "gates": {"min_incidents": 100, "calibration": [0.5, 2.0]},
            **more,
        }
    )  # fmt: skip


def run_city(tables: CityTables, moment: datetime, **more: Any) -> RunResult:
    return run_pipeline(tables, city_settings(**more), as_of=moment)


def verdicts(result: RunResult) -> dict[str, GateVerdict]:
    return {gate.name: gate.verdict for gate in result.gates}
