"""The gate of the stored monitor verdict, from documents made by hand; what a look finds is in `test_monitor`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.tiny_city import AS_OF, write_city

import patrolcast
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings.monitor import Monitor
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path, write_evidence
from patrolcast.runs.monitor.evidence import monitor_gate, sections_sha256

MOMENT = datetime.fromisoformat(AS_OF)


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    """The tiny city with a log; the log itself is never opened by the gate."""
    path = write_city(tmp_path)
    (tmp_path / "data" / "log.csv").write_text("")
    path.write_text(path.read_text() + '[monitor]\nlog = "../data/log.csv"\n')
    return read_settings(path)


def store(config: ConfigFile, **changed: object) -> None:
    document = {
        "as_of": (MOMENT - timedelta(days=35)).isoformat(),
        "patrolcast": patrolcast.__version__,
        "sections_sha256": sections_sha256(config.settings),
        "verdict": "no alarm",
        "finding": "no alarm in 9 weeks",
    }
    write_evidence(config, "monitor", document | changed)


def gate(config: ConfigFile, *, days: int = 0) -> GateResult:
    return monitor_gate(config, as_of=MOMENT + timedelta(days=days))


def outcome(gate: GateResult) -> tuple[str, bool, str]:
    return str(gate.verdict), gate.stops, gate.detail


def test_a_verdict_without_alarm_passes_for_35_days_and_not_for_36(config: ConfigFile) -> None:
    store(config)
    assert outcome(gate(config)) == ("pass", True, "no alarm in 9 weeks")
    assert outcome(gate(config, days=1)) == (
        "not measured",
        True,
        "the stored look is stale: it is 36 days old, 35 are allowed; run `patrolcast monitor` on this config",
    )


def test_the_age_allowed_is_that_of_the_config(config: ConfigFile) -> None:
    short = config.settings.model_copy(update={"monitor": Monitor(max_age_days=7)})
    config = ConfigFile(**{**vars(config), "settings": short})
    store(config, as_of=(MOMENT - timedelta(days=7)).isoformat())
    assert gate(config).verdict is GateVerdict.PASS
    assert "it is 8 days old, 7 are allowed" in gate(config, days=1).detail


@pytest.mark.parametrize("changed", [{}, {"patrolcast": "0.0.1"}, {"sections_sha256": "x"}, {"as_of": "2020-01-01"}])
def test_nothing_but_a_new_run_of_the_monitor_clears_an_alarm(config: ConfigFile, changed: dict[str, object]) -> None:
    store(config, verdict="alarm", finding="band_reports: alarm in week 7", **changed)
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
    assert gate(read_settings(write_city(tmp_path / "before_use"))).stops is False


def test_a_verdict_of_not_measured_stops_nothing_while_it_is_fresh(config: ConfigFile) -> None:
    store(config, verdict="not measured", finding="no week is finished yet")
    assert outcome(gate(config)) == ("not measured", False, "no week is finished yet")
    assert gate(config, days=1).stops is True


@pytest.mark.parametrize("verdict", ["", None, "quiet", "pass"])
def test_an_unknown_verdict_never_passes(config: ConfigFile, verdict: str | None) -> None:
    store(config, verdict=verdict)
    assert gate(config).verdict is GateVerdict.NOT_MEASURED


def test_damaged_evidence_counts_as_missing(config: ConfigFile) -> None:
    store(config)
    evidence_path(config, "monitor").write_text("{")
    assert gate(config).detail.startswith("a dosage log is named, never looked at")


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("area", "resolution", 7),
        ("shifts", "starts", ["07:00", "19:00"]),
        ("codebook", "path", Path("/elsewhere/other.csv")),
        ("monitor", "permutations", 4999),
    ],
)
def test_a_change_of_what_the_monitor_reads_makes_it_stale(
    config: ConfigFile, section: str, key: str, value: object
) -> None:
    changed = getattr(config.settings, section).model_copy(update={key: value})
    settings = config.settings.model_copy(update={section: changed})
    store(config, sections_sha256=sections_sha256(settings))
    assert gate(config).detail == (
        "the stored look is stale: one of area, shifts, codebook, monitor has changed since; "
        "run `patrolcast monitor` on this config"
    )


def test_a_verdict_of_another_version_is_stale(config: ConfigFile) -> None:
    store(config, patrolcast="0.0.1")
    assert outcome(gate(config)) == (
        "not measured",
        True,
        f"the stored look is stale: it is of patrolcast 0.0.1, this is {patrolcast.__version__}; "
        "run `patrolcast monitor` on this config",
    )


def test_the_folder_of_a_file_is_no_change_and_neither_is_another_section(config: ConfigFile) -> None:
    settings = config.settings
    moved = settings.codebook.model_copy(update={"path": Path("/elsewhere") / settings.codebook.path.name})
    model = settings.model.model_copy(update={"leaves": 5})
    assert sections_sha256(settings.model_copy(update={"codebook": moved, "model": model})) == sections_sha256(settings)
