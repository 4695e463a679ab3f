"""What a file's end and its age say, whatever the file is."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path

import pytest

from patrolcast.io.feed.file_end import file_facts

ROWS = b"number,date\n1,2026-02-01\n2,2026-02-02"


@pytest.mark.parametrize(
    ("end", "line_end", "trailer", "rows"),
    [
        (b"\n", True, "", None),
        (b"\r\n", True, "", None),
        (b"", False, "", None),
        (b"\n\0\0\x1a", True, "", None),
        (b"\nTotal,2\n", True, "Total,2", 2),
        (b"\n# rows: 1,234\n\n", True, "# rows: 1,234", 1234),
        (b"\nEnd of report 2026-02-01 02:00", False, "End of report 2026-02-01 02:00", None),
        (b"\n3,Total\n", True, "", None),  # a row
    ],
)
def test_the_end_of_a_text_file(tmp_path: Path, end: bytes, line_end: bool, trailer: str, rows: int | None) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(ROWS + end)
    [facts] = file_facts([path])
    assert (facts.line_end, facts.trailer, facts.trailer_rows) == (line_end, trailer, rows)


def test_utf_16_ends_its_lines_too(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16"))
    assert file_facts([path])[0].line_end is True


def test_an_archive_shows_a_cut_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(gzip.compress(ROWS))
    assert file_facts([path])[0].line_end is None


def test_a_file_is_as_old_as_its_last_write(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(ROWS)
    os.utime(path, (time.time() - 500, time.time() - 500))
    [facts] = file_facts([path])
    assert facts.changed_seconds is not None
    assert 499 < facts.changed_seconds < 600
    path.write_bytes(ROWS)
    [facts] = file_facts([path])
    assert facts.changed_seconds is not None
    assert facts.changed_seconds < 60


def test_a_file_that_went_away_counts_as_being_written(tmp_path: Path) -> None:
    assert file_facts([tmp_path / "gone.csv"])[0].changed_seconds == 0.0
