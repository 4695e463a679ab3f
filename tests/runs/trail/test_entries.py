"""Searching, and what a spreadsheet may open."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import opened, small_trail

from patrolcast.cli.door import main
from patrolcast.domain.errors import TrailBrokenError
from patrolcast.domain.trail.events import RunRefused
from patrolcast.runs.trail.entries import COLUMNS, Wanted, renew_index, rows_as_csv, wanted_rows


@pytest.mark.parametrize(
    ("wanted", "n"),
    [
        (Wanted(), 6), (Wanted(run="r1"), 3), (Wanted(event="run"), 4), (Wanted(event="run.start"), 2),
        (Wanted(event="ru"), 0),
        (Wanted(person="analyst", run="r1", event="run.refused"), 1), (Wanted(cell="x"), 0),
        (Wanted(person="nobody"), 0),
    ],
)  # fmt: skip
def test_every_condition_narrows(tmp_path: Path, wanted: Wanted, n: int) -> None:
    small_trail(tmp_path)
    rows = list(wanted_rows(tmp_path, wanted))
    assert len(rows) == n
    assert all(tuple(row) == COLUMNS for row in rows)


def test_a_text_that_a_spreadsheet_would_run_is_disarmed(tmp_path: Path) -> None:
    with opened(tmp_path / "trail") as trail:
        trail.append(RunRefused(exit_code=1, text='=HYPERLINK("x")'))
    assert rows_as_csv(wanted_rows(tmp_path / "trail", Wanted()), tmp_path / "out.csv") == 1
    assert "\"'=HYPERLINK(" in (tmp_path / "out.csv").read_text()


def test_a_broken_trail_is_shown_up_to_the_break_and_then_said(tmp_path: Path) -> None:
    small_trail(tmp_path)
    data = (tmp_path / "trail.jsonl").read_bytes()
    (tmp_path / "trail.jsonl").write_bytes(data.replace(b'"publishable":true', b'"publishable":null'))
    rows = wanted_rows(tmp_path, Wanted())
    assert [next(rows)["seq"], next(rows)["seq"]] == ["1", "2"]
    with pytest.raises(TrailBrokenError):
        next(rows)


def test_an_index_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    small_trail(tmp_path)
    assert renew_index(tmp_path)
    (tmp_path / "index.sqlite").unlink()
    (tmp_path / "index.sqlite").mkdir()
    assert not renew_index(tmp_path)
    assert main(["trail", "show", str(tmp_path), "--index"]) == 73, "who asked for it is told"
