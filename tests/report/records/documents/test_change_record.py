"""Both values of what changed, nothing of what did not; without a run before, or one that is gone, that is said."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources, sources_of

from patrolcast.report.records.cited.sources import Sources
from patrolcast.report.records.documents.change_record import change_record


def test_both_values_of_what_changed_and_nothing_else() -> None:
    parts = {part.key: part for part in change_record(make_sources()).parts}
    (grid,) = parts["settings"].grids
    assert [[cell.text for cell in row] for row in grid.rows] == [["config, model, seed", "6", "7"]]
    (new,) = parts["features"].points
    assert new.text.startswith("New: ")
    assert "The code is the same" in parts["runs"].sentences[1].text


def test_a_key_that_is_new_or_gone_is_not_set_on_the_other_side() -> None:
    files = all_files()
    files["former/manifest.json"]["config"] = {"model": {"seed": 7, "rounds": 9}}
    files["former/manifest.json"]["code_sha256"] = "00" * 32
    parts = {part.key: part for part in change_record(sources_of(files)).parts}
    rows = {row[0].text: (row[1].text, row[2].text) for row in parts["settings"].grids[0].rows}
    assert rows["config, model, rounds"] == ("9", "not set")
    assert rows["config, publish, keep days"] == ("not set", "183")
    assert "The code changed from" in parts["runs"].sentences[1].text


def test_a_source_that_is_gone_is_listed() -> None:
    files = all_files()
    files["former/manifest.json"]["sources"].append({"name": "old.csv", "rows_in": 12})
    (grid,) = {part.key: part for part in change_record(sources_of(files)).parts}["rows"].grids
    assert [cell.text for cell in grid.rows[-1]] == ["old.csv", "12", "gone"]


def test_a_check_that_is_gone_is_listed() -> None:
    files = all_files()
    gone = files["manifest.json"]["gates"].pop()
    (grid,) = {part.key: part for part in change_record(sources_of(files)).parts}["checks"].grids
    assert grid.rows[-1][0].text == gone["name"].replace("_", " ")
    assert grid.rows[-1][2].text == "no longer checked"


def test_a_run_that_is_not_on_the_trail_is_not_called_the_first() -> None:
    files = all_files(former=False)
    files["trail/trail.jsonl"] = {}
    (part,) = change_record(sources_of(files)).parts
    assert "so nobody can say what was published before it" in part.sentences[0].text


def test_the_first_run_says_that_there_is_nothing_to_compare() -> None:
    (part,) = change_record(make_sources(former=False)).parts
    assert part.key == "first"


def test_a_run_before_whose_folder_is_gone_is_named() -> None:
    first = make_sources(former=False)
    entry = {"former": {"run": "20260629T1000Z-sample-0a0b0c0d"}}
    gone = Sources({**first.documents, "earlier": ("trail/trail.jsonl", entry)}, first.zone)
    (part,) = change_record(gone).parts
    assert part.sentences[0].text.startswith("Run 20260629T1000Z-sample-0a0b0c0d was published before run ")
