"""What documents may cite: whole runs only, the run before by the trail, facts that are reviewed in time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import opened
from tests.runs.records.recorded_folder import own_governance, write_recorded

from patrolcast.domain.errors import DataRefusedError, GovernanceError
from patrolcast.domain.trail.events import Published, RunFinished
from patrolcast.io.trail.file import trail_folder
from patrolcast.runs.records.gather import FORMER, TRAIL, gather

BEFORE = "20260629T1000Z-sample-0a0b0c0d"


def published(run: str) -> Published:
    return Published(run, "ab" * 32, None, "2026-06-30T10:00:00Z", None, None, forced=False)


def test_a_changed_run_has_no_records(tmp_path: Path) -> None:
    run = write_recorded(tmp_path / "sample")
    (run / "audit.json").write_bytes(b"{}")
    with pytest.raises(DataRefusedError, match=r"audit.json: got other bytes than the manifest says"):
        gather(run, own_governance(tmp_path), ["oversight"])


def test_without_a_trail_there_is_no_entry_and_no_run_before(tmp_path: Path) -> None:
    found = gather(write_recorded(tmp_path / "sample"), own_governance(tmp_path), ["organisation"])
    assert found.files[TRAIL] == {}
    assert not found.sources.has("former")
    assert found.sources.value("organisation", "/region") == "Sample city, a place that does not exist"


def test_an_overdue_review_stops_the_records(tmp_path: Path) -> None:
    run, governance = write_recorded(tmp_path / "sample"), own_governance(tmp_path)
    oversight = governance / "oversight.toml"
    oversight.write_text(oversight.read_text().replace("2027-05-20", "2026-06-29"))
    with pytest.raises(GovernanceError) as refused:
        gather(run, governance, ["oversight"])
    assert str(refused.value) == (
        "governance/sample/oversight.toml, next_review: got a review that was due on 2026-06-29; the run is of "
        "2026-06-30; review the texts and facts, then state both dates anew"
    )


@pytest.mark.parametrize("folder_is_there", [True, False])
def test_the_run_before_is_the_last_that_the_trail_says_was_published(tmp_path: Path, folder_is_there: bool) -> None:
    city = tmp_path / "sample"
    run = write_recorded(city)
    if folder_is_there:
        write_recorded(city, BEFORE, seed=6)
    with opened(trail_folder(city), key=None) as trail:
        for one in ("20260628T1000Z-sample-00000000", BEFORE):
            trail.append(published(one))
        trail.append(RunFinished(run.name, "cd" * 32, publishable=True, gates={}, stopped_by=()))
        trail.append(published(run.name))
        trail.append(published("20260701T1000Z-sample-ffffffff"))
    found = gather(run, own_governance(tmp_path), ["organisation"])
    assert [*found.sources.value("trail", "")] == ["3", "4"]
    assert found.files[TRAIL]["former"]["run"] == BEFORE
    assert (FORMER in found.files) == folder_is_there
    accounts = [one for entry in found.files[TRAIL].values() for one in entry if one in {"actor", "person"}]
    assert accounts == []
