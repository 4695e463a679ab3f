"""Files of the package: all that can be imported, and nothing that only looks like one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from patrolcast.io.behaviour.files import DATA, PACKAGE, package_files


def names(package: Path) -> list[str]:
    return [name for name, _ in package_files(package, {".py", ".csv"})]


def test_files_have_their_paths_in_the_package_in_one_order(tmp_path: Path) -> None:
    for name in ("b.py", "a/c.py", "a/d.csv", "a/e.txt", "a/__pycache__/f.py", "a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert names(tmp_path) == ["a/c.py", "a/d.csv", "a.py", "b.py"]


def test_a_folder_that_is_a_link_is_looked_into_and_one_around_it_is_not_followed(tmp_path: Path) -> None:
    package, elsewhere = tmp_path / "package", tmp_path / "elsewhere"
    package.mkdir()
    elsewhere.mkdir()
    (elsewhere / "a.py").write_text("")
    for name, to in (("linked", elsewhere), ("again", elsewhere), ("around", tmp_path), ("itself", package)):
        (package / name).symlink_to(to, target_is_directory=True)
    found = names(package)
    assert {"linked/a.py", "again/a.py", "around/elsewhere/a.py"} <= set(found)
    assert len(found) < 10


def test_locks_of_an_editor_links_to_nothing_and_pipes_are_no_files(tmp_path: Path) -> None:
    (tmp_path / ".#a.py").symlink_to("somebody@a-machine.1234")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "a.py").write_text("")
    assert names(tmp_path) == ["a.py"]


def test_a_folder_that_nobody_may_look_into_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("")
    (tmp_path / "shut").mkdir()
    whole = os.scandir

    def closed(folder: Path) -> object:
        if folder.name == "shut":
            raise PermissionError(13, "no")
        return whole(folder)

    monkeypatch.setattr(os, "scandir", closed)
    assert names(tmp_path) == ["a.py"]


def test_the_package_is_found_where_it_is_imported_from() -> None:
    found = dict(package_files(PACKAGE, {".py", *DATA}))
    assert found["io/behaviour/files.py"].is_file()
    assert any(name.endswith(".csv") for name in found)
