"""Names are for people: they change no number, no evidence, and stand in every output that a person reads."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from tests.runs.peopled_city import write_peopled_city
from tests.runs.tiny_city import NOW, SIDE, SOUTH, WEST

from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.stored_runs import FinishedRun
from patrolcast.runs.monitor.evidence import monitor_binding
from patrolcast.runs.screen.evidence import screen_identity
from patrolcast.runs.simulate.evidence import loop_binding

NAMES = """
[[area.names]]
path = "../data/crossings.csv"
column = "crossing"
"""
SAME_BYTES = ("forecast.parquet", "model/model.txt", "model/matrix.parquet", "explanations.csv", "admission.json")


def with_names(config: Path) -> Path:
    rows = [("crossing", "longitude", "latitude")]
    rows += [
        (f"{i} ST & {j} AVE", f"{WEST + SIDE * (i + 0.5) / 20:.6f}", f"{SOUTH + SIDE * (j + 0.5) / 10:.6f}")
        for i in range(20)
        for j in range(10)
    ]
    with (config.parent.parent / "data" / "crossings.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    named = config.with_name("named.toml")
    named.write_text(config.read_text().replace("[incidents]\n", f"{NAMES}[incidents]\n"))
    return named


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, FinishedRun, FinishedRun]:
    """The same city without names and with them: the configs and their runs."""
    root = tmp_path_factory.mktemp("named")
    plain = write_peopled_city(root)
    named = with_names(plain)
    runs = [run_once(read_settings(config), runs=root / "runs", now=NOW) for config in (plain, named)]
    return plain, named, runs[0], runs[1]


def test_names_move_no_byte_of_the_forecast_the_matrix_or_the_model(
    both: tuple[Path, Path, FinishedRun, FinishedRun],
) -> None:
    _, _, without, named = both
    assert without.folder != named.folder
    for file in SAME_BYTES:
        assert (without.folder / file).read_bytes() == (named.folder / file).read_bytes(), file
    first, second = (pd.read_csv(run.folder / "suggestions.csv") for run in (without, named))
    pd.testing.assert_frame_equal(first.drop(columns="place"), second.drop(columns="place"))
    assert first["place"].isna().all()
    assert second["place"].notna().all()


def test_names_make_no_evidence_stale_and_their_bytes_are_in_the_manifest(
    both: tuple[Path, Path, FinishedRun, FinishedRun],
) -> None:
    configs = [read_settings(path) for path in both[:2]]
    for binding in (screen_identity, loop_binding, monitor_binding):
        without, named = (binding(config, run_identity.input_files(config)) for config in configs)
        assert without == named
    inputs = {one["key"]: one["path"] for one in both[3].manifest["inputs"]}
    assert inputs["area.names.path"] == "data/crossings.csv"
    assert both[2].manifest["inputs_sha256"] != both[3].manifest["inputs_sha256"]
    [source] = [one for one in both[3].manifest["sources"] if one["name"] == "crossings.csv"]
    assert (source["rows_in"], source["kept"]) == (200, 200)


def test_every_suggestion_has_its_name_and_its_local_time(both: tuple[Path, Path, FinishedRun, FinishedRun]) -> None:
    folder = both[3].folder
    table = pd.read_csv(folder / "suggestions.csv")
    places = pd.read_csv(folder / "places.csv").set_index("cell")
    assert (places.loc[table["cell"], "place"].to_numpy() == table["place"].to_numpy()).all()
    assert list(table.columns[-2:]) == ["shift_start_local", "shift_end_local"]
    same = pd.to_datetime(table["shift_start_local"], utc=True) == pd.to_datetime(table["shift_start"])
    assert same.all()
    assert set(table["shift_start_local"].str[11:]) <= {"06:00:00-06:00", "14:00:00-06:00", "22:00:00-06:00"}
    features = json.loads((folder / "suggestions.geojson").read_text())["features"]
    assert [feature["properties"]["place"] for feature in features] == table["place"].tolist()
