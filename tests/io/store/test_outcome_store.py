"""Counts as they were taken in: whole, closed to others, and refused once a byte is another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tests.audit.planted_outcomes import planted

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.store.outcome_store import DOCUMENT, outcomes_folder, read_counts, read_reported, store_counts


def test_what_was_stored_comes_back_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    table = planted(1, n_before=2, n_after=1).table
    sha256 = store_counts(tmp_path, table)
    assert store_counts(tmp_path, table) == sha256
    assert read_counts(tmp_path, sha256).to_numpy().tolist() == table.to_numpy().tolist()
    assert (tmp_path / "imports").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "imports" / f"{sha256}.json").stat().st_mode & 0o777 == 0o600


def test_a_changed_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    sha256 = store_counts(tmp_path, planted(1, n_before=2, n_after=1).table)
    path = tmp_path / "imports" / f"{sha256}.json"
    path.write_bytes(path.read_bytes().replace(b"2024-01", b"2024-02"))
    with pytest.raises(DataRefusedError, match="bytes other than the trail says"):
        read_counts(tmp_path, sha256)
    path.unlink()
    with pytest.raises(DataRefusedError, match="no such file"):
        read_counts(tmp_path, sha256)


def test_a_file_of_the_report_is_the_one_that_was_named_or_none(tmp_path: Path) -> None:
    named = hashlib.sha256(b"shown").hexdigest()
    assert read_reported(tmp_path, DOCUMENT, named) is None, "it is not there"
    (tmp_path / DOCUMENT).write_bytes(b"shown")
    assert read_reported(tmp_path, DOCUMENT, named) == b"shown"
    (tmp_path / DOCUMENT).write_bytes(b"shown otherwise")
    assert read_reported(tmp_path, DOCUMENT, named) is None


def test_they_lie_beside_the_runs(tmp_path: Path) -> None:
    assert outcomes_folder(tmp_path / "runs" / "mycity") == tmp_path / "outcomes" / "mycity"
