"""A snapshot is whole or not there; what a kill leaves is known to the next fetch."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patrolcast.domain.errors import CannotWriteError, DataRefusedError, LockedError
from patrolcast.domain.records import Progress
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.portals import snapshot as module
from patrolcast.io.portals.snapshot import is_as_fetched, receipt_path, require_replaceable, write_snapshot
from patrolcast.io.portals.tables import Page, Table

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Rows:
    """A reader of rows that a test writes down, two a page."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.table = Table(("text",), len(keys), "v1")

    def describe(self) -> Table:
        return self.table

    def page(self, table: Table, *, n_done: int, last_key: str | None) -> Page:
        keys = self.keys[n_done : n_done + 2]
        return Page(keys, [[f'{key}, "said"\nover two lines'] for key in keys])


def written(reader: Rows, folder: Path, **options: object) -> str:
    receipt = write_snapshot(
        reader, reader.table, folder / "x.csv", dataset="ckan:h/x", where=None, now=NOW, progress=Progress(), **options
    )  # type: ignore[arg-type]
    return receipt.sha256


def test_texts_with_commas_quotes_and_lines_come_through(tmp_path: Path) -> None:
    written(Rows(["1", "2", "3"]), tmp_path)
    text = (tmp_path / "x.csv").read_text()
    assert text.startswith('portal_row,text\n1,"1, ""said""\nover two lines"\n2,')
    assert text.count("said") == 3


def test_a_carriage_return_within_a_text_ends_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Rows(["1", "2"])
    monkeypatch.setattr(reader, "page", lambda *_, **__: Page(["1", "2"], [["a\rb"], ["c"]]))
    written(reader, tmp_path)
    assert (tmp_path / "x.csv").read_bytes() == b'portal_row,text\n"1","a\rb"\n2,c\n'


def test_only_the_bytes_that_a_fetch_put_in_place_are_known_as_such(tmp_path: Path) -> None:
    assert not is_as_fetched(tmp_path / "x.csv", "")
    sha256 = written(Rows(["1"]), tmp_path)
    assert is_as_fetched(tmp_path / "x.csv", sha256)
    assert not is_as_fetched(tmp_path / "x.csv", "0" * 64)


def test_a_key_that_comes_twice_is_found_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match=r"^ckan:h/x: got a row that came twice; every key must come once"):
        written(Rows(["1", "2", "3", "1"]), tmp_path)
    assert not (tmp_path / "x.csv").exists()


def test_rows_that_do_not_lie_in_the_file_are_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = module._lines
    monkeypatch.setattr(module, "_lines", lambda rows: lines(rows[:1]))
    with pytest.raises(DataRefusedError, match="got 2 rows in the file; must be the 3 that the portal counts"):
        written(Rows(["1", "2", "3"]), tmp_path)


def test_a_dataset_that_says_something_else_afterwards_is_refused(tmp_path: Path) -> None:
    reader = Rows(["1", "2"])
    before, reader.table = reader.table, replace(reader.table, version="v2")
    with pytest.raises(DataRefusedError, match="a dataset that changed while it was read"):
        write_snapshot(reader, before, tmp_path / "x.csv", dataset="ckan:h/x", where=None, now=NOW, progress=Progress())


def test_a_kill_between_snapshot_and_receipt_leaves_a_file_that_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(Rows(["1"]), tmp_path)

    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "sync_folder", killed)
        with pytest.raises(KeyboardInterrupt):
            written(Rows(["1", "2"]), tmp_path)
    assert json.loads(receipt_path(tmp_path / "x.csv").read_bytes())["n_rows"] == 1
    require_replaceable(tmp_path / "x.csv", force=False)
    written(Rows(["1", "2", "3"]), tmp_path)
    (tmp_path / "x.csv").write_text("mine")
    with pytest.raises(CannotWriteError):
        require_replaceable(tmp_path / "x.csv", force=False)


def test_two_fetches_of_one_file_are_one(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path / ".x.csv.partial"), pytest.raises(LockedError):
        written(Rows(["1"]), tmp_path)
    assert not (tmp_path / "x.csv").exists()


def test_progress_is_reported_by_rows(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    reader = Rows(["1", "2", "3"])
    write_snapshot(
        reader, reader.table, tmp_path / "x.csv", dataset="ckan:h/x", where=None, now=NOW,
        progress=Progress(lambda *step: steps.append(step)),
    )  # fmt: skip
    assert steps == [("rows", 0, 3), ("rows", 2, 3), ("rows", 3, 3)]
