"""Starts sweeps in processes of their own, side by side, and puts their reports together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {"OMP_WAIT_POLICY": "passive", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def swept(
    root: Path, faults: list[str], *, every: int = 1, parts: int = 1, private_mounts: bool = False
) -> dict[str, Any]:
    """The report of a sweep over every ``every``-th possible fault.

    Parameters
    ----------
    private_mounts : the sweep may mount; nobody else sees it.
    """
    started = []
    for part in range(parts):
        folder = root / str(part)
        folder.mkdir()
        command = [sys.executable, "-m", "tests.faults.sweep", str(folder), str(part), str(parts), str(every), *faults]
        command = [*(["unshare", "-m"] if private_mounts else []), *command]
        out, err = (folder / name for name in ("report.json", "errors.txt"))
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr, cwd=ROOT, env=os.environ | _ENVIRONMENT)
        started.append((process, out, err))
    reports = []
    for process, out, err in started:
        assert process.wait(3600) == 0, err.read_text()[-2000:]
        reports.append(json.loads(out.read_text()))
    assert len({(report["calls"], report["possible"]) for report in reports}) == 1
    sums = {key: sum(report[key] for report in reports) for key in ("tried", "unmet", "looks", "torn", "lost")}
    together = reports[0] | sums
    for key in ("fired", "endings"):
        together[key] = dict(sum((Counter(report[key]) for report in reports), Counter[str]()))
    together["failed"] = [one for report in reports for one in report["failed"]]
    return together
