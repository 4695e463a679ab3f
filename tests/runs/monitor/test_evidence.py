"""The gate of the stored monitor verdict, from documents made by hand; what a look finds is in `test_monitor`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.io.evidence_key import use_key
from tests.runs.planted import monitor_document
from tests.runs.tiny_city import AS_OF, write_city

from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings.monitor import Monitor
from patrolcast.io import run_identity
from patrolcast.io.encode import json_bytes
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path, sealed, write_evidence
from patrolcast.runs.monitor.evidence import EXACT, monitor_gate

MOMENT = datetime.fromisoformat(AS_OF)


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    """The tiny city with a log; the log itself is never opened by the gate."""
    path = write_city(tmp_path)
    (tmp_path / "data" / "log.csv").write_text("")
    path.write_text(path.read_text() + '[monitor]\nlog = "../data/log.csv"\n')
    return read_settings(path)


def store(config: ConfigFile, *, as_of: datetime = MOMENT - timedelta(days=35), e_value: float | None = 1.5,
          **changed: object) -> None:  # fmt: skip
    write_evidence(config, "monitor", monitor_document(config, as_of=as_of, e_value=e_value) | changed)


def gate(config: ConfigFile, *, days: int = 0) -> GateResult:
    return monitor_gate(config, as_of=MOMENT + timedelta(days=days))


def outcome(gate: GateResult) -> tuple[str, bool, str]:
    """Verdict, whether it stops, and why; all else in this gate is always the same."""
    rule = "no alarm in the stored look at the dosage log"
    assert gate == GateResult("feedback_monitor", None, rule, gate.verdict, gate.detail, stops=gate.stops)
    return str(gate.verdict), gate.stops, gate.detail


def test_a_verdict_without_alarm_passes_for_35_days_and_not_for_36(config: ConfigFile) -> None:
    store(config)
    assert outcome(gate(config)) == ("pass", True, "no alarm in 9 weeks; rate ratio 1.00")
    assert outcome(gate(config, days=1)) == (
        "not measured",
        True,
        "the stored look is stale: it is 36 days old, 35 are allowed; run `patrolcast monitor` on this config",
    )


def test_the_age_allowed_is_that_of_the_config(config: ConfigFile) -> None:
    short = config.settings.model_copy(update={"monitor": Monitor(max_age_days=7)})
    config = ConfigFile(**{**vars(config), "settings": short})
    store(config, as_of=MOMENT - timedelta(days=7))
    assert gate(config).verdict is GateVerdict.PASS
    assert "it is 8 days old, 7 are allowed" in gate(config, days=1).detail


@pytest.mark.parametrize("changed", [{}, {"patrolcast": "0.0.1"}, {"bound_to": {}}, {"gates": []}])
def test_nothing_but_a_new_run_of_the_monitor_clears_an_alarm(config: ConfigFile, changed: dict[str, object]) -> None:
    store(config, e_value=25.0, **changed)
    assert outcome(gate(config)) == (
        "fail",
        True,
        "band_reports: alarm in week 7; cure the cause, then run `patrolcast monitor` on this config",
    )
    store(config)
    assert gate(config).verdict is GateVerdict.PASS


def test_a_log_that_was_never_measured_stops_and_no_log_does_not(config: ConfigFile, tmp_path: Path) -> None:
    assert outcome(gate(config)) == (
        "not measured",
        True,
        "a dosage log is named, never looked at; run `patrolcast monitor` on this config",
    )
    assert outcome(gate(read_settings(write_city(tmp_path / "before_use")))) == (
        "not measured",
        False,
        "no dosage log is named and none has been looked at: before use there is nothing to monitor, and in use nobody "
        "would see a loop",
    )


def test_a_verdict_of_not_measured_stops_nothing_while_it_is_fresh(config: ConfigFile) -> None:
    store(config, e_value=None)
    assert outcome(gate(config)) == (
        "not measured",
        False,
        "whether patrol feeds the records was not measured: no week is finished yet",
    )
    assert gate(config, days=1).stops is True


@pytest.mark.parametrize("verdict", ["", None, "quiet", "pass", "not measured"])
def test_a_verdict_that_does_not_follow_from_the_gates_fails(config: ConfigFile, verdict: str | None) -> None:
    store(config, verdict=verdict)
    assert outcome(gate(config)) == (
        "fail",
        True,
        "the stored look contradicts itself: its verdict does not follow from its gates; "
        "run `patrolcast monitor` on this config",
    )


def with_gate(config: ConfigFile, name: str, **values: object) -> None:
    document = monitor_document(config, as_of=MOMENT)
    gates = [row | values if row["name"] == name else row for row in document["gates"]]
    write_evidence(config, "monitor", document | {"gates": gates})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("band_reports", {"value": 25.0}),
        ("band_reports", {"value": 20.0}),
        ("band_reports", {"value": None}),
        ("band_reports", {"verdict": "fail", "stops": False}),
        ("officer_records_change_nothing", {"value": 0.1}),
        ("demographics_change_nothing", {"verdict": "fail", "stops": False, "value": 0.1}),
    ],
)
def test_a_gate_whose_verdict_is_not_that_of_its_value_fails(
    config: ConfigFile, name: str, values: dict[str, object]
) -> None:
    with_gate(config, name, **values)
    assert outcome(gate(config)) == contradicts(f"the verdict of {name} does not follow from its value")


def contradicts(why: str) -> tuple[str, bool, str]:
    """The outcome of a look that says what does not follow."""
    cure = "run `patrolcast monitor` on this config"
    return "fail", True, f"the stored look contradicts itself: {why}; {cure}"


def test_all_gates_whose_verdict_does_not_follow_are_named(config: ConfigFile) -> None:
    document = monitor_document(config, as_of=MOMENT)
    write_evidence(config, "monitor", document | {"gates": [row | {"value": 30.0} for row in document["gates"]]})
    named = ", ".join((*EXACT, "band_reports"))
    assert outcome(gate(config)) == contradicts(f"the verdict of {named} does not follow from its value")


LACKS_ONE = "it lacks a gate of its own name, or the zone of its moment"
LACKS_A_PART = "it lacks its gates, its moment or what it looked at"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda look: {"gates": look["gates"][2:]}, f"it lacks {EXACT[0]}, {EXACT[1]}"),
        (lambda look: {"gates": [*look["gates"], look["gates"][0]]}, LACKS_ONE),
        (lambda look: {"as_of": "2026-03-01T05:00:00"}, LACKS_ONE),
        (lambda look: {"as_of": "soon"}, LACKS_A_PART),
        (lambda look: {"watched": {"rows": 100}}, LACKS_A_PART),
        (lambda look: {"gates": look["gates"][:3]}, LACKS_A_PART),
        (lambda look: {"gates": [without(row, "threshold") for row in look["gates"]]}, LACKS_A_PART),
    ],
    ids=["no exact gate", "one twice", "no zone", "no moment", "no weeks", "no e-value", "no rule"],
)
def test_a_look_without_its_parts_fails(
    config: ConfigFile, change: Callable[[dict[str, Any]], dict[str, Any]], why: str
) -> None:
    look = monitor_document(config, as_of=MOMENT)
    write_evidence(config, "monitor", look | change(look))
    assert outcome(gate(config)) == contradicts(why)


def without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


def test_a_log_of_which_no_shift_is_over_is_nothing_to_look_at_and_one_row_is_something(config: ConfigFile) -> None:
    before_use = "no shift of the dosage log is over: before use there is nothing to monitor"
    empty = {"verdict": "not measured", "finding": before_use}
    store(config, watched={"rows": 0, "weeks": 0}, **empty)
    assert outcome(gate(config)) == ("not measured", False, before_use)
    store(config, watched={"rows": 1, "weeks": 0}, **empty)
    assert outcome(gate(config)) == contradicts("its verdict does not follow from its gates")


@pytest.mark.parametrize(("days", "holds"), [(366, True), (367, False)])
def test_a_past_night_may_be_made_again_with_the_look_of_a_year_later(
    config: ConfigFile, days: int, holds: bool
) -> None:
    store(config, as_of=MOMENT + timedelta(days=days))
    why = "the stored look is stale: it is dated 367 days after this run; run `patrolcast monitor` on this config"
    assert outcome(gate(config)) == (
        ("pass", True, "no alarm in 9 weeks; rate ratio 1.00") if holds else ("not measured", True, why)
    )


def test_without_a_log_a_quiet_look_ages_as_by_the_default(config: ConfigFile) -> None:
    none = ConfigFile(**{**vars(config), "settings": config.settings.model_copy(update={"monitor": None})})
    store(none)
    assert gate(none).verdict is GateVerdict.PASS
    assert "it is 36 days old, 35 are allowed" in gate(none, days=1).detail


def test_hashes_that_a_run_has_taken_are_not_taken_again(config: ConfigFile) -> None:
    store(config)
    taken = run_identity.input_files(config)
    other = [replace(file, sha256="0" * 64) if file.key == "codebook.path" else file for file in taken]
    assert other != list(taken)
    assert "the codebook changed" in monitor_gate(config, as_of=MOMENT, inputs=other).detail
    config.settings.codebook.path.write_text("")
    assert monitor_gate(config, as_of=MOMENT, inputs=taken).verdict is GateVerdict.PASS


def test_the_records_themselves_are_not_opened(config: ConfigFile) -> None:
    store(config)
    rows = config.settings.incidents.path
    assert isinstance(rows, Path)
    rows.unlink()
    assert gate(config).verdict is GateVerdict.PASS


def test_a_signature_holds_as_that_of_a_look_and_of_nothing_else(
    config: ConfigFile, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_key(monkeypatch, tmp_path_factory.mktemp("outside") / "key")
    store(config)
    assert gate(config).verdict is GateVerdict.PASS
    document = monitor_document(config, as_of=MOMENT)
    evidence_path(config, "monitor").write_bytes(json_bytes(sealed(config, "loop", document)))
    fault = "its signature does not fit its content"
    cure = "run `patrolcast monitor` on this config"
    assert outcome(gate(config)) == ("fail", True, f"the stored look does not hold: {fault}; {cure}")


def renamed(config: ConfigFile, *, monitor: bool) -> ConfigFile:
    """The config of the same city under another name."""
    text = config.path.read_text().replace('name = "tiny"', 'name = "other"')
    path = config.path.with_name("other.toml")
    path.write_text(text if monitor else text.partition("[monitor]")[0])
    return read_settings(path)


@pytest.mark.parametrize("monitor", [True, False])
def test_a_new_name_for_the_city_does_not_shed_an_alarm(config: ConfigFile, monitor: bool) -> None:
    store(config, e_value=25.0)
    assert outcome(gate(renamed(config, monitor=monitor))) == (
        "fail",
        True,
        "an alarm stands for this city under the name 'tiny': band_reports: alarm in week 7; cure the cause, then run "
        "`patrolcast monitor` on the config of that name",
    )


def test_the_quiet_look_of_another_name_and_the_alarm_of_another_city_stop_nothing(config: ConfigFile) -> None:
    store(config)
    other = renamed(config, monitor=False)
    assert gate(other).stops is False
    store(config, e_value=25.0, extent=[2.2, 48.8, 2.4, 48.9])
    assert gate(other).stops is False


def test_a_boundary_with_other_bytes_or_a_little_moved_is_the_same_city(config: ConfigFile) -> None:
    store(config, e_value=25.0)
    other = renamed(config, monitor=False)
    boundary = other.settings.area.boundary
    boundary.write_text(boundary.read_text() + "\n")
    assert gate(other).stops is True
    assert gate(other).detail.startswith("an alarm stands for this city under the name 'tiny': ")


def test_an_alarm_is_found_behind_the_quiet_look_of_a_third_name(config: ConfigFile) -> None:
    store(config, e_value=25.0)
    path = config.path.with_name("a_third.toml")
    path.write_text(config.path.read_text().replace('name = "tiny"', 'name = "a_third"'))
    store(read_settings(path))
    assert gate(renamed(config, monitor=False)).detail.startswith(
        "an alarm stands for this city under the name 'tiny': band_reports: alarm in week 7; "
    )


EDITED = "does not hold: it was edited after it was measured"
EARLIER = "does not hold: it is of an earlier form and says neither what it is bound to nor what it held"


@pytest.mark.parametrize(("spoil", "why"), [
    (lambda text: text.replace('"alarm"', '"no alarm"'), EDITED),
    (lambda text: text.replace('"extent":', '"of":'), EDITED),
    (lambda text: text[:-20], "cannot be read"),
    (lambda text: "{}", EARLIER),
], ids=["verdict", "extent", "cut off", "empty"])  # fmt: skip
def test_an_edited_look_of_another_name_may_have_been_an_alarm(
    config: ConfigFile, spoil: Callable[[str], str], why: str
) -> None:
    store(config, e_value=25.0)
    path = evidence_path(config, "monitor")
    path.write_text(spoil(path.read_text()))
    found = gate(renamed(config, monitor=False))
    assert outcome(found) == (
        "fail",
        True,
        f"the look stored under the name 'tiny' {why}, and may have held an alarm; run `patrolcast monitor` on the "
        "config of that name",
    )
    assert "evidence.monitor.tiny" in {file.key for file in run_identity.input_files(renamed(config, monitor=False))}


def test_an_alarm_under_another_name_is_part_of_what_a_run_is_made_from(config: ConfigFile) -> None:
    store(config, e_value=25.0)
    keys = {file.key for file in run_identity.input_files(renamed(config, monitor=False))}
    assert "evidence.monitor.tiny" in keys


def test_dropping_the_monitor_keeps_its_alarm_and_its_quiet_look_no_longer_holds(config: ConfigFile) -> None:
    store(config, e_value=25.0)
    dropped = config.path.read_text().partition("[monitor]")[0]
    config.path.write_text(dropped)
    assert outcome(gate(read_settings(config.path)))[:2] == ("fail", True)
    store(config, as_of=MOMENT)
    assert "is stale: [monitor] changed since" in gate(read_settings(config.path)).detail


@pytest.mark.parametrize("monitor", [True, False])
def test_a_damaged_look_may_have_been_an_alarm_also_where_no_log_is_named(config: ConfigFile, monitor: bool) -> None:
    store(config)
    evidence_path(config, "monitor").write_text("{")
    if not monitor:
        config.path.write_text(config.path.read_text().partition("[monitor]")[0])
    assert outcome(gate(read_settings(config.path))) == (
        "fail",
        True,
        "the stored look cannot be read, and may have held an alarm; run `patrolcast monitor` on this config",
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("resolution = 8", "resolution = 7", "the area or its cells"),
        ("[codebook]", '[shifts]\nstarts = ["07:00", "19:00"]\n[codebook]', "[shifts]"),
        ('call_source = "source"\n', "", "how the records are read ([incidents])"),
        ("[monitor]", "[monitor]\npermutations = 4999", "[monitor]"),
        ("rounds = 15", "rounds = 16", "[model]"),
        (
            "[codebook]",
            '[features]\ndarkness = false\n[policy]\nexcluded_features = ["any_*"]\n[codebook]',
            "[features] and [policy]",
        ),
    ],
)
def test_a_change_of_what_the_monitor_reads_makes_it_stale(config: ConfigFile, old: str, new: str, words: str) -> None:
    store(config, as_of=MOMENT)
    config.path.write_text(config.path.read_text().replace(old, new))
    assert outcome(gate(read_settings(config.path))) == (
        "not measured",
        True,
        f"the stored look is stale: {words} changed since it was measured; run `patrolcast monitor` on this config",
    )


def test_other_code_makes_it_stale_and_no_version_is_asked(config: ConfigFile) -> None:
    store(config, as_of=MOMENT, patrolcast="0.0.1")
    assert gate(config).verdict is GateVerdict.PASS
    bound = monitor_document(config, as_of=MOMENT)["bound_to"] | {"code": "0" * 64}
    store(config, as_of=MOMENT, bound_to=bound)
    assert "is stale: the code that measures it changed" in gate(config).detail


def test_the_age_allowed_is_no_part_of_what_a_look_is_bound_to(config: ConfigFile) -> None:
    store(config, as_of=MOMENT)
    config.path.write_text(config.path.read_text().replace("[monitor]", "[monitor]\nmax_age_days = 7"))
    assert gate(read_settings(config.path)).verdict is GateVerdict.PASS
