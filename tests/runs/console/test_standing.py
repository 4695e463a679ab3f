"""What is open, and on which written exceptions a city stands."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.runs.reviewed_city import FIRST

from patrolcast.io.store import run_store
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.standing import objectives_shown, open_findings, waiver_rows
from patrolcast.runs.nightly.status import OpenFinding


def test_what_did_not_pass_is_said_with_the_checks_called_as_pages_call_them(city: ConsoleCity) -> None:
    found = open_findings(city, now=FIRST)
    assert found
    assert all(line[0].isupper() for line in found)
    assert not any("_" in line.partition("”")[0] for line in found if line.startswith("Check"))


def test_a_check_of_a_group_is_called_by_the_groups_name(city: ConsoleCity, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = (
        OpenFinding("check ", ("group_excess_black",), ", warn: x"),
        OpenFinding("r1 was stopped by ", ("loop_test", "calibration"), ": read its audit.html"),
        OpenFinding("The check group_audit did not pass and is waived."),
    )
    status = SimpleNamespace(standing=SimpleNamespace(run_id=None), open_findings=findings)
    monkeypatch.setattr("patrolcast.runs.console.standing.status_of", lambda *_, **__: status)
    assert open_findings(city, now=FIRST) == [
        "Check “group excess: Black”, warn: x",
        "R1 was stopped by “loop test”, “calibration”: read its audit.html",
        "The check “group audit” did not pass and is waived.",
    ]


def test_the_waiver_that_ends_first_stands_first_with_its_days(city: ConsoleCity) -> None:
    rows = waiver_rows(city, now=FIRST)
    assert len(rows) == len(city.settings.waivers)
    assert [row["until"] for row in rows] == sorted(row["until"] for row in rows)
    assert rows[0]["days"] > 0
    assert waiver_rows(city, now=FIRST + timedelta(days=400))[0]["days"] < 0


def test_a_run_stands_against_its_objectives_and_an_older_one_against_none(city: ConsoleCity) -> None:
    run = next(run_store.finished_runs(city.runs)).name
    stated = run_store.read_manifest(city.runs / run)["objectives"]
    rows = objectives_shown(city, run)
    assert [row["goal"] for row in rows] == [one["goal"] for one in stated]
    assert rows
    assert all(row["state"] and row["owner"] and row["review"] for row in rows)
    assert objectives_shown(city, "nothing") == []
