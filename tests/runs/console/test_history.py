"""Runs, their checks over time, and two nights compared."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.reviewed_city import FIRST

from patrolcast.domain.errors import UnknownError
from patrolcast.io.store import run_store
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.history import check_history, listed_runs, one_run, two_nights
from patrolcast.runs.console.night import PublishedNight, published_night


def later(city: ConsoleCity, *, swap: bool = True) -> str:
    """A second run, one night later, in which the first two suggestions' cells changed places with unsuggested ones."""
    first = next(run_store.finished_runs(city.runs))
    manifest = run_store.read_manifest(first)
    files = {name: (first / name).read_bytes() for name in manifest["outputs"]}
    document = json.loads(files["suggestions.geojson"])
    if swap:
        document["features"] = document["features"][1:]
    files["suggestions.geojson"] = json.dumps(document).encode()
    run_id = "20260302T1100Z-tiny-00000002"
    gates = [{**gate, "verdict": "fail"} if gate["name"] == "calibration" else gate for gate in manifest["gates"]]
    changed = {**manifest, "run_id": run_id, "as_of": "2026-03-02T11:00:00Z", "gates": gates, "publishable": False}
    run_store.write_run(city.runs, changed, files, timing={})
    return run_id


def night_of(city: ConsoleCity, *, now: datetime = FIRST) -> PublishedNight:
    return published_night(city, now=now)


def test_runs_are_listed_newest_first_and_the_published_one_is_called_so(city: ConsoleCity) -> None:
    second = later(city)
    newest, oldest = listed_runs(city, night_of(city))
    assert newest.run_id == second
    assert (newest.good, newest.published) == (False, False)
    assert "Stopped by" in newest.outcome
    assert "calibration" in newest.outcome
    assert (oldest.good, oldest.published, oldest.outcome) == (True, True, "Published")


def test_a_run_that_expired_or_was_changed_is_not_called_published(city: ConsoleCity) -> None:
    (row,) = listed_runs(city, night_of(city, now=FIRST + timedelta(days=2)))
    assert (row.good, row.published, row.outcome) == (False, False, "Expired: not to be used")
    file = city.runs / row.run_id / "suggestions.csv"
    whole = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(whole + b" ")
    for changed in (listed_runs(city, night_of(city))[0], one_run(city, row.run_id, night_of(city))):
        assert (changed.good, changed.published) == (False, False)
        assert changed.outcome.startswith("Do not use: ")
        assert "suggestions.csv is missing, changed" in changed.outcome
    file.write_bytes(whole)
    assert one_run(city, row.run_id, night_of(city)).outcome == "Published"


def test_a_run_whose_manifest_cannot_be_read_is_listed_as_not_to_be_used(city: ConsoleCity) -> None:
    run = later(city)
    (city.runs / run / "manifest.json").write_text("{")
    newest = listed_runs(city, night_of(city))[0]
    assert newest.outcome.startswith("Do not use")
    assert not newest.good


def test_each_check_has_a_verdict_a_night_and_none_where_it_was_not_made(city: ConsoleCity) -> None:
    run = later(city)
    file = city.runs / run / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["gates"] = [gate for gate in manifest["gates"] if gate["name"] != "skill_reported"][1:]
    file.write_text(json.dumps(manifest))
    nights, rows = check_history(listed_runs(city, night_of(city)))
    assert [night.run_id for night in nights][-1] == run
    verdicts = {row["name"]: [one and one["verdict"] for one in row["verdicts"]] for row in rows}
    assert verdicts["Calibration"][1] == "fail"
    assert [name for name, (before, after) in verdicts.items() if before and after is None]


def test_a_place_that_went_is_named_with_what_was_expected_and_why(city: ConsoleCity) -> None:
    first = next(run_store.finished_runs(city.runs)).name
    gone = json.loads((city.runs / first / "suggestions.geojson").read_bytes())["features"][0]["properties"]
    second = later(city)
    (change,) = two_nights(city, second, first)
    assert (change.came, change.cell, change.district) == (False, gone["cell"], f"District {gone['district']}")
    assert change.before == change.after
    assert "another place moved past it" in change.why
    (came,) = two_nights(city, first, second)
    assert came.came
    assert came.why


def test_the_same_night_twice_has_no_change(city: ConsoleCity) -> None:
    run = next(run_store.finished_runs(city.runs)).name
    assert two_nights(city, run, run) == []


def test_a_run_that_is_not_there_is_refused(city: ConsoleCity, tmp_path: Path) -> None:
    for name in ("nothing", "..", "../tiny", ""):
        with pytest.raises(UnknownError, match="must be a run of this city"):
            one_run(city, name, night_of(city))
