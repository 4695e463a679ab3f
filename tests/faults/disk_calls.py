"""The calls by which a process changes the disk, numbered as they come, and one fault at one of them.

The boundary is where Python asks the system: the functions of `os`, and the raw file below every file that `open`
opens for writing. Whatever changes the disk in C without them would not be numbered; a test compares the numbers with
what the system itself saw (`test_every_call.py`).
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KILL, KILL_WITHIN = "kill", "kill within"
"""SIGKILL before the call; within it, after one half of what it writes."""

MAKES = ("open", "mkdir", "symlink")
CHANGES = (*MAKES, "write", "fsync", "rename", "unlink", "rmdir", "truncate")
ERRORS: dict[str, tuple[str, ...]] = {
    "EIO": CHANGES,
    "ENOSPC": (*MAKES, "write", "fsync", "rename"),
    "EDQUOT": (*MAKES, "write", "fsync", "rename"),
    "EMFILE": ("open",),
    "EACCES": (*MAKES, "rename", "unlink", "rmdir"),
}
"""Each error, and the calls that can end with it by their manual pages (section 2)."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_say = os.write


@dataclass
class Disk:
    """Numbers the calls from 1 on; ``fault`` happens at call ``at``, and with ``lasting`` at each later one too.

    Parameters
    ----------
    said : handle to which the call that met its fault is written, before it does.
    """

    at: int = 0
    fault: str = ""
    lasting: bool = False
    said: int = -1
    calls: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, name: str, what: object, call: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:
        """The call, or its fault. ``half``: a part of it that a fault within leaves on the disk."""
        self.calls.append((name, str(what)))
        n = len(self.calls)
        if not self.fault or n < self.at or (n > self.at and not self.lasting):
            return call()
        if self.fault in ERRORS and name not in ERRORS[self.fault]:
            return call()
        if self.said >= 0:
            _say(self.said, f"{n}\t{name}\t{what}\n".encode())
        if half is not None and self.fault != KILL:
            half()
        if self.fault in (KILL, KILL_WITHIN):
            os.kill(os.getpid(), signal.SIGKILL)
        code = getattr(errno, self.fault)
        raise OSError(code, os.strerror(code), str(what))

    def watch(self) -> None:
        """From now on every such call of this process is numbered. There is no way back: it is for a fork.

        A sync that meets no fault is numbered and left out: it takes most of a night's time, and power stays on.
        """
        for name, kind in (
            ("rename", "rename"), ("replace", "rename"), ("unlink", "unlink"), ("remove", "unlink"), ("rmdir", "rmdir"),
            ("mkdir", "mkdir"), ("symlink", "symlink"), ("ftruncate", "truncate"),
        ):  # fmt: skip
            setattr(os, name, self._around(kind, getattr(os, name)))
        os.fsync = self._around("fsync", lambda handle: None)  # type: ignore[assignment]
        os.open = self._os_open(os.open)  # type: ignore[assignment]
        for name in ("write", "pwrite"):
            setattr(os, name, self._os_write(getattr(os, name)))
        builtins.open = io.open = self._open(io.open)  # type: ignore[assignment]

    def _around(self, kind: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def numbered(*args: Any, **options: Any) -> Any:
            return self(kind, args[-1] if kind == "rename" else args[0], lambda: call(*args, **options))

        return numbered

    def _os_open(self, call: Callable[..., int]) -> Callable[..., int]:
        def numbered(path: Any, flags: int, *args: Any, **options: Any) -> int:
            if not flags & _WRITING:
                return call(path, flags, *args, **options)
            return self("open", path, lambda: call(path, flags, *args, **options))  # type: ignore[no-any-return]

        return numbered

    def _os_write(self, call: Callable[..., int]) -> Callable[..., int]:
        def numbered(handle: int, data: bytes, *rest: int) -> int:
            half = lambda: call(handle, data[: len(data) // 2], *rest)  # noqa: E731
            return self("write", handle, lambda: call(handle, data, *rest), half)  # type: ignore[no-any-return]

        return numbered

    def _open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        disk = self

        class File(io.FileIO):
            def write(self, data: Any) -> int:
                half = lambda: io.FileIO.write(self, memoryview(data)[: len(data) // 2])  # noqa: E731
                return disk("write", self.name, lambda: io.FileIO.write(self, data), half)  # type: ignore[no-any-return]

            def truncate(self, size: int | None = None, /) -> int:
                return disk("truncate", self.name, lambda: io.FileIO.truncate(self, size))  # type: ignore[no-any-return]

        def numbered(file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None,
                     errors: str | None = None, newline: str | None = None, closefd: bool = True,
                     opener: Any = None) -> Any:  # fmt: skip
            if not set(mode) & set("wax+"):
                return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            plain = mode.replace("b", "").replace("t", "")
            make = lambda: File(file, plain, closefd, opener)  # noqa: E731
            raw = make() if isinstance(file, int) else disk("open", file, make)
            if buffering == 0:
                return raw
            buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

        return numbered
