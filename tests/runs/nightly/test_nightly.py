"""The unattended run: one at a time, a finished night is left alone, a killed one is finished by the next start."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.tiny_city import NOW, records, write_city, write_rows

from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.errors import (
    CannotWriteError,
    DataRefusedError,
    GateRefusedError,
    HeldTooLongError,
    LockedError,
    NotPermittedError,
    PatrolcastError,
    Terminated,
)
from patrolcast.io.feed.history import FILE, read_history
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import record_publication
from patrolcast.io.store.published_link import link_fault
from patrolcast.runs.forecast.publish import publish, remove_runs
from patrolcast.runs.forecast.stored_runs import FinishedRun, identify
from patrolcast.runs.nightly import nightly
from patrolcast.runs.nightly.nightly import Night, run_night

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def made_up_runs_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one small file say nothing that could follow from it; `test_rederive` edits real ones."""
    for module in ("forecast.publish", "nightly.published_history"):
        monkeypatch.setattr(f"patrolcast.runs.{module}.run_faults", run_store.changed_files)
    own = "patrolcast.runs.nightly.nightly.faults_of_own_run"
    monkeypatch.setattr(own, lambda folder, manifest, _: run_store.changed_files(folder, manifest))


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


@pytest.fixture
def quick(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`run_once` makes up a run of the config's identity, with the gates that a test names, and computes nothing."""

    def use(**changed: object) -> None:
        def made_up(read: ConfigFile, *, runs: Path, as_of: str, now: datetime, **options: object) -> FinishedRun:
            calls.append("run_once")
            identity = {"as_of_asked": as_of, "inputs_sha256": identify(read).inputs_sha256}
            moment = {"as_of": f"{now:%Y-%m-%dT%H:%M:%SZ}"} if as_of == "now" else {}
            return write_finished(runs, run_store.free_run_id(runs, RUN_ID), **(identity | moment | changed))

        monkeypatch.setattr(nightly, "run_once", made_up)

    calls: list[str] = []
    use.calls = calls  # type: ignore[attr-defined]
    return use


def test_a_night_publishes_one_run_and_logs_each_step(config: Path, tmp_path: Path) -> None:
    done = night(config)
    runs = tmp_path / "runs" / "tiny"
    assert run_store.current_run(runs) == done.run.folder
    assert [step for step, state in steps(runs) if state == "done"] == [
        "recover", "freshness", "feed", "run", "gates", "publish", "retention", "night",
    ]  # fmt: skip
    assert status(runs)["state"] == "current"


def test_a_finished_night_is_left_alone_and_says_so(config: Path, tmp_path: Path, quick: Callable[..., None]) -> None:
    quick()
    first = night(config)
    before = sorted(p.name for p in (tmp_path / "runs" / "tiny").iterdir())
    again = night(config)
    assert again.was_finished
    assert again.run.folder == first.run.folder
    assert sorted(p.name for p in (tmp_path / "runs" / "tiny").iterdir()) == before


def test_with_as_of_now_a_night_is_a_local_date(tmp_path: Path, quick: Callable[..., None]) -> None:
    quick()
    config = write_city(tmp_path / "now", as_of="now")
    assert night(config).was_finished is False
    assert night(config, now=NOW + timedelta(hours=17.5)).was_finished  # 23:30 there, the next day in UTC
    assert night(config, now=NOW + timedelta(hours=24)).was_finished is False


def test_a_run_that_a_killed_start_finished_is_published_without_computing_it_again(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = night(config)
    (tmp_path / "runs" / "tiny" / "current").unlink()

    def never(*args: object, **options: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("patrolcast.runs.forecast.once.compute_run", never)
    again = night(config)
    assert again.run.reused
    assert run_store.current_run(tmp_path / "runs" / "tiny") == first.run.folder


def test_a_second_start_ends_at_once_and_touches_nothing(config: Path, tmp_path: Path) -> None:
    with exclusive_lock(tmp_path / "runs" / "tiny"), pytest.raises(LockedError):
        night(config)
    assert [p.name for p in (tmp_path / "runs" / "tiny").iterdir()] == [".lock"]


def test_of_two_processes_one_runs_and_one_exits_75(config: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "patrolcast", "nightly", str(config)]
    with exclusive_lock(tmp_path / "runs" / "tiny"):
        begun = time.monotonic()
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 75
    assert second.stderr.count("\n") == 1
    assert second.stderr.startswith("patrolcast: runs folder tiny: got a lock held by process ")
    assert time.monotonic() - begun < 30


def test_a_log_that_cannot_be_written_does_not_stop_the_night(
    config: Path, tmp_path: Path, quick: Callable[..., None]
) -> None:
    quick()
    (tmp_path / "runs" / "tiny" / "nightly.log").mkdir(parents=True)
    assert night(config).run.publishable


def test_a_folder_that_may_not_be_written_ends_with_one_line(
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


@pytest.mark.parametrize(("error", "code"), [(KeyError("x"), 70), (KeyboardInterrupt(), 130)])
def test_the_status_also_reports_a_start_that_broke(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(nightly, "run_once", break_down)
    with pytest.raises(type(error)):
        night(config)
    assert status(tmp_path / "runs" / "tiny")["last_start"]["exit_code"] == code  # type: ignore[index]
    assert steps(tmp_path / "runs" / "tiny")[-1] == ("night", "failed")


def failed_gate() -> dict[str, object]:
    return {"gates": gates(calibration="fail"), "publishable": False}


def test_steps_come_in_their_order_and_retention_only_after_publication(
    config: Path, tmp_path: Path, quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick()
    calls: list[str] = []
    for name in ("run_once", "publish", "trail_retention", "remove_runs", "write_published"):
        real = getattr(nightly, name)
        monkeypatch.setattr(
            nightly, name, lambda *a, _name=name, _real=real, **o: (calls.append(_name), _real(*a, **o))[1]
        )
    night(config)
    assert calls == ["run_once", "publish", "trail_retention", "remove_runs", "write_published"]


def test_a_gate_that_failed_stops_the_night_before_retention_and_the_status_gives_its_code(
    config: Path, tmp_path: Path, quick: Callable[..., None]
) -> None:
    runs = tmp_path / "runs" / "tiny"
    old = write_finished(runs, "20260101T1100Z-tiny-00000005", made=NOW - timedelta(days=60))
    good = write_finished(runs, "20260228T1100Z-tiny-00000006")
    publish(good)
    quick(**failed_gate())
    with pytest.raises(GateRefusedError) as error:
        night(config)
    assert run_store.current_run(runs) == good.folder
    assert old.folder.exists(), "a night that published nothing removes nothing"
    last = {"at": "2026-03-01T12:00:00Z", "exit_code": 20, "message": str(error.value)}
    assert (status(runs)["state"], status(runs)["run_id"], status(runs)["last_start"]) == (
        "current", good.folder.name, last,
    )  # fmt: skip
    assert steps(runs)[-2:] == [("publish", "failed"), ("night", "refused")]


def test_retention_keeps_the_days_of_the_config(config: Path, tmp_path: Path, quick: Callable[..., None]) -> None:
    runs = tmp_path / "runs" / "tiny"
    old = write_finished(runs, "20260101T1100Z-tiny-00000005", made=NOW - timedelta(days=31))
    young = write_finished(runs, "20260102T1100Z-tiny-00000006", made=NOW - timedelta(days=29))
    quick()
    night(config)
    assert (old.folder.exists(), young.folder.exists()) == (False, True)


def test_a_start_that_was_killed_before_retention_leaves_it_to_the_next(
    config: Path, tmp_path: Path, quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write_finished(tmp_path / "runs" / "tiny", "20260101T1100Z-tiny-00000005", made=NOW - timedelta(days=31))
    record = record_publication(old.folder)
    quick()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(nightly, "old_runs", killed)
        with pytest.raises(KeyboardInterrupt):
            night(config)
    assert night(config).was_finished
    assert (old.folder.exists(), record.exists()) == (False, False)


def test_a_run_that_is_removed_loses_its_record_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record without its run would stay for good; a run without its record is removed by the next retention."""
    old = write_finished(tmp_path, "20260101T1100Z-tiny-00000005")
    record = record_publication(old.folder)

    def killed(folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_store, "remove_run", killed)
    with pytest.raises(KeyboardInterrupt):
        remove_runs(tmp_path, [old.folder.name])
    assert (old.folder.exists(), record.exists()) == (True, False)


def test_a_finished_night_is_not_run_again_unless_it_is_forced(config: Path, quick: Callable[..., None]) -> None:
    quick()
    first = night(config)
    assert night(config).was_finished
    assert quick.calls == ["run_once"]  # type: ignore[attr-defined]
    forced = night(config, force=True)
    assert (forced.was_finished, forced.run.folder.name) == (False, f"{first.run.folder.name}-2")
    assert quick.calls == ["run_once", "run_once"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("changed", ["another moment", "another input", "a changed file", "no published run"])
def test_a_night_is_finished_only_by_the_same_moment_inputs_and_bytes(
    config: Path, tmp_path: Path, quick: Callable[..., None], changed: str
) -> None:
    quick()
    first = night(config).run.folder
    as_of = None
    if changed == "another moment":
        as_of = "2026-02-28T05:00:00-06:00"
    elif changed == "another input":
        write_rows(tmp_path / "data" / "incidents.csv", records(n=50))
    elif changed == "a changed file":
        (first / "suggestions.csv").write_text("changed")
    else:
        (tmp_path / "runs" / "tiny" / "current").unlink()
    assert not night(config, as_of=as_of).was_finished


def test_a_published_run_that_is_stopped_by_a_gate_after_all_does_not_finish_the_night(
    config: Path, quick: Callable[..., None]
) -> None:
    quick()
    manifest = night(config).run.folder / "manifest.json"
    document = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(document | {"publishable": False}))
    assert not night(config).was_finished


def test_a_finished_night_whose_run_has_expired_says_so_in_status_and_log(
    config: Path, tmp_path: Path, quick: Callable[..., None]
) -> None:
    quick()
    night(config)
    late = night(config, now=NOW + timedelta(days=3))
    assert (late.was_finished, late.status["state"]) == (True, "expired")
    assert status(tmp_path / "runs" / "tiny")["state"] == "expired"
    assert ("expiry", "note") in steps(tmp_path / "runs" / "tiny")


def test_a_refused_input_ends_the_night_with_its_code_and_leaves_current(
    config: Path, tmp_path: Path, quick: Callable[..., None]
) -> None:
    quick()
    good = night(config).run.folder
    (tmp_path / "data" / "incidents.csv").unlink()
    with pytest.raises(DataRefusedError):
        night(config)
    assert run_store.current_run(tmp_path / "runs" / "tiny") == good
    assert status(tmp_path / "runs" / "tiny")["last_start"]["exit_code"] == 13  # type: ignore[index]


def test_what_a_killed_start_left_is_cleared_before_the_run(
    config: Path, tmp_path: Path, quick: Callable[..., None]
) -> None:
    leftover = tmp_path / "runs" / "tiny" / ".building-20260301T1100Z-tiny-00000001-99999999"
    leftover.mkdir(parents=True)
    quick()
    night(config)
    assert not leftover.exists()
    assert steps(tmp_path / "runs" / "tiny")[:3] == [("recover", "start"), ("recover", "note"), ("recover", "done")]


def test_the_log_counts_the_gates_by_verdict(config: Path, tmp_path: Path, quick: Callable[..., None]) -> None:
    quick(**failed_gate())
    with pytest.raises(GateRefusedError):
        night(config)
    lines = [json.loads(line) for line in (tmp_path / "runs" / "tiny" / "nightly.log").read_text().splitlines()]
    (counted,) = (line for line in lines if line["step"] == "gates")
    assert (counted["fail"], counted["pass"], counted["stopped_by"]) == (1, len(REQUIRED) - 1, "calibration")


@pytest.mark.parametrize(("as_of", "updates"), [("now", [True]), ("2026-03-01T05:00:00-06:00", [])])
def test_the_history_is_updated_before_a_run_of_tonight_and_never_for_another_moment(
    config: Path, quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch, as_of: str, updates: list[bool]
) -> None:
    quick()
    before_the_run: list[bool] = []
    calls = quick.calls  # type: ignore[attr-defined]
    monkeypatch.setattr(nightly, "update_history", lambda *_, **__: before_the_run.append(not calls))
    night(config, as_of=as_of)
    assert before_the_run == updates


def test_an_older_night_never_replaces_a_newer_one_unless_it_is_forced(
    config: Path, tmp_path: Path, quick: Callable[..., None]
) -> None:
    quick()
    newer = night(config, as_of="now").run.folder
    back = NOW - timedelta(days=3)
    with pytest.raises(GateRefusedError, match="an older night never replaces a newer one; is the clock right"):
        night(config, as_of="now", now=back)
    assert quick.calls == ["run_once"]  # type: ignore[attr-defined]
    assert run_store.current_run(tmp_path / "runs" / "tiny") == newer
    assert status(tmp_path / "runs" / "tiny")["last_start"]["exit_code"] == 20  # type: ignore[index]
    older = night(config, as_of="now", now=back, force=True).run.folder
    assert run_store.current_run(tmp_path / "runs" / "tiny") == older


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Terminated(), 143, "the system asked the run to end (SIGTERM); start it again"),
        (OSError(errno.EIO, "Input/output error", "records.csv"), 74, "records.csv: got 'Input/output error'; must be"),
        (
            OSError(errno.ENOSPC, "No space left on device", "x"),
            73,
            "x: got 'No space left on device'; free some space",
        ),
        (OSError(errno.ESTALE, "Stale file handle"), 74, "a file: got 'Stale file handle'"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), 77, "x: got 'Permission denied'"),
    ],
)
def test_the_status_says_what_the_system_did(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(nightly, "run_once", break_down)
    with pytest.raises((PatrolcastError, Terminated)):
        night(config)
    last = status(tmp_path / "runs" / "tiny")["last_start"]
    assert last["exit_code"] == code  # type: ignore[index]
    assert str(last["message"]).startswith(said)  # type: ignore[index]


def test_a_night_that_was_killed_is_not_told_as_the_success_before_it(
    config: Path, tmp_path: Path, quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick()
    night(config, as_of="now")
    seen = []
    monkeypatch.setattr(
        nightly, "run_once", lambda *a, **o: seen.append(status(tmp_path / "runs" / "tiny")["last_start"]) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        night(config, as_of="now", now=NOW + timedelta(days=1))
    assert seen[0]["exit_code"] is None
    assert seen[0]["message"] == "started, and not ended yet"


def test_a_full_disk_never_leaves_a_status_that_says_all_is_well(
    config: Path, tmp_path: Path, quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick()
    night(config, as_of="now")

    def full(path: Path, data: bytes) -> None:
        raise CannotWriteError(path.name, got="'No space left on device'")

    monkeypatch.setattr(run_store, "write_file", full)
    with pytest.raises(CannotWriteError):
        night(config, as_of="now", now=NOW + timedelta(days=1))
    assert status(tmp_path / "runs" / "tiny")["last_start"]["exit_code"] == 73  # type: ignore[index]


def test_a_hung_holder_is_told_in_status_and_one_at_work_is_not(config: Path, tmp_path: Path) -> None:
    with exclusive_lock(tmp_path / "runs" / "tiny"):
        since = datetime.fromtimestamp((tmp_path / "runs" / "tiny" / ".lock").stat().st_mtime, UTC)
        with pytest.raises(HeldTooLongError):
            night(config, now=since + timedelta(hours=9))
    assert status(tmp_path / "runs" / "tiny")["last_start"]["exit_code"] == 76  # type: ignore[index]


def test_sigterm_ends_a_night_with_its_own_code_and_the_status_says_so(config: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "patrolcast", "nightly", str(config)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if '"step": "run"' in line:
                process.terminate()
                break
        rest = process.stderr.read()
        assert process.wait(timeout=120) == 143, rest
    assert (
        "patrolcast: nightly: the system asked it to end (SIGTERM): nothing half-made is left; start it again" in rest
    )
    assert status(tmp_path / "runs" / "tiny")["last_start"]["exit_code"] == 143  # type: ignore[index]


@pytest.mark.parametrize("spoiled", ["[[[", "config_version = 1\nunknown_key = 2\n"])
def test_a_night_that_fails_on_its_config_says_so_in_the_status(
    config: Path, tmp_path: Path, quick: Callable[..., None], spoiled: str
) -> None:
    quick()
    night(config, as_of="now")
    config.write_text(spoiled)
    command = [sys.executable, "-m", "patrolcast", "nightly", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 10
    last = status(tmp_path / "runs" / "tiny")["last_start"]
    assert last["exit_code"] == 10  # type: ignore[index]
    assert "tiny.toml" in str(last["message"])  # type: ignore[index]


def test_a_start_whose_lock_was_taken_away_publishes_nothing(
    config: Path, tmp_path: Path, quick: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick()
    whole = nightly.run_once

    def meanwhile(*args: object, **options: object) -> FinishedRun:
        (tmp_path / "runs" / "tiny" / ".lock").unlink()
        return whole(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(nightly, "run_once", meanwhile)
    with pytest.raises(LockedError, match="than this start locked"):
        night(config)
    assert run_store.current_run(tmp_path / "runs" / "tiny") is None
    assert status(tmp_path / "runs" / "tiny")["last_start"]["exit_code"] == 75  # type: ignore[index]


def test_a_night_whose_run_health_cannot_see_is_not_called_finished(
    config: Path, tmp_path: Path, quick: Callable[..., None]
) -> None:
    """Somebody moved the run to a larger disk and left a link."""
    quick()
    first = night(config)
    first.run.folder.rename(tmp_path / "elsewhere")
    first.run.folder.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    again = night(config)
    assert not again.was_finished
    assert again.run.folder != first.run.folder
    assert link_fault(tmp_path / "runs" / "tiny") == ""


@pytest.mark.parametrize("name", ["data/incidents.csv", "data/codebook.csv", "configs/objectives.toml"])
def test_a_pipe_in_place_of_an_input_is_refused_and_not_waited_for(config: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(PatrolcastError, match="must be an ordinary file"):
        night(config)
    assert status(tmp_path / "runs" / "tiny")["state"] == "none"


def test_a_pipe_in_place_of_the_feed_history_counts_as_none(config: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs" / "tiny"
    runs.mkdir(parents=True)
    os.mkfifo(runs / FILE)
    assert read_history(runs) is None


def test_a_name_that_is_no_text_is_said_in_codes(config: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(config.parent) + b"/b\xff.toml"))
    odd.write_text("zz = 1\n" + config.read_text())
    error = PatrolcastError(odd.name, got="an unknown key")
    nightly.status_of_unread_config(tmp_path / "runs" / "tiny", error, now=NOW)
    assert status(tmp_path / "runs" / "tiny")["last_start"]["message"] == "b\\udcff.toml: got an unknown key"  # type: ignore[index]
