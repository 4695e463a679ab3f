"""The file as the system sees it: the answer comes after the disk has the line, never before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.io.trail.trails import STARTED, opened

from patrolcast.domain.errors import CannotWriteError, LockedError
from patrolcast.io.trail import file as trail_file
from patrolcast.io.trail.file import TrailFile


def test_a_line_is_written_at_once_then_synced_and_only_then_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    with opened(tmp_path) as trail:
        for name in ("write", "fsync"):
            real = getattr(os, name)

            def noted(handle: int, *rest: object, real: object = real, name: str = name) -> object:
                order.append(name) if handle == trail._file.handle else None
                return real(handle, *rest)  # type: ignore[operator]

            monkeypatch.setattr(os, name, noted)
        trail.append(STARTED)
        order.append("answered")
    assert order == ["write", "fsync", "answered"]


def test_a_second_holder_waits_and_is_sent_away_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_file, "WAIT_SECONDS", 0.02)
    one, other = TrailFile(tmp_path / "x"), TrailFile(tmp_path / "x")
    with one.locked(), pytest.raises(LockedError, match="a writer that does not end; one writer at a time"):
        other.locked().__enter__()
    with other.locked():
        pass
    one.close()
    other.close()


def test_the_reserve_is_real_bytes_and_is_given_up_once(tmp_path: Path) -> None:
    file = TrailFile(tmp_path / "x")
    file.keep_reserve()
    assert (tmp_path / ".reserve").stat().st_blocks * 512 >= 16_384
    assert (file.give_up_reserve(), file.give_up_reserve()) == (True, False)
    file.close()


def test_a_folder_that_is_a_file_is_an_error_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "trail").write_text("")
    with pytest.raises(CannotWriteError, match="got "):
        TrailFile(tmp_path / "trail" / "trail.jsonl")
