"""What `patrolcast backtest` calls."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from patrolcast.cli.tell import progress_bars, say, say_json, shown_path
from patrolcast.io.safe_files import replace_synced, write_errors
from patrolcast.io.settings.settings_file import read_settings

FOLDER = Path("backtests")
TIMING = "timing.json"


def do_backtest(config: Path, *, out: Path | None, quiet: bool, as_json: bool) -> None:
    """Runs or resumes a back-test, writes both files, tells the finding."""
    from patrolcast.io.encode import json_bytes
    from patrolcast.io.machine import Stopwatch
    from patrolcast.report.backtest.page import backtest_page
    from patrolcast.runs.backtest.backtest import run_backtest

    read = read_settings(config)
    folder = out or FOLDER / read.settings.name
    watch = Stopwatch()
    with progress_bars(quiet=quiet or as_json) as progress, watch.stage("backtest"):
        document = run_backtest(read, out=folder, now=datetime.now(UTC), progress=watch.timed(progress))
    files = {
        "backtest.json": json_bytes(document),
        "backtest.html": backtest_page(document).encode(),
        TIMING: json_bytes(_timing(folder / TIMING, document, watch.timing())),
    }
    for name, data in files.items():
        with write_errors(folder / name):
            folder.mkdir(parents=True, exist_ok=True)
            replace_synced(folder / name, data)
    if as_json:
        say_json(document)
    else:
        say([*lines(document), *(f"wrote {shown_path(folder / name)}" for name in files)], quiet=quiet)


def _timing(path: Path, document: dict[str, Any], sitting: dict[str, Any]) -> dict[str, Any]:
    """What this sitting took, after the earlier ones of the same inputs whose parts it went on from."""
    inputs = document["inputs_sha256"]
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        earlier = {}
    before = earlier["sittings"] if earlier.get("inputs_sha256") == inputs else []
    return {"inputs_sha256": inputs, "sittings": [*before, sitting]}


def lines(document: dict[str, Any]) -> list[str]:
    """The finding, then each category and horizon against counting at the share of land nearest to 2 %."""
    from patrolcast.report.backtest.finding import MAIN_SHARE, finding, nearest

    found = [finding(document), ""]
    for one in document["results"]:
        at = nearest(one["shares"], MAIN_SHARE)
        verdict = one["against"]["counting"][at]["verdict"]
        found.append(f"{one['category']}, next {one['horizon']}: {verdict}")
    return found
