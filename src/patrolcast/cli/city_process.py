"""The process of one city among many: `patrolcast nightly`, ended when whoever started it is gone.

Its standard input is a pipe that the starter holds and never writes to. When that closes, because the starter was
killed or gave up, the night ends as by SIGTERM; what does not end by that is gone half a minute later.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from threading import Thread

from patrolcast.cli.door import main

_END_SECONDS = 30.0


def end_with_the_starter(handle: int) -> None:
    """Waits until the pipe closes, then ends this process."""
    while os.read(handle, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_END_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def run_one_city(arguments: Sequence[str]) -> int:
    """Runs a night; its exit code."""
    Thread(target=end_with_the_starter, args=(0,), daemon=True).start()
    return main(["nightly", *arguments])


if __name__ == "__main__":
    sys.exit(run_one_city(sys.argv[1:]))
