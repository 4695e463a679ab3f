"""The user's command that is given a night's summary: started without a shell, ended in time, its output cut short.

It gets the summary on standard input and this process's environment without patrolcast's own variables, so that no key
of ours is handed on. What it writes, to standard output or error, is read to its end and kept up to a limit: it fills
neither a pipe nor the memory of the night.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

from patrolcast.domain.errors import shown

MOST_OUTPUT = 2_000
"""Bytes of output that are kept."""
OURS = "PATROLCAST_"
_PATIENCE = 1.0


@dataclass(frozen=True)
class CommandEnding:
    """What became of the command.

    Attributes
    ----------
    exit_code : None where it never started or was ended.
    fault : why it counts as failed, as a sentence; "" for exit code 0 in time.
    output : the start of what it wrote, at most 2,000 characters.
    """

    exit_code: int | None
    seconds: float
    fault: str
    output: str


def run_summary_command(
    command: Sequence[str], summary: bytes, *, folder: Path, seconds: float, without: Collection[str] = ()
) -> CommandEnding:
    """Starts the command in ``folder`` with the summary on standard input, and waits at most ``seconds``. Never raises.

    An interrupt or SIGTERM that comes meanwhile ends the command: the night is over, and ending is what was asked.

    Parameters
    ----------
    without : names of further environment variables that are not handed on.
    """
    begun = time.monotonic()

    def ended(exit_code: int | None, fault: str, output: str = "") -> CommandEnding:
        return CommandEnding(exit_code, round(time.monotonic() - begun, 3), fault, output)

    try:
        process = subprocess.Popen(
            list(command), cwd=folder, env=_environment(os.environ, without), start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return ended(None, f"it could not be started: {shown(getattr(error, 'strerror', None) or error)[1:-1]}")
    except KeyboardInterrupt:
        return ended(None, "it was not started: the night was asked to end")
    chunks: list[bytes] = []
    threads = (
        Thread(target=_feed, args=(process.stdin, summary), daemon=True),
        Thread(target=_read_all, args=(process.stdout, chunks), daemon=True),
    )
    code, fault = None, ""
    try:
        for thread in threads:
            thread.start()
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        fault = f"it had not ended after {seconds:g} seconds, and was ended"
    except (KeyboardInterrupt, RuntimeError) as error:
        fault = "it was ended: " + (
            "the night was asked to end" if isinstance(error, KeyboardInterrupt) else str(error)
        )
    if code is None:
        _kill(process)
    with suppress(KeyboardInterrupt):
        for thread in threads:
            if thread.ident is not None:
                thread.join(_PATIENCE)
    output = b"".join(chunks)[:MOST_OUTPUT].decode("utf-8", "replace")
    return ended(code, fault or (f"it ended with exit code {code}" if code else ""), output)


def words_in(path: Path) -> list[str]:
    """Every word of a text file, which may be the name of a variable; none where it cannot be read."""
    try:
        return re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return []


def _environment(environment: Mapping[str, str], without: Collection[str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if not name.startswith(OURS) and name not in without}


def _feed(pipe: IO[bytes], data: bytes) -> None:
    """Writes the summary; a command that does not read it is no fault."""
    with suppress(OSError, ValueError):
        pipe.write(data)
    with suppress(OSError, ValueError):
        pipe.close()


def _read_all(pipe: IO[bytes], chunks: list[bytes]) -> None:
    """Reads to the end and keeps the start."""
    room = MOST_OUTPUT
    with suppress(OSError, ValueError):
        while chunk := pipe.read1(65_536):  # type: ignore[attr-defined]
            if room > 0:
                chunks.append(chunk[:room])
                room -= len(chunks[-1])


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Ends the command and what it started in its session; it has not been waited for, so its number is its own."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        process.wait(_PATIENCE)
