"""What documents may cite: whole runs only, the run before by the trail, facts that are reviewed in time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.io.trail.trails import opened
from tests.runs.records.recorded_folder import own_governance, write_recorded

from patrolcast.domain.errors import DataRefusedError, GovernanceError
from patrolcast.domain.trail.events import Published, RunFinished
from patrolcast.io.hashing import file_sha256
from patrolcast.io.trail.file import trail_folder
from patrolcast.runs.records.gather import FORMER, TRAIL, gather

BEFORE = "20260629T1000Z-sample-0a0b0c0d"


def published(run: str, sha256: str = "ab" * 32) -> Published:
    return Published(run, sha256, None, "2026-06-30T10:00:00Z", None, None, forced=False)


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
    before = file_sha256(write_recorded(city, BEFORE, seed=6) / "manifest.json") if folder_is_there else "ab" * 32
    mine = file_sha256(run / "manifest.json")
    with opened(trail_folder(city), key=None) as trail:
        trail.append(published("20260628T1000Z-sample-00000000"))
        trail.append(published(BEFORE, before))
        trail.append(RunFinished(run.name, mine, publishable=True, gates={}, stopped_by=()))
        trail.append(published(run.name, mine))
        trail.append(published("20260701T1000Z-sample-ffffffff"))
    found = gather(run, own_governance(tmp_path), ["organisation"])
    assert [*found.sources.value("trail", "")] == ["3", "4"]
    assert found.files[TRAIL]["former"]["run"] == BEFORE
    assert (FORMER in found.files) == folder_is_there
    accounts = [one for entry in found.files[TRAIL].values() for one in entry if one in {"actor", "person"}]
    assert accounts == []


def test_a_manifest_that_is_not_the_one_on_the_trail_has_no_records(tmp_path: Path) -> None:
    city = tmp_path / "sample"
    run, governance = write_recorded(city), own_governance(tmp_path)
    with opened(trail_folder(city), key=None) as trail:
        trail.append(published(run.name, file_sha256(run / "manifest.json")))
    assert gather(run, governance, ["organisation"]).sources.has("manifest", "/seed")
    manifest = run / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"seed": 7', b'"seed": 8'))
    with pytest.raises(DataRefusedError, match=r"manifest.json: got another manifest than the audit trail states"):
        gather(run, governance, ["organisation"])


def test_a_run_before_whose_manifest_was_changed_is_not_compared(tmp_path: Path) -> None:
    city = tmp_path / "sample"
    run = write_recorded(city)
    write_recorded(city, BEFORE, seed=6)
    with opened(trail_folder(city), key=None) as trail:
        trail.append(published(BEFORE, "ab" * 32))
        trail.append(published(run.name, file_sha256(run / "manifest.json")))
    sources = gather(run, own_governance(tmp_path), ["organisation"]).sources
    assert sources.has("earlier")
    assert not sources.has("former")


def test_what_was_published_after_a_stopped_run_is_not_the_run_before_it(tmp_path: Path) -> None:
    city = tmp_path / "sample"
    run = write_recorded(city)
    mine = file_sha256(run / "manifest.json")
    with opened(trail_folder(city), key=None) as trail:
        trail.append(published("20260628T1000Z-sample-00000000"))
        trail.append(RunFinished(run.name, mine, publishable=False, gates={}, stopped_by=("loop_test",)))
        trail.append(published("20260701T1000Z-sample-ffffffff"))
    assert gather(run, own_governance(tmp_path), ["organisation"]).files[TRAIL]["former"]["run"].startswith("20260628")


@pytest.mark.parametrize(
    ("phase", "start", "fits"),
    [("in use", "2026-07", False), ("in development", "2026-07", False), ("in use", "2026-06", True)],
)
def test_a_use_that_begins_after_the_run_is_refused(tmp_path: Path, phase: str, start: str, fits: bool) -> None:
    run, governance = write_recorded(tmp_path / "sample"), own_governance(tmp_path)
    purpose = governance / "purpose.toml"
    purpose.write_text(purpose.read_text().replace("in development", phase).replace('"2026-05"', f'"{start}"'))
    if fits:
        assert gather(run, governance, ["purpose"]).sources.value("purpose", "/phase") == phase
        return
    with pytest.raises(GovernanceError, match=rf"start: got {phase}, begun in 2026-07; the run is of 2026-06"):
        gather(run, governance, ["purpose"])
