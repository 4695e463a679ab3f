"""A city's process that does what its config says, in the place of a night: started as ``python -m``."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from patrolcast.cli.city_process import end_with_the_starter
from patrolcast.io.jobs.progress import VARIABLE, written_progress


def play(config: Path) -> int:
    """Does what the file says: how it ends, and how often before that it is killed."""
    says = json.loads(config.read_text())
    started = config.with_suffix(".starts")
    with started.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(started.read_text().splitlines()) <= says.get("kills", 0):
        os.kill(os.getpid(), signal.SIGKILL)
    if says.get("stubborn"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if says.get("only_tells"):  # a night that is done ends well when its summary command is broken off
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if says.get("waits_for_its_starter"):
        end_with_the_starter(0)
    for name in says.get("steps", ()):
        written_progress(Path(os.environ[VARIABLE])).step(name, 0, 1)
    if says.get("stops"):
        os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(says.get("seconds", 0))
    sys.stderr.write('{"step": "run"}\n')
    if says.get("code"):
        sys.stderr.write(f"patrolcast: it ended with {says['code']}\n")
        return int(says["code"])
    limit = {"threads": int(os.environ["OMP_THREAD_LIMIT"])} if says.get("tells_threads") else {}
    sys.stdout.write(json.dumps({"was_finished": False, "status": {"run_id": "r1", **limit}}))
    return 0


if __name__ == "__main__":
    sys.exit(play(Path(sys.argv[1])))
