"""A config that cannot be read as one still names where a night says so, if that lies inside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.io.settings.unread_config import metrics_file_of, runs_folder_of

STATED = 'name = "city"\nunknown_key = 1\n[publish]\nruns = "nights"\nmetrics = "nights/m/city.prom"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("configs", "nights/city", "nights/m", "runs/town"):
        (tmp_path / "project" / folder).mkdir(parents=True)
    (tmp_path / "project" / "nights" / "m" / "city.prom").write_text("old")
    return tmp_path / "project"


def config(project: Path, text: str) -> Path:
    path = project / "configs" / "town.toml"
    path.write_text(text)
    return path


def test_what_the_file_states_is_taken_and_else_the_default(project: Path) -> None:
    stated = config(project, STATED)
    assert runs_folder_of(stated) == project / "nights" / "city"
    assert metrics_file_of(stated) == ("city", project / "nights" / "m" / "city.prom")
    broken = config(project, "[[[")
    assert runs_folder_of(broken) == project / "runs" / "town"
    assert metrics_file_of(broken) is None
    assert metrics_file_of(config(project, STATED.replace('name = "city"\n', ""))) == (
        "town", project / "nights" / "m" / "city.prom",
    )  # fmt: skip


def test_a_folder_that_is_not_there_is_none_and_one_that_was_asked_for_is_taken(project: Path, tmp_path: Path) -> None:
    stated = config(project, STATED.replace("nights", "elsewhere"))
    assert (runs_folder_of(stated), metrics_file_of(stated)) == (None, None)
    (tmp_path / "asked" / "city").mkdir(parents=True)
    assert runs_folder_of(stated, runs=tmp_path / "asked") == tmp_path / "asked" / "city"


@pytest.mark.parametrize("text", ["../outside.prom", "{tmp}/outside.prom", "link.prom", "configs/town.toml", ""])
def test_a_file_out_of_the_project_or_of_another_kind_is_never_taken(project: Path, tmp_path: Path, text: str) -> None:
    outside = tmp_path / "outside.prom"
    outside.write_text("of another")
    (project / "link.prom").symlink_to(outside)
    text = text.replace("{tmp}", str(tmp_path))
    assert metrics_file_of(config(project, f'unknown_key = 1\n[publish]\nmetrics = "{text}"\n')) is None


def test_a_folder_out_of_the_project_is_never_taken(project: Path, tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    assert runs_folder_of(config(project, 'name = "city"\n[publish]\nruns = ".."\n')) is None
    assert runs_folder_of(config(project, 'name = "../../city"\n')) is None


@pytest.mark.parametrize(
    "text", ['publish = "text"\n', "[publish]\nmetrics = 3\nruns = 4\n", "[publish.metrics]\na = 1\n"]
)
def test_what_is_stated_as_something_else_is_passed_over(project: Path, text: str) -> None:
    stated = config(project, text)
    assert metrics_file_of(stated) is None
    assert runs_folder_of(stated) in (None, project / "runs" / "town")
