"""Reading on from where one stands: in blocks, to an end, and with the roots that were asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.io.trail.trails import STARTED, lines, opened, small_trail

from patrolcast.io.trail import scan as scanning
from patrolcast.io.trail.merkle import EMPTY, leaf_hash, tree_root
from patrolcast.io.trail.scan import Scan, broken, open_read


@pytest.mark.parametrize("block", [1, 7, 400, 2**20])
def test_blocks_of_any_size_give_the_same_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(scanning, "_BLOCK", block)
    small_trail(tmp_path)
    handle = open_read(tmp_path)
    scan = Scan()
    assert [line + b"\n" for _, line in scan.read_on(handle)] == lines(tmp_path)
    assert scan.offset == (tmp_path / "trail.jsonl").stat().st_size
    os.close(handle)


def test_a_second_reading_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    small_trail(tmp_path)
    handle, scan = open_read(tmp_path), Scan()
    first = len(list(scan.read_on(handle)))
    with opened(tmp_path) as trail:
        trail.append(STARTED)
    assert ([entry.seq for entry, _ in scan.read_on(handle)], first) == ([7], 6)
    os.close(handle)


def test_roots_are_kept_at_the_sizes_that_were_asked_for(tmp_path: Path) -> None:
    small_trail(tmp_path)
    handle, scan = open_read(tmp_path), Scan({0, 3, 99})
    list(scan.read_on(handle))
    os.close(handle)
    assert scan.roots == {0: EMPTY, 3: tree_root([leaf_hash(line[:-1]) for line in lines(tmp_path)[:3]])}


def test_a_line_that_another_writer_is_still_writing_is_read_when_it_is_whole(tmp_path: Path) -> None:
    small_trail(tmp_path, key=None)
    whole = lines(tmp_path)
    (tmp_path / "trail.jsonl").write_bytes(b"".join(whole)[:-30])
    handle, scan = open_read(tmp_path), Scan()
    assert len(list(scan.read_on(handle))) == len(whole) - 1
    assert scan.unfinished == whole[-1][:-30]
    with (tmp_path / "trail.jsonl").open("ab") as file:
        file.write(whole[-1][-30:])
    assert [entry.seq for entry, _ in scan.read_on(handle)] == [len(whole)]
    assert scan.unfinished == b""
    os.close(handle)


def test_the_alarm_names_the_first_wrong_entry() -> None:
    error = broken(Scan(), scanning.LineError("it was changed"))
    assert (error.exit_code, str(error).split(";")[0]) == (30, "the audit trail, entry 1: got it was changed")
