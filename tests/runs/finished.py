"""Run folders made up in milliseconds: whole to `run_store`, with the gates and moments that a test names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.runs.tiny_city import NOW

from patrolcast.audit.gates import REQUIRED
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.stored_runs import FinishedRun

RUN_ID = "20260301T1100Z-tiny-00000001"


def gates(**verdicts: str) -> list[dict[str, Any]]:
    """Every required gate, passed; ``name="fail"`` gives one another verdict, ``name=""`` leaves it out."""
    every = {**dict.fromkeys(sorted(REQUIRED), "pass"), **verdicts}
    return [{"name": name, "verdict": verdict, "stops": True} for name, verdict in every.items() if verdict]


def write_finished(
    runs: Path,
    run_id: str = RUN_ID,
    *,
    made: datetime = NOW,
    suggestions: bytes = b"cell,shift_start,visits\n",
    **changed: Any,
) -> FinishedRun:
    """A run folder with one small file; ``changed`` keys of its manifest, None to leave one out."""
    manifest: Mapping[str, Any] = {
        "run_id": run_id,
        "name": "tiny",
        "as_of": "2026-03-01T11:00:00Z",
        "as_of_asked": "2026-03-01T05:00:00-06:00",
        "expires_at": "2026-03-02T23:00:00Z",
        "gates": gates(),
        "publishable": True,
        "inputs_sha256": "made up",
        "objectives": [{"id": "forecast_holds", "state": "met"}],
        **changed,
    }
    whole = {key: value for key, value in manifest.items() if value is not None}
    folder = run_store.write_run(runs, whole, {"suggestions.csv": suggestions}, timing={})
    os.utime(folder / "manifest.json", (made.timestamp(), made.timestamp()))
    return FinishedRun(folder, run_store.read_manifest(folder), reused=False, computed=True)
