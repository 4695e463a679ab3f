"""Every item with its number and its answer, open ones first; nobody's words."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources, sources_of

from patrolcast.report.records.documents.feedback_register import feedback_register


def test_open_and_answered_items_are_listed() -> None:
    parts = {part.key: part for part in feedback_register(make_sources()).parts}
    assert [[cell.text for cell in row] for row in parts["open"].grids[0].rows] == [
        ["4", "2026-06-01", "fairness", "open", "none yet"]
    ]
    assert [[cell.text for cell in row] for row in parts["answered"].grids[0].rows] == [
        ["6", "2026-06-03", "place", "declined", "The limit stays as it is."]
    ]
    assert parts["open"].sentences[0].text.endswith("were made: 1.")
    assert "An answer is due in 30 days." in parts["how"].sentences[1].text


def test_an_empty_register_says_so_and_a_missing_number_of_days_is_left_out() -> None:
    files = all_files()
    files["feedback_register.json"] = {"items": {}, "open": [], "answered": []}
    del files["governance/oversight.toml"]["answer_days"]
    parts = {part.key: part for part in feedback_register(sources_of(files)).parts}
    assert parts["open"].sentences[0].text.endswith("were made: 0.")
    assert parts["open"].grids == ()
    assert "is due in" not in parts["how"].sentences[1].text
