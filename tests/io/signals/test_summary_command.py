"""The user's command: no shell, the summary on standard input, an end in time, a bound on its output, no keys."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from patrolcast.domain.errors import Terminated
from patrolcast.io.signals.summary_command import MOST_OUTPUT, CommandEnding, run_summary_command

PYTHON = [sys.executable, "-c"]


def run(folder: Path, program: str, *, summary: bytes = b'{"city": "tiny"}', seconds: float = 30.0) -> CommandEnding:
    return run_summary_command([*PYTHON, program], summary, folder=folder, seconds=seconds)


def test_it_gets_the_summary_and_its_output_and_exit_code_come_back(tmp_path: Path) -> None:
    done = run(
        tmp_path, "import sys, os; print(sys.stdin.read(), os.getcwd(), flush=True); sys.stderr.write('and this')"
    )
    assert (done.exit_code, done.fault) == (0, "")
    assert done.output == f'{{"city": "tiny"}} {tmp_path.resolve()}\nand this'
    failed = run(tmp_path, "raise SystemExit(3)")
    assert (failed.exit_code, failed.fault) == (3, "it ended with exit code 3")


def test_no_shell_reads_its_words(tmp_path: Path) -> None:
    program = "import sys; print(sys.argv[1:])"
    done = run_summary_command([*PYTHON, program, "$HOME; rm -rf *"], b"", folder=tmp_path, seconds=30.0)
    assert done.output == "['$HOME; rm -rf *']\n"


def test_a_program_that_is_not_there_or_may_not_run_is_a_fault_and_no_error(tmp_path: Path) -> None:
    gone = run_summary_command([str(tmp_path / "gone")], b"", folder=tmp_path, seconds=5.0)
    assert (gone.exit_code, gone.fault) == (None, "it could not be started: No such file or directory")
    (tmp_path / "plain").write_text("no program")
    refused = run_summary_command(["./plain"], b"", folder=tmp_path, seconds=5.0)
    assert (refused.exit_code, refused.fault) == (None, "it could not be started: Permission denied")


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "open('child', 'w').write(str(child.pid)); print('begun', flush=True); time.sleep(600)"
    )
    done = run(tmp_path, program, seconds=3.0)
    assert (done.exit_code, done.fault) == (None, "it had not ended after 3 seconds, and was ended")
    assert done.output == "begun\n"
    assert ended(int((tmp_path / "child").read_text()))


def ended(pid: int) -> bool:
    """True once a process is gone, or waits only to be reaped; waits a while for it."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.05)
    return False


def test_endless_output_neither_blocks_it_nor_fills_the_memory(tmp_path: Path) -> None:
    done = run(tmp_path, f"import sys; [sys.stdout.write('x' * 1000) for _ in range({MOST_OUTPUT * 10})]")
    assert (done.exit_code, done.fault, done.output) == (0, "", "x" * MOST_OUTPUT)


def test_one_that_never_reads_a_long_summary_does_not_block_the_night(tmp_path: Path) -> None:
    done = run(tmp_path, "import os; os.close(0)", summary=b"x" * 10_000_000)
    assert (done.exit_code, done.fault) == (0, "")
    stuck = run(tmp_path, "import time; time.sleep(600)", summary=b"x" * 10_000_000, seconds=1.0)
    assert stuck.fault == "it had not ended after 1 seconds, and was ended"


def test_a_child_left_in_the_background_that_holds_the_output_open_does_not_block_the_night(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print(child.pid, flush=True)"
    )
    done = run(tmp_path, program)
    try:
        assert (done.exit_code, done.fault) == (0, "")
        assert Path(f"/proc/{int(done.output)}").exists(), "the child must have been there, or this shows nothing"
    finally:
        os.kill(int(done.output), signal.SIGKILL)


def test_no_variable_of_ours_and_none_that_is_named_is_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATROLCAST_SIGNING_KEY", "canary")
    monkeypatch.setenv("RECORDS_URL", "canary")
    monkeypatch.setenv("WEBHOOK", "kept")
    program = "import os; print('canary' in os.environ.values(), os.environ.get('WEBHOOK'))"
    done = run_summary_command([*PYTHON, program], b"", folder=tmp_path, seconds=30.0, without=["RECORDS_URL"])
    assert done.output == "False kept\n"
    assert run(tmp_path, program).output == "True kept\n", "a variable that is not named is the command's own affair"


def test_a_wish_to_end_ends_the_command_and_not_the_night(tmp_path: Path) -> None:
    def end(number: int, frame: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGUSR1, end)
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        done = run(tmp_path, "import time; time.sleep(600)")
    finally:
        timer.cancel()
        signal.signal(signal.SIGUSR1, before)
    assert (done.exit_code, done.fault) == (None, "it was ended: the night was asked to end")
