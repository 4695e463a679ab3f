"""Which trail a person means."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import small_trail
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import UsageError
from patrolcast.runs.trail.find import find_trails, the_trail


def test_a_trail_is_found_by_its_config_its_runs_and_its_own_folder(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    folder = small_trail(tmp_path / "runs" / "tiny" / "trail")
    for named in (config, tmp_path / "runs", folder.parent, folder):
        (found,) = find_trails(named)
        assert (found.city, found.folder) == ("tiny", folder)
    assert the_trail(None, runs=tmp_path / "runs").folder == folder


def test_none_and_several_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must be a config, or a folder with a trail in it"):
        find_trails(tmp_path)
    for city in ("a", "b"):
        small_trail(tmp_path / city / "trail")
    assert [one.city for one in find_trails(tmp_path)] == ["a", "b"]
    with pytest.raises(UsageError, match="trails of 2 cities"):
        the_trail(tmp_path)


def test_a_trail_of_which_only_checkpoints_are_left_is_found(tmp_path: Path) -> None:
    folder = small_trail(tmp_path / "trail")
    (folder / "trail.jsonl").unlink()
    assert [one.folder for one in find_trails(tmp_path)] == [folder]
