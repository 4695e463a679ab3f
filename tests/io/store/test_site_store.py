"""The folder of the site: whole, never poorer, and refused where it is not what was written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from patrolcast.domain.errors import CannotWriteError, DataRefusedError, LockedError
from patrolcast.io.lock import try_lock_folder
from patrolcast.io.store.site_store import EarlierSite, new_files, read_ledger, read_site, write_site


def release(out: Path, **files: str) -> bool:
    named = {name.replace("_", "/"): text.encode() for name, text in files.items()}
    earlier = read_site(out)
    if new := new_files(named, earlier):
        write_site(out, named, new, earlier)
    return bool(new)


def test_a_release_adds_and_replaces_and_never_removes(tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert release(out, a_x="1", b="1")
    (out / "CNAME").write_text("audit.example")
    assert release(out, b="2")
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == {
        "a/x", "b", "CNAME", "site.json",
    }  # fmt: skip
    assert (out / "b").read_text() == "2"
    site = read_site(out)
    assert site.release == 2
    assert set(site.files) == {"a/x", "b"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_same_release_is_none(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, b="1")
    before = (out / "site.json").stat().st_mtime_ns
    assert not release(out, b="1")
    assert (out / "site.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("harm", ["edit", "remove", "link", "no list", "other list", "outside"])
def test_a_site_that_is_not_what_was_written_is_refused(tmp_path: Path, harm: str) -> None:
    out = tmp_path / "site"
    release(out, b="1", c="1")
    listed = json.loads((out / "site.json").read_bytes())
    if harm == "edit":
        (out / "b").write_text("2")
    elif harm == "no list":
        (out / "site.json").write_text("[]")
    elif harm == "other list":
        (out / "site.json").write_text(json.dumps({**listed, "site_version": 2}))
    elif harm == "outside":
        (out / "site.json").write_text(json.dumps({**listed, "files": {"../b": "00"}}))
    else:
        (out / "b").unlink()
        if harm == "link":
            (out / "b").symlink_to("c")
    with pytest.raises(DataRefusedError, match="what was shown before must be known"):
        read_site(out)


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CannotWriteError, match="got other files"):
        read_site(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_empty_folder_and_none_are_no_site(tmp_path: Path) -> None:
    assert read_site(tmp_path) == read_site(tmp_path / "none") == EarlierSite()
    assert read_ledger(tmp_path, "tiny") is None


def test_after_a_start_that_died_in_the_swap_the_former_site_is_back(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, b="1")
    out.rename(tmp_path / ".site.former")
    (tmp_path / ".site.building").mkdir()
    assert read_site(out).release == 1
    assert release(out, b="2")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_where_the_swap_fails_the_site_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    release(out, b="1")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(".building"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(CannotWriteError):
        release(out, b="2")
    assert (out / "b").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_two_releases_at_once_never_write_over_each_other(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, b="1")
    earlier = read_site(out)
    release(out, b="2")
    with pytest.raises(LockedError, match="a release that came in between"):
        write_site(out, {"b": b"3"}, new_files({"b": b"3"}, earlier), earlier)
    building = tmp_path / ".site.building"
    building.mkdir()
    handle = try_lock_folder(building)
    assert handle is not None
    try:
        with pytest.raises(LockedError, match="another release at work"):
            release(out, b="4")
    finally:
        os.close(handle)
    assert (out / "b").read_text() == "2"
