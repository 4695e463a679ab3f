"""A process that forks writers and lets each kill itself (SIGKILL) at its n-th change of the disk; reported as JSON.

A moment is one call of write, fsync, ftruncate, replace, unlink or mkdir; the kill comes before the call, within it (a
write of one half) or right after it. Each writer says on a pipe which entries it was sent an answer for.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.io.trail.trails import REFUSED, STARTED, opened, small_trail

from patrolcast.io.trail.verify import verify_trail

WAYS = ("before", "within", "after")
_write, _fsync = os.write, os.fsync


class Killer:
    """Counts the changes of the disk, and ends this process at one of them."""

    def __init__(self, at: int, way: str) -> None:
        self.count, self.at, self.way = 0, at, way
        self.names: list[str] = []

    def around(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **options: object) -> object:
            self.count += 1
            self.names.append(name)
            if self.count != self.at:
                return call(*args, **options)
            if self.way == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.way == "within" and name == "write":
                handle, data = args
                call(handle, data[: len(data) // 2])  # type: ignore[index]
                os.kill(os.getpid(), signal.SIGKILL)
            call(*args, **options)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        return counted


def writer(folder: Path, at: int, way: str) -> tuple[int, list[int], list[str]]:
    """One writer in a child: how it ended, the entries it was sent an answer for, and its changes of the disk."""
    reader, pipe = os.pipe()
    child = os.fork()
    if child == 0:
        killer = Killer(at, way)
        for name in ("write", "fsync", "ftruncate"):
            setattr(os, name, killer.around(name, getattr(os, name)))
        for name in ("replace", "unlink", "mkdir"):
            setattr(Path, name, killer.around(name, getattr(Path, name)))
        with opened(folder) as trail:
            for event in (STARTED, REFUSED, STARTED):
                _write(pipe, b"%d\n" % trail.append(event).seq)
            trail.checkpoint()
            _write(pipe, b"%d\n" % trail.redact(trail.size - 1, rule="a rule").seq)
        _write(pipe, ",".join(killer.names).encode())
        os._exit(0)
    os.close(pipe)
    said = b""
    while block := os.read(reader, 65_536):
        said += block
    os.close(reader)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    *answered, names = said.decode().split("\n")
    return ended, [int(one) for one in answered], names.split(",") if names else []


def main(root: Path, every: int) -> None:
    """Kills at each ``every``-th moment in each way; the trail ends in a torn line, so recovery is killed too."""
    kept, folder = root / "kept", root / "trail"
    small_trail(kept)
    with (kept / "trail.jsonl").open("ab") as file:
        file.write(b'{"torn')
    shutil.copytree(kept, folder)
    ended, _, names = writer(folder, 0, "")
    assert ended == 0
    kills = []
    moments = [(at, way) for at in range(1, len(names) + 1) for way in WAYS]
    for at, way in moments[::every]:
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        ended, answered, _ = writer(folder, at, way)
        opened(folder).close()
        looked = verify_trail(folder)
        kills.append(
            {
                "at": at, "way": way, "call": names[at - 1], "ended": ended, "answered": answered, "size": looked.size,
                "code": looked.exit_code, "faults": [fault.what for fault in looked.faults], "notes": looked.notes,
            }
        )  # fmt: skip
    sys.stdout.write(json.dumps({"moments": len(names), "calls": sorted(set(names)), "kills": kills}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
