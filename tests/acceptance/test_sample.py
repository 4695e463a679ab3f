"""`patrolcast sample`: the sample city is rebuilt byte for byte."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest
from tests.acceptance.conftest import ROOT, patrolcast

OTHER_SHELL = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "4711", "LC_ALL": "C"}
"""Another time zone, another order of sets, another locale: none may show."""


@pytest.mark.long
def test_the_sample_is_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    done = patrolcast("sample", "--out", tmp_path / "sample", shell=OTHER_SHELL)
    assert done.returncode == 0, done.stderr
    there = ROOT / "data" / "sample"
    names = sorted(p.relative_to(there).as_posix() for p in there.rglob("*") if p.is_file())
    _, different, missing = filecmp.cmpfiles(there, tmp_path / "sample", names, shallow=False)
    assert (different, missing) == ([], [])
    assert sorted(p.relative_to(tmp_path / "sample").as_posix() for p in tmp_path.rglob("*") if p.is_file()) == names
