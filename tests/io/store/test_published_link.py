"""Each way in which `current` may lead to no run has its own words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, write_finished

from patrolcast.io.store import run_store
from patrolcast.io.store.published_link import link_fault


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    write_finished(folder)
    run_store.swap_current(folder, RUN_ID)
    return folder


def test_a_link_that_patrolcast_made_has_no_fault(runs: Path) -> None:
    assert link_fault(runs) == ""


def away(runs: Path) -> None:
    (runs / "current").unlink()
    (runs / "current").symlink_to(f"../tiny/{RUN_ID}")


def a_folder(runs: Path) -> None:
    (runs / "current").unlink()
    (runs / "current").mkdir()


def a_linked_run(runs: Path) -> None:
    (runs / RUN_ID).rename(runs.parent / "elsewhere")
    (runs / RUN_ID).symlink_to(runs.parent / "elsewhere")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda runs: shutil.rmtree(runs), "there is no folder of runs of tiny"),
        (lambda runs: (runs / "current").unlink(), "nothing is published: there is no `current`"),
        (a_folder, "`current` is no link that patrolcast made"),
        (away, "`current` leads out of the city's runs"),
        (lambda runs: shutil.rmtree(runs / RUN_ID), f"`current` leads to {RUN_ID}, and no run is there"),
        (a_linked_run, f"`current` leads to {RUN_ID}, and no run is there"),
        (lambda runs: (runs / RUN_ID / "manifest.json").write_text("{"), f"{RUN_ID}: its manifest cannot be read"),
    ],
)
def test_every_other_link_has_its_words(runs: Path, change: Callable[[Path], object], fault: str) -> None:
    change(runs)
    assert link_fault(runs) == fault
