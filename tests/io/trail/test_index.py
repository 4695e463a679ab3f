"""The search index is made from the trail, and from nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from tests.io.trail.trails import small_trail

from patrolcast.io.trail.index import index_row, index_rows, write_index_of
from patrolcast.io.trail.scan import Scan, open_read


def test_the_rows_are_those_of_the_entries_also_when_it_is_made_again(tmp_path: Path) -> None:
    small_trail(tmp_path)
    handle = open_read(tmp_path)
    entries = [entry for entry, _ in Scan().read_on(handle)]
    os.close(handle)
    for _ in range(2):
        write_index_of(tmp_path, entries)
        rows = index_rows(tmp_path)
        assert rows is not None
        assert list(rows) == [index_row(entry) for entry in entries]


def test_where_there_is_none_there_are_no_rows(tmp_path: Path) -> None:
    assert index_rows(tmp_path) is None
