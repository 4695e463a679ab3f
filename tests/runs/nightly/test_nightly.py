"""The unattended run: one at a time, a finished night is left alone, a killed one is finished by the next start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from tests.runs.tiny_city import NOW, plant_loop_test, records, write_city, write_rows

from patrolcast.domain.errors import DataRefusedError, GateRefusedError, LockedError, NotPermittedError
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.publish import published_state, remove_old_runs
from patrolcast.runs.nightly import nightly
from patrolcast.runs.nightly.nightly import Night, run_night
from patrolcast.runs.nightly.published_history import update_history

ROOT = Path(__file__).parents[3]


def night(config: Path, **options: object) -> Night:
    return run_night(read_settings(config), **{"now": NOW, **options})  # type: ignore[arg-type]


def steps(runs: Path) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in (runs / "nightly.log").read_text().splitlines()]
    return [(line["step"], line["state"]) for line in lines]


def status(runs: Path) -> dict[str, object]:
    return json.loads((runs / "status.json").read_text())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_city(tmp_path)


def test_a_night_publishes_one_run_and_logs_each_step(config: Path, tmp_path: Path) -> None:
    done = night(config)
    runs = tmp_path / "runs"
    assert run_store.current_run(runs) == done.run.folder
    assert [step for step, state in steps(runs) if state == "done"] == [
        "recover", "freshness", "run", "gates", "publish", "retention", "night",
    ]  # fmt: skip
    assert status(runs)["state"] == "current"


def test_a_finished_night_is_left_alone_and_says_so(config: Path, tmp_path: Path) -> None:
    first = night(config)
    before = sorted(p.name for p in (tmp_path / "runs").iterdir())
    again = night(config)
    assert again.was_finished
    assert again.run.folder == first.run.folder
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == before


def test_new_records_make_a_new_run_of_a_finished_night(config: Path, tmp_path: Path) -> None:
    first = night(config)
    write_rows(tmp_path / "data" / "incidents.csv", records(n=4100))
    second = night(config)
    assert not second.was_finished
    assert second.run.folder != first.run.folder


def test_with_as_of_now_a_night_is_a_local_date(tmp_path: Path) -> None:
    config = write_city(tmp_path, as_of="now")
    assert night(config).was_finished is False
    assert night(config, now=NOW + timedelta(hours=3)).was_finished
    assert night(config, now=NOW + timedelta(hours=24)).was_finished is False


def test_a_failed_gate_leaves_the_last_good_run_published(config: Path, tmp_path: Path) -> None:
    good = night(config)
    strict = config.read_text().replace("min_incidents = 100", "min_incidents = 1000000")
    config.write_text(strict)
    with pytest.raises(GateRefusedError):
        night(config)
    runs = tmp_path / "runs"
    assert run_store.current_run(runs) == good.run.folder
    assert status(runs)["last_start"]["exit_code"] == 20  # type: ignore[index]
    assert ("night", "refused") in steps(runs)
    assert len(list(run_store.finished_runs(runs))) == 2


def test_a_run_that_a_killed_start_finished_is_published_without_computing_it_again(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = night(config)
    (tmp_path / "runs" / "current").unlink()

    def never(*args: object, **options: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("patrolcast.runs.forecast.once.compute_run", never)
    again = night(config)
    assert again.run.reused
    assert run_store.current_run(tmp_path / "runs") == first.run.folder


def test_a_second_start_ends_at_once_and_touches_nothing(config: Path, tmp_path: Path) -> None:
    with exclusive_lock(tmp_path / "runs"), pytest.raises(LockedError):
        night(config)
    assert [p.name for p in (tmp_path / "runs").iterdir()] == [".lock"]


def test_of_two_processes_one_runs_and_one_exits_75(config: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "patrolcast", "nightly", str(config)]
    with exclusive_lock(tmp_path / "runs"):
        begun = time.monotonic()
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 75
    assert second.stderr.count("\n") == 1
    assert second.stderr.startswith("patrolcast: runs folder runs: got a lock held by process ")
    assert time.monotonic() - begun < 30


def test_an_expired_run_is_said_to_be_expired(config: Path, tmp_path: Path) -> None:
    done = night(config)
    runs = tmp_path / "runs"
    assert published_state(runs, now=NOW)["state"] == "current"
    later = published_state(runs, now=NOW + timedelta(hours=48))
    assert later == {
        "state": "expired",
        "run_id": done.run.folder.name,
        "as_of": "2026-03-01T11:00:00Z",
        "expires_at": "2026-03-02T23:00:00Z",
    }


@pytest.mark.parametrize(
    ("expires_at", "state"),
    [("2099-01-01T00:00:00Z", "current"), (None, "none"), ("soon", "none"), ("2099-01-01T00:00:00", "none")],
)
def test_a_run_that_does_not_say_until_when_it_may_be_used_is_no_published_run(
    tmp_path: Path, expires_at: str | None, state: str
) -> None:
    manifest = {"run_id": "one", "as_of": "2026-03-01T11:00:00Z", "outputs": {}, "expires_at": expires_at}
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "manifest.json").write_text(json.dumps(manifest))
    run_store.swap_current(tmp_path, "one")
    assert published_state(tmp_path, now=NOW)["state"] == state


def test_retention_removes_old_runs_and_never_the_current_one_or_anything_else(config: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    old = night(config, as_of="2026-02-20T05:00:00-06:00").run.folder
    kept = night(config).run.folder
    (runs / "notes").mkdir()
    for folder in (old, kept):
        long_ago = (NOW - timedelta(days=40)).timestamp()
        os.utime(folder / "manifest.json", (long_ago, long_ago))
    assert remove_old_runs(runs, name="another", now=NOW, keep_days=30) == []
    assert remove_old_runs(runs, name="tiny", now=NOW, keep_days=50) == []
    assert remove_old_runs(runs, name="tiny", now=NOW, keep_days=30) == [old.name]
    assert run_store.current_run(runs) == kept
    assert (runs / "notes").is_dir()


def test_a_log_that_cannot_be_written_does_not_stop_the_night(config: Path, tmp_path: Path) -> None:
    (tmp_path / "runs" / "nightly.log").mkdir(parents=True)
    assert night(config).run.publishable


def test_a_folder_that_may_not_be_written_is_told_in_one_line(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(NotPermittedError) as error:
        night(config)
    assert str(error.value) == (
        ".lock: got 'Permission denied'; must be readable and writable; ask who owns the folder"
    )


def test_ten_kills_are_each_followed_by_a_whole_run_and_current_never_dangles(config: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.runs.nightly.killing", str(tmp_path), "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["total"] > 20
    assert [one["ended"] for one in told["nights"]] == [-signal.SIGKILL] * 10
    assert len({one["at"] for one in told["nights"]}) == 10, "the kills must have come at ten distinct moments"
    seen = set()
    for one in told["nights"]:
        for moment in (one["killed"], one["after"]):
            assert moment["dangling"] is False
            assert moment["halves"] == []
        assert one["killed"]["current"] in {told["earlier"], told["clean"]}
        assert one["again"] == 0
        assert one["after"]["current"] == told["clean"]
        assert one["after"]["aside"] == []
        seen.add((one["killed"]["current"], bool(one["killed"]["aside"])))
    assert len(seen) >= 3, "the kills must have hit different states"


def capped(tmp_path: Path) -> tuple[Path, Path]:
    """A city whose nights keep what was published."""
    config = write_city(tmp_path, as_of="now")
    config.write_text(config.read_text() + '\n[patrol.caps]\npast = "../runs/past.csv"\n')
    plant_loop_test(config)
    return config, tmp_path / "runs" / "past.csv"


def test_what_was_published_is_what_the_caps_of_the_next_night_count(tmp_path: Path) -> None:
    config, past = capped(tmp_path)
    first = night(config)
    assert past.read_text().splitlines() == ["cell,shift_start,visits"]  # nothing before the first night
    suggested = (first.run.folder / "suggestions.csv").read_text()
    with suppress(GateRefusedError):  # no new records came in: what was kept is what matters here
        night(config, now=NOW + timedelta(days=1))
    rows = [line.split(",")[:2] for line in past.read_text().splitlines()[1:]]
    assert rows
    assert all(cell in suggested and start in suggested for cell, start in rows)


def test_a_second_start_of_the_night_keeps_the_same_past_and_makes_no_other_run(tmp_path: Path) -> None:
    config, past = capped(tmp_path)
    first = night(config)
    before = past.read_bytes()
    again = night(config, now=NOW + timedelta(hours=2))
    assert again.was_finished
    assert again.run.folder == first.run.folder
    assert past.read_bytes() == before


def test_what_no_cap_can_reach_is_forgotten_and_what_had_no_visit_never_counts(tmp_path: Path) -> None:
    config, past = capped(tmp_path)
    past.parent.mkdir()
    recent, old = (f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (3, 60))
    past.write_text(f"cell,shift_start,visits\na,{recent},2\nb,{old},2\nc,{recent},0\n")
    assert update_history(read_settings(config), tmp_path / "runs", now=NOW) == 1
    assert past.read_text() == f"cell,shift_start,visits\na,{recent},2\n"


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("number,occurred\n1,2\n", "no column 'shift_start'"),
        ("cell,shift_start\na,yesterday\n", "'Time data yesterday is not ISO8601 format'"),
        ("", "'No columns to parse from file'"),
    ],
)
def test_a_table_that_is_no_past_is_refused_and_left_as_it_is(tmp_path: Path, text: str, got: str) -> None:
    config, past = capped(tmp_path)
    past.parent.mkdir()
    past.write_text(text)
    with pytest.raises(DataRefusedError, match=f"^past.csv: got {got}"):
        update_history(read_settings(config), tmp_path / "runs", now=NOW)
    assert past.read_text() == text


@pytest.mark.parametrize(("error", "code"), [(KeyError("x"), 70), (KeyboardInterrupt(), 130)])
def test_the_status_tells_also_of_a_start_that_broke(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(nightly, "run_once", break_down)
    with pytest.raises(type(error)):
        night(config)
    assert status(tmp_path / "runs")["last_start"]["exit_code"] == code  # type: ignore[index]
    assert steps(tmp_path / "runs")[-1] == ("night", "failed")


def test_a_city_without_that_table_writes_none(config: Path, tmp_path: Path) -> None:
    assert update_history(read_settings(config), tmp_path / "runs", now=NOW) is None
