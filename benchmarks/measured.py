"""One command as a person would run it, and what the machine says of it: seconds, CPU seconds, peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measured:
    """Wall-clock and processor seconds and the largest resident memory of one process and its children."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    exit_code: int
    printed: str


def measure(*arguments: object) -> Measured:
    """Runs ``patrolcast`` with these arguments in a process of its own."""
    command = [sys.executable, "-m", "patrolcast", *(str(one) for one in arguments)]
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode, printed)


def timing_of(folder: Path) -> dict[str, Any]:
    """What the run itself noted about its stages."""
    return json.loads((folder / "timing.json").read_text(encoding="utf-8"))


def stage_rows(timing: dict[str, Any]) -> list[list[str]]:
    """Stage, seconds, seconds of all cores, peak memory so far: rows of a table."""
    return [
        [part["name"], f"{part['seconds']:.1f}", f"{part['cpu_seconds']:.1f}", f"{part['peak_memory_mib']:,.0f}"]
        for part in timing["parts"]
    ]


STAGE_HEAD = ["stage", "seconds", "CPU s", "peak MiB so far"]
