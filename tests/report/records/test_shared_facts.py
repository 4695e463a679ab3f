"""A stopped run says which check stopped it; what was not compared or is missing is never a pass."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources, sources_of

from patrolcast.report.records import shared_facts
from patrolcast.report.records.cited.sources import Sources


def test_a_published_run_names_its_entry_on_the_trail() -> None:
    sources = make_sources()
    assert shared_facts.is_unstopped(sources)
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
    assert not shared_facts.is_unstopped(sources_of(files))
    assert said.endswith("must not be used. These checks stopped it: calibration: fail, far off.")


def test_a_run_without_a_required_check_must_not_be_used() -> None:
    files = all_files()
    files["manifest.json"]["publishable"] = False
    assert "a check that every run needs is missing" in shared_facts.run_status(sources_of(files)).text


def with_gate(name: str, **changed: object) -> Sources:
    files = all_files()
    next(one for one in files["manifest.json"]["gates"] if one["name"] == name).update(changed)
    return sources_of(files)


def test_a_group_that_was_not_measured_is_no_pass() -> None:
    said = shared_facts.group_sentences(with_gate("group_excess_group_a", value=None, verdict="not measured"))
    assert said[0].text == "Group A: not measured. That is not a pass."


def test_the_sentence_of_a_check_holds_what_was_measured_and_its_interval() -> None:
    said = shared_facts.gate_sentence(make_sources(), "group_excess_group_b").text
    assert said.endswith("warn. Its rule: a rule set before. Found: 0.66 (0.30 to 1.4); what was found.")
    assert shared_facts.gate_sentence(make_sources(), "loop_test").text.endswith("Found: 0; what was found.")
    unmeasured = shared_facts.gate_sentence(with_gate("loop_test", value=None, verdict="not measured"), "loop_test")
    assert unmeasured.text.endswith("Found: not measured; what was found.")


def test_no_check_that_passed_has_a_value_that_is_not_measured() -> None:
    cells = {row[0].text: row for row in shared_facts.gates_grid(make_sources()).rows}
    assert [one.text for one in cells["feedback monitor"][1:4]] == ["pass", "no single figure", "none"]
    assert [one.text for one in cells["group excess group a"][2:4]] == ["1.2", "0.80 to 1.9"]
    warns = shared_facts.gates_grid(with_gate("loop_test", stops=False))
    assert {row[0].text: row[1].text for row in warns.rows}["loop test"] == "pass; it only warns"
    assert cells["loop test"][1].text == "pass"


def test_every_status_says_until_when_the_run_may_be_used() -> None:
    ends = "It may not be used after Wednesday 1 July 2026, 06:00 CDT."
    assert shared_facts.run_status(make_sources()).text.endswith(ends)
    files = all_files()
    files["trail/trail.jsonl"] = {}
    assert shared_facts.run_status(sources_of(files)).text.endswith(ends)


def test_a_run_that_a_pause_withdrew_must_not_be_used_until_it_is_shown_again() -> None:
    files = all_files()
    trail = files["trail/trail.jsonl"]
    trail["7"] = {**trail["3"], "seq": 7, "event": "pause.begun"}
    assert not shared_facts.is_unstopped(sources_of(files))
    assert shared_facts.run_status(sources_of(files)).text.endswith(
        "must not be used: a pause withdrew it, as entry 7 of the audit trail says."
    )
    trail["9"] = {**trail["3"], "seq": 9, "event": "pause.ended"}
    assert shared_facts.is_unstopped(sources_of(files))


def test_what_made_the_forecast_is_the_runs_own_word() -> None:
    files = all_files()
    card = files["model/card.json"]["metadata"]["component"]["modelCard"]["modelParameters"]
    card["modelArchitecture"] = "a weighted sum of decayed counts, without trees"
    files["manifest.json"]["training"]["made_by"] = "By the start alone."
    said = sources_of(files).say(shared_facts.made_by_template(sources_of(files))).text
    assert said == "Model: a weighted sum of decayed counts, without trees. By the start alone."


def test_a_missing_check_is_no_pass() -> None:
    sources = make_sources()
    assert "is missing in run" in shared_facts.gate_sentence(sources, "no_such_check").text
    assert "did not check it" in shared_facts.short_gate(sources, "no_such_check", "It is fine").text
    assert shared_facts.gate_at(sources, "no_such_check") is None


def test_groups_are_called_by_their_names_and_none_compared_is_said() -> None:
    said = [one.text for one in shared_facts.group_sentences(make_sources())]
    assert said[0] == "Group A gets 1.2 times (0.80 to 1.9) the patrol per report that others get: within the limit."
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
