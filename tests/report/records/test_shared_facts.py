"""A stopped run says which check stopped it; what was not compared or is missing is never a pass."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources, sources_of

from patrolcast.report.records import shared_facts


def test_a_published_run_names_its_entry_on_the_trail() -> None:
    sources = make_sources()
    assert shared_facts.published(sources)
    assert "entry 3 of the audit trail" in shared_facts.run_status(sources).text
    assert "34" * 32 in shared_facts.trail_sentence(sources).text


def test_a_run_that_nobody_published_says_so() -> None:
    files = all_files()
    files["trail/trail.jsonl"] = {}
    assert "Its publication is not on the audit trail" in shared_facts.run_status(sources_of(files)).text
    assert shared_facts.trail_sentence(sources_of(files)).text.startswith("No entry of the audit trail")


def test_a_stopped_run_names_the_check_whatever_the_manifest_claims() -> None:
    files = all_files()
    files["manifest.json"]["gates"][0] |= {"verdict": "fail", "stops": True, "name": "calibration", "detail": "far off"}
    said = shared_facts.run_status(sources_of(files)).text
    assert not shared_facts.published(sources_of(files))
    assert said.endswith("must not be used. These checks stopped it: calibration: fail, far off.")


def test_a_run_without_a_required_check_must_not_be_used() -> None:
    files = all_files()
    files["manifest.json"]["publishable"] = False
    assert "a check that every run needs is missing" in shared_facts.run_status(sources_of(files)).text


def test_a_missing_check_is_no_pass() -> None:
    sources = make_sources()
    assert "is missing in run" in shared_facts.gate_sentence(sources, "no_such_check").text
    assert "did not check it" in shared_facts.short_gate(sources, "no_such_check", "It is fine").text
    assert shared_facts.gate_at(sources, "no_such_check") is None


def test_groups_are_called_by_their_names_and_none_compared_is_said() -> None:
    said = [one.text for one in shared_facts.group_sentences(make_sources())]
    assert said[0] == "Group A gets 1.2 times the patrol per report that others get: within the limit."
    files = all_files()
    files["manifest.json"]["gates"] = []
    (only,) = shared_facts.group_sentences(sources_of(files))
    assert "did not compare groups" in only.text


def test_rows_and_reasons_are_those_of_the_manifest() -> None:
    sources = make_sources()
    (said,) = shared_facts.rows_sentences(sources)
    assert said.text == (
        "Of 101,000 rows of incidents.csv.gz, 84,000 were counted, 15,500 set aside, 0 cancelled and 1,500 refused."
    )
    reasons = {row[0].text: row[2].text for row in shared_facts.reasons_grid(sources).rows}
    assert reasons["no coordinates"] == "900"
