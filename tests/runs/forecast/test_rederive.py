"""A run that somebody edited is found, however carefully: the same table of edits is tried on a real run's folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import GateRefusedError
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.io.store.evidence import evidence_path
from patrolcast.io.store.publications import record_publication
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import publish, published_state
from patrolcast.runs.forecast.rederive import run_faults
from patrolcast.runs.forecast.reproduce import reproduce_run
from patrolcast.runs.forecast.stored_runs import FinishedRun, faults_of_own_run
from patrolcast.runs.nightly.nightly import finished_night

Document = dict[str, Any]


@dataclass
class Edited:
    """A copy of a run that passed, and the ways to edit it so that no hash gives the edit away."""

    folder: Path

    def manifest(self, change: Callable[[Document], object]) -> None:
        path = self.folder / "manifest.json"
        document = json.loads(path.read_bytes())
        change(document)
        path.write_text(json.dumps(document))

    def output(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Edits a file, and the manifest's hash of it with it."""
        data = change((self.folder / name).read_bytes())
        (self.folder / name).write_bytes(data)
        self.manifest(lambda document: document["outputs"].update({name: hashlib.sha256(data).hexdigest()}))

    def document(self, name: str, change: Callable[[Document], object]) -> None:
        def edited(data: bytes) -> bytes:
            document = json.loads(data)
            change(document)
            return json.dumps(document).encode()

        self.output(name, edited)

    def gate(self, name: str, **values: object) -> None:
        """Edits a gate in the manifest and in the audit alike."""

        def change(document: Document) -> None:
            for gate in document["gates"]:
                audited = "stops_publication" in gate and "stops" in values
                said = {"stops_publication": values["stops"]} if audited else values
                gate.update(said if gate["name"] == name else {})

        self.manifest(change)
        self.document("audit.json", change)

    def both(self, change: Callable[[Document], object]) -> None:
        self.manifest(change)
        self.document("audit.json", change)

    @property
    def run(self) -> FinishedRun:
        return FinishedRun(self.folder, run_store.read_manifest(self.folder), reused=True, computed=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[ConfigFile, FinishedRun]:
    """A run that passed every gate."""
    config = read_settings(write_city(tmp_path_factory.mktemp("whole")))
    return config, run_once(config, now=NOW)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[ConfigFile, FinishedRun]:
    """A run that a gate stopped: too few incidents."""
    config = read_settings(write_city(tmp_path_factory.mktemp("refused"), min_incidents=100_000))
    return config, run_once(config, now=NOW)


def copied(run: FinishedRun, runs: Path) -> Edited:
    shutil.copytree(run.folder, runs / run.folder.name)
    return Edited(runs / run.folder.name)


@pytest.fixture
def edited(whole: tuple[ConfigFile, FinishedRun], tmp_path: Path) -> Edited:
    return copied(whole[1], tmp_path)


NO_WAIVER = {"limit": None, "gate": "loop_test"}


def rename_gate(document: Document) -> None:
    document["gates"] = [gate for gate in document["gates"] if gate["name"] != "calibration"]


def add_gate(document: Document) -> None:
    document["gates"] = [*document["gates"], document["gates"][0]]


def more_minutes(data: bytes) -> bytes:
    document = json.loads(data)
    for feature in document["features"]:
        feature["properties"]["patrol_minutes"] *= 100
    return json.dumps(document).encode()


def without_notice(data: bytes) -> bytes:
    document = json.loads(data)
    document["features"][0]["properties"]["notice"] = ""
    return json.dumps(document).encode()


def officer_feature(document: Document) -> None:
    document["features"][0]["provenance"] = "officer"


EDITS: dict[str, tuple[Callable[[Edited], object], str]] = {
    "a page": (lambda e: (e.folder / "briefing.html").write_text("all is well"), "briefing.html is missing, changed"),
    "a file more": (lambda e: (e.folder / "more.html").write_text("x"), "more.html is missing, changed or no file"),
    "a file less": (lambda e: (e.folder / "audit.html").unlink(), "audit.html is missing, changed"),
    "one suggestion in the CSV": (
        lambda e: e.output("suggestions.csv", lambda data: data.rstrip().rpartition(b"\n")[0] + b"\n"),
        "suggestions.csv and suggestions.geojson hold other values of cell",
    ),
    "minutes of every suggestion": (
        lambda e: e.output("suggestions.geojson", more_minutes),
        "suggestions.csv and suggestions.geojson hold other values of patrol_minutes",
    ),
    "a notice": (
        lambda e: e.output("suggestions.geojson", without_notice),
        "notice_carried says pass, and measured again it is fail",
    ),
    "the value of a gate": (lambda e: e.gate("refused_share", value=0.05), "refused_share says [0.05"),
    "a value beyond its threshold": (
        lambda e: e.gate("calibration", value=9.0),
        "calibration says pass, and its value, 9, is beyond its threshold",
    ),
    "a threshold": (
        lambda e: e.gate("calibration", threshold="predicted / observed within 0.1 to 99"),
        "calibration says pass, and its threshold is not the ",
    ),
    "the threshold of what is measured again": (
        lambda e: e.gate("report_age", threshold="at most 9999"),
        "report_age says [",
    ),
    "a waiver that nobody wrote": (
        lambda e: e.gate("calibration", verdict="waived"),
        "calibration is waived, and no waiver of it holds",
    ),
    "a gate that stops nothing any more": (
        lambda e: e.gate("incidents_counted", stops=False),
        "incidents_counted says pass, and it is said to stop nothing",
    ),
    "gates of the manifest alone": (
        lambda e: e.manifest(lambda m: m["gates"][0].update(detail="fine")),
        "its manifest and audit.json hold other gates (gates[0].detail",
    ),
    "a gate less": (lambda e: e.both(rename_gate), "it lacks the gates calibration"),
    "a gate twice": (lambda e: e.both(add_gate), "it holds a gate twice"),
    "the config": (
        lambda e: e.manifest(lambda m: m["config"].update(title="Another city")),
        "its config has another hash than it says",
    ),
    "the config's hash in the audit": (
        lambda e: e.document("audit.json", lambda d: d.update(config_sha256="0" * 64)),
        "its config has another hash than it says",
    ),
    "a waiver of what can never be waived": (
        lambda e: (
            e.manifest(lambda m: m["config"]["waivers"].append(m["config"]["waivers"][0] | NO_WAIVER)),
            e.gate("loop_test", verdict="waived"),
        ),
        "loop_test is waived, and no waiver of it holds",
    ),
    "a failure that warns": (
        lambda e: e.gate("loop_test", verdict="warn"),
        "loop_test says warn, and this check knows no warning",
    ),
    "a failure that stops nothing": (
        lambda e: e.gate("feedback_monitor", verdict="fail", stops=False),
        "feedback_monitor says fail, and it is said to stop nothing",
    ),
    "the config with its hash": (
        lambda e: (
            e.manifest(lambda m: m["config"].update(title="Another city")),
            e.both(lambda d: d.update(config_sha256=document_sha256(e.run.manifest["config"]))),
        ),
        "its id is not that of the inputs, config and code that it names",
    ),
    "the city": (lambda e: e.manifest(lambda m: m.update(name="other")), "it is of the city 'other'"),
    "an input's hash": (
        lambda e: e.manifest(lambda m: m["inputs"][0].update(sha256="0" * 64)),
        "its id is not that of the inputs",
    ),
    "the code's hash": (lambda e: e.manifest(lambda m: m.update(code_sha256="0" * 64)), "its id is not that of"),
    "a source's hash": (lambda e: e.manifest(lambda m: m["sources"][0].update(sha256="0" * 64)), "its id is not"),
    "the moment": (lambda e: e.manifest(lambda m: m.update(as_of="2026-03-02T11:00:00Z")), "its id is not that of"),
    "the time it may be used": (
        lambda e: e.manifest(lambda m: m.update(expires_at="2027-01-01T00:00:00Z")),
        "it expires at another moment than its config says",
    ),
    "the rows refused": (
        lambda e: e.manifest(lambda m: m["sources"][0]["refused"].update(faked=1)),
        "its manifest or audit cannot be read as one",
    ),
    "an admitted feature": (
        lambda e: e.document("admission.json", officer_feature),
        "policy_admission says pass, and measured again it is fail",
    ),
    "a feature left out of the list": (
        lambda e: e.manifest(lambda m: m["features"].pop()),
        "its manifest names other features than admission.json admits",
    ),
    "the run's id": (lambda e: e.both(lambda d: d.update(run_id="20260301T1100Z-tiny-00000000")), "in the folder of"),
    "no audit at all": (
        lambda e: e.document("audit.json", lambda d: d.clear()),
        "its manifest or audit cannot be read",
    ),
}


def document_sha256(config: Document) -> str:
    from patrolcast.io.settings import settings_file

    return settings_file.document_sha256(config)


def test_a_run_that_nobody_touched_has_no_fault_and_is_published(edited: Edited) -> None:
    assert run_faults(edited.folder, edited.run.manifest) == ()
    publish(edited.run)
    assert published_state(edited.folder.parent, now=NOW)["state"] == "current"


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_run_is_refused_in_one_line(edited: Edited, edit: str) -> None:
    change, words = EDITS[edit]
    change(edited)
    assert any(words in fault for fault in run_faults(edited.folder, edited.run.manifest))
    with pytest.raises(GateRefusedError) as caught:
        publish(edited.run)
    assert "\n" not in str(caught.value)
    changed = "a run that was changed since it was made: "
    assert changed in str(caught.value) or (edit == "a gate less" and "a stop from calibration" in str(caught.value))
    assert run_store.current_run(edited.folder.parent) is None


@pytest.mark.parametrize("edit", ["a value beyond its threshold", "the time it may be used", "a page"])
def test_a_published_run_that_is_edited_is_no_longer_shown_as_published(edited: Edited, edit: str) -> None:
    publish(edited.run)
    EDITS[edit][0](edited)
    record_publication(edited.folder)  # who edits a run may edit the record of it, where nothing is signed
    state = published_state(edited.folder.parent, now=NOW)
    assert (state["state"], state["run_id"]) == ("none", None)
    assert EDITS[edit][1] in state["fault"]


def test_the_folder_of_another_run_in_its_place_is_found(
    edited: Edited, refused: tuple[ConfigFile, FinishedRun]
) -> None:
    shutil.rmtree(edited.folder)
    shutil.copytree(refused[1].folder, edited.folder)
    faults = run_faults(edited.folder, edited.run.manifest)
    assert faults[:1] == (f"it is run {refused[1].folder.name} in the folder of another",)


def claim(edited: Edited) -> None:
    """The row of the issue: a run that a gate stopped says that it may be published."""
    edited.both(lambda document: document.update(publishable=True))


def passed(edited: Edited) -> None:
    claim(edited)
    edited.gate("incidents_counted", verdict="pass")


def with_another_limit(edited: Edited) -> None:
    passed(edited)
    edited.gate("incidents_counted", threshold="at least 100")


def warned(edited: Edited) -> None:
    claim(edited)
    edited.gate("incidents_counted", verdict="warn")


def stopping_nothing(edited: Edited) -> None:
    claim(edited)
    edited.gate("incidents_counted", stops=False)


@pytest.mark.parametrize("edit", [claim, passed, with_another_limit, warned, stopping_nothing])
def test_a_refused_run_never_becomes_current_the_next_night(
    refused: tuple[ConfigFile, FinishedRun], tmp_path: Path, edit: Callable[[Edited], None]
) -> None:
    config, run = refused
    assert run.stopped_by == ["incidents_counted"]
    edited = copied(run, tmp_path)
    edit(edited)
    with pytest.raises(GateRefusedError):
        publish(edited.run)
    run_store.swap_current(tmp_path, edited.folder.name)  # by hand
    assert finished_night(config, tmp_path, as_of=run.manifest["as_of_asked"], now=NOW) is None
    again = run_once(config, runs=tmp_path, now=NOW)
    assert (again.reused, again.publishable) == (False, False)
    assert again.folder.name == f"{edited.folder.name}-2"
    with pytest.raises(GateRefusedError, match="a stop from incidents_counted"):
        publish(again)


def test_a_loop_test_that_failed_and_is_called_passed_is_found_by_the_evidence_itself(
    tmp_path: Path, whole: tuple[ConfigFile, FinishedRun]
) -> None:
    config = read_settings(write_city(tmp_path / "city"))
    path = evidence_path(config, "loop")
    good = path.read_bytes()
    path.write_text("{}")
    run = run_once(config, runs=tmp_path, now=NOW)
    assert run.stopped_by == ["loop_test"]
    edited = Edited(run.folder)
    claim(edited)
    edited.gate("loop_test", verdict="pass", value=0.0, detail="open; 12 cities per scenario, 84 nights")
    assert run_faults(edited.folder, edited.run.manifest) == (), "the run folder alone does not show it"
    assert faults_of_own_run(edited.folder, edited.run.manifest, config) == (
        "loop_test says pass, and by the stored evidence it is fail",
    )
    assert run_once(config, runs=tmp_path, now=NOW).reused is False
    path.write_bytes(good)


def test_reproduce_says_what_does_not_follow(whole: tuple[ConfigFile, FinishedRun], tmp_path: Path) -> None:
    config, run = whole
    edited = copied(run, tmp_path)
    edited.gate("calibration", value=9.0)
    found = reproduce_run(edited.folder, config=config)
    assert (found.exit_code, found.touched) == (20, ())
    assert any(
        line.startswith("does not follow from the run's own data: calibration says pass") for line in found.lines()
    )
