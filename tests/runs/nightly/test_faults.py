"""What the system refuses, for real: a full disk, a file too large, a folder of another, an error at any call."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.tally import counted
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import PatrolcastError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.nightly.nightly import run_night

STRACE = shutil.which("strace")
NEEDS_STRACE = pytest.mark.skipif(STRACE is None, reason="strace is not installed: faults cannot be injected")
PATROLCAST = [sys.executable, "-m", "patrolcast"]


def called(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    line = [str(one) for one in command]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=600, **options)  # type: ignore[call-overload,no-any-return]


def wholes(runs: Path) -> list[str]:
    return [p.name for p in run_store.finished_runs(runs) if run_store.verified_manifest(p)]


def asides(runs: Path) -> list[str]:
    return sorted(p.name for p in runs.glob(".building-*"))


def injected(what: str, config: Path) -> subprocess.CompletedProcess[str]:
    """A night under strace, in which one call of the system fails or kills; the others run untraced, at full speed."""
    calls = config.with_name("calls.txt")
    # With --seccomp-bpf strace 6.1 injects errors and never a signal.
    fast = [] if "signal=" in what else ["--seccomp-bpf"]
    tracing = [STRACE, "-f", *fast, "-qq", "-o", calls, "-e", "signal=none"]
    only = ["-e", f"trace={what.partition(':')[0]}", "-e", f"inject={what}"]
    done = called(*tracing, *only, *PATROLCAST, "nightly", config, "--quiet")
    killed = done.returncode in {137, -9}
    assert "(INJECTED)" in calls.read_text() or ("signal=KILL" in what and killed), "the fault must have fired"
    return done


@pytest.mark.long
def test_a_file_larger_than_allowed_ends_with_73_and_leaves_nothing(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    command = " ".join([*PATROLCAST, "forecast", str(config)])
    done = called("bash", "-c", f"ulimit -f 16; exec {command}")
    assert done.returncode == 73, done.stderr
    assert done.stderr.startswith("patrolcast: 20260301T1100Z-tiny-")
    assert done.stderr.endswith(": got 'File too large'; raise the limit on file sizes\n")
    assert [p.name for p in (tmp_path / "runs" / "tiny").iterdir()] == ["trail"], "only that it was tried, and why not"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("makes_folder", [True, False])
def test_a_folder_of_another_ends_with_77(tmp_path: Path, makes_folder: bool) -> None:
    config = read_settings(write_city(tmp_path))
    if makes_folder:
        (tmp_path / "runs" / "tiny").mkdir(mode=0o755, parents=True)
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        try:
            run_night(config, now=NOW)
        except PatrolcastError as error:
            os._exit(error.exit_code)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 77


@NEEDS_STRACE
def test_a_disk_that_is_full_ends_with_73_and_the_next_night_is_whole(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    done = injected("fsync:error=ENOSPC:when=7", config)  # after status, index and trail, a file of the run
    assert done.returncode == 73, done.stderr
    assert done.stderr.splitlines()[-1].endswith("got 'No space left on device'; free some space and start again")
    assert (wholes(tmp_path / "runs" / "tiny"), asides(tmp_path / "runs" / "tiny")) == ([], [])
    assert called(*PATROLCAST, "nightly", config, "--quiet").returncode == 0
    assert run_store.current_run(tmp_path / "runs" / "tiny") is not None


@pytest.mark.long
@NEEDS_STRACE
@pytest.mark.parametrize(
    ("call", "when"), [("fsync", 3), ("rename", 2), ("symlink", 1), ("mkdir", 3), ("unlink", 1), ("write", 25)]
)
@pytest.mark.parametrize("fault", ["signal=KILL", "error=ENOSPC", "error=EACCES"])
def test_a_fault_of_the_system_itself_leaves_a_whole_run_or_none(
    tmp_path: Path, record_property: Callable[[str, object], None], call: str, when: int, fault: str
) -> None:
    """A few of what `tests/faults` does at every call, without anything of Python replaced."""
    config = write_city(tmp_path)
    runs = tmp_path / "runs" / "tiny"
    assert called(*PATROLCAST, "nightly", config, "--quiet", "--as-of", "2026-02-25T05:00-06:00").returncode == 0
    before = run_store.current_run(runs)
    done = injected(f"/^{call}(at|at2|dir|dirat)?$:{fault}:when={when}", config)
    assert "Traceback" not in done.stderr
    assert done.returncode in ({137, -9} if fault == "signal=KILL" else {0, 73, 77})
    after = run_store.current_run(runs)
    assert after is not None
    assert after == before or run_store.verified_manifest(after)
    assert len(wholes(runs)) == len(list(run_store.finished_runs(runs)))
    assert called(*PATROLCAST, "nightly", config, "--quiet").returncode == 0
    assert run_store.verified_manifest(run_store.current_run(runs) or runs)
    assert asides(runs) == []
    counted(record_property, {"faults of the system itself (strace) fired and survived": 1})
