"""A kill, or an error, at every call that changes the disk of a tiny city's night, and the start after it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.faults.disk_calls import CHANGES, ERRORS, KILL, KILL_WITHIN
from tests.faults.sweeps import ROOT, swept
from tests.faults.tally import counted

Record = Callable[[str, object], None]


def judge(report: dict[str, Any], record_property: Record) -> None:
    """Counts what came, then asserts that every fault fired and nothing was wrong after any of them."""
    kills = sum(n for name, n in report["fired"].items() if name.startswith(KILL))
    errors = sum(report["fired"].values()) - kills
    n_failed = Counter(KILL if one["fault"] in (KILL, KILL_WITHIN) else "error" for one in report["failed"])
    if kills:
        counted(record_property, {"kills fired": kills, "kills survived": kills - n_failed[KILL]})
    if errors:
        counted(record_property, {"I/O errors fired": errors, "I/O errors survived": errors - n_failed["error"]})
    counted(record_property, {"looks after a fault": report["looks"], "of them at a torn run": report["torn"]})
    counted(record_property, {"acknowledged things lost": report["lost"]})
    assert report["failed"] == []
    assert report["tried"] > 10
    assert kills + errors + report["unmet"] == report["tried"], "every fault must have fired"


def test_a_sample_of_kills_and_errors_leaves_whole_runs_and_the_next_start_is_right(
    tmp_path: Path, record_property: Record
) -> None:
    report = swept(tmp_path, [KILL, KILL_WITHIN, *ERRORS, "ENOSPC..."], every=97)
    judge(report, record_property)


@pytest.mark.long
def test_a_kill_at_every_call_leaves_a_whole_run_and_the_next_start_is_right(
    tmp_path: Path, record_property: Record
) -> None:
    report = swept(tmp_path, [KILL, KILL_WITHIN], parts=2)
    judge(report, record_property)
    assert report["tried"] == report["possible"]
    assert report["endings"] == {"-9": report["tried"]}
    assert {f"{KILL} {name}" for name in CHANGES} | {f"{KILL_WITHIN} write"} == set(report["fired"])


@pytest.mark.long
@pytest.mark.parametrize("error", [*ERRORS, "ENOSPC..."])
def test_an_error_at_every_call_is_one_line_and_leaves_a_whole_run(
    tmp_path: Path, record_property: Record, error: str
) -> None:
    report = swept(tmp_path, [error], parts=2)
    judge(report, record_property)
    assert report["tried"] == report["possible"]
    assert set(report["fired"]) == {f"{error} {name}" for name in ERRORS[error.removesuffix("...")]}
    assert {"73", "77"} & set(report["endings"]), "some of them must have been met and told"


SEEN_AS = {
    "mkdir": "mkdir", "rename": "rename", "renameat": "rename", "renameat2": "rename", "unlink": "unlink",
    "unlinkat": "unlink", "rmdir": "rmdir", "symlink": "symlink", "symlinkat": "symlink", "ftruncate": "truncate",
    "write": "write", "pwrite64": "write", "writev": "write", "openat": "open", "open": "open", "creat": "open",
    "truncate": "truncate", "link": "link", "linkat": "link", "mkdirat": "mkdir", "fallocate": "truncate",
}  # fmt: skip
"""Calls of the system that change a disk, by the names under which they are numbered; syncs are left out there."""


@pytest.mark.long
@pytest.mark.skipif(shutil.which("strace") is None, reason="NOT COMPARED: strace is not installed")
def test_the_calls_that_are_numbered_are_those_that_the_system_sees(tmp_path: Path) -> None:
    """So that no fault is left out: whatever changes the disk in C, without Python's `os`, would be missing."""
    calls, folder = tmp_path / "calls.txt", tmp_path / "city"
    folder.mkdir()
    traced = [
        f"--trace={','.join(SEEN_AS)}",
        "-f",
        "--seccomp-bpf",
        "-y",
        "-qqq",
        "-e",
        "signal=none",
        "-o",
        str(calls),
    ]
    command = [sys.executable, "-m", "tests.faults.sweep", str(folder), "0", "1", "1"]
    done = subprocess.run(["strace", *traced, *command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    seen = Counter[str]()
    for line in calls.read_text(encoding="utf-8", errors="replace").splitlines():
        pid, _, call = line.partition(" ")
        name = call.strip().partition("(")[0]
        if int(pid) != report["pid"] or name not in SEEN_AS or f"{folder}/runs" not in call:
            continue
        if name != "openat" or re.search(r"O_WRONLY|O_RDWR|O_CREAT", call):
            seen["rmdir" if "AT_REMOVEDIR" in call else SEEN_AS[name]] += 1
    del report["names"]["fsync"]
    assert seen == report["names"]
