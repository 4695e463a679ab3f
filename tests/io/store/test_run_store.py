from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from patrolcast.domain.errors import CannotWriteError, DataRefusedError, NotPermittedError
from patrolcast.io import safe_files
from patrolcast.io.lock import try_lock_folder
from patrolcast.io.store import run_store

RUN = "20260301T1100Z-tiny-01234567"
LATER = "20260302T1100Z-tiny-01234567"
FILES = {"a.txt": b"one", "model/b.txt": b"two"}


def make(runs: Path, run_id: str = RUN, files: dict[str, bytes] | None = None) -> Path:
    return run_store.write_run(runs, {"run_id": run_id}, files or FILES, timing={"seconds": 1})


def names(runs: Path) -> set[str]:
    return {path.name for path in runs.iterdir()}


def test_a_run_is_written_whole_and_its_manifest_holds_every_hash(tmp_path: Path) -> None:
    folder = make(tmp_path / "runs")
    manifest = run_store.read_manifest(folder)
    assert sorted(manifest["outputs"]) == ["a.txt", "model/b.txt"]
    assert run_store.changed_files(folder, manifest) == []
    assert names(tmp_path / "runs") == {RUN}


def test_the_manifest_does_not_hash_the_clock(tmp_path: Path) -> None:
    one = run_store.write_run(tmp_path / "1", {"run_id": RUN}, FILES, timing={"seconds": 1})
    two = run_store.write_run(tmp_path / "2", {"run_id": RUN}, FILES, timing={"seconds": 2})
    assert (one / "manifest.json").read_bytes() == (two / "manifest.json").read_bytes()


def test_a_run_is_never_overwritten(tmp_path: Path) -> None:
    make(tmp_path)
    make(tmp_path, files={"a.txt": b"other"})
    assert (tmp_path / RUN / "a.txt").read_bytes() == b"one"
    assert names(tmp_path) == {RUN}


def test_a_forced_run_gets_the_next_number(tmp_path: Path) -> None:
    assert run_store.free_run_id(tmp_path, RUN) == RUN
    make(tmp_path)
    assert run_store.free_run_id(tmp_path, RUN) == f"{RUN}-2"
    make(tmp_path, f"{RUN}-2")
    assert run_store.free_run_id(tmp_path, RUN) == f"{RUN}-3"


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda f: (f / "a.txt").write_bytes(b"onE"), ["a.txt"]),
        (lambda f: (f / "model/b.txt").unlink(), ["model/b.txt"]),
        (lambda f: (f / "more.txt").write_bytes(b""), ["more.txt"]),
        (lambda f: (f / "etc").symlink_to("/etc"), ["etc"]),
        (lambda f: (f / "gone").symlink_to("nowhere"), ["gone"]),
        (lambda f: (f / "a.txt").symlink_to((f / "a.txt").rename(f.parent / "a")), ["a.txt"]),
    ],
)
def test_any_changed_missing_or_added_file_is_named(tmp_path: Path, damage, told: list[str]) -> None:
    folder = make(tmp_path)
    damage(folder)
    assert run_store.changed_files(folder, run_store.read_manifest(folder)) == told
    assert run_store.verified_manifest(folder) is None


def test_an_output_is_checked_before_it_is_read(tmp_path: Path) -> None:
    folder = make(tmp_path)
    manifest = run_store.read_manifest(folder)
    assert run_store.read_verified(folder, manifest, "a.txt") == b"one"
    (folder / "a.txt").write_bytes(b"two")
    with pytest.raises(DataRefusedError) as error:
        run_store.read_verified(folder, manifest, "a.txt")
    told = "got other bytes than the manifest says; a run is never changed; run it again"
    assert str(error.value) == f"run {RUN}: a.txt: {told}"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"run_id": 1, "outputs": []}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / RUN).mkdir()
    (tmp_path / RUN / "manifest.json").write_bytes(data)
    with pytest.raises(DataRefusedError, match=f"^run {RUN}: manifest.json: got (not JSON|no manifest of a run); "):
        run_store.read_manifest(tmp_path / RUN)
    assert run_store.manifest_or_none(tmp_path / RUN) is None


def test_current_moves_to_the_new_run_and_is_relative(tmp_path: Path) -> None:
    make(tmp_path)
    make(tmp_path, LATER)
    run_store.swap_current(tmp_path, RUN)
    run_store.swap_current(tmp_path, LATER)
    assert (tmp_path / "current").readlink() == Path(LATER)
    assert run_store.current_run(tmp_path) == tmp_path / LATER


def test_current_never_points_at_a_run_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteError, match=f"^current: got {RUN}; must point at a whole run$"):
        run_store.swap_current(tmp_path, RUN)
    assert run_store.current_run(tmp_path) is None


def test_a_folder_named_current_is_left_alone(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "current").mkdir()
    with pytest.raises(CannotWriteError) as error:
        run_store.swap_current(tmp_path, RUN)
    assert str(error.value) == "current: got a file or folder; must be a link that patrolcast made; move it away"


def test_leftovers_of_dead_builders_are_cleared_and_living_ones_are_not(tmp_path: Path) -> None:
    dead, alive = tmp_path / f".building-{RUN}-1", tmp_path / f".building-{LATER}-2"
    dead.mkdir()
    (dead / "half.txt").write_text("x")
    alive.mkdir()
    (tmp_path / ".current-999999999").symlink_to(RUN)
    (tmp_path / f".removing-{RUN}").mkdir()
    handle = try_lock_folder(alive)
    assert handle is not None
    cleared = run_store.clear_leftovers(tmp_path)
    os.close(handle)
    assert cleared == [f".building-{RUN}-1", ".current-999999999", f".removing-{RUN}"]
    assert names(tmp_path) == {alive.name}


@pytest.mark.parametrize(
    ("number", "kind", "told"),
    [
        (errno.ENOSPC, CannotWriteError, "'No space left on device'; free some space and start again"),
        (errno.EROFS, CannotWriteError, "'Read-only file system'; choose a folder that can be written, with --runs"),
        (errno.EIO, CannotWriteError, "'Input/output error'; check the folder and start again"),
        (errno.EMFILE, CannotWriteError, "'Too many open files'; raise the limit on open files"),
        (
            errno.EACCES,
            NotPermittedError,
            "'Permission denied'; must be readable and writable; ask who owns the folder",
        ),
    ],
)
def test_what_the_system_refuses_is_reported_in_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception], told: str
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(safe_files.os, "fsync", refuse)
    with pytest.raises(kind) as error:
        make(tmp_path)
    assert str(error.value) == f"{RUN}: got {told}"
    assert names(tmp_path) == set()


def test_finished_runs_are_listed_newest_first_without_links_and_halves(tmp_path: Path) -> None:
    make(tmp_path)
    make(tmp_path, LATER)
    run_store.swap_current(tmp_path, RUN)
    (tmp_path / "20260303T1100Z-tiny-01234567").mkdir()
    (tmp_path / "20260304T1100Z-tiny-01234567").symlink_to(RUN)
    assert [path.name for path in run_store.finished_runs(tmp_path)] == [LATER, RUN]


def test_files_are_synced_before_the_rename_and_folders_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    sync, rename = os.fsync, Path.rename
    monkeypatch.setattr(safe_files.os, "fsync", lambda handle: (order.append("sync"), sync(handle))[1])
    monkeypatch.setattr(Path, "rename", lambda self, to: (order.append("rename"), rename(self, to))[1])
    make(tmp_path)
    assert order == ["sync"] * 6 + ["rename", "sync"]  # 4 files, 2 folders; then their parent


@pytest.mark.parametrize(
    ("text", "last"),
    [(json.dumps({"last_start": {"exit_code": 13}}), {"exit_code": 13}), ("{", None), ("[1]", None), (None, None)],
)
def test_the_last_start_is_read_where_the_status_says_it(tmp_path: Path, text: str | None, last: object) -> None:
    if text is not None:
        (tmp_path / "status.json").write_text(text)
    assert run_store.read_last_start(tmp_path) == last
