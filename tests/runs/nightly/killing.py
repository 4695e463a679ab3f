"""A process that forks nights and lets each kill itself (SIGKILL) at its n-th change of the disk; reported as JSON.

A moment is one call of fsync, rename, replace, symlink_to or mkdir; the kill comes before the call or right after it.
The forking process has imported everything and computed nothing, so that no thread is lost in a fork. Computing changes
nothing on the disk, so it is done once, in a child, and the killed nights write its result; the nights before the
first kill and the one after the last compute for themselves.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.runs.tiny_city import NOW

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast import once, run_folder
from patrolcast.runs.load import city as city_loading
from patrolcast.runs.nightly.nightly import run_night
from patrolcast.runs.pipeline import run as pipeline

EVERYTHING = (run_folder, city_loading, pipeline)
EARLIER = "2026-02-25T05:00:00-06:00"


class Counter:
    """Counts the changes of the disk, and kills at one of them."""

    def __init__(self, kill_at: int, after: bool) -> None:
        self.count, self.kill_at, self.after = 0, kill_at, after

    def around(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **options: object) -> object:
            self.count += 1
            mine = self.count
            if mine == self.kill_at and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = call(*args, **options)
            if mine == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return counted


def computed(config: Path, stored: Path) -> tuple[object, object]:
    """What `compute_run` and `run_files` return for this city, computed by a child and read back."""
    child = os.fork()
    if child == 0:
        read = read_settings(config)
        identity, moment = once.identify(read), read.settings.as_of
        run = once.compute_run(read, identity, as_of=moment, now=NOW, progress=None, watch=once.Stopwatch())
        result, context, _, city = run
        stored.write_bytes(pickle.dumps((run, run_folder.run_files(result, context, city.refused))))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    run, files = pickle.loads(stored.read_bytes())
    return run, files


def night(
    config: Path,
    *,
    kill_at: int = 0,
    after: bool = False,
    as_of: str | None = None,
    made: tuple[object, object] | None = None,
) -> tuple[int, int]:
    """One night in a child: how it ended (negative: by that signal) and how many changes it counted."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        counter = Counter(kill_at, after)
        os.fsync = counter.around(os.fsync)  # type: ignore[assignment]
        for name in ("rename", "replace", "symlink_to", "mkdir"):
            setattr(Path, name, counter.around(getattr(Path, name)))
        if made is not None:
            run = made[0]

            def compute_run(*_: object, inspect: Callable[[object], None], **__: object) -> object:
                inspect(run[3])  # type: ignore[index]
                return run

            once.compute_run = compute_run  # type: ignore[assignment]
            run_folder.run_files = lambda *_: made[1]  # type: ignore[assignment]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        run_night(read_settings(config), now=NOW, as_of=as_of)
        os.write(writer, str(counter.count).encode())
        os._exit(0)
    os.close(writer)
    counted = os.read(reader, 64)
    os.close(reader)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(counted or b"0")


def state(runs: Path) -> dict[str, object]:
    """What a reader sees: where `current` leads, and which named runs are not whole."""
    link = runs / "current"
    return {
        "current": run_store.current_run(runs).name if run_store.current_run(runs) else None,
        "dangling": link.is_symlink() and not link.exists(),
        "halves": [p.name for p in runs.glob("2*") if run_store.verified_manifest(p) is None],
        "aside": sorted(p.name for p in runs.glob(".building-*")) + sorted(p.name for p in runs.glob(".current-*")),
    }


def main(root: Path, moments: int) -> None:
    config = root / "configs" / "tiny.toml"
    runs, kept = root / "runs" / "tiny", root / "kept"
    assert night(config, as_of=EARLIER)[0] == 0
    earlier = state(runs)["current"]
    shutil.copytree(runs, kept, symlinks=True)
    ended, total = night(config)
    assert ended == 0
    clean = state(runs)["current"]
    made = computed(config, root / "computed.pickle")
    nights = []
    for number in range(moments):
        kill_at = 1 + round(number * (total - 1) / (moments - 1))
        shutil.rmtree(runs)
        shutil.copytree(kept, runs, symlinks=True)
        ended, _ = night(config, kill_at=kill_at, after=number % 2 == 1, made=made)
        killed = state(runs)
        again, _ = night(config, made=None if number == moments - 1 else made)
        nights.append({"at": kill_at, "ended": ended, "killed": killed, "again": again, "after": state(runs)})
    sys.stdout.write(json.dumps({"total": total, "earlier": earlier, "clean": clean, "nights": nights}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
