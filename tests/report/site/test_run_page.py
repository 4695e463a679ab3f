"""The page of a run: also of one that failed, and nothing of one that is not what it was."""

from __future__ import annotations

import json

import pytest
from tests.report.site.made_up import SECRET, a_city, a_run

from patrolcast.report.site.run_page import has_page, outcome, run_page, run_row
from patrolcast.report.site.tables import Link
from patrolcast.report.site.values import IN_FORCE, PASSED, REMOVED, STOPPED, UNSOUND
from patrolcast.report.site.written import page_html

CITY = a_city()
NOT_SOUND = "NOT SOUND: its files are not what the audit trail states, or it states none"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (IN_FORCE, "Published: the latest run that was published."),
        (PASSED, "Passed its checks; not published."),
        (STOPPED, "FAILED: not published; stopped by calibration."),
        (UNSOUND, f"{NOT_SOUND}; it has no page here."),
        (REMOVED, "No longer kept by the department; it has no page here."),
    ],
)
def test_each_state_has_its_sentence(state: str, said: str) -> None:
    run = a_run(state, 20)
    assert outcome(run, CITY) == said
    assert has_page(run) is (state in {IN_FORCE, PASSED, STOPPED})
    assert isinstance(run_row(run, CITY)[0], Link) is has_page(run)


def test_a_failed_run_says_so_first_and_shows_every_check() -> None:
    page = run_page(a_run(STOPPED, 29), CITY)
    assert page.lead[0].startswith("FAILED")
    assert page.banner == "This run failed. Nobody may use its suggestions."
    [checks] = [one for one in page.tables if one.key == "checks"]
    assert len(checks.rows) == len((a_run(STOPPED, 29).manifest or {})["gates"])


@pytest.mark.parametrize("state", [UNSOUND, REMOVED])
def test_a_run_that_failed_is_called_failed_also_where_its_folder_was_edited_or_removed(state: str) -> None:
    assert outcome(a_run(state, 20, stopped_by=("calibration",)), CITY).startswith("FAILED. ")


@pytest.mark.parametrize("state", [PASSED, UNSOUND, REMOVED])
def test_a_run_that_a_pause_withdrew_is_not_for_use(state: str) -> None:
    run = a_run(state, 20, was_published=True, withdrawn=True)
    assert "NOT FOR USE: it was published, and withdrawn by a pause." in outcome(run, CITY)
    if state == PASSED:
        page = run_page(run, CITY)
        assert page.banner == "This run was withdrawn. Nobody may use its suggestions."
        assert page.lead[0].startswith("NOT FOR USE")
        assert not [one for one in page.lead if "for use until" in one]


def test_neither_words_of_a_check_nor_a_cell_is_shown() -> None:
    run = a_run(IN_FORCE, 30)
    page = run_page(run, CITY)
    everything = page_html(page, of="x") + json.dumps([one.document for one in page.tables])
    assert SECRET in json.dumps(run.manifest)
    assert SECRET not in everything
    assert not [word for word in everything.split('"') if word.startswith("8926") and len(word) == 15]


def test_groups_are_compared_where_they_were_measured_and_else_it_is_said() -> None:
    rows = [
        {"group": "group_a", "enough": True, "excess": {"estimate": 0.0, "lower": -0.7, "upper": 0.7}},
        {"group": "group_b", "enough": False, "excess": {"estimate": 0.3, "lower": 0.1, "upper": 0.5}},
    ]
    audit = {"disparity": {"groups": rows, "districts": {"2": rows, "10": rows}}}
    page = run_page(a_run(IN_FORCE, 30, audit=audit), CITY)
    [groups] = [one for one in page.tables if one.key == "groups"]
    assert groups.rows == (("Group A", "1", "0.5 to 2", "yes"), ("Group B", "not measured", "", "no: too few to tell"))
    [districts] = [one for one in page.tables if one.key == "districts"]
    assert [row[0] for row in districts.rows] == [
        "District 2, Group A", "District 2, Group B", "District 10, Group A", "District 10, Group B",
    ]  # fmt: skip
    bare = run_page(a_run(IN_FORCE, 30, audit={}), CITY)
    assert "was not measured in this run. That is not a pass." in " ".join(bare.lead)
