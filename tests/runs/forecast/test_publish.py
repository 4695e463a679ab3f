"""Publication: `current` moves only for a run that every gate lets pass, ages by itself, and outlives retention."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.tiny_city import NOW

from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.errors import (
    CannotWriteError,
    GateRefusedError,
    GovernanceError,
    HeldTooLongError,
    LockedError,
    PausedError,
)
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.review_events import Paused
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.settings.objectives_file import EXAMPLE
from patrolcast.io.store import run_store
from patrolcast.io.trail import Trail
from patrolcast.runs.forecast.publish import (
    old_runs,
    publish,
    publish_with_status,
    published_as_of,
    remove_runs,
    require_not_older,
    require_publishable,
)

OTHER = "20260228T1100Z-tiny-00000002"


@pytest.fixture(autouse=True)
def made_up_runs_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one small file say nothing that could follow from it; `test_rederive` edits real ones."""
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)


def test_a_run_that_passed_every_gate_becomes_current(tmp_path: Path) -> None:
    run = write_finished(tmp_path)
    assert run_store.current_run(tmp_path) is None
    publish(run)
    assert run_store.current_run(tmp_path) == run.folder


@pytest.mark.parametrize("verdict", ["fail", "not measured"])
def test_a_gate_that_failed_or_was_not_measured_leaves_the_last_good_run_current(tmp_path: Path, verdict: str) -> None:
    good = write_finished(tmp_path, OTHER)
    publish(good)
    bad = write_finished(tmp_path, gates=gates(calibration=verdict), publishable=False)
    with pytest.raises(GateRefusedError) as error:
        publish(bad)
    rule = "nothing is published when a gate fails or is missing; read audit.html in the run folder"
    assert str(error.value) == f"run {RUN_ID}: got a stop from calibration; {rule}"
    assert run_store.current_run(tmp_path) == good.folder


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_required_gate_that_is_missing_stops_publication_by_its_name(tmp_path: Path, name: str) -> None:
    run = write_finished(tmp_path, gates=gates(**{name: ""}), publishable=False)
    with pytest.raises(GateRefusedError, match=f"got a stop from {name};"):
        publish(run)
    assert run_store.current_run(tmp_path) is None


@pytest.mark.parametrize("changed", [{"publishable": False}, {"gates": gates(calibration="fail")}, {"gates": []}])
def test_a_manifest_whose_gates_and_verdict_disagree_is_not_published(tmp_path: Path, changed: dict) -> None:
    run = write_finished(tmp_path, **changed)
    with pytest.raises(GateRefusedError):
        require_publishable(run)
    with pytest.raises(GateRefusedError):
        publish_with_status(run, now=NOW)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", RUN_ID, "index.html"]


@pytest.mark.parametrize("verdict", ["warn", "waived"])
def test_a_warning_and_a_waived_gate_stop_nothing(tmp_path: Path, verdict: str) -> None:
    publish(write_finished(tmp_path, gates=gates(calibration=verdict)))
    assert run_store.current_run(tmp_path) is not None


def test_a_stored_run_is_published_only_as_it_was_published_before(tmp_path: Path) -> None:
    stored = replace(write_finished(tmp_path), computed=False)
    with pytest.raises(GateRefusedError) as error:
        publish(stored)
    assert str(error.value) == (
        f"run {RUN_ID}: got a stored run: there is no record that it was published; only what was computed here, or "
        "published before, is published; run it again with --force"
    )
    assert run_store.current_run(tmp_path) is None
    publish(replace(stored, computed=True))
    publish(stored)
    assert run_store.current_run(tmp_path) == stored.folder


def test_nothing_is_published_that_was_changed_or_whose_look_was_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publishing asks; that each answer is right is shown beside the question."""
    run = write_finished(tmp_path)
    for question, answer in (
        ("run_faults", lambda *_: ("a gate that does not follow",)),
        ("require_watched", lambda *_: (_ for _ in ()).throw(GateRefusedError("look", got="none", rule="r", cure="c"))),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(f"patrolcast.runs.forecast.publish.{question}", answer)
            with pytest.raises(GateRefusedError):
                publish(run)
        assert run_store.current_run(tmp_path) is None, question
    publish(run)
    assert run_store.current_run(tmp_path) == run.folder


def test_publishing_takes_away_the_index_and_the_former_link_of_all_cities(tmp_path: Path) -> None:
    """Both would name another run as the published one."""
    city = tmp_path / "tiny"
    earlier = write_finished(city, OTHER)
    publish(earlier)
    (city / "index.html").write_text("of the night before")
    write_finished(tmp_path, OTHER)  # as it lay before each city had its own folder
    (tmp_path / "current").symlink_to(OTHER)
    publish(write_finished(city))
    assert not (city / "index.html").exists()
    assert not (tmp_path / "current").is_symlink()


def test_a_failed_gate_that_does_not_stop_stops_nothing(tmp_path: Path) -> None:
    advice = {"name": "feedback_monitor", "verdict": "not measured", "stops": False}
    publish(write_finished(tmp_path, gates=[*gates(), advice]))
    assert run_store.current_run(tmp_path) is not None


def test_a_run_that_does_not_say_as_of_when_it_is_cannot_be_published(tmp_path: Path) -> None:
    with pytest.raises(GateRefusedError) as caught:
        publish(write_finished(tmp_path, as_of=None))
    rule = "its manifest must say as of when it is; run it again"
    assert str(caught.value) == f"run {RUN_ID}: got no moment; {rule}"
    assert not (tmp_path / "current").exists()


def test_an_older_run_takes_no_newer_ones_place_unless_somebody_forces_it(tmp_path: Path) -> None:
    newer = write_finished(tmp_path, OTHER, as_of="2026-03-01T12:00:00Z")
    publish(newer)
    older = write_finished(tmp_path)
    with pytest.raises(GateRefusedError) as caught:
        publish(older)
    assert str(caught.value) == (
        "publication: got a run as of 2026-03-01T11:00:00Z after one as of 2026-03-01T12:00:00Z; an older night never "
        "replaces a newer one; is the clock right? --force publishes the older one all the same"
    )
    assert run_store.current_run(tmp_path) == newer.folder
    require_not_older(tmp_path, datetime(2026, 3, 1, 12, tzinfo=UTC))  # of the same moment: made again
    publish(older, force=True)
    assert published_as_of(tmp_path) == datetime(2026, 3, 1, 11, tzinfo=UTC)
    with pytest.raises(GateRefusedError):
        publish_with_status(replace(older, manifest={**older.manifest, "as_of": "2026-03-01T10:00:00Z"}), now=NOW)
    publish_with_status(write_finished(tmp_path, OTHER[:-1] + "9", as_of="2026-03-01T10:00:00Z"), now=NOW, force=True)
    assert published_as_of(tmp_path / "never") is None


def test_a_run_that_was_changed_is_refused_with_its_first_fault_and_how_many_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_finished(tmp_path)
    for faults, said in (
        (("a is edited",), ""),
        (("a is edited", "b", "c"), " (and 2 more)"),
        (("a is edited", "b"), " (and 1 more)"),
    ):
        monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", lambda *_, faults=faults: faults)
        with pytest.raises(GateRefusedError) as caught:
            require_publishable(run)
        assert str(caught.value) == (
            f"run {RUN_ID}: got a run that was changed since it was made: a is edited{said}; a run is never changed; "
            "run it again with --force"
        )


def test_all_gates_that_stop_a_run_are_named_and_a_run_that_only_says_so_has_none(tmp_path: Path) -> None:
    two = gates(calibration="fail", forecast_finite="fail")
    for run, named in (
        (write_finished(tmp_path, gates=two, publishable=False), "calibration, forecast_finite"),
        (write_finished(tmp_path, OTHER, publishable=False), "no gate by name"),
    ):
        with pytest.raises(GateRefusedError, match=f": got a stop from {named}; nothing is published"):
            require_publishable(run)


def test_a_run_without_objectives_is_refused_with_an_example(tmp_path: Path) -> None:
    run = write_finished(tmp_path, objectives=None)
    with pytest.raises(GovernanceError) as caught:
        publish(run)
    assert str(caught.value) == (
        f"run {RUN_ID}: got no finished objectives; a run is published only against what it is for; {EXAMPLE}"
    )


def test_current_must_be_a_link_that_patrolcast_made(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(CannotWriteError):
        publish(write_finished(tmp_path))


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_retention_removes_runs_that_are_older_than_the_days_to_keep(tmp_path: Path) -> None:
    old = write_finished(tmp_path, OTHER, made=days_ago(30.01))
    kept = write_finished(tmp_path, made=days_ago(30))
    ids = old_runs(tmp_path, name="tiny", now=NOW, keep_days=30)
    assert (ids, old.folder.exists()) == ([OTHER], True)
    remove_runs(tmp_path, ids)
    assert (old.folder.exists(), kept.folder.exists()) == (False, True)


def test_retention_never_removes_the_current_run(tmp_path: Path) -> None:
    publish(write_finished(tmp_path, made=days_ago(400)))
    assert old_runs(tmp_path, name="tiny", now=NOW, keep_days=30) == []


def test_retention_leaves_other_cities_copies_and_what_is_no_run(tmp_path: Path) -> None:
    write_finished(tmp_path, "20250101T1100Z-other-00000003", name="other", made=days_ago(400))
    copy = write_finished(tmp_path, OTHER, made=days_ago(400))
    copy.folder.rename(tmp_path / "20250102T1100Z-tiny-00000004")  # its manifest names another run
    damaged = write_finished(tmp_path, RUN_ID, made=days_ago(400))
    (damaged.folder / "manifest.json").write_text("{")
    (tmp_path / "notes").mkdir()
    before = sorted(p.name for p in tmp_path.iterdir())
    assert old_runs(tmp_path, name="tiny", now=NOW, keep_days=0) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_nothing_is_published_beside_a_night_that_is_at_work(tmp_path: Path) -> None:
    """Else an older run could take the place of one that the night publishes between question and link."""
    run = write_finished(tmp_path)
    with exclusive_lock(tmp_path, now=NOW), pytest.raises(LockedError):
        publish_with_status(run, now=NOW)
    assert run_store.current_run(tmp_path) is None
    publish_with_status(run, now=NOW)
    assert run_store.current_run(tmp_path) == run.folder


def test_a_lock_held_for_longer_than_any_night_is_reported_as_one_that_hangs(tmp_path: Path) -> None:
    run = write_finished(tmp_path)
    with exclusive_lock(tmp_path, now=NOW):
        os.utime(tmp_path / ".lock", (NOW.timestamp(), NOW.timestamp()))
        with pytest.raises(HeldTooLongError, match=f"held by process {os.getpid()} for 7 hours; "):
            publish_with_status(run, now=NOW + timedelta(hours=7))


def test_the_record_of_a_publication_counts_the_trail_which_says_whether_it_was_forced(tmp_path: Path) -> None:
    """So a trail from which the publication was cut is missed."""
    for run_id, force in ((RUN_ID, False), (OTHER, True)):
        publish(write_finished(tmp_path, run_id, as_of="2026-03-01T11:00:00Z"), force=force)
        entries = [json.loads(line) for line in (tmp_path / "trail" / "trail.jsonl").read_bytes().splitlines()]
        record = json.loads((tmp_path / "published" / f"{run_id}.json").read_bytes())
        assert record["trail_entries"] == len(entries)
        assert entries[-1]["body"]["forced"] is force


def test_a_pause_between_trail_and_link_takes_the_run_away_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = run_store.swap_current

    def somebody_pauses_meanwhile(runs: Path, run_id: str) -> None:
        with Trail(runs / "trail", city="tiny", actor=Actor("c.hill", "chief", "password"), clock=lambda: NOW) as trail:
            trail.append(Paused("person", "the feed counts reports twice"))
        swap(runs, run_id)

    monkeypatch.setattr(run_store, "swap_current", somebody_pauses_meanwhile)
    with pytest.raises(PausedError) as caught:
        publish(write_finished(tmp_path))
    assert str(caught.value) == (
        "tiny: got paused by c.hill since 2026-03-01T12:00:00Z: the feed counts reports twice; nothing is forecast, "
        "published or decided meanwhile; two persons end it: `patrolcast resume CONFIG`"
    )
    assert run_store.current_run(tmp_path) is None
