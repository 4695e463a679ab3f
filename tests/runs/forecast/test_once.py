"""One run on a tiny city: what it writes, what it uses again, what it refuses, and what changes its bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.runs.planted import monitor_document
from tests.runs.tiny_city import AS_OF, NOW, officer_records, records, write_city, write_rows

from patrolcast.audit import gates
from patrolcast.domain.errors import DataRefusedError, GateRefusedError
from patrolcast.domain.records import GateVerdict
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.io.store.evidence import evidence_path, read_evidence, write_evidence
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import publish
from patrolcast.runs.forecast.stored_evidence import evidence_gates
from patrolcast.runs.forecast.stored_runs import FinishedRun, stopping_gates
from patrolcast.runs.load import city as city_loading

CONTRACT = {
    "manifest.json", "timing.json", "forecast.parquet", "suggestions.csv", "suggestions.geojson", "briefing.html",
    "data.html", "admission.json", "audit.json", "audit.html", "explanations.csv", "model/model.txt", "model/card.json",
    "model/card.md", "model/matrix.parquet", "quarantine/refused.csv", "places.csv", "audit/nights.parquet",
    "audit/cells.parquet", "audit/residents.parquet", "rollcall.pdf",
}  # fmt: skip


def run(config: Path, **options: object) -> FinishedRun:
    return run_once(read_settings(config), now=NOW, **options)  # type: ignore[arg-type]


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_city(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def first(city: Path) -> FinishedRun:
    return run(city)


def test_a_run_folder_holds_what_the_contract_says(first: FinishedRun) -> None:
    assert set(files_of(first.folder)) == CONTRACT
    assert first.folder.name == first.manifest["run_id"]
    assert first.folder.name.startswith("20260301T1100Z-tiny-")


def test_the_manifest_tells_what_the_run_was_made_from(first: FinishedRun) -> None:
    manifest = first.manifest
    assert {"run_id", "as_of", "versions", "lock_sha256", "code_sha256", "config", "config_sha256", "sources",
            "features", "seed", "gates", "outputs", "notice", "inputs"} <= set(manifest)  # fmt: skip
    assert set(manifest["outputs"]) == CONTRACT - {"manifest.json", "timing.json"}
    assert manifest["features"] and manifest["seed"] == 7  # noqa: PT018
    for source in manifest["sources"]:
        accounted = source["kept"] + sum(source["set_aside"].values()) + sum(source["refused"].values())
        assert accounted == source["rows_in"]


def test_every_gate_was_measured_also_those_on_the_sources(first: FinishedRun) -> None:
    gates = {gate["name"]: gate["verdict"] for gate in first.manifest["gates"]}
    assert gates["refused_share"] == gates["report_age"] == "pass"
    assert first.publishable


def test_pages_of_a_run_that_lacks_a_required_gate_say_that_it_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = gates.source_gates
    monkeypatch.setattr(gates, "source_gates", lambda *args, **limits: made(*args, **limits)[:1])
    run = run_once(read_settings(write_city(tmp_path)), now=NOW)
    assert not run.publishable
    assert json.loads((run.folder / "audit.json").read_text(encoding="utf-8"))["publishable"] is False
    for page in ("briefing.html", "data.html", "audit.html"):
        text = (run.folder / page).read_text(encoding="utf-8")
        assert "Stopped by 2 checks: Cancelled share, Report age." in text
        assert "ood until" not in text


def test_no_output_holds_a_path_or_a_name_of_this_machine(first: FinishedRun, city: Path) -> None:
    told = [str(city.parent.parent), *(word for word in (os.uname().nodename, str(Path.home())) if len(word) > 5)]
    for name, data in files_of(first.folder).items():
        assert [word for word in told if word.encode() in data] == [], name


def test_forecast_and_suggestions_do_not_hold_the_runs_identity(first: FinishedRun) -> None:
    files = files_of(first.folder)
    for name in ("forecast.parquet", "suggestions.csv", "suggestions.geojson"):
        assert first.folder.name.encode() not in files[name]


def test_the_identical_run_is_used_again_without_being_computed(
    city: Path, first: FinishedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object, **options: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("patrolcast.runs.forecast.once.compute_run", never)
    again = run(city)
    assert (again.reused, again.folder) == (True, first.folder)


def test_a_damaged_run_is_not_used_again_and_not_overwritten(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    once = run(config)
    (once.folder / "briefing.html").write_text("changed")
    again = run(config)
    assert (again.reused, again.folder.name) == (False, f"{once.folder.name}-2")
    assert (once.folder / "briefing.html").read_text() == "changed"


def test_force_makes_the_run_again_beside_the_first_with_the_same_bytes(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    once, again = run(config), run(config, force=True)
    assert again.folder.name == f"{once.folder.name}-2"
    one, two = files_of(once.folder), files_of(again.folder)
    assert [n for n in ("forecast.parquet", "suggestions.csv", "model/model.txt") if one[n] != two[n]] == []


def test_officer_initiated_records_change_the_identity_and_no_byte_of_forecast_or_suggestions(
    tmp_path: Path, first: FinishedRun
) -> None:
    config = write_city(tmp_path)
    write_rows(tmp_path / "data" / "incidents.csv", records() + officer_records())
    with_officers = run(config)
    assert with_officers.manifest["sources"] != first.manifest["sources"]
    assert with_officers.folder.name != first.folder.name
    one, two = files_of(first.folder), files_of(with_officers.folder)
    same = ("forecast.parquet", "suggestions.csv", "suggestions.geojson", "model/model.txt", "model/matrix.parquet")
    assert [name for name in same if one[name] != two[name]] == []


def test_a_failed_gate_still_writes_the_audit_and_publishes_nothing(tmp_path: Path) -> None:
    done = run(write_city(tmp_path, min_incidents=1_000_000))
    assert done.stopped_by == ["incidents_counted"]
    assert json.loads((done.folder / "audit.json").read_bytes())["publishable"] is False
    with pytest.raises(GateRefusedError) as error:
        publish(done)
    rule = "nothing is published when a gate fails or is missing; read audit.html in the run folder"
    assert str(error.value) == f"run {done.folder.name}: got a stop from incidents_counted; {rule}"
    assert run_store.current_run(tmp_path / "runs" / "tiny") is None


def test_a_missing_gate_stops_like_a_failed_one(first: FinishedRun) -> None:
    left = [gate for gate in first.manifest["gates"] if gate["name"] != "calibration"]
    assert stopping_gates(left) == ["calibration"]
    assert stopping_gates(first.manifest["gates"]) == []


def test_a_refused_input_leaves_a_receipt_and_the_trail_of_its_start_and_nothing_else(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    (tmp_path / "data" / "incidents.csv").unlink()
    with pytest.raises(DataRefusedError):
        run(config)
    (receipt,) = (tmp_path / "runs" / "tiny" / "refused").iterdir()
    assert receipt.name == "20260301T120000Z-tiny.json"
    assert json.loads(receipt.read_bytes())["exit_code"] == 13
    assert {p.name for p in (tmp_path / "runs" / "tiny").iterdir()} <= {"refused", "trail"}


def test_an_export_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from patrolcast.runs.load import city

    config, real = write_city(tmp_path), city.load_city

    def load_late(*args: object, **options: object) -> object:
        write_rows(tmp_path / "data" / "incidents.csv", records(n=3000))
        return real(*args, **options)

    monkeypatch.setattr(city_loading, "load_city", load_late)
    with pytest.raises(DataRefusedError) as error:
        run(config)
    assert str(error.value) == "incidents.csv: got other bytes than a moment ago; wait until it is copied"


SHELLS = [
    {"TZ": "UTC", "LANG": "C", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"},
    {"TZ": "Pacific/Apia", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4711"},
]


def test_the_same_inputs_give_the_same_bytes_whatever_surrounds_them(tmp_path: Path) -> None:
    found = []
    for number, shell in enumerate(SHELLS):
        root = tmp_path / ("a" if number == 0 else "b/deeper folder")
        config = write_city(root)
        command = [sys.executable, "-m", "patrolcast", "forecast", str(config), "--quiet"]
        subprocess.run(command, env={**os.environ, **shell}, cwd=root, check=True, timeout=120)
        (folder,) = run_store.finished_runs(root / "runs" / "tiny")
        found.append((folder.name, files_of(folder)))
    (name_a, one), (name_b, two) = found
    assert name_a == name_b
    assert [name for name in sorted(one) if one[name] != two.get(name)] == ["timing.json"]
    assert set(one) == set(two)


def test_the_number_of_threads_changes_no_byte_of_the_forecast(tmp_path: Path, first: FinishedRun) -> None:
    two_threads = run(write_city(tmp_path, threads=2))
    one, two = files_of(first.folder), files_of(two_threads.folder)
    same = ("forecast.parquet", "suggestions.csv", "suggestions.geojson", "model/matrix.parquet", "explanations.csv")
    assert [name for name in (*same, "model/model.txt") if one[name] != two[name]] == []


def test_an_as_of_of_its_own_makes_a_run_of_its_own(city: Path, first: FinishedRun) -> None:
    earlier = run(city, as_of="2026-02-20T05:00:00-06:00")
    assert earlier.folder.name.startswith("20260220T1100Z-tiny-")
    assert earlier.folder.name.rpartition("-")[2] != first.folder.name.rpartition("-")[2]
    assert AS_OF in first.manifest["config"]["as_of"]


def test_the_order_of_keys_in_a_config_changes_nothing(tmp_path: Path, first: FinishedRun) -> None:
    config = write_city(tmp_path)
    head, stops, bars, gates = re.split(r"(?=\[places\.|\[gates\])", config.read_text(), maxsplit=3)
    config.write_text(head + bars + stops + gates)
    turned = run(config)
    assert turned.folder.name == first.folder.name
    one, two = files_of(first.folder), files_of(turned.folder)
    assert [name for name in one if one[name] != two[name]] == ["timing.json"]


MOMENT = datetime.fromisoformat(AS_OF)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_city(tmp_path)


def stopped(config: Path) -> dict[str, tuple[str, bool]]:
    """Gate -> verdict, and whether it would stop publication."""
    bad = {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}
    made = evidence_gates(read_settings(config), as_of=MOMENT)
    return {gate.name: (str(gate.verdict), gate.stops and gate.verdict in bad) for gate in made}


def change_loop_test(config: Path, change: Callable[[dict[str, Any]], object]) -> None:
    read = read_settings(config)
    document = read_evidence(read, "loop")
    assert document is not None
    change(document)
    write_evidence(read, "loop", document)


def store_monitor(config: Path, *, as_of: datetime = MOMENT, e_value: float = 1.5) -> None:
    read = read_settings(config)
    write_evidence(read, "monitor", monitor_document(read, as_of=as_of, e_value=e_value))


def test_a_loop_test_that_passed_and_no_log_to_monitor_stop_nothing(config: Path) -> None:
    assert stopped(config) == {"loop_test": ("pass", False), "feedback_monitor": ("not measured", False)}


def test_without_a_stored_loop_test_nothing_is_published(config: Path) -> None:
    evidence_path(read_settings(config), "loop").unlink()
    assert stopped(config)["loop_test"] == ("not measured", True)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["bound_to"].update(code="0" * 64),
        lambda document: document["bound_to"].update(model="0" * 64),
        lambda document: document.update(verdict="closed"),
        lambda document: document.update(checks=[]),
    ],
    ids=["other code", "another config", "a loop that feeds on itself", "no checks"],
)
def test_a_stale_or_failed_loop_test_stops_publication(
    config: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    change_loop_test(config, change)
    assert stopped(config)["loop_test"] == ("fail", True)


def test_a_config_that_changed_since_its_loop_test_stops_publication(config: Path) -> None:
    config.write_text(config.read_text().replace("rounds = 15", "rounds = 16"))
    assert stopped(config)["loop_test"] == ("fail", True)


def test_a_quiet_monitor_passes_and_an_alarm_stops_publication(config: Path) -> None:
    store_monitor(config)
    assert stopped(config)["feedback_monitor"] == ("pass", False)
    store_monitor(config, e_value=25.0)
    assert stopped(config)["feedback_monitor"] == ("fail", True)


def test_a_look_that_is_too_old_for_the_moment_of_the_run_stops_publication(config: Path) -> None:
    store_monitor(config, as_of=datetime.fromisoformat("2025-10-01T05:00:00-05:00"))
    assert stopped(config)["feedback_monitor"] == ("not measured", True)


def test_an_alarm_stops_publication_however_old_it_is(config: Path) -> None:
    store_monitor(config, as_of=datetime.fromisoformat("2020-01-01T05:00:00-06:00"), e_value=25.0)
    assert stopped(config)["feedback_monitor"] == ("fail", True)
