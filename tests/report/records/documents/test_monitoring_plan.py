"""The plan names who looks and how often, and every check with its rule and what it was in this run."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources

from patrolcast.report.records.documents.monitoring_plan import monitoring_plan

PARTS = {part.key: part for part in monitoring_plan(make_sources()).parts}


def test_who_looks_and_how_often() -> None:
    answers = {one.key: one.answer.text for one in PARTS["who"].entries}
    assert answers["owner"] == "Inspector of the invented city"
    assert answers["days"] == "30"


def test_every_check_is_listed_with_its_verdict() -> None:
    (grid,) = PARTS["each_run"].grids
    gates = all_files()["manifest.json"]["gates"]
    assert [(row[0].text, row[1].text) for row in grid.rows] == [
        (g["name"].replace("_", " "), g["verdict"] + ("" if g["stops"] else "; it only warns")) for g in gates
    ]


def test_what_is_not_watched_is_said() -> None:
    assert [one.text for one in PARTS["not"].points] == all_files()["audit.json"]["limits"]
