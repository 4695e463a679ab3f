"""What `check` says of stored tests before there is a run; the gates themselves are in `test_once` and per kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.peopled_city import write_peopled_city
from tests.runs.planted import screen_document

from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path, write_evidence
from patrolcast.runs.forecast.stored_evidence import evidence_warnings


@pytest.fixture
def config(tmp_path: Path) -> ConfigFile:
    config = read_settings(write_peopled_city(tmp_path))
    write_evidence(config, "screen", screen_document(config))
    config.path.write_text(config.path.read_text())
    return config


def test_a_screen_that_holds_and_a_loop_test_of_other_cells(config: ConfigFile) -> None:
    """The loop test was planted before the city got residents and smaller cells."""
    assert evidence_warnings(config) == [
        "a run can start, but is not published: the stored loop test is stale: the area or its cells and the residents "
        "and the place layers changed since it was measured; run `patrolcast simulate` on this config"
    ]


def test_what_is_missing_and_what_cannot_be_read(config: ConfigFile) -> None:
    evidence_path(config, "screen").unlink()
    evidence_path(config, "loop").write_text("{")
    assert evidence_warnings(config) == [
        "a run can start, but is not published without the result of `patrolcast screen` (gate proxy_screen)",
        "a run can start, but is not published: the stored loop test cannot be read; "
        "run `patrolcast simulate` on this config",
    ]
