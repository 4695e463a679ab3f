"""Which files are configs of cities, and that no city is run twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import UsageError
from patrolcast.io.cities.configs import are_many, configs_in, require_different_cities


def written(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


def test_a_folder_gives_its_configs_by_name_a_broken_one_too_and_no_other_file(tmp_path: Path) -> None:
    folder = written(tmp_path / "c", b='name = "b"', a='extends = "b.toml"', data='data_root = "."', z="name = ")
    (folder / "notes.txt").write_text("name")
    assert [path.name for path in configs_in([folder])] == ["a.toml", "b.toml", "z.toml"]
    assert are_many([folder])
    assert are_many([folder / "a.toml", folder / "b.toml"])
    assert not are_many([folder / "a.toml"])


def test_no_city_is_run_twice(tmp_path: Path) -> None:
    folder = written(tmp_path / "c", a='name = "a"')
    with pytest.raises(UsageError, match=r"got 'a\.toml' twice; each city is run once"):
        configs_in([folder, folder / ".." / "c" / "a.toml"])


def test_two_configs_whose_runs_go_into_one_folder_are_refused(tmp_path: Path) -> None:
    cities = [write_city(tmp_path / name) for name in "ab"]
    require_different_cities(cities, None)  # each has a project, and so a folder of runs, of its own
    with pytest.raises(UsageError, match=r"'tiny\.toml' and 'tiny\.toml', both of 'tiny'; each city is run once"):
        require_different_cities(cities, tmp_path / "runs")


def test_a_folder_without_a_config_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a folder without a config"):
        configs_in([written(tmp_path / "c", data='data_root = "."')])


def test_a_config_that_cannot_be_read_is_left_to_its_own_process(tmp_path: Path) -> None:
    require_different_cities(
        [written(tmp_path / "c", a="name = ", b="name = ") / f"{name}.toml" for name in "ab"], None
    )


def test_a_link_to_a_share_that_is_not_there_is_a_config_that_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path, a='name = "a"')
    (tmp_path / "b.toml").symlink_to(tmp_path / "nowhere" / "b.toml")
    (tmp_path / "c.toml").symlink_to(tmp_path / "c.toml")
    os.mkfifo(tmp_path / "d.toml")
    assert [path.name for path in configs_in([tmp_path])] == ["a.toml", "b.toml", "c.toml", "d.toml"]
