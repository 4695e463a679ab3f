"""What a back-test leaves: backtest.json, backtest.html, and timing.json with the seconds of every sitting."""

from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.records import Progress
from patrolcast.io.encode import json_bytes
from patrolcast.io.machine import Stopwatch
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.checkpoint import read_document
from patrolcast.report.backtest.page import backtest_page
from patrolcast.runs.backtest.backtest import run_backtest

FOLDER = Path("backtests")


def write_backtest(
    config: ConfigFile, *, out: Path | None, now: datetime, progress: Progress
) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """Runs or resumes the back-test of a config and writes its files.

    Raises PatrolcastError: one line.

    Parameters
    ----------
    out : folder of the result and of the finished parts; None: ``backtests/<name>`` in the working folder.

    Returns
    -------
    The document of `backtest.json`, and the paths written.
    """
    folder, watch = out or FOLDER / config.settings.name, Stopwatch()
    with watch.stage("backtest"):
        document = run_backtest(config, out=folder, now=now, progress=watch.timed(progress))
    files = {
        "backtest.json": json_bytes(document),
        "backtest.html": backtest_page(document).encode(),
        "timing.json": json_bytes(_timing(folder, document, watch.timing())),
    }
    return document, tuple(write_file(folder / name, data) for name, data in files.items())


def _timing(folder: Path, document: dict[str, Any], sitting: dict[str, Any]) -> dict[str, Any]:
    """Seconds of this sitting, after those of earlier sittings of the same inputs whose parts it continued from."""
    inputs, earlier = document["inputs_sha256"], read_document(folder, "timing") or {}
    before = earlier["sittings"] if earlier.get("inputs_sha256") == inputs else []
    return {"inputs_sha256": inputs, "sittings": [*before, sitting]}
