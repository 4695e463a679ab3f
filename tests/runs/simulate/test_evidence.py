"""The gate of the stored loop test: missing, stale, failed and too small stop publication; only a whole one passes."""

from __future__ import annotations

import copy
import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.io.evidence_key import use_key
from tests.runs.planted import loop_document, outcome, outcomes, plant_loop_test
from tests.runs.tiny_city import NOW, write_city

from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.io import run_identity
from patrolcast.io.encode import json_bytes
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path, sealed, write_evidence
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.simulate.evidence import derived, loop_gate, plain_outcomes, rounded_outcome, sections_sha256
from patrolcast.synthetic.scenarios import SCENARIOS

RULE = "a stored loop test of this config: open, citizen-only difference at most 1e-09, every control seen"


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    return read_settings(write_city(tmp_path))


def stored(config: ConfigFile) -> dict[str, Any]:
    return json.loads(evidence_path(config, "loop").read_bytes())


def refusal(config: ConfigFile) -> str:
    """The line of a gate that fails."""
    gate = loop_gate(config)
    assert gate == GateResult("loop_test", gate.value, RULE, GateVerdict.FAIL, gate.detail)
    return gate.detail


def test_the_gate_is_one_without_which_nothing_is_published() -> None:
    assert "loop_test" in REQUIRED


def test_a_whole_stored_test_of_this_config_passes(config: ConfigFile) -> None:
    size = "open; 12 cities per scenario, 84 nights"
    assert loop_gate(config) == GateResult("loop_test", 0.0, RULE, GateVerdict.PASS, size)


def test_a_missing_one_is_not_measured(config: ConfigFile) -> None:
    evidence_path(config, "loop").unlink()
    why = "no loop test is stored; run `patrolcast simulate` on this config"
    assert loop_gate(config) == GateResult("loop_test", None, RULE, GateVerdict.NOT_MEASURED, why)


@pytest.mark.parametrize("text", ["", "no json", "[1, 2]", "\xff"])
def test_a_damaged_one_counts_as_missing(config: ConfigFile, text: str) -> None:
    evidence_path(config, "loop").write_bytes(text.encode("latin-1"))
    assert loop_gate(config).verdict is GateVerdict.NOT_MEASURED


CONFIG_EDITS = {
    "resolution": ("resolution = 8", "resolution = 7", "the area or its cells"),
    "call source": ('call_source = "source"\n', "", "how the records are read ([incidents])"),
    "column": ('offence = "code"', 'offence = "source"', "how the records are read ([incidents])"),
    "shifts": ("[codebook]", '[shifts]\nstarts = ["07:00", "19:00"]\n[codebook]', "[shifts]"),
    "features": ("[codebook]", "[features]\ndarkness = false\n[codebook]", "[features]"),
    "policy": ("[codebook]", '[policy]\nexcluded_features = ["any_*"]\n[codebook]', "[policy]"),
    "model": ("rounds = 15", "rounds = 16", "[model]"),
    "patrol": ("[codebook]", "[patrol]\nvisits_per_cell = 3\n[codebook]", "[patrol]"),
    "place": ('measure = "count"', 'measure = "distance_m"', "the place layers"),
    "size of the loop": ("[codebook]", "[loop]\nrounds = 10\n[codebook]", "[loop]"),
}


@pytest.mark.parametrize("edit", CONFIG_EDITS)
def test_a_change_of_what_decides_a_plan_makes_it_stale(config: ConfigFile, edit: str) -> None:
    old, new, words = CONFIG_EDITS[edit]
    assert old in config.path.read_text()
    config.path.write_text(config.path.read_text().replace(old, new))
    cure = "run `patrolcast simulate` on this config"
    assert refusal(read_settings(config.path)) == (
        f"the stored loop test is stale: {words} changed since it was measured; {cure}"
    )


def test_all_that_changed_is_named_in_one_line(config: ConfigFile) -> None:
    text = config.path.read_text().replace("rounds = 15", "rounds = 16").replace("resolution = 8", "resolution = 7")
    config.path.write_text(text)
    assert refusal(read_settings(config.path)).startswith(
        "the stored loop test is stale: the area or its cells and [model] changed since it was measured; "
    )


def test_hashes_that_a_run_has_taken_are_not_taken_again(config: ConfigFile) -> None:
    """A run is judged by the files it has read, not by what lies there when it ends."""
    taken = run_identity.input_files(config)
    other = [replace(file, sha256="0" * 64) if file.key == "codebook.path" else file for file in taken]
    assert other != list(taken)
    assert "the codebook changed" in loop_gate(config, other).detail
    config.settings.codebook.path.write_text("")
    assert loop_gate(config, taken).verdict is GateVerdict.PASS


def test_the_records_themselves_are_not_opened(config: ConfigFile) -> None:
    rows = config.settings.incidents.path
    assert isinstance(rows, Path)
    rows.unlink()
    assert loop_gate(config).verdict is GateVerdict.PASS


def test_a_signature_holds_as_that_of_a_loop_test_and_of_nothing_else(
    config: ConfigFile, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_key(monkeypatch, tmp_path_factory.mktemp("outside") / "key")
    document = stored(config)
    write_evidence(config, "loop", document)
    assert loop_gate(config).verdict is GateVerdict.PASS
    evidence_path(config, "loop").write_bytes(json_bytes(sealed(config, "screen", document)))
    assert refusal(config).startswith("the stored loop test does not hold: its signature does not fit its content; ")


def test_another_codebook_under_the_same_name_makes_it_stale(config: ConfigFile) -> None:
    codebook = config.settings.codebook.path
    codebook.write_text(codebook.read_text().replace("officer", "citizen"))
    assert "the codebook changed since it was measured" in refusal(config)


def test_threads_gates_waivers_gaps_and_new_reports_do_not_make_it_stale(config: ConfigFile) -> None:
    text = config.path.read_text()
    text = text.replace("threads = 1", "threads = 2").replace("min_incidents = 100", "min_incidents = 120")
    gap = '[[incidents.gaps]]\nfirst = "2025-12-01"\nlast = "2025-12-02"\nreason = "the feed was down then"\n[codebook]'
    config.path.write_text(text.replace("[codebook]", gap))
    rows = config.settings.incidents.path
    assert isinstance(rows, Path)
    rows.write_text(rows.read_text().rpartition("C")[0])
    assert loop_gate(read_settings(config.path)).verdict is GateVerdict.PASS


def test_other_code_that_measures_makes_it_stale_and_no_version_is_asked(config: ConfigFile) -> None:
    document = stored(config)
    write_evidence(config, "loop", document | {"patrolcast": "0.0.1"})
    assert loop_gate(config).verdict is GateVerdict.PASS
    write_evidence(config, "loop", document | {"bound_to": document["bound_to"] | {"code": "0" * 64}})
    assert "is stale: the code that measures it changed since it was measured" in refusal(config)


def changed(document: dict[str, Any], **values: object) -> dict[str, Any]:
    made = copy.deepcopy(document)
    made["checks"][0] |= values
    return made


@pytest.mark.parametrize(
    "verdict", ["feeds on itself", "harness broken", "uneven without cause", "not enough measured", ""]
)
def test_a_verdict_that_does_not_follow_from_the_outcomes_fails(config: ConfigFile, verdict: str) -> None:
    write_evidence(config, "loop", stored(config) | {"verdict": verdict})
    assert refusal(config) == (
        "the stored loop test contradicts itself: what it says of its verdict does not follow from its outcomes; "
        "run `patrolcast simulate` on this config"
    )


@pytest.mark.parametrize("values", [{"verdict": "fail"}, {"value": 0.01}, {"value": None}, {"stops": False}])
def test_a_check_that_does_not_follow_from_the_outcomes_fails(config: ConfigFile, values: dict[str, object]) -> None:
    write_evidence(config, "loop", changed(stored(config), **values))
    assert "contradicts itself: what it says of its checks does not follow" in refusal(config)


def test_a_loop_that_feeds_on_itself_fails_by_its_own_outcomes(config: ConfigFile) -> None:
    leaky = tuple(outcome(gain=0.2) for _ in range(12))
    write_evidence(config, "loop", loop_document(config, neutral=leaky))
    gate = loop_gate(config)
    assert (gate.verdict, gate.value) == (GateVerdict.FAIL, 0.2)
    assert gate.detail.startswith("feeds on itself; 12 cities per scenario, 84 nights; failed: loop_open")


def test_all_checks_that_failed_are_named(config: ConfigFile) -> None:
    leaky, blind = tuple(outcome(gain=0.2) for _ in range(12)), tuple(outcome() for _ in range(12))
    write_evidence(config, "loop", loop_document(config, neutral=leaky, everything_counted=blind))
    assert refusal(config) == (
        "feeds on itself; 12 cities per scenario, 84 nights; failed: loop_open, loop_control_everything_counted"
    )


def test_a_difference_that_could_not_be_measured_fails_and_is_no_damage_to_the_document(config: ConfigFile) -> None:
    unknown = tuple(outcome(gain=math.nan) for _ in range(12))
    write_evidence(config, "loop", loop_document(config, neutral=unknown))
    assert refusal(config) == "feeds on itself; 12 cities per scenario, 84 nights; failed: loop_open"


def test_a_check_that_was_not_measured_is_named_as_one_that_failed(config: ConfigFile) -> None:
    few = {row.name: outcomes(cities=11)[row.name] for row in SCENARIOS if row.decides}
    document = loop_document(config, **few)
    write_evidence(config, "loop", document)
    unmeasured = [check["name"] for check in document["checks"] if check["verdict"] == "not measured"]
    assert len(unmeasured) == 7
    assert refusal(config) == (
        f"not enough measured; 11 cities per scenario, 84 nights; failed: {', '.join(unmeasured)}, size"
    )


def test_a_leak_that_was_planted_and_not_seen_fails(config: ConfigFile) -> None:
    blind = tuple(outcome(gain=0.0) for _ in range(12))
    write_evidence(config, "loop", loop_document(config, everything_counted=blind))
    assert loop_gate(config).detail.startswith("harness broken;")


DECIDING = ", ".join(row.name for row in SCENARIOS if row.decides)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"checks": []}, "what it says of its checks does not follow from its outcomes"),
        (
            {"checks": [], "verdict": ""},
            "what it says of its verdict and its checks does not follow from its outcomes",
        ),
        ({"size": None}, "it lacks its outcomes or its size"),
        ({"outcomes": "none"}, "it lacks its outcomes or its size"),
        ({"outcomes": {}}, f"fewer cities than its size says in {DECIDING}"),
    ],
)
def test_a_document_without_its_parts_fails(config: ConfigFile, broken: dict[str, object], why: str) -> None:
    write_evidence(config, "loop", stored(config) | broken)
    cure = "run `patrolcast simulate` on this config"
    assert refusal(config) == f"the stored loop test contradicts itself: {why}; {cure}"


@pytest.mark.parametrize("nights", [14, 55])
def test_one_that_was_too_small_fails(config: ConfigFile, nights: int) -> None:
    write_evidence(config, "loop", loop_document(config, nights=nights))
    assert refusal(config) == f"open; 12 cities per scenario, {nights} nights; failed: size"


def test_more_cities_than_were_simulated_are_a_contradiction(config: ConfigFile) -> None:
    document = stored(config)
    write_evidence(config, "loop", document | {"size": document["size"] | {"cities": 40}})
    assert "fewer cities than its size says in " in refusal(config)


def test_an_outcome_is_rounded_to_the_nine_digits_that_are_stored() -> None:
    made = rounded_outcome(outcome(gain=0.12345678949, excess_open=math.nan, kept_open=-math.inf))
    assert made == replace(outcome(gain=0.123456789, kept_open=-math.inf), excess_open=made.excess_open)
    assert math.isnan(made.excess_open)


def test_the_document_holds_of_each_check_all_that_a_gate_says_and_of_each_scenario_its_summary() -> None:
    document = derived(outcomes())
    assert document["verdict"] == "open"
    assert document["checks"][0] == {
        "name": "loop_open",
        "threshold": "at most 1e-09 in every city: closed and open agree when call sources are right",
        "verdict": "pass",
        "detail": "largest difference between closed and open over 36 pairs of runs",
        "stops": True,
        "value": 0.0,
        "lower": None,
        "upper": None,
    }
    seen = document["checks"][1]
    assert (seen["name"], seen["value"]) == ("loop_control_everything_counted", 0.4055)
    assert 0.4 < seen["lower"] < 0.4055 < seen["upper"] < 0.411
    summary = document["scenarios"]["everything_counted"]["gain"]
    assert summary == {"mean": 0.4055, "se": 0.00104083300, "lower": seen["lower"], "upper": seen["upper"], "n": 12}


def test_what_could_not_be_measured_is_null_in_the_document() -> None:
    (pair,) = plain_outcomes({"neutral": [outcome(gain=math.nan, kept_open=1 / 3)]})["neutral"]
    assert (pair["gain"], pair["kept_open"], pair["kept_closed"]) == (None, 0.333333333, 0.9)


def test_the_hash_of_what_a_config_states_is_that_of_its_canonical_json_without_defaults_and_threads(
    config: ConfigFile,
) -> None:
    model = '{"max_rows":10000,"rounds":15,"training_days":90,"validation_days":14}'
    by_hand = f'{{"features":{{}},"model":{model},"patrol":{{}},"policy":{{}},"shifts":{{}}}}'
    assert sections_sha256(config.settings) == hashlib.sha256(by_hand.encode()).hexdigest()


def test_without_it_a_run_is_written_and_not_publishable(tmp_path: Path) -> None:
    path = write_city(tmp_path)
    read = read_settings(path)
    evidence_path(read, "loop").unlink()
    done = run_once(read, now=NOW)
    assert "loop_test" in done.stopped_by
    assert (done.folder / "audit.html").is_file()
    plant_loop_test(path)
    assert "loop_test" not in run_once(read, now=NOW).stopped_by, "new evidence makes a new run"
