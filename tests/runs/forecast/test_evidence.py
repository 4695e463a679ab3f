"""What a run reads of the evidence that other verbs stored: missing, stale and failed evidence stops publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.runs.tiny_city import AS_OF, write_city

import patrolcast
from patrolcast.domain.records import GateVerdict
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import evidence_path, read_evidence, write_evidence
from patrolcast.runs.forecast.evidence import evidence_gates
from patrolcast.runs.monitor.evidence import ALARM, QUIET
from patrolcast.runs.monitor.evidence import sections_sha256 as monitored_sections

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


def store_monitor(config: Path, **changed: object) -> None:
    read = read_settings(config)
    document = {
        "sections_sha256": monitored_sections(read.settings),
        "patrolcast": patrolcast.__version__,
        "as_of": AS_OF,
        "verdict": QUIET,
        "finding": "no alarm in 9 weeks",
        **changed,
    }
    write_evidence(read, "monitor", document)


def test_a_loop_test_that_passed_and_no_log_to_monitor_stop_nothing(config: Path) -> None:
    assert stopped(config) == {"loop_test": ("pass", False), "feedback_monitor": ("not measured", False)}


def test_without_a_stored_loop_test_nothing_is_published(config: Path) -> None:
    evidence_path(read_settings(config), "loop").unlink()
    assert stopped(config)["loop_test"] == ("not measured", True)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(patrolcast="0.0.1"),
        lambda document: document.update(sections_sha256="0" * 64),
        lambda document: document.update(verdict="closed"),
        lambda document: document.update(checks=[]),
    ],
    ids=["another version", "another config", "a loop that feeds on itself", "no checks"],
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
    store_monitor(config, verdict=ALARM)
    assert stopped(config)["feedback_monitor"] == ("fail", True)


def test_a_look_that_is_too_old_for_the_moment_of_the_run_stops_publication(config: Path) -> None:
    store_monitor(config, as_of="2025-10-01T05:00:00-05:00")
    assert stopped(config)["feedback_monitor"] == ("not measured", True)


def test_an_alarm_stops_publication_however_old_it_is(config: Path) -> None:
    store_monitor(config, verdict=ALARM, as_of="2020-01-01T05:00:00-06:00", patrolcast="0.0.1")
    assert stopped(config)["feedback_monitor"] == ("fail", True)
