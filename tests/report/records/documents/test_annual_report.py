"""The report has Oakland's items and New York's, with the year's counts and the run's minutes by district."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources

from patrolcast.report.records.documents.annual_report import annual_report

PARTS = {part.key: part for part in annual_report(make_sources()).parts}


def test_every_item_is_there() -> None:
    oakland = [
        "use",
        "sharing",
        "sources",
        "deployment",
        "complaints",
        "audits",
        "breaches",
        "effect",
        "requests",
        "cost",
        "changes",
    ]
    post = ["capability", "rules", "safeguards", "retention", "access", "training", "oversight", "health", "disparity"]
    assert [*PARTS] == [*oakland, *post]


def test_minutes_of_every_district_are_those_of_the_audit() -> None:
    (grid,) = PARTS["deployment"].grids
    minutes = all_files()["audit.json"]["concentration"]["patrol_minutes_by_district"]
    assert {name.text: float(value.text) for name, value in grid.rows} == minutes


def test_the_years_counts_are_the_departments() -> None:
    assert PARTS["complaints"].sentences[0].text.startswith("Complaints: 2. Both were about")
    assert "Violations of the policy: 1." in PARTS["audits"].sentences[0].text
