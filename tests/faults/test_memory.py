"""How much memory a night takes for so many reports and cells: measured, held to what the page states, and limited."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.faults.sweeps import ROOT
from tests.runs.tiny_city import records, write_city, write_rows

from patrolcast.io.store import run_store

STATED = re.compile(
    r"A night of ([\d,]+) reports in about \d+ cells takes at most ([\d,]+) MiB, and ten times the reports at most "
    r"([\d,]+) MiB more; with a limit of ([\d,]+) MiB \(`ulimit -d`\) it ends well"
)
MIB = 2**20


def stated() -> tuple[int, int, int, int]:
    """Reports, MiB, MiB more with ten times the reports, and a limit that is enough: as `docs/nightly.md` has them."""
    found = STATED.search(" ".join((ROOT / "docs" / "nightly.md").read_text(encoding="utf-8").split()))
    assert found is not None
    reports, most, more, limit = (int(text.replace(",", "")) for text in found.groups())
    return reports, most, more, limit


@dataclass(frozen=True)
class Took:
    code: int
    mib: float
    stderr: str


def night(config: Path, *, most_bytes: int | None = None) -> Took:
    """A night in a process of its own: how it ended, and its peak of memory.

    Parameters
    ----------
    most_bytes : of private memory, enforced by the kernel (`RLIMIT_DATA`).
    """

    def limited() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))

    err = config.with_name("stderr.txt")
    with err.open("wb") as stderr:
        command = [sys.executable, "-m", "patrolcast", "nightly", str(config), "--quiet"]
        process = subprocess.Popen(command, stderr=stderr, preexec_fn=limited, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Took(process.returncode, used.ru_maxrss / 1024, err.read_text(encoding="utf-8"))


def city(root: Path, reports: int) -> Path:
    config = write_city(root)
    write_rows(root / "data" / "incidents.csv", records(reports))
    return config


@pytest.mark.long
def test_a_night_takes_no_more_memory_than_stated_also_with_ten_times_the_reports(tmp_path: Path) -> None:
    reports, most, more, _ = stated()
    once, ten_times = (night(city(tmp_path / str(n), n)) for n in (reports, 10 * reports))
    assert (once.code, ten_times.code) == (0, 0), once.stderr + ten_times.stderr
    assert once.mib <= most
    assert ten_times.mib - once.mib <= more
    assert once.mib > most / 2, "a bound far above what is taken bounds nothing"


@pytest.mark.long
def test_a_night_that_may_take_what_is_stated_ends_well_and_one_that_may_not_leaves_the_last_good_run(
    tmp_path: Path,
) -> None:
    reports, _, _, limit = stated()
    config = city(tmp_path, reports)
    enough = night(config, most_bytes=limit * MIB)
    assert enough.code == 0, enough.stderr
    runs = tmp_path / "runs" / "tiny"
    published = run_store.current_run(runs)
    assert published is not None
    config.write_text(config.read_text().replace("rounds = 15", "rounds = 16"))
    too_little = night(config, most_bytes=limit * MIB // 4)
    assert too_little.code not in (0, 20), "a limit that is too small must be met"
    assert run_store.current_run(runs) == published
    assert run_store.verified_manifest(published) is not None
