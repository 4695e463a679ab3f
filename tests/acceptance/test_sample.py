"""`patrolcast sample`: the sample city is rebuilt byte for byte."""

from __future__ import annotations

import filecmp
from pathlib import Path

from tests.acceptance.conftest import ROOT, patrolcast


def test_the_sample_is_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    done = patrolcast("sample", "--out", tmp_path / "sample")
    assert done.returncode == 0, done.stderr
    there = ROOT / "data" / "sample"
    names = sorted(p.relative_to(there).as_posix() for p in there.rglob("*") if p.is_file())
    _, different, missing = filecmp.cmpfiles(there, tmp_path / "sample", names, shallow=False)
    assert (different, missing) == ([], [])
