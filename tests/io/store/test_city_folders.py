"""Cities side by side in a folder of runs: which run a person means, and whose `current` is whose."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, write_finished

from patrolcast.domain.errors import UsageError
from patrolcast.io.store import run_store
from patrolcast.io.store.city_folders import cities_beside, find_run, retire_former_link


def published(runs: Path, **changed: object) -> Path:
    folder = write_finished(runs, **changed).folder
    run_store.swap_current(runs, folder.name)
    return folder


def refusal(text: str, runs: Path) -> str:
    with pytest.raises(UsageError) as error:
        find_run(text, runs)
    return str(error.value)


def test_a_run_is_found_by_path_id_and_current(tmp_path: Path) -> None:
    folder = published(tmp_path / "tiny")
    asked = (str(folder), RUN_ID, "current", f"tiny/{RUN_ID}", "tiny/current")
    assert {find_run(text, tmp_path) for text in asked} == {folder.resolve()}
    assert {find_run(text, tmp_path / "tiny") for text in asked[:3]} == {folder.resolve()}


def test_a_run_that_is_not_there_is_refused_with_where_runs_are_listed(tmp_path: Path) -> None:
    rule = "must be a run folder, the id of a run, or 'current'"
    assert refusal("nope", tmp_path) == f"RUN: got 'nope'; {rule}; `ls {tmp_path}/*` lists them"
    assert refusal("current", tmp_path / "none").startswith("RUN: got 'current'; ")


def test_current_of_several_cities_asks_which(tmp_path: Path) -> None:
    one, two = published(tmp_path / "one"), published(tmp_path / "two")
    said = refusal("current", tmp_path)
    assert said.startswith("RUN: got 'current', of 2 cities; ")
    assert said.endswith("; write one/current or two/current")
    assert [find_run(f"{city}/current", tmp_path) for city in ("one", "two")] == [one.resolve(), two.resolve()]


def test_cities_are_beside_each_other_only_in_a_folder_that_bears_the_citys_name(tmp_path: Path) -> None:
    published(tmp_path / "tiny")
    published(tmp_path / "other")
    assert cities_beside(tmp_path / "tiny", "tiny") == [tmp_path / "tiny", tmp_path / "other"]
    assert cities_beside(tmp_path / "tiny", "renamed") == [tmp_path / "tiny"]


def test_what_this_city_published_before_it_had_a_folder_of_its_own_no_longer_passes_for_current(
    tmp_path: Path,
) -> None:
    published(tmp_path)
    retire_former_link(tmp_path / "other", "other")
    retire_former_link(tmp_path / "apart", "tiny")
    assert run_store.current_run(tmp_path) is not None, "another city's, or a folder kept apart"
    retire_former_link(tmp_path / "tiny", "tiny")
    assert run_store.current_run(tmp_path) is None
    assert (tmp_path / RUN_ID).is_dir()
