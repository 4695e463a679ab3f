"""From three weeks of run folders, a file of decisions and a CAD extract to a look at what became of suggestions.

The whole way by the command, in a tiny city with a coin at the end of the budget: suggested, explored, held back,
propensity, decision, delivered. What is expected is put together here from `suggestions.csv`, without the product.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.conftest import patrolcast
from tests.runs.tiny_city import plant_loop_test, write_city

from patrolcast.cli.door import main
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.monitor.monitor import load_operations

pytestmark = pytest.mark.long  # four whole nights
WEEKS = ("2026-02-07", "2026-02-14", "2026-02-21")
AFTER = "2026-03-01T05:00:00-06:00"
MONITOR = """
[monitor]
decisions = "../data/decisions.csv"
[monitor.visits]
path = "../data/cad.csv"
source = "cad"
time_format = "%m/%d/%Y %H:%M:%S"
[monitor.visits.columns]
arrived_at = "ARRIVE_DTTM"
left_at = "CLEAR_DTTM"
longitude = "LON"
latitude = "LAT"
"""


@dataclass(frozen=True)
class Watched:
    """The city's folder, its config, all suggestions of its runs, and what the look wrote."""

    root: Path
    config: Path
    told: pd.DataFrame
    printed: str
    document: dict[str, Any]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    root = tmp_path_factory.mktemp("watched")
    config = write_city(root)
    text = config.read_text().replace("[model]\n", "[model]\nhorizon_days = 7\n")
    config.write_text(
        text + "[patrol]\nminutes_per_district = 60.0\n[patrol.exploration]\nhalf_width = 1\nuniform_cells = 1\n"
    )
    plant_loop_test(config)
    for day in WEEKS:
        assert main(["forecast", str(config), "--quiet", "--as-of", f"{day}T05:00:00-06:00"]) == 0
    made = sorted(path.parent for path in (root / "runs" / "tiny").glob("*/manifest.json"))
    folders = [folder for folder in made if not folder.is_symlink()]
    told = pd.concat([pd.read_csv(one / "suggestions.csv").assign(run_id=one.name) for one in folders])
    told = told.sort_values(["shift_start", "cell"], ignore_index=True)
    write_decisions(root / "data" / "decisions.csv", told)
    write_extract(root / "data" / "cad.csv", told)
    config.write_text(config.read_text() + MONITOR)
    done = patrolcast("monitor", config)
    assert done.returncode == 0, done.stderr + done.stdout
    document = json.loads((root / "monitored" / "tiny" / "monitor.json").read_bytes())
    return Watched(root, config, told, done.stdout, document)


def visited(told: pd.DataFrame) -> pd.DataFrame:
    """Two of three rows with visits were driven to, and no other."""
    chosen = told[told["visits"] > 0].reset_index(drop=True)
    return chosen[np.arange(len(chosen)) % 3 > 0]


def write_decisions(path: Path, told: pd.DataFrame) -> None:
    """Every second suggestion was answered; the last answer is about a run that is no longer there."""
    answered = told[told["visits"] > 0].iloc[::2]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("suggestion_id", "decision", "reason"))
        for n, one in enumerate(answered["suggestion_id"]):
            writer.writerow((one, "declined", "no_car_free") if n % 5 == 0 else (one, "accepted", ""))
        writer.writerow(("20250101T1200Z-8826641a05fffff", "accepted", ""))


def write_extract(path: Path, told: pd.DataFrame) -> None:
    """As a CAD writes it: local times, degrees, no word about who; one visit to a place nobody suggested."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ARRIVE_DTTM", "CLEAR_DTTM", "LON", "LAT"))
        for one in visited(told).itertuples():
            begin = (pd.Timestamp(one.shift_start) + pd.Timedelta(hours=2)).tz_convert("America/Chicago")
            times = [f"{moment:%m/%d/%Y %H:%M:%S}" for moment in (begin, begin + pd.Timedelta(minutes=12))]
            writer.writerow((*times, one.longitude, one.latitude))
        writer.writerow(("02/10/2026 03:00:00", "02/10/2026 03:05:00", -87.6999, 41.8001))


def test_every_role_with_its_chance_reaches_the_log(watched: Watched) -> None:
    roles = watched.told["role"].value_counts()
    assert set(roles.index) == {"suggested", "explored", "comparison"}
    # An explored cell has no counterpart in the log: nothing can be compared with it.
    drawn = watched.told[(watched.told["propensity"] == 0.5) & (watched.told["role"] != "explored")]
    seen = watched.document["watched"]
    assert seen["rows"] == len(watched.told)
    assert seen["weeks"] == 3
    assert seen["drawn_rows"] == len(drawn) > 0


def test_what_people_decided_and_what_was_driven_reach_the_log(watched: Watched) -> None:
    settings = read_settings(watched.config).settings
    assert settings.monitor is not None
    log, visits = load_operations(settings, settings.monitor, pd.Timestamp(AFTER).to_pydatetime())
    table, told = log.table.set_index("suggestion_id"), watched.told.set_index("suggestion_id")
    assert visits is not None
    assert table["role"].to_dict() == told["role"].to_dict()
    assert table["propensity"].to_dict() == pytest.approx(told["propensity"].to_dict(), abs=1e-6)
    assert table["run_id"].to_dict() == told["run_id"].to_dict()
    suggested = told[told["visits"] > 0]
    assert (table.loc[suggested.index, "suggested_visits"] == suggested["visits"]).all()
    answered = pd.read_csv(watched.root / "data" / "decisions.csv", keep_default_na=False).set_index("suggestion_id")
    answered = answered[answered.index.isin(told.index)]
    assert table.loc[answered.index, "decision"].to_dict() == answered["decision"].to_dict()
    assert table.loc[answered.index, "reason"].to_dict() == answered["reason"].to_dict()
    assert set(table.drop(answered.index)["decision"]) == {"unanswered"}
    assert watched.document["watched"]["decided"] == len(answered)
    driven = table[table["delivered_visits"] > 0]
    assert set(driven.index) == set(visited(watched.told)["suggestion_id"])
    assert set(driven["delivered_minutes"]) == {12.0}
    assert set(driven["source"]) == {"cad"}
    assert watched.document["watched"]["delivery_known"] == table["delivered_visits"].notna().sum() > 0.95 * len(table)


def test_the_checks_speak_and_say_how_little_three_weeks_can_show(watched: Watched) -> None:
    gates = {one["name"]: one["verdict"] for one in watched.document["gates"]}
    assert watched.document["verdict"] == "no alarm"
    assert watched.printed.startswith("No sign that patrol is driving the forecast. A rise of ")
    assert gates["band_reports"] == "pass"
    assert gates["officer_records_change_nothing"] == gates["past_suggestions_change_nothing"] == "pass"
    assert gates["band_score_later"] == "not measured"  # 28 days have not passed
    told = next(one for one in watched.document["gates"] if one["name"] == "past_suggestions_change_nothing")
    assert told["detail"].startswith(f"moving {(watched.told['visits'] > 0).sum():,} past suggestions to other cells")


def test_the_verdict_lets_the_next_run_be_published_and_no_row_of_the_log_is_among_its_inputs(watched: Watched) -> None:
    assert main(["forecast", str(watched.config), "--quiet"]) == 0
    manifest = json.loads((watched.root / "runs" / "tiny" / "current" / "manifest.json").read_bytes())
    (gate,) = [one for one in manifest["gates"] if one["name"] == "feedback_monitor"]
    assert (gate["verdict"], manifest["as_of"]) == ("pass", "2026-03-01T11:00:00Z")
    assert not {"cad.csv", "decisions.csv"} & {Path(one["path"]).name for one in manifest["inputs"]}


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (
            "suggestion_id,decision,reason,officer\nX,accepted,,7",
            14,
            "decisions.csv header: got columns about officers",
        ),
        ("suggestion_id,decision\nX,accepted", 13, "decisions.csv header: got no column reason"),
        ("suggestion_id,decision,reason\nX,perhaps,", 13, "decisions.csv line 2: decision: must be one of accepted"),
        ("suggestion_id,decision,reason\nX,declined,He said so", 13, "decisions.csv line 2: reason: must be a code"),
    ],
)
def test_a_file_of_decisions_that_names_a_person_or_breaks_a_rule_ends_the_look(
    watched: Watched, capsys: pytest.CaptureFixture[str], text: str, code: int, told: str
) -> None:
    path = watched.root / "data" / "decisions.csv"
    before = path.read_text()
    path.write_text(text + "\n")
    ended = main(["monitor", str(watched.config), "--quick", "--out", str(watched.root / "out")])
    path.write_text(before)
    printed = capsys.readouterr()
    assert ended == code
    assert printed.err.startswith(f"patrolcast: {told}")
    assert printed.err.count("\n") == 1
