"""A tiny city whose night is over and good, for tests of `health` and `status`; its run is made up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.io.lock_holder import holder, stop
from tests.runs.finished import RUN_ID, write_finished
from tests.runs.tiny_city import NOW, write_city

from patrolcast.io.store import run_store
from patrolcast.runs.forecast.publish import publish_with_status

AS_OF = datetime.fromisoformat("2026-03-01T11:00:00Z")


def good_city(root: Path, **changed: Any) -> tuple[Path, Path]:
    """The config and the folder of runs of a city with a published run; ``changed`` keys of its manifest."""
    config, runs = write_city(root), root / "runs" / "tiny"
    publish_with_status(write_finished(runs, RUN_ID, **changed), now=NOW)
    return config, runs


def edit_status(runs: Path, **changed: object) -> None:
    """Writes other values into `status.json`, as somebody or a fault might."""
    path = runs / run_store.STATUS
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))


def edit_last(runs: Path, **changed: object) -> None:
    """Writes other values into the last start of `status.json`."""
    edit_status(runs, last_start=run_store.read_status_file(runs)["last_start"] | changed)


@contextmanager
def at_work(runs: Path, *, stopped: bool = False) -> Iterator[int]:
    """A process of ours that holds the lock of the runs."""
    with holder(runs) as child:
        if stopped:
            stop(child)
        yield child
