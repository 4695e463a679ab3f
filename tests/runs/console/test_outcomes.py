"""The console shows the newest report of outcomes as the trail has it, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.audit.planted_outcomes import planted
from tests.runs.outcomes.city import MEASURES, SECOND, write_counts, write_measures
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import DataRefusedError, UnknownError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.console.city import open_city
from patrolcast.runs.console.outcomes import latest_outcomes, outcomes_page_bytes
from patrolcast.runs.outcomes.declare import declare, take_in
from patrolcast.runs.outcomes.report import write_outcomes

NOW = datetime(2026, 7, 2, tzinfo=UTC)


def test_from_no_report_to_one_that_was_changed(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    write_measures(config)
    read, city = read_settings(config), open_city(config)
    assert latest_outcomes(city).state == "none"
    with pytest.raises(UnknownError):
        outcomes_page_bytes(city)

    declare(read)
    take_in(read, write_counts(tmp_path, planted(5, mean=200.0)), outcome=None, now=NOW)
    done = write_outcomes(read, now=NOW)
    shown = latest_outcomes(city)
    assert (shown.state, shown.look, shown.finding) == ("current", 1, done.finding)
    assert len(shown.rows) == 7
    assert outcomes_page_bytes(city) == done.paths[1].read_bytes()

    write_measures(config, MEASURES + SECOND)
    declare(read)
    assert latest_outcomes(city).state == "behind"

    for path in done.paths:
        good = path.read_bytes()
        path.write_bytes(good.replace(b"not the same as no change", b"the same as no change at all") + b" ")
        assert latest_outcomes(city).state == "changed"
        assert latest_outcomes(city).finding == ""
        path.write_bytes(good)
    done.paths[1].write_bytes(b"<p>all is well</p>")
    with pytest.raises(DataRefusedError, match="bytes other than the trail says"):
        outcomes_page_bytes(city)
