"""Kinds of tampering with stored evidence, each refused in one line by the gate and by `evidence verify` alike."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.io.evidence_key import use_key
from tests.runs.peopled_city import write_peopled_city
from tests.runs.planted import loop_document, monitor_document, outcome, outcomes, screen_document
from tests.runs.tiny_city import AS_OF, NOW

from patrolcast.cli import main
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.io import run_identity
from patrolcast.io.behaviour import kept
from patrolcast.io.behaviour.files import PACKAGE
from patrolcast.io.encode import json_bytes
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.signing import VARIABLE
from patrolcast.io.store.evidence import evidence_path, write_evidence
from patrolcast.runs.evidence import verify
from patrolcast.runs.evidence.verify import CheckedEvidence, verify_evidence
from patrolcast.runs.forecast.stored_evidence import evidence_gates
from patrolcast.runs.screen.evidence import enforce_screen

Document = dict[str, Any]
MOMENT = datetime.fromisoformat(AS_OF)
MONITOR = '[monitor]\nlog = "../data/log.csv"\n'


@dataclass
class City:
    """A city with a screen, a loop test and a look at its dosage log, all as measured."""

    config: Path

    @property
    def read(self) -> ConfigFile:
        return read_settings(self.config)

    def path(self, kind: str) -> Path:
        return evidence_path(self.read, kind)

    def edit(self, kind: str, change: Callable[[Document], object], *, sealed: bool) -> None:
        """Edits evidence by hand; ``sealed``: with a new hash of its content, as somebody who reads the code would."""
        document = json.loads(self.path(kind).read_bytes())
        change(document)
        if sealed:
            write_evidence(self.read, kind, document)
        else:
            self.path(kind).write_bytes(json_bytes(document))

    def replace(self, old: str, new: str) -> None:
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def gates(self) -> dict[str, GateResult]:
        config = self.read
        inputs = run_identity.input_files(config)
        screen = enforce_screen(config, inputs, day=date(2026, 3, 1)).gate
        return {gate.name: gate for gate in (screen, *evidence_gates(config, as_of=MOMENT, inputs=inputs))}

    def checked(self, tmp_path: Path) -> dict[str, CheckedEvidence]:
        return {one.kind: one for one in verify_evidence(self.read, now=NOW, parts=tmp_path, quick=True)}


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.delenv(VARIABLE, raising=False)
    config = write_peopled_city(tmp_path / "city")
    (tmp_path / "city" / "data" / "log.csv").write_text("")
    config.write_text(config.read_text() + MONITOR)
    read = read_settings(config)
    write_evidence(read, "screen", screen_document(read))
    write_evidence(read, "loop", loop_document(read))
    write_evidence(read, "monitor", monitor_document(read, as_of=MOMENT))
    return City(config)


def of_another_city(city: City, kind: str) -> None:
    """Evidence of an honest test, of a city of another name, copied under ours."""
    ours = city.path(kind)
    other = city.config.with_name("oak.toml")
    other.write_text(city.config.read_text().replace('name = "tiny"', 'name = "oak"'))
    made = {"screen": screen_document, "loop": loop_document}[kind](read_settings(other))
    ours.write_bytes(write_evidence(read_settings(other), kind, made).read_bytes())


def other_kind(city: City) -> None:
    city.path("screen").write_bytes(city.path("loop").read_bytes())


def leaky(city: City) -> None:
    """The outcome of a leaky loop, with the checks and the verdict of an open one."""
    rows = json.loads(json.dumps([vars(outcome(gain=0.3)) for _ in range(12)]))
    city.edit("loop", lambda d: d["outcomes"].update(neutral=rows), sealed=True)


def called_quiet(document: Document) -> None:
    document.update(verdict="no alarm")
    document["gates"][3].update(verdict="pass")


def with_key(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    use_key(monkeypatch, city.config.parent.parent.parent / "key")


SCREEN, LOOP, LOOK = "proxy_screen", "loop_test", "feedback_monitor"
TAMPERING: dict[str, tuple[Callable[[City], object], str, str]] = {
    "1 an exclusion is taken out by hand": (
        lambda c: c.edit("screen", lambda d: d["excluded"].clear(), sealed=False),
        SCREEN, "does not hold: it was edited after it was measured",
    ),
    "2 the same, with a new hash": (
        lambda c: c.edit("screen", lambda d: d["excluded"].clear(), sealed=True),
        SCREEN, "contradicts itself: place_canopy measured as excluded and not kept out",
    ),
    "3 a verdict of a feature, with a new hash": (
        lambda c: c.edit("screen", lambda d: d["features"][0].update(verdict="cleared"), sealed=True),
        SCREEN, "contradicts itself: place_canopy is cleared, and the worst finding for a group is excluded",
    ),
    "4 a screen of another city is copied": (
        lambda c: of_another_city(c, "screen"), SCREEN, "does not hold: it is of 'oak', not of 'tiny'",
    ),
    "5 a loop test of another city is copied": (
        lambda c: of_another_city(c, "loop"), LOOP, "does not hold: it is of 'oak', not of 'tiny'",
    ),
    "6 a loop test of older code": (
        lambda c: c.edit("loop", lambda d: d["bound_to"].update(code="0" * 64), sealed=True),
        LOOP, "is stale: the code that measures it changed since it was measured",
    ),
    "7 a screen of older code": (
        lambda c: c.edit("screen", lambda d: d["bound_to"].update(code="0" * 64), sealed=True),
        SCREEN, "is stale: the code that measures it changed since it was measured",
    ),
    "8 larger cells": (
        lambda c: c.replace("resolution = 9", "resolution = 8"),
        LOOP, "is stale: the area or its cells changed since it was measured",
    ),
    "9 the call source is no longer read": (
        lambda c: c.replace('call_source = "source"\n', ""),
        LOOP, "is stale: how the records are read ([incidents]) changed since it was measured",
    ),
    "10 another codebook under the same name": (
        lambda c: c.read.settings.codebook.path.write_text(
            c.read.settings.codebook.path.read_text().replace("officer", "citizen")
        ),
        SCREEN, "is stale: the codebook changed since it was measured",
    ),
    "11 another layer under the same name": (
        lambda c: (c.read.project / "data" / "canopy.geojson").write_bytes(
            (c.read.project / "data" / "canopy.geojson").read_bytes() + b"\n"
        ),
        SCREEN, "is stale: the place layers changed since it was measured",
    ),
    "12 other residents": (
        lambda c: (c.read.project / "data" / "tracts.geojson").write_bytes(
            (c.read.project / "data" / "tracts.geojson").read_bytes() + b"\n"
        ),
        SCREEN, "is stale: the residents changed since it was measured",
    ),
    "13 the verdict of a loop test, with a new hash": (
        lambda c: c.edit("loop", lambda d: d.update(verdict="feeds on itself"), sealed=True),
        LOOP, "contradicts itself: what it says of its verdict does not follow from its outcomes",
    ),
    "14 a leaky outcome under an open verdict": (leaky, LOOP, "contradicts itself: what it says of its verdict"),
    "15 more cities than were simulated": (
        lambda c: c.edit("loop", lambda d: d["size"].update(cities=40), sealed=True),
        LOOP, "contradicts itself: fewer cities than its size says",
    ),
    "16 a figure out of its range": (
        lambda c: c.edit("screen", lambda d: d["features"][1]["groups"][0].update(r=-1.7), sealed=True),
        SCREEN, "contradicts itself: r is -1.7",
    ),
    "17 evidence of one kind under the name of another": (other_kind, SCREEN, "is stale: "),
    "18 an alarm is called quiet": (
        lambda c: (
            write_evidence(c.read, "monitor", monitor_document(c.read, as_of=MOMENT, e_value=25.0)),
            c.edit("monitor", lambda d: d.update(verdict="no alarm"), sealed=True),
        ),
        LOOK, "contradicts itself: its verdict does not follow from its gates",
    ),
    "19 an alarm is called quiet, its gates too": (
        lambda c: (
            write_evidence(c.read, "monitor", monitor_document(c.read, as_of=MOMENT, e_value=25.0)),
            c.edit("monitor", called_quiet, sealed=True),
        ),
        LOOK, "contradicts itself: the verdict of band_reports does not follow from its value",
    ),
    "20 a look made young by hand": (
        lambda c: c.edit("monitor", lambda d: d.update(as_of="2026-02-28T05:00:00-06:00"), sealed=False),
        LOOK, "does not hold: it was edited after it was measured",
    ),
    "21 of an earlier form": (
        lambda c: c.path("loop").write_text('{"verdict": "open", "patrolcast": "0.4.0"}'),
        LOOP, "does not hold: it is of an earlier form",
    ),
    "22 a part of the binding is left out": (
        lambda c: c.edit("screen", lambda d: d["bound_to"].pop("residents"), sealed=True),
        SCREEN, "is stale: the residents changed since it was measured",
    ),
}  # fmt: skip
KINDS = {SCREEN: "screen", LOOP: "loop", LOOK: "monitor"}


def test_evidence_that_nobody_touched_holds(city: City, tmp_path: Path) -> None:
    assert {name: str(gate.verdict) for name, gate in city.gates().items()} == {
        "proxy_screen": "pass",
        "loop_test": "pass",
        "feedback_monitor": "pass",
    }
    checked = city.checked(tmp_path)
    assert [one.fault for one in checked.values()] == ["", "", ""]
    assert checked["loop"].line == (
        "loop test: open; bound to this code, config and city, whole, no signing key is configured; not measured again"
    )


def test_what_another_process_kept_of_the_code_is_not_believed(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in verify._CODE.values():
        monkeypatch.setitem(kept._known, (code, PACKAGE), "0" * 64)
    assert city.gates()["loop_test"].verdict is not GateVerdict.PASS, "a run reads what was kept"
    assert [one.fault for one in city.checked(tmp_path).values()] == ["", "", ""]
    assert city.gates()["loop_test"].verdict is GateVerdict.PASS, "and what was measured is kept from then on"


@pytest.mark.parametrize("kind", TAMPERING)
def test_each_kind_of_tampering_is_refused_in_one_line(city: City, tmp_path: Path, kind: str) -> None:
    change, name, words = TAMPERING[kind]
    change(city)
    gate = city.gates()[name]
    assert gate.verdict in {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}
    assert gate.stops
    assert words in gate.detail
    assert "\n" not in gate.detail
    checked = city.checked(tmp_path)[KINDS[name]]
    assert words in checked.line
    assert ": refused: it " in checked.line
    assert main(["evidence", "verify", str(city.config), "--quick", "--quiet"]) == 20


def test_the_command_prints_one_line_for_each_and_ends_with_0(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "verify", str(city.config), "--quick"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["loop test", "look at the dosage log", "screen"]
    assert main(["evidence", "verify", str(city.config), "--quick", "--json", "--kind", "loop"]) == 0
    assert [row["holds"] for row in json.loads(capsys.readouterr().out)["evidence"]] == [True]


def test_with_a_key_unsigned_evidence_is_refused_until_it_is_measured_with_the_key(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(city, monkeypatch)
    assert {str(gate.verdict) for gate in city.gates().values()} == {"fail"}
    assert all("it is not signed" in one.fault for one in city.checked(tmp_path).values())
    for kind in KINDS.values():
        city.edit(kind, lambda _: None, sealed=True)
    assert {str(gate.verdict) for gate in city.gates().values()} == {"pass"}
    assert "its signature fits" in city.checked(tmp_path)["screen"].line
    monkeypatch.delenv(VARIABLE)
    assert {str(gate.verdict) for gate in city.gates().values()} == {"pass"}, "the gates hang on no machine's key"


def test_missing_evidence_is_refused_where_the_config_needs_it(city: City, tmp_path: Path) -> None:
    for kind in KINDS.values():
        city.path(kind).unlink()
    assert {one.fault for one in city.checked(tmp_path).values()} == {"is not stored"}
    city.config.write_text(city.config.read_text().partition("[monitor]")[0])
    assert city.checked(tmp_path)["monitor"].line == (
        "look at the dosage log: none is stored, and this config needs none"
    )


def test_a_file_that_is_absent_is_named(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    (city.read.project / "data" / "stops.geojson").unlink()
    assert main(["evidence", "verify", str(city.config), "--quick"]) == 13
    assert "[places.stops.path] data/stops.geojson" in capsys.readouterr().err


@dataclass
class Made:
    """What a measurement gives back, as far as `verify` looks."""

    document: Document


def test_a_whole_forgery_is_found_by_measuring_again(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Consistent, sealed and bound: only a new measurement shows that it never was one."""
    honest = screen_document(city.read)
    monkeypatch.setattr(verify, "measure_screen", lambda *_, **__: Made(honest))
    look = monitor_document(city.read, as_of=MOMENT)
    monkeypatch.setattr(verify, "run_monitor", lambda *_, **__: Made(look | {"findings": {}}))
    test = loop_document(city.read)
    monkeypatch.setattr(verify, "_loop_again", lambda *_, **__: copy.deepcopy(test))

    def lines() -> list[str]:
        return [one.line for one in verify_evidence(city.read, now=NOW, parts=tmp_path)]

    assert all("measured again, the same" in line for line in lines())
    city.edit("screen", lambda d: d["features"][1]["groups"][0].update(r=0.3), sealed=True)
    city.edit("loop", lambda d: d.update(loop_document(city.read, nights=200)), sealed=True)
    city.edit("monitor", lambda d: d["watched"].update(rows=5), sealed=True)
    assert lines() == [
        "loop test: refused: it differs from what was measured again: size.nights: 200, now 84",
        "look at the dosage log: refused: it differs from what was measured again: watched.rows: 5, now 100",
        "screen: refused: it differs from what was measured again: features[1].groups[0].r: 0.3, now 0.02",
    ]


def test_the_loop_test_is_made_again_in_its_own_size_and_from_no_stored_part(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolcast.runs.simulate.evidence import checks_of
    from patrolcast.runs.simulate.simulate import LoopTest

    asked: dict[str, object] = {}

    def simulated(settings: object, **options: object) -> LoopTest:
        asked.update(options)
        pairs = outcomes()
        checks = checks_of(pairs)
        from patrolcast.audit.feedback.loop_verdict import loop_verdict

        return LoopTest(12, 84, 14, pairs, checks, loop_verdict(checks), 0)

    monkeypatch.setattr(verify, "simulate", simulated)
    (found,) = verify_evidence(city.read, now=NOW, parts=tmp_path, kinds=("loop",))
    assert found.fault == ""
    assert (asked["nights"], asked["cities"], asked["parts"], asked["every"]) == (84, 12, tmp_path, False)
