"""The process between the console and a verb: starts it, waits, and writes down how it ended.

It lives in a session of its own, so a console that ends takes no job with it. It and the verb inherit the lock that the
console took; the kernel lets it go when the last of them is gone, however that came about. Ended are: a verb that takes
too long, one that somebody asked to stop, and one whose keeper is asked to end.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from patrolcast.io.jobs.folder import ERRORS, OUTPUT, STOP, JobEnding, write_ending
from patrolcast.io.processes.ending import end, wait_for

LOOK_SECONDS, END_SECONDS = 0.25, 30.0


def keep(folder: Path, lock: int, most_seconds: float, command: Sequence[str]) -> JobEnding:
    """Runs a command to its end, or ends it.

    Parameters
    ----------
    lock : handle that the command inherits, so that it counts as at work even where this process is killed.
    """
    terminated, begun = Event(), time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: terminated.set())
    why, code = "not started", None
    with (folder / OUTPUT).open("wb") as output, (folder / ERRORS).open("wb") as errors:
        try:
            process = subprocess.Popen(
                list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=errors, pass_fds=(lock,),
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            errors.write(f"patrolcast: could not be started: {error.strerror}\n".encode())
        else:
            stop = folder / STOP
            why = wait_for(
                process, until=begun + most_seconds, must_stop=lambda: terminated.is_set() or stop.exists(),
                look_seconds=LOOK_SECONDS,
            )  # fmt: skip
            code = end(process, patience_seconds=END_SECONDS)
            why = "signal" if why == "exit" and code < 0 else why
    ending = JobEnding(why, code, round(time.monotonic() - begun, 3))
    write_ending(folder, ending)
    return ending


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
