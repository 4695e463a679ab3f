"""Nights of a backfill on disk: held by one process, read back only as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.io.store.past_nights import NIGHT, NIGHTS, held_night, read_night, run_of, write_night

DAY = "2026-02-28"
REFUSED = {"night": DAY, "error": "no rows", "exit_code": 13}


def test_a_night_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_night(tmp_path, DAY, REFUSED)
    assert read_night(tmp_path, DAY) == REFUSED
    assert read_night(tmp_path, "2026-02-27") is None


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"sha256": "0"}'])
def test_a_night_that_is_torn_or_edited_is_none(tmp_path: Path, damage: bytes) -> None:
    write_night(tmp_path, DAY, REFUSED)
    path = tmp_path / NIGHTS / DAY / NIGHT
    path.write_bytes(damage)
    assert read_night(tmp_path, DAY) is None
    path.write_bytes(path.read_bytes().replace(b"13", b"20"))
    assert read_night(tmp_path, DAY) is None


def test_a_night_whose_run_is_gone_is_none(tmp_path: Path) -> None:
    write_night(tmp_path, DAY, {"night": DAY, "run_id": "r", "manifest_sha256": "0"})
    assert read_night(tmp_path, DAY) is None


def test_a_run_is_never_looked_for_outside(tmp_path: Path) -> None:
    assert run_of(tmp_path, {"run_id": "../../elsewhere"}).parent == tmp_path


def test_one_process_holds_a_night_and_lets_it_go(tmp_path: Path) -> None:
    with (
        held_night(tmp_path, DAY) as mine,
        held_night(tmp_path, DAY) as other,
        held_night(tmp_path, "2026-02-27") as third,
    ):
        assert (mine, other, third) == (True, False, True)
    with held_night(tmp_path, DAY) as again:
        assert again
