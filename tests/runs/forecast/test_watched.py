"""A look at the dosage log that was taken away, or put back over a later one, keeps a run from being published."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import h3
import pandas as pd
import pytest
from tests.runs.finished import RUN_ID, write_finished
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import GateRefusedError
from patrolcast.runs.forecast.stored_runs import FinishedRun
from patrolcast.runs.forecast.watched import require_watched

EARLIER, LATER = "20260228T1100Z-tiny-00000002", "20260301T1000Z-tiny-00000003"
BOUNDARY = {"key": "area.boundary", "sha256": "b" * 64}


def look(letter: str) -> dict[str, str]:
    return {"key": "evidence.monitor", "sha256": letter * 64}


def require(run: FinishedRun) -> None:
    require_watched(run.folder, run.manifest)


@pytest.mark.parametrize("renamed", [{}, {"name": "other"}], ids=["the same name", "another name, the same boundary"])
@pytest.mark.parametrize(
    "watched", [{"inputs": [BOUNDARY, look("c")]}, {"inputs": [BOUNDARY], "config": {"monitor": {"log": "x"}}}]
)
def test_what_was_once_watched_stays_watched(tmp_path: Path, watched: dict, renamed: dict) -> None:
    write_finished(tmp_path, EARLIER, **watched)
    with pytest.raises(GateRefusedError) as error:
        require(write_finished(tmp_path, inputs=[BOUNDARY], **renamed))
    assert str(error.value) == (
        f"run {RUN_ID}: got no look at a dosage log, and {EARLIER} had one; what was once watched stays watched; name "
        "the log in [monitor] and run `patrolcast monitor` on this config"
    )


def test_a_renamed_city_in_a_folder_beside_is_the_same_city(tmp_path: Path) -> None:
    write_finished(tmp_path / "tiny", EARLIER, inputs=[BOUNDARY, look("c")])
    with pytest.raises(GateRefusedError, match="got no look at a dosage log"):
        require(write_finished(tmp_path / "other", name="other", inputs=[BOUNDARY]))


def forecast_of(run: FinishedRun, cells: list[str]) -> FinishedRun:
    pd.DataFrame({"cell": cells}).to_parquet(run.folder / "forecast.parquet")
    return run


def test_a_city_under_another_name_and_with_other_bytes_is_known_by_its_land(tmp_path: Path) -> None:
    here = h3.grid_disk("872664c1affffff", 2)
    elsewhere = h3.grid_disk("8728308a5ffffff", 2)
    watched = write_finished(tmp_path, EARLIER, name="other", inputs=[{**BOUNDARY, "sha256": "d" * 64}, look("c")])
    forecast_of(watched, here[:-2])
    finer = [h3.cell_to_center_child(cell, 9) for cell in here]
    run = write_finished(tmp_path, inputs=[BOUNDARY])
    require(run)
    with pytest.raises(GateRefusedError, match="got no look at a dosage log"):
        require(forecast_of(run, finer))
    require(forecast_of(run, elsewhere))


def test_another_citys_log_is_no_log_of_this_one(tmp_path: Path) -> None:
    write_finished(tmp_path, EARLIER, name="other", inputs=[{"key": "area.boundary", "sha256": "d" * 64}, look("c")])
    require(write_finished(tmp_path, inputs=[BOUNDARY]))


def test_a_look_that_a_later_one_replaced_does_not_come_back(tmp_path: Path) -> None:
    write_finished(tmp_path, EARLIER, made=NOW - timedelta(days=1), inputs=[BOUNDARY, look("c")])
    require(write_finished(tmp_path, inputs=[BOUNDARY, look("c")]))
    write_finished(tmp_path, LATER, made=NOW + timedelta(hours=1), inputs=[BOUNDARY, look("a")])
    again = write_finished(tmp_path, f"{RUN_ID}-2", made=NOW + timedelta(hours=2), inputs=[BOUNDARY, look("c")])
    with pytest.raises(GateRefusedError) as error:
        require(again)
    assert str(error.value) == (
        f"run {RUN_ID}-2: got a look at the dosage log that a later one had replaced in {LATER}; what was once watched "
        "stays watched; look again: run `patrolcast monitor` on this config"
    )
    require(write_finished(tmp_path, f"{RUN_ID}-3", inputs=[BOUNDARY, look("e")]))
