"""What is published, as `status.json` and the index say it: current, expired, paused or none, and why none counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import TrailBrokenError
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.review_events import Paused
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import record_pause, record_publication
from patrolcast.io.trail import Trail
from patrolcast.runs.forecast.publish import (
    publish,
    publish_with_status,
    published_state,
    refresh_index,
    write_published,
    write_status,
)
from patrolcast.runs.trail.pauses import pause_of

OTHER = "20260228T1100Z-tiny-00000002"
EXPIRES = datetime(2026, 3, 2, 23, tzinfo=UTC)
NOTHING = {"state": "none", "run_id": None, "as_of": None, "expires_at": None}


@pytest.fixture(autouse=True)
def made_up_runs_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one small file say nothing that could follow from it; `test_rederive` edits real ones."""
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)


def test_what_was_changed_after_it_was_published_counts_as_none_and_blocks_no_later_night(tmp_path: Path) -> None:
    run = write_finished(tmp_path)
    publish(run)
    path = run.folder / run_store.MANIFEST
    path.write_text(path.read_text().replace("2026-03-01T11:00:00Z", "2099-03-01T11:00:00Z"))
    state = published_state(tmp_path, now=NOW)
    assert (state["state"], state["fault"]) == ("none", f"{RUN_ID}: it was changed after it was published")
    publish(write_finished(tmp_path, OTHER))
    assert published_state(tmp_path, now=NOW)["run_id"] == OTHER


def test_a_link_out_of_the_citys_folder_publishes_nothing(tmp_path: Path) -> None:
    elsewhere = write_finished(tmp_path / "elsewhere")
    publish(elsewhere)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "current").symlink_to(elsewhere.folder)
    assert published_state(tmp_path / "tiny", now=NOW)["state"] == "none"


def test_a_published_run_that_no_longer_follows_from_its_data_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(write_finished(tmp_path))
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", lambda *_: ("a gate was edited",))
    state = published_state(tmp_path, now=NOW)
    assert (state["state"], state["fault"]) == ("none", f"{RUN_ID}: a gate was edited")


def test_a_stopped_run_that_a_hand_linked_counts_as_none_although_nobody_changed_it(tmp_path: Path) -> None:
    run = write_finished(tmp_path, gates=gates(calibration="fail"), publishable=False)
    record_publication(run.folder)
    (tmp_path / "current").symlink_to(run.folder.name)
    state = published_state(tmp_path, now=NOW)
    assert (state["state"], state["fault"]) == ("none", f"{RUN_ID}: it was stopped by calibration")


def test_the_status_says_what_is_published_until_when_and_how_the_start_ended(tmp_path: Path) -> None:
    status = publish_with_status(write_finished(tmp_path), now=NOW)
    assert status == {
        "state": "current",
        "run_id": RUN_ID,
        "as_of": "2026-03-01T11:00:00Z",
        "expires_at": "2026-03-02T23:00:00Z",
        "checked_at": "2026-03-01T12:00:00Z",
        "last_start": {"at": "2026-03-01T12:00:00Z", "exit_code": 0, "message": f"published {RUN_ID}"},
    }
    assert json.loads((tmp_path / "status.json").read_bytes()) == status


def test_the_status_is_written_after_current_has_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of status.json may open `current` at once."""
    calls: list[str] = []
    for name in ("swap_current", "write_status_file"):
        real = getattr(run_store, name)
        monkeypatch.setattr(run_store, name, lambda *a, _name=name, _real=real: (calls.append(_name), _real(*a)))
    publish_with_status(write_finished(tmp_path), now=NOW)
    assert calls == ["swap_current", "write_status_file"]


def test_a_failed_start_is_reported_beside_the_run_that_stays_published(tmp_path: Path) -> None:
    publish(write_finished(tmp_path))
    status = write_status(tmp_path, now=NOW, last={"exit_code": 13})
    assert (status["state"], status["run_id"], status["last_start"]) == ("current", RUN_ID, {"exit_code": 13})


def test_writing_the_status_publishes_nothing(tmp_path: Path) -> None:
    assert write_published(write_finished(tmp_path), now=NOW)["state"] == "none"


@pytest.mark.parametrize(
    ("before", "state"), [(timedelta(seconds=1), "current"), (timedelta(0), "expired"), (timedelta(days=-9), "expired")]
)
def test_a_published_run_expires_at_its_moment_and_stays_expired(tmp_path: Path, before: timedelta, state: str) -> None:
    publish(write_finished(tmp_path))
    assert published_state(tmp_path, now=EXPIRES - before)["state"] == state


@pytest.mark.parametrize(
    ("expires_at", "state"),
    [
        ("2099-01-01T00:00:00Z", "current"),
        (None, "none"),
        ("soon", "none"),
        ("2099-01-01T00:00:00", "none"),
        (7, "none"),
    ],
)
def test_a_run_that_does_not_say_until_when_it_may_be_used_is_no_published_run(
    tmp_path: Path, expires_at: str | int | None, state: str
) -> None:
    publish(write_finished(tmp_path, expires_at=expires_at))
    assert published_state(tmp_path, now=NOW)["state"] == state


@pytest.mark.parametrize("missing", ["as_of", "expires_at"])
def test_a_published_run_without_its_moments_counts_as_none(tmp_path: Path, missing: str) -> None:
    run = write_finished(tmp_path)
    publish(run)
    manifest = json.loads((run.folder / "manifest.json").read_bytes())
    del manifest[missing]
    (run.folder / "manifest.json").write_text(json.dumps(manifest))
    record_publication(run.folder)
    nothing = {"state": "none", "run_id": None, "as_of": None, "expires_at": None}
    assert published_state(tmp_path, now=NOW) == nothing


def test_without_a_published_run_the_state_is_none(tmp_path: Path) -> None:
    write_finished(tmp_path)
    assert published_state(tmp_path, now=NOW)["state"] == "none"
    assert published_state(tmp_path / "never", now=NOW)["state"] == "none"


def test_a_published_run_whose_manifest_is_no_longer_one_counts_as_none_and_says_so(tmp_path: Path) -> None:
    run = write_finished(tmp_path)
    publish(run)
    (run.folder / run_store.MANIFEST).write_text("{")
    changed = f"{RUN_ID}: it was changed after it was published"
    assert published_state(tmp_path, now=NOW) == {**NOTHING, "fault": changed}
    record_publication(run.folder)
    unreadable = f"{RUN_ID}: its manifest cannot be read"
    assert published_state(tmp_path, now=NOW) == {**NOTHING, "fault": unreadable}


@pytest.mark.parametrize(
    ("failed", "named"),
    [({}, "a gate"), ({"calibration": "fail", "forecast_finite": "fail"}, "calibration, forecast_finite")],
)
def test_what_stopped_a_run_that_a_hand_linked_is_named_as_far_as_it_has_names(
    tmp_path: Path, failed: dict[str, str], named: str
) -> None:
    run = write_finished(tmp_path, gates=gates(**failed), publishable=False)
    record_publication(run.folder)
    (tmp_path / "current").symlink_to(run.folder.name)
    fault = f"{RUN_ID}: it was stopped by {named}"
    assert published_state(tmp_path, now=NOW) == {**NOTHING, "fault": fault}


def paused_trail(runs: Path) -> Path:
    """A trail whose last entry is a pause, beside a link that a killed process left; returns its file."""
    chief = Actor("c.hill", "chief", "password")
    with Trail(runs / "trail", city="tiny", actor=chief, clock=lambda: NOW) as trail:
        trail.append(Paused("person", "the feed counts reports twice", RUN_ID))
    return runs / "trail" / "trail.jsonl"


def test_while_a_pause_stands_nothing_is_published_and_the_state_says_who_since_when_and_why(tmp_path: Path) -> None:
    publish(write_finished(tmp_path))
    paused_trail(tmp_path)
    assert published_state(tmp_path, now=NOW) == {
        **NOTHING,
        "state": "paused",
        "fault": "paused by c.hill since 2026-03-01T12:00:00Z: the feed counts reports twice",
        "pause": {"since": "2026-03-01T12:00:00Z", "by": "c.hill", "reason": "the feed counts reports twice"},
    }


def test_a_trail_that_cannot_be_read_leaves_what_is_published_unless_a_pause_is_on_record(tmp_path: Path) -> None:
    """Else damage to the trail would either withdraw every city's night or end a pause."""
    publish(write_finished(tmp_path))
    trail = paused_trail(tmp_path)
    n_entries = len(trail.read_bytes().splitlines())
    trail.write_text("no trail\n")
    assert published_state(tmp_path, now=NOW)["state"] == "current"
    record_pause(tmp_path, entries=n_entries)
    with pytest.raises(TrailBrokenError) as broken:
        pause_of(tmp_path)
    fault = f"it was paused, and the trail cannot say that this has ended: {broken.value}"
    assert published_state(tmp_path, now=NOW) == {**NOTHING, "fault": fault}


@pytest.mark.parametrize("write", [write_status, refresh_index])
def test_the_index_is_given_the_status_the_moment_and_a_way_to_look_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., object]
) -> None:
    """Another start may publish while the index is written: what it names is then looked up anew."""
    publish_with_status(write_finished(tmp_path), now=NOW)
    given: list[Any] = []
    monkeypatch.setattr(
        "patrolcast.runs.forecast.publish.write_index",
        lambda runs, status, *, now, again: given.extend((runs, status, now, again)),
    )
    last = {"at": "2026-03-01T12:00:00Z", "exit_code": 0, "message": f"published {RUN_ID}"}
    more = {"last": last} if write is write_status else {}
    write(tmp_path, now=NOW, **more)
    runs, status, now, again = given
    state = published_state(tmp_path, now=NOW)
    checked = {"checked_at": "2026-03-01T12:00:00Z"} if write is write_status else {}
    assert (runs, now) == (tmp_path, NOW)
    assert status == {**state, **checked, "last_start": last}
    publish(write_finished(tmp_path, OTHER))
    assert again() == {**state, "run_id": OTHER}
