"""Every ending of a command as one line on stderr and one exit code (docs/exit-codes.md); never a traceback."""

import contextlib
import gc
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from patrolcast.cli.console import complain
from patrolcast.domain.errors import DEFECT, INTERRUPTED, CannotWriteError, PatrolcastError, shown

USAGE = 2
_NEW_OBJECTS_BEFORE_A_COLLECTION = 200_000
DEBUG = "PATROLCAST_DEBUG"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit code.

    PATROLCAST_DEBUG=1 in the environment shows the traceback of a defect instead of writing it to a file.
    """
    from patrolcast.cli.app import app

    # Threads that wait for each other sleep instead of spinning: on a busy machine training takes half the CPU time.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Python looks for cycles of garbage after every 700 new objects: of a short run's CPU seconds that took a tenth.
    gc.set_threshold(_NEW_OBJECTS_BEFORE_A_COLLECTION)
    _open_streams()
    try:
        argv = list(sys.argv[1:] if arguments is None else arguments)
        code = app(argv, prog_name="patrolcast", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:  # typer returns an interrupt instead of raising it
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except PatrolcastError as error:
        return _ended(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _ended("interrupted; nothing half-made is left", INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # the reader of our output closed it, e.g. `| head`; typer exits for it
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:  # nothing may leave as a traceback
        if hasattr(error, "format_message"):
            return _ended(f"{_usage(error)}; `patrolcast {_verb(error)}--help` explains it", USAGE)
        if type(error).__name__ == "Abort":
            return _ended("interrupted; nothing half-made is left", INTERRUPTED)
        if isinstance(error, MemoryError):
            return _ended("the run: got more memory than it may take; raise the limit, or choose fewer cells", DEFECT)
        if isinstance(error, OSError) and (full := _refused_output()) is not None:
            return _ended(str(full), full.exit_code)
        if isinstance(error, OSError) and not os.environ.get(DEBUG):
            from patrolcast.io.safe_files import system_error

            refused = system_error(error)
            return _ended(str(refused), refused.exit_code)
        return _defect(error)


def _open_streams() -> None:
    """A stream that was closed before the start swallows all; what its encoding lacks is shown as codes."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refused_output() -> CannotWriteError | None:
    """Why standard output takes no more, e.g. because its disk is full; None where it takes another line end."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return CannotWriteError("standard output", got=shown(error.strerror), cure="free some space, or use --quiet")
    return None


def _ended(message: str, code: int) -> int:
    complain(message)
    return code


def _usage(error: Exception) -> str:
    return " ".join(str(error.format_message()).split()).rstrip(".")  # type: ignore[attr-defined]


def _verb(error: Exception) -> str:
    path = getattr(getattr(error, "ctx", None), "command_path", "") or ""
    return "".join(f"{word} " for word in path.split()[1:])


def _defect(error: Exception) -> int:
    """A defect of ours: one line, and the traceback in a file that can be sent to the maintainers."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
        return DEFECT
    where = "its report could not be written"
    with contextlib.suppress(OSError):
        with tempfile.NamedTemporaryFile(
            "w", prefix="patrolcast-crash-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            traceback.print_exception(error, file=file)
        where = f"its report is in {file.name}"
    return _ended(f"a defect of patrolcast ({type(error).__name__}), not of your input; {where}", DEFECT)
