"""The files of the code are listed only where they are those of the run."""

from __future__ import annotations

from patrolcast.io.handed_out.code_list import code_files
from patrolcast.io.run_identity import code_sha256


def test_the_files_are_those_that_the_hash_is_of() -> None:
    files = code_files(code_sha256())
    assert "io/handed_out/code_list.py" in files
    assert len(files) > 300


def test_of_other_code_none_is_listed() -> None:
    assert code_files("0" * 64) == {}
