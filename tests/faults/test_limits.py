"""Nights with ever less room on the disk, open files, bytes of a file and memory: told, and the next start is right."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.faults.limits import DISK, FILE_SIZE, MEMORY, OPEN_FILES
from tests.faults.sweeps import swept
from tests.faults.test_every_call import Record, judge

CANNOT_MOUNT = os.getuid() != 0 or shutil.which("unshare") is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("limit", "told"),
    [
        pytest.param(
            DISK, "73",
            marks=pytest.mark.skipif(CANNOT_MOUNT, reason="NO DISK WAS FILLED: only root can mount one, with unshare"),
        ),
        (FILE_SIZE, "73"), (OPEN_FILES, "73"), (MEMORY, ""),
    ],
)  # fmt: skip
def test_a_night_that_may_take_less_and_less_ends_in_one_line_and_leaves_a_whole_run(
    tmp_path: Path, record_property: Record, limit: str, told: str
) -> None:
    report = swept(tmp_path, [limit], parts=2, private_mounts=limit == DISK)
    judge(report, record_property)
    met = [code for code in report["endings"] if code != "0"]
    assert told in met or (limit == MEMORY and met), "the limit must have been met"
    assert report["endings"]["0"] > 0, "and at last there must have been enough"
