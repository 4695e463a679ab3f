"""Records are swapped in as a whole; a changed, missing or foreign file is seen."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from patrolcast.domain.errors import CannotWriteError, DataRefusedError
from patrolcast.io.handed_out.records_store import (
    RECORDS,
    changed_records,
    read_records,
    record_text,
    stored_tree,
    strange_files,
    write_records,
)


def files(text: str) -> dict[str, bytes]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    whole = {
        "documents": {"a": ["a.html"]},
        "figures": [],
        "files": {"a.html": digest},
        "records_version": 1,
        "run_id": "r",
    }
    return {"a.html": text.encode(), RECORDS: json.dumps({**whole, "texts": {}}).encode()}


def test_new_records_replace_old_ones_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "records" / "run"
    write_records(folder, {**files("old"), "gone.html": b"x"})
    write_records(folder, files("new"))
    assert sorted(path.name for path in folder.iterdir()) == ["a.html", RECORDS]
    assert [path.name for path in folder.parent.iterdir()] == ["run"]
    assert changed_records(folder, read_records(folder)) == []
    assert strange_files(folder, read_records(folder)) == []
    (folder / "b.html").write_text("a page more")
    assert strange_files(folder, read_records(folder)) == ["b.html"]


def test_a_changed_and_a_missing_file_are_seen(tmp_path: Path) -> None:
    write_records(tmp_path / "r", files("x"))
    stored = read_records(tmp_path / "r")
    (tmp_path / "r" / "a.html").write_text("y")
    assert changed_records(tmp_path / "r", stored) == ["a.html"]
    (tmp_path / "r" / "a.html").unlink()
    assert changed_records(tmp_path / "r", stored) == ["a.html"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(CannotWriteError, match="got other files"):
        write_records(tmp_path, files("x"))
    assert (tmp_path / "letters.txt").read_text() == "mine"


@pytest.mark.parametrize("text", ["", "[]", '{"files": {}}'])
def test_what_is_no_list_of_records_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORDS).write_text(text)
    with pytest.raises(DataRefusedError):
        read_records(tmp_path)


def test_a_file_that_is_no_text_or_no_object_is_read_as_what_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"x\xff")
    assert record_text(tmp_path, "a.html") == "x\ufffd"
    for text, tree in (('{"a": 1}', {"a": 1}), ("[1]", {}), ("{", {})):
        (tmp_path / "a.json").write_text(text)
        assert stored_tree(tmp_path, "a.json") == tree
