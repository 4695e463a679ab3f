"""The other pages of a city."""

from __future__ import annotations

import json

from tests.report.site.made_up import COMPARISON, OUTCOMES, SECRET, a_city, a_run

from patrolcast.report.site.city_pages import city_pages
from patrolcast.report.site.tables import SitePage
from patrolcast.report.site.values import REMOVED, UNSOUND, StoredTest


def pages(**changed: object) -> dict[str, SitePage]:
    return {page.path.removeprefix("sample/"): page for page in city_pages(a_city(**changed))}


def rows(page: SitePage, key: str) -> list[tuple[object, ...]]:
    return [row for table in page.tables if table.key == key for row in table.rows]


def test_every_run_and_every_refused_start_is_listed() -> None:
    door = pages()["index.html"]
    assert len(rows(door, "runs")) == 5
    assert rows(door, "refused") == [("9", "Sunday 28 June 2026, 05:00 CDT", 13, "none was made")]
    assert door.lead[1] == "5 runs are on record; 1 failed."
    gone = tuple(a_run(state, 20, stopped_by=("calibration",)) for state in (REMOVED, UNSOUND))
    assert pages(runs=gone)["index.html"].lead[1] == "2 runs are on record; 2 failed."


def test_an_address_is_there_also_where_nothing_is_to_be_shown() -> None:
    empty = pages(runs=(), refused=(), evidence=None, counts=(), feedback=(), findings=None, texts=())
    assert set(empty) == set(pages())
    full = pages(comparison=COMPARISON, outcomes=OUTCOMES)
    keys = {path: [table.key for table in page.tables] for path, page in full.items()}
    assert {path: [table.key for table in page.tables] for path, page in empty.items()} == keys
    assert empty["comparison.html"].lead == ("No comparison of variants is stored.",)
    assert empty["outcomes.html"].lead[1] == "Not measured is not a pass."
    assert "keeps no register" in empty["register.html"].lead[1]


def test_a_test_that_is_not_stored_is_not_a_pass() -> None:
    verdicts = dict(rows(pages()["tests.html"], "verdicts"))
    assert list(verdicts.values()) == ["open", "NOT MEASURED, which is not a pass", "passed"]
    assert SECRET not in json.dumps([one.document for one in pages()["tests.html"].tables])


def test_a_test_that_does_not_hold_is_not_counted_and_not_shown() -> None:
    evidence = {**(a_city().evidence or {}), "loop": StoredTest({"verdict": "open", "checks": []}, "was edited")}
    page = pages(evidence=evidence)["tests.html"]
    assert rows(page, "verdicts")[0][1] == "NOT COUNTED: it was edited"
    assert (rows(page, "loop"), len(rows(page, "screen"))) == ([], 1)
    assert page.lead[0].startswith("1 of 3 tests are stored and hold")


def test_a_document_of_another_form_is_said_to_be_one() -> None:
    for found in ({"measures": [{}]}, {"variants": 3}, {"measures": {}, "variants": [], "pairs": [{}]}):
        assert "not of the form that this version reads" in pages(comparison=found)["comparison.html"].lead[0]


def test_of_a_comparison_only_ratios_and_shares_are_shown() -> None:
    found = rows(pages(comparison=COMPARISON)["comparison.html"], "pairs")
    assert [row[1:] for row in found] == [
        ("share of incidents caught", "−0.012", "−0.05 to 0.03", "no"),
        ("patrol of group A", "times 1", "0.9 to 1.1", "yes"),
    ]


def test_of_outcomes_verdicts_are_shown_and_no_count() -> None:
    page = pages(outcomes=OUTCOMES)["outcomes.html"]
    assert rows(page, "verdicts") == [("force", "change", "Group A", "", "too small to tell")]
    assert [row[3] for row in rows(page, "measures")] == ["yes", "NOT BEFOREHAND: chosen after data was seen"]
    said = json.dumps([one.document for one in page.tables])
    assert [number for number in ("31", "37", "1.19") if number in said] == []


def test_outcomes_that_are_not_those_of_the_trail_are_not_shown() -> None:
    page = pages(outcomes=None, outcomes_changed=True)["outcomes.html"]
    assert page.lead[0].startswith("A report of outcomes is not shown")
    assert rows(page, "verdicts") == []


def test_what_waits_for_an_answer_is_counted_and_marked() -> None:
    page = pages()["register.html"]
    assert page.lead[0] == "2 items wait for an answer."
    assert [row[3] for row in rows(page, "feedback")] == ["OPEN", "declined"]
    assert [row[4] for row in rows(page, "findings")] == ["OPEN"]


def test_texts_and_trail_are_stated() -> None:
    assert [row[1] for row in rows(pages()["governance.html"], "texts")] == ["own words", "TEMPLATE"]
    head = dict(rows(pages()["trail.html"], "head"))
    assert head["Entries"] == 12
    assert head["Root of the tree over them (RFC 6962, SHA-256)"] == "ef" * 32
