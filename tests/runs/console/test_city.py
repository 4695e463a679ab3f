"""Which city a console is for, and what it writes on its trail."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.reviewed_city import MARTA, entries

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.trail.console import Exported, SignedIn
from patrolcast.runs.console.city import ConsoleCity, open_city


def test_accounts_lie_beside_the_runs_so_that_publishing_those_shows_none_of_it(
    city: ConsoleCity, tmp_path: Path
) -> None:
    assert city.runs == tmp_path / "city" / "runs" / "tiny"
    assert city.state == tmp_path / "city" / "console" / "tiny"
    assert not city.state.is_relative_to(city.runs)
    assert open_city(city.config, runs=tmp_path / "elsewhere").runs == tmp_path / "elsewhere" / "tiny"
    assert city.zone == "America/Chicago"


def test_an_event_is_on_the_trail_once_record_returns(city: ConsoleCity) -> None:
    assert city.has_trail
    city.record(Exported("trail.csv", "a-run"), actor=MARTA)
    (entry,) = entries(city.settings, "export")
    assert (entry["actor"]["id"], entry["body"], entry["subject"]["run"]) == ("m.diaz", {"what": "trail.csv"}, "a-run")


def test_a_trail_that_was_changed_takes_nothing(city: ConsoleCity) -> None:
    file = city.trail.folder / "trail.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"run.start"', b'"run.stare"', 1))
    before = file.read_bytes()
    with pytest.raises(PatrolcastError, match="audit trail"):
        city.record(SignedIn("password"), actor=MARTA)
    assert file.read_bytes() == before
