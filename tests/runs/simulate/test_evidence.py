"""The gate of the stored loop test: missing, stale, failed and too small stop publication; only a whole one passes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.runs.planted import loop_document, outcome, plant_loop_test
from tests.runs.tiny_city import NOW, write_city

from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.records import GateVerdict
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path, write_evidence
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.simulate.evidence import loop_gate


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    return read_settings(write_city(tmp_path))


def stored(config: ConfigFile) -> dict[str, Any]:
    return json.loads(evidence_path(config, "loop").read_bytes())


def refusal(config: ConfigFile) -> str:
    """The line of a gate that fails."""
    gate = loop_gate(config)
    assert gate.verdict is GateVerdict.FAIL
    assert gate.stops
    return gate.detail


def test_the_gate_is_one_without_which_nothing_is_published() -> None:
    assert "loop_test" in REQUIRED


def test_a_whole_stored_test_of_this_config_passes(config: ConfigFile) -> None:
    gate = loop_gate(config)
    assert (gate.name, gate.verdict, gate.value) == ("loop_test", GateVerdict.PASS, 0.0)
    assert gate.detail == "open; 12 cities per scenario, 84 nights"


def test_a_missing_one_is_not_measured(config: ConfigFile) -> None:
    evidence_path(config, "loop").unlink()
    gate = loop_gate(config)
    assert (gate.verdict, gate.stops) == (GateVerdict.NOT_MEASURED, True)
    assert gate.detail == "no loop test is stored; run `patrolcast simulate` on this config"


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


def test_a_leak_that_was_planted_and_not_seen_fails(config: ConfigFile) -> None:
    blind = tuple(outcome(gain=0.0) for _ in range(12))
    write_evidence(config, "loop", loop_document(config, everything_counted=blind))
    assert loop_gate(config).detail.startswith("harness broken;")


@pytest.mark.parametrize("broken", [{"checks": []}, {"size": None}, {"outcomes": {}}, {"outcomes": "none"}])
def test_a_document_without_its_parts_fails(config: ConfigFile, broken: dict[str, object]) -> None:
    write_evidence(config, "loop", stored(config) | broken)
    assert "the stored loop test contradicts itself: " in refusal(config)


@pytest.mark.parametrize("nights", [14, 55])
def test_one_that_was_too_small_fails(config: ConfigFile, nights: int) -> None:
    write_evidence(config, "loop", loop_document(config, nights=nights))
    assert refusal(config) == f"open; 12 cities per scenario, {nights} nights; failed: size"


def test_more_cities_than_were_simulated_are_a_contradiction(config: ConfigFile) -> None:
    document = stored(config)
    write_evidence(config, "loop", document | {"size": document["size"] | {"cities": 40}})
    assert "fewer cities than its size says in " in refusal(config)


def test_without_it_a_run_is_written_and_not_publishable(tmp_path: Path) -> None:
    path = write_city(tmp_path)
    read = read_settings(path)
    evidence_path(read, "loop").unlink()
    done = run_once(read, now=NOW)
    assert "loop_test" in done.stopped_by
    assert (done.folder / "audit.html").is_file()
    plant_loop_test(path)
    assert "loop_test" not in run_once(read, now=NOW).stopped_by, "new evidence makes a new run"
