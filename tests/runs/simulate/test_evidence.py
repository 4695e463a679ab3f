"""The gate of the stored loop test: missing, stale, failed and too small stop publication; only a whole one passes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.runs.tiny_city import NOW, plant_loop_test, write_city

import patrolcast
from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.records import GateVerdict
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path, write_evidence
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.simulate.evidence import loop_gate, sections_sha256

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(path for path in (ROOT / "configs").glob("*.toml") if path.name != "data.toml")


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    return read_settings(write_city(tmp_path))


def stored(config: ConfigFile) -> dict[str, Any]:
    return json.loads(evidence_path(config, "loop").read_bytes())


def test_the_gate_is_one_without_which_nothing_is_published() -> None:
    assert "loop_test" in REQUIRED


def test_a_whole_stored_test_of_this_config_passes(config: ConfigFile) -> None:
    gate = loop_gate(config)
    assert (gate.name, gate.verdict, gate.value) == ("loop_test", GateVerdict.PASS, 0.0)
    assert gate.detail == "open; 3 cities a scenario, 84 nights"


def test_a_missing_one_is_not_measured(config: ConfigFile) -> None:
    evidence_path(config, "loop").unlink()
    gate = loop_gate(config)
    assert (gate.verdict, gate.stops) == (GateVerdict.NOT_MEASURED, True)
    assert gate.detail == "no loop test is stored; run `patrolcast simulate` on this config"


@pytest.mark.parametrize("text", ["", "no json", "[1, 2]", "\xff"])
def test_a_damaged_one_counts_as_missing(config: ConfigFile, text: str) -> None:
    evidence_path(config, "loop").write_bytes(text.encode("latin-1"))
    assert loop_gate(config).verdict is GateVerdict.NOT_MEASURED


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("shifts", "starts", ["07:00", "19:00"]),
        ("features", "darkness", False),
        ("policy", "excluded_features", ["ring*"]),
        ("model", "leaves", 31),
        ("patrol", "visits_per_cell", 3),
    ],
)
def test_a_change_of_what_decides_a_plan_makes_it_stale(
    config: ConfigFile, section: str, key: str, value: object
) -> None:
    changed = getattr(config.settings, section).model_copy(update={key: value})
    settings = config.settings.model_copy(update={section: changed})
    assert sections_sha256(settings) != sections_sha256(config.settings)
    document = stored(config)
    write_evidence(config, "loop", document | {"sections_sha256": sections_sha256(settings)})
    gate = loop_gate(config)
    assert gate.verdict is GateVerdict.FAIL
    assert gate.detail.startswith("the stored loop test is stale: one of shifts, features, policy, model, patrol has")


def test_threads_and_gates_do_not_make_it_stale(config: ConfigFile) -> None:
    model = config.settings.model.model_copy(update={"threads": 9})
    gates = config.settings.gates.model_copy(update={"min_incidents": 7})
    changed = config.settings.model_copy(update={"model": model, "gates": gates})
    assert sections_sha256(changed) == sections_sha256(config.settings)


def test_another_version_of_patrolcast_makes_it_stale(config: ConfigFile) -> None:
    write_evidence(config, "loop", stored(config) | {"patrolcast": "0.0.1"})
    gate = loop_gate(config)
    assert gate.verdict is GateVerdict.FAIL
    assert f"it is of patrolcast 0.0.1, this is {patrolcast.__version__}" in gate.detail


def changed(document: dict[str, Any], **values: object) -> dict[str, Any]:
    made = copy.deepcopy(document)
    made["checks"][0] |= values
    return made


@pytest.mark.parametrize(
    "verdict", ["feeds on itself", "harness broken", "uneven without cause", "not enough measured", ""]
)
def test_any_verdict_but_open_fails(config: ConfigFile, verdict: str) -> None:
    write_evidence(config, "loop", stored(config) | {"verdict": verdict})
    assert loop_gate(config).verdict is GateVerdict.FAIL


def test_a_failed_check_fails_whatever_the_verdict_says(config: ConfigFile) -> None:
    for verdict in ("fail", "not measured"):
        write_evidence(config, "loop", changed(stored(config), verdict=verdict))
        gate = loop_gate(config)
        assert gate.verdict is GateVerdict.FAIL
        assert "failed: loop_open" in gate.detail


def test_a_check_that_stops_nothing_does_not_fail_the_gate(config: ConfigFile) -> None:
    document = stored(config)
    shown = document["checks"][0] | {"name": "loop_shown", "verdict": "fail", "stops": False}
    write_evidence(config, "loop", document | {"checks": [*document["checks"], shown]})
    assert loop_gate(config).verdict is GateVerdict.PASS
    write_evidence(config, "loop", document | {"checks": [*document["checks"], shown | {"stops": True}]})
    assert loop_gate(config).detail == "open; 3 cities a scenario, 84 nights; failed: loop_shown"


@pytest.mark.parametrize("value", [None, 0.01, "much", float("nan")])
def test_a_citizen_only_difference_that_is_not_0_fails(config: ConfigFile, value: object) -> None:
    document = changed(stored(config), value=value)
    evidence_path(config, "loop").write_text(json.dumps(document))
    assert loop_gate(config).verdict is GateVerdict.FAIL


def test_a_document_without_its_checks_fails(config: ConfigFile) -> None:
    for broken in ({"checks": []}, {"checks": [{"name": "loop_open"}]}, {"checks": "none"}, {"size": None}):
        write_evidence(config, "loop", stored(config) | broken)
        assert loop_gate(config).verdict is GateVerdict.FAIL


def test_one_that_was_too_small_fails(config: ConfigFile) -> None:
    for size in ({"cities": 2, "nights": 84}, {"cities": 3, "nights": 55}):
        write_evidence(config, "loop", stored(config) | {"size": size})
        assert loop_gate(config).verdict is GateVerdict.FAIL


def test_without_it_a_run_is_written_and_not_publishable(tmp_path: Path) -> None:
    path = write_city(tmp_path)
    read = read_settings(path)
    evidence_path(read, "loop").unlink()
    done = run_once(read, now=NOW)
    assert "loop_test" in done.stopped_by
    assert (done.folder / "audit.html").is_file()
    plant_loop_test(path)
    assert "loop_test" not in run_once(read, now=NOW).stopped_by, "new evidence makes a new run"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_committed_evidence_of_each_shipped_config_holds(path: Path) -> None:
    gate = loop_gate(read_settings(path))
    assert gate.verdict is GateVerdict.PASS, f"{gate.detail}; `make evidence` renews what is stale"
