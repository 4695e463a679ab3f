"""A run folder with the files that records need, whole to `run_store`, and the sample city's facts beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.report.records.recorded_run import GOVERNANCE, run_documents

from patrolcast.io.store import run_store


def write_recorded(runs: Path, run_id: str | None = None, **changed: Any) -> Path:
    """A run folder; ``changed`` keys of its manifest."""
    documents = run_documents()
    manifest = {**documents.pop("manifest.json"), **changed}
    if run_id is not None:
        manifest["run_id"] = run_id
    files = {name: json.dumps(content).encode() for name, content in documents.items()}
    return run_store.write_run(runs, manifest, {**files, "model/model.txt": b"tree\n"}, timing={})


def own_governance(tmp_path: Path) -> Path:
    """A copy of the sample city's facts and texts that a test may change."""
    return Path(shutil.copytree(GOVERNANCE, tmp_path / "governance" / "sample"))
