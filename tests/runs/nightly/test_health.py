"""`health` says yes to a good night and no, with the reason, to each other one; to what it cannot read above all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.nightly.standing_city import at_work, edit_last, edit_status, good_city
from tests.runs.tiny_city import NOW

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.signing import VARIABLE
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import record_publication
from patrolcast.runs.forecast.on_trail import UNATTENDED, trail_refusal
from patrolcast.runs.nightly.health import HEALTH_VERSION, Health, health_of
from patrolcast.runs.nightly.nightly import run_night

DAY = timedelta(hours=26)
KEYS = {
    "health_version", "healthy", "why", "checked_at", "max_age_hours", "city", "state", "run_id", "as_of",
    "as_of_age_hours", "expires_at", "last_start", "last_start_age_hours", "at_work", "disk_free_bytes",
    "trail",
}  # fmt: skip


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Config and runs of a city whose night was good; its run is made up and taken as it is."""
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)
    return good_city(tmp_path)


def health(config: Path, *, now: datetime = NOW, max_age: timedelta = DAY, runs: Path | None = None) -> Health:
    found = health_of(lambda: read_settings(config), runs=runs, now=now, max_age=max_age)
    document = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert document.keys() == KEYS, "every key is always there"
    assert document["healthy"] is (found.why == "")
    assert "\n" not in found.line
    return found


def test_a_good_night_is_good_and_its_document_says_what_and_until_when(city: tuple[Path, Path]) -> None:
    found = health(city[0])
    assert found.line == f"good: {RUN_ID} is published and may be used until 2026-03-02T23:00:00Z"
    document = found.as_dict()
    assert document.pop("disk_free_bytes") > 0
    assert document == {
        "health_version": HEALTH_VERSION, "healthy": True, "why": "", "checked_at": "2026-03-01T12:00:00Z",
        "max_age_hours": 26.0, "city": "tiny", "state": "current", "run_id": RUN_ID, "as_of": "2026-03-01T11:00:00Z",
        "as_of_age_hours": 1.0, "expires_at": "2026-03-02T23:00:00Z",
        "last_start": {"at": "2026-03-01T12:00:00Z", "exit_code": 0, "message": f"published {RUN_ID}"},
        "last_start_age_hours": 0.0, "at_work": False, "trail": head_by_hand(city[1]),
    }  # fmt: skip


def head_by_hand(runs: Path) -> dict[str, object]:
    """How many lines the trail has, and the hash in the last one."""
    lines = (runs / "trail" / "trail.jsonl").read_bytes().splitlines()
    return {"entries": len(lines), "head": json.loads(lines[-1])["hash"]}


def test_the_head_of_the_trail_moves_with_each_entry_and_is_null_without_a_trail(city: tuple[Path, Path]) -> None:
    config, runs = city
    before = health(config).as_dict()["trail"]
    trail_refusal(runs, exit_code=73, text="full", city="tiny", role=UNATTENDED)
    after = health(config).as_dict()["trail"]
    assert after == head_by_hand(runs) != before
    assert after["entries"] == before["entries"] + 1
    (runs / "trail" / "trail.jsonl").unlink()
    assert health(config).as_dict()["trail"] is None


def test_a_run_that_was_computed_is_audited_again_and_good_until_one_byte_of_it_changes(tmp_path: Path) -> None:
    from tests.runs.tiny_city import write_city

    config = write_city(tmp_path)
    run_night(read_settings(config), now=NOW)
    assert health(config).healthy
    run = run_store.current_run(tmp_path / "runs" / "tiny")
    assert run is not None
    with (run / "forecast.parquet").open("ab") as file:
        file.write(b" ")
    found = health(config)
    assert found.why == f"{run.name}: forecast.parquet is missing, changed or no file of this run"
    assert found.as_dict()["run_id"] is None, "what is not proven is not said"


def test_a_stopped_timer_is_seen_by_age(city: tuple[Path, Path]) -> None:
    assert health(city[0], now=NOW + timedelta(hours=25)).healthy
    assert health(city[0], now=NOW + timedelta(hours=25.1)).why == (
        "the published run is as of 2026-03-01T11:00:00Z, 26.1 hours ago; more than 26"
    )


def test_the_last_start_may_not_be_older_either(city: tuple[Path, Path]) -> None:
    edit_last(city[1], at="2026-02-28T09:59:00Z")
    assert health(city[0]).why == "the last start was at 2026-02-28T09:59:00Z, 26.02 hours ago; more than 26"


def test_an_expired_run_is_not_good_whatever_its_age(city: tuple[Path, Path]) -> None:
    late = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert health(city[0], now=late - timedelta(seconds=1), max_age=timedelta(days=30)).healthy
    assert health(city[0], now=late, max_age=timedelta(days=30)).why == (
        "the published run ended at 2026-03-02T23:00:00Z, and no newer one is published"
    )


@pytest.mark.parametrize(
    ("back", "why"),
    [
        (timedelta(hours=1, minutes=6), "the published run is as of 2026-03-01T11:00:00Z, which is later than now"),
        (timedelta(minutes=6), "the last start was at 2026-03-01T12:00:00Z, which is later than now"),
        (timedelta(days=20_000), "the published run is as of 2026-03-01T11:00:00Z, which is later than now"),
    ],
)
def test_a_clock_that_was_set_back_is_not_good(city: tuple[Path, Path], back: timedelta, why: str) -> None:
    assert health(city[0], now=NOW - back).why == f"{why}: was the clock set back?"


def test_clocks_of_two_machines_may_differ_by_a_little(city: tuple[Path, Path]) -> None:
    assert health(city[0], now=NOW - timedelta(minutes=4)).healthy


def test_a_last_start_that_failed_is_not_good_though_the_last_good_run_stands(city: tuple[Path, Path]) -> None:
    edit_last(city[1], exit_code=13, message="export: got\nnothing")
    found = health(city[0])
    assert found.why.startswith("the last start, at 2026-03-01T12:00:00Z, ended with exit code 13: export")
    assert found.as_dict()["run_id"] == RUN_ID


def test_a_killed_start_is_not_good_and_one_at_work_is_no_reason_against_it(city: tuple[Path, Path]) -> None:
    edit_last(city[1], exit_code=None, message="started, and not ended yet")
    assert health(city[0]).why == (
        "the last start, at 2026-03-01T12:00:00Z, did not end, and no process is at work: it was killed"
    )
    with at_work(city[1]):
        since = datetime.fromtimestamp((city[1] / ".lock").stat().st_mtime, UTC)
        os.utime(city[1] / ".lock", (NOW.timestamp(), NOW.timestamp()))
        found = health(city[0])
        assert (found.why, found.as_dict()["at_work"]) == ("", True)
        assert since.year >= 2026


def test_a_start_that_is_stopped_or_does_not_end_is_not_good(city: tuple[Path, Path]) -> None:
    edit_last(city[1], exit_code=None)
    with at_work(city[1], stopped=True) as pid:
        assert health(city[0]).why == (f"the start at 2026-03-01T12:00:00Z does not get on: process {pid} is stopped")
    with at_work(city[1]) as pid:
        long_ago = (NOW - timedelta(hours=6, minutes=1)).timestamp()
        os.utime(city[1] / ".lock", (long_ago, long_ago))
        assert health(city[0]).why == (
            f"the start at 2026-03-01T12:00:00Z does not end: process {pid} has been at work for more than 6 hours"
        )


def by_hand(runs: Path) -> None:
    other = write_finished(runs, "20260301T1100Z-tiny-00000002")
    record_publication(other.folder)
    run_store.swap_current(runs, other.folder.name)


def unreadable(runs: Path) -> None:
    (runs / "status.json").unlink()
    (runs / "status.json").mkdir()


def stopped_by_a_gate(runs: Path) -> None:
    other = write_finished(runs, "20260301T1100Z-tiny-00000003", gates=gates(calibration="fail"), publishable=False)
    record_publication(other.folder)
    run_store.swap_current(runs, other.folder.name)


def of_another_city(runs: Path) -> None:
    other = write_finished(runs, "20260301T1100Z-tiny-00000004", name="huge")
    record_publication(other.folder)
    run_store.swap_current(runs, other.folder.name)


def without_end(runs: Path) -> None:
    other = write_finished(runs, "20260301T1100Z-tiny-00000005", expires_at=None)
    record_publication(other.folder)
    run_store.swap_current(runs, other.folder.name)


def without_zone(runs: Path) -> None:
    other = write_finished(runs, "20260301T1100Z-tiny-00000006", as_of="2026-03-01T11:00:00")
    record_publication(other.folder)
    run_store.swap_current(runs, other.folder.name)


NO_START = "status.json does not say how the last start ended"
CHANGES: list[tuple[Callable[[Path], object], str]] = [
    (shutil.rmtree, "there is no folder of runs of tiny"),
    (lambda runs: (runs / "current").unlink(), "nothing is published: there is no `current`"),
    (lambda runs: (runs / RUN_ID / "manifest.json").write_text("[]"), f"{RUN_ID}: its manifest cannot be read"),
    (lambda runs: (runs / RUN_ID / "suggestions.csv").write_text("cell"), f"{RUN_ID}: suggestions.csv"),
    (lambda runs: (runs / RUN_ID / "more.csv").write_text("cell"), f"{RUN_ID}: more.csv"),
    (
        lambda runs: (runs / "published" / f"{RUN_ID}.json").unlink(),
        f"{RUN_ID}: there is no record that it was published",
    ),
    (
        lambda runs: (runs / "published" / f"{RUN_ID}.json").write_text("{}"),
        f"{RUN_ID}: it was changed after it was published",
    ),
    (stopped_by_a_gate, "20260301T1100Z-tiny-00000003: it was stopped by calibration"),
    (of_another_city, "20260301T1100Z-tiny-00000004: it is no run of tiny"),
    (without_end, "the published run does not say as of when it is, and until when"),
    (without_zone, "the published run does not say as of when it is, and until when"),
    (by_hand, f"status.json names {RUN_ID} as published, and `current` leads to another run"),
    (lambda runs: edit_status(runs, run_id=None), "status.json names None as published"),
    (lambda runs: (runs / "status.json").unlink(), NO_START),
    (unreadable, NO_START),
    (lambda runs: (runs / "status.json").write_bytes(b"\xff{"), NO_START),
    (lambda runs: (runs / "status.json").write_text("[" * 100_000), NO_START),
    (lambda runs: edit_status(runs, last_start=None), NO_START),
    (lambda runs: edit_status(runs, last_start={"at": "2026-03-01T12:00:00Z"}), NO_START),
    (lambda runs: edit_last(runs, at="yesterday"), NO_START),
    (lambda runs: edit_last(runs, at="2026-03-01T12:00:00"), NO_START),
    (lambda runs: edit_last(runs, exit_code="0"), NO_START),
    (lambda runs: edit_last(runs, exit_code=False), NO_START),
]


@pytest.mark.parametrize(("change", "why"), CHANGES, ids=[f"{n} {why[:40]}" for n, (_, why) in enumerate(CHANGES)])
def test_whatever_is_missing_changed_or_not_to_be_read_is_not_good(
    city: tuple[Path, Path], change: Callable[[Path], object], why: str
) -> None:
    assert health(city[0]).healthy
    change(city[1])
    found = health(city[0])
    assert found.why.startswith(why)


def test_a_config_that_cannot_be_read_is_not_good(city: tuple[Path, Path]) -> None:
    assert health(city[0].with_name("gone.toml")).why.startswith("gone.toml: got no such file")
    city[0].write_text("config_version = 2\n")
    found = health(city[0])
    assert not found.healthy
    assert (found.as_dict()["city"], found.as_dict()["state"]) == (None, None)


def test_what_the_system_refuses_is_not_good(city: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "readlink", refuse)
    found = health(city[0])
    assert found.why == "it cannot be read (PermissionError: [Errno 13] Permission denied)"
    assert found.line == f"not good: {found.why}"


def test_another_folder_of_runs_is_looked_at_where_it_is_asked_for(city: tuple[Path, Path], tmp_path: Path) -> None:
    assert health(city[0], runs=tmp_path / "elsewhere").why == "there is no folder of runs of tiny"
    assert health(city[0], runs=tmp_path / "runs").healthy


def test_with_signed_evidence_a_record_without_a_key_to_check_it_is_not_proven(
    city: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city[0].write_text(city[0].read_text().replace("[publish]\n", "[publish]\nsigned_evidence = true\n"))
    assert health(city[0]).why == (
        f"{RUN_ID}: [publish] signed_evidence is set and {VARIABLE} names no key: its record is not proven"
    )
    key = tmp_path.parent / f"{tmp_path.name}.key"
    key.write_bytes(bytes(range(64)))
    key.chmod(0o600)
    monkeypatch.setenv(VARIABLE, str(key))
    assert health(city[0]).why == f"{RUN_ID}: it is not signed, and a signing key is configured"
    record_publication(city[1] / RUN_ID)
    assert health(city[0]).healthy
    key.chmod(0o644)
    assert VARIABLE in health(city[0]).why


def test_a_look_writes_nothing(city: tuple[Path, Path], tmp_path: Path) -> None:
    def state() -> list[tuple[str, int, int]]:
        stats = [(path, path.lstat()) for path in sorted(tmp_path.rglob("*"))]
        return [(str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats]

    before = state()
    health(city[0])
    assert state() == before
