"""Files are written whole or not at all, and what the system refuses is one line."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from patrolcast.domain.errors import CannotWriteError, NotPermittedError
from patrolcast.io.safe_files import clear_asides, replace_synced, write_errors, write_file, write_synced


def test_a_new_file_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_synced(path, b"first")
    with pytest.raises(FileExistsError):
        write_synced(path, b"second")
    assert path.read_bytes() == b"first"


def test_a_replaced_file_is_the_new_one_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for data in (b"first", b"second"):
        replace_synced(path, data)
        assert path.read_bytes() == data
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_swap_that_fails_leaves_the_old_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    replace_synced(path, b"old")

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CannotWriteError, match=r"^a: got 'No space left on device'"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_missing_folders_are_made(tmp_path: Path) -> None:
    assert write_file(tmp_path / "x" / "y" / "a", b"1").read_bytes() == b"1"


def test_refused_access_is_another_error_than_a_disk_that_cannot(tmp_path: Path) -> None:
    with pytest.raises(NotPermittedError), write_errors(tmp_path / "a"):
        raise PermissionError(errno.EACCES, "Permission denied")
    with pytest.raises(CannotWriteError), write_errors(tmp_path / "a"):
        raise OSError(errno.EROFS, "Read-only file system")


def test_only_what_a_dead_process_wrote_aside_is_cleared(tmp_path: Path) -> None:
    own, of_init, dead = (tmp_path / f".status.json.{pid}" for pid in (os.getpid(), 1, 999_999_999))
    others = [tmp_path / name for name in ("status.json.999999999", ".lock", ".reserve", ".a.0999", "..999999999")]
    for path in (own, of_init, dead, *others):
        path.write_bytes(b"half")
    (tmp_path / ".folder.999999999").mkdir()
    (tmp_path / ".link.999999999").symlink_to("status.json.999999999")
    assert sorted(clear_asides(tmp_path, tmp_path / "missing")) == sorted([own.name, dead.name])
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {of_init.name, *(path.name for path in others), ".folder.999999999", ".link.999999999"}
