"""A clock that was set between two starts is said, by the count of time that nobody sets."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.finished import write_finished
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import DataRefusedError, GateRefusedError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.io.trail import machine
from patrolcast.runs.forecast.on_trail import UNATTENDED, trail_refusal
from patrolcast.runs.nightly.clock import SKEW, clock_note, require_not_future
from patrolcast.runs.nightly.nightly import run_night

LAST = datetime(2026, 2, 28, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def set_clocks(monkeypatch: pytest.MonkeyPatch, wall: datetime, passed: timedelta, boot: str = "first") -> None:
    """What the machine says of the time: by the clock, since it was started, and which start it was."""
    monkeypatch.setattr(machine, "clock_time", lambda: wall)
    monkeypatch.setattr(machine, "time_since_boot", lambda: str(round(passed.total_seconds() * 1e9) + 10**15))
    monkeypatch.setattr(machine, "boot_id", lambda: boot)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of runs whose trail has an entry of ``LAST``."""
    set_clocks(monkeypatch, LAST, timedelta())
    folder = write_city(tmp_path).parent.parent / "runs" / "tiny"
    folder.mkdir(parents=True)
    assert trail_refusal(folder, exit_code=13, text="late", city="tiny", role=UNATTENDED)
    last = json.loads((folder / "trail" / "trail.jsonl").read_bytes().splitlines()[-1])
    assert (last["boot_id"], last["mono_ns"]) == ("first", str(10**15))
    return folder


@pytest.mark.parametrize(
    ("set_by", "said"),
    [
        (timedelta(), ""),
        (timedelta(minutes=4), ""),
        (timedelta(minutes=-4), ""),
        (2 * DAY, "the clock was set forward by 48.0 hours since "),
        (-2 * DAY, "the clock was set back by 48.0 hours since "),
        (LAST.replace(year=1970) - LAST, "the clock was set back by 490896.0 hours since "),
    ],
)
def test_a_clock_that_was_set_is_said_and_one_that_a_server_turns_a_little_is_not(
    runs: Path, monkeypatch: pytest.MonkeyPatch, set_by: timedelta, said: str
) -> None:
    at = datetime.fromisoformat(json.loads((runs / "trail" / "trail.jsonl").read_bytes().splitlines()[-1])["ts_utc"])
    set_clocks(monkeypatch, at + DAY + set_by, DAY)
    note = clock_note(runs)
    assert note.startswith(said)
    assert bool(note) is bool(said)


def test_nothing_is_known_after_the_machine_was_started_anew_or_without_a_trail(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clocks(monkeypatch, LAST + 400 * DAY, DAY, boot="second")
    assert clock_note(runs) == ""
    set_clocks(monkeypatch, LAST + 400 * DAY, DAY, boot="unknown")
    assert clock_note(runs) == ""
    assert clock_note(tmp_path / "nobody") == ""


@pytest.mark.parametrize("year", [1970, 2027])
def test_with_as_of_now_a_clock_far_ahead_or_of_1970_publishes_nothing(tmp_path: Path, year: int) -> None:
    config = read_settings(write_city(tmp_path, as_of="now"))
    with pytest.raises(DataRefusedError, match="report_age"):
        run_night(config, now=NOW.replace(year=year))
    runs = tmp_path / "runs" / "tiny"
    assert list(run_store.finished_runs(runs)) == []
    assert run_store.read_status_file(runs)["last_start"]["exit_code"] == 13


def test_a_night_says_in_its_log_that_the_clock_was_set(
    runs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("patrolcast.runs.nightly.nightly.clock_note", lambda folder: f"{folder.name}: set")
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)

    def made_up(*_: object, runs: Path, **__: object) -> object:
        return write_finished(runs)

    monkeypatch.setattr("patrolcast.runs.nightly.nightly.run_once", made_up)
    run_night(read_settings(tmp_path / "configs" / "tiny.toml"), now=NOW)
    lines = [json.loads(line) for line in (runs / "nightly.log").read_text().splitlines()]
    assert [line["message"] for line in lines if line["step"] == "clock"] == ["tiny: set"]
    assert run_store.current_run(runs) is not None


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("by", ["the call", "the config"])
def test_a_night_that_is_dated_into_the_future_publishes_nothing_whoever_asks(
    tmp_path: Path, force: bool, by: str
) -> None:
    """A date that was mistyped: it would stay published longer than any other, and stop the nights that follow."""
    later = (NOW + 2 * DAY).isoformat()
    config = write_city(tmp_path, **({"as_of": later} if by == "the config" else {}))
    asked = None if by == "the config" else later
    with pytest.raises(GateRefusedError) as refused:
        run_night(read_settings(config), now=NOW, as_of=asked, force=force)
    assert str(refused.value) == (
        "publication: got a run as of 2026-03-03T12:00:00Z, and now is 2026-03-01T12:00:00Z; nothing is dated into the "
        "future; name a moment that has passed; is the clock right?"
    )
    runs = tmp_path / "runs" / "tiny"
    assert run_store.current_run(runs) is None
    assert [path for path in runs.iterdir() if path.name.startswith("2026")] == [], "nothing was computed"


def test_reports_of_the_future_date_no_night_into_it(tmp_path: Path) -> None:
    """With "last-report" the newest report that can be known is the moment."""
    early = NOW - 2 * DAY
    done = run_night(read_settings(write_city(tmp_path, as_of="last-report")), now=early)
    assert datetime.fromisoformat(done.run.manifest["as_of"]) <= early


def test_clocks_that_differ_a_little_date_nothing_into_the_future() -> None:
    require_not_future(NOW + SKEW, now=NOW)
    with pytest.raises(GateRefusedError):
        require_not_future(NOW + SKEW + timedelta(seconds=1), now=NOW)
