"""Nights of a tiny city in forks of one process that has imported everything: a fault costs no start of Python.

What a night computes does not depend on the disk, so it is computed once, by a child, and the nights write its result;
identities and hashes are those of the real code. Everything from the command line to the exit code is the product's.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import typer
from tests.faults.disk_calls import Disk
from tests.faults.limits import used_by
from tests.runs.finished import write_finished
from tests.runs.planted import plant_loop_test
from tests.runs.tiny_city import NOW, write_city

from patrolcast.cli import app as application
from patrolcast.cli import door
from patrolcast.cli.verbs.nights import nightly as verb
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import record_publication, trail_entries
from patrolcast.io.trail.verify import verify_trail
from patrolcast.report import page
from patrolcast.runs.forecast import once, run_folder

OLD_RUN = "20260110T1100Z-tiny-00000001"
EARLIER, BEFORE = "2026-02-28T05:00:00-06:00", NOW - timedelta(days=1)


@dataclass(frozen=True)
class Ended:
    """How a night in a fork ended: exit code (negative: by that signal), stderr, calls, those with a fault, its pid."""

    code: int
    stderr: str
    calls: tuple[tuple[str, str], ...]
    fired: tuple[tuple[str, str], ...]
    pid: int = 0


class City:
    """A tiny city with one published run, to which every fault comes anew."""

    def __init__(self, root: Path) -> None:
        self.root, self.runs = root, root / "runs" / "tiny"
        self.config = write_city(root)
        text = self.config.read_text().replace("[gates]", "[patrol]\nminutes_per_district = 60\n[gates]")
        self.config.write_text(text)  # few suggestions: each is an entry of the trail when its shift is over
        plant_loop_test(self.config)
        self.made: dict[str, Any] = {}
        self.looks = self.torn = self.lost = 0
        self._preload()
        self.earlier = self._must(self.night(now=BEFORE, as_of=EARLIER))
        self._leave_behind()
        self.kept = root / "kept"
        shutil.copytree(self.runs, self.kept, symlinks=True)
        before = used_by(self.runs)
        whole = self.night(keep=True)
        assert whole.code == 0, whole.stderr
        self.calls, self.pid = whole.calls, whole.pid
        self.clean, self.needs = self.state(), used_by(self.runs) - before
        self.restore()

    def _leave_behind(self) -> None:
        """What tonight's start is to clear: a run that retention removes, and what dead starts left."""
        old = write_finished(self.runs, OLD_RUN, made=NOW - timedelta(days=40))
        record_publication(old.folder)
        dead = self.runs / ".building-20260228T1100Z-tiny-00000002-999999"
        (dead / "audit").mkdir(parents=True)
        (dead / "audit" / "cells.parquet").write_bytes(b"half")
        (self.runs / ".current-999999").symlink_to(OLD_RUN)

    def _preload(self) -> None:
        """Both results and every module that a night needs, from children that run it whole."""
        for now, as_of in ((BEFORE, EARLIER), (NOW, None)):
            self.made[str(as_of)], names = self._computed(now, as_of)
            for name in names:
                importlib.import_module(name)
        page._environment().get_template("index.html")
        application.app = typer.main.get_command(application.app)  # type: ignore[assignment]

    def _computed(self, now: datetime, as_of: str | None) -> tuple[dict[str, Any], list[str]]:
        """What a whole night in a child computed, and the modules it had imported then."""
        stored, runs = self.root / "computed.pickle", self.root / "first"
        child = os.fork()
        if child == 0:
            made: dict[str, Any] = {}

            def kept(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
                return lambda *args, **options: made.setdefault(name, call(*args, **options))

            once.compute_run = kept("run", once.compute_run)
            run_folder.run_files = kept("files", run_folder.run_files)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            code = self._run(now, as_of, runs)
            stored.write_bytes(pickle.dumps((made, [name for name in sys.modules if name != "__main__"])))
            os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        computed = pickle.loads(stored.read_bytes())
        shutil.rmtree(runs)
        stored.unlink()
        return computed  # type: ignore[no-any-return]

    def _run(self, now: datetime, as_of: str | None, runs: Path | None) -> int:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return now.astimezone(tz)

        verb.datetime = Clock  # type: ignore[attr-defined]
        more = [*(["--as-of", as_of] if as_of else []), *(["--runs", str(runs)] if runs else [])]
        return door.main(["nightly", str(self.config), "--quiet", *more])

    def night(
        self,
        disk: Disk | None = None,
        *,
        now: datetime = NOW,
        as_of: str | None = None,
        keep: bool = False,
        limit: Callable[[], None] = lambda: None,
    ) -> Ended:
        """One night in a child."""
        heard, said = os.pipe()
        told, (err, to_err) = self.root / "told.json", os.pipe()  # a pipe holds what a night says, and has no limit
        told.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                made = self.made[str(as_of)]

                def compute_run(*_: Any, inspect: Any = None, **__: Any) -> Any:
                    inspect(made["run"][3])
                    return made["run"]

                once.compute_run, run_folder.run_files = compute_run, lambda *_: made["files"]
                os.dup2(to_err, 2)
                sys.stderr = os.fdopen(to_err, "w", encoding="utf-8")
                limit()
                disk = disk or Disk()
                disk.said = said
                disk.watch()
                code = self._run(now, as_of, None)
                sys.stderr.flush()
                if keep:
                    disk.fault = ""
                    told.write_text(json.dumps(disk.calls))
            except BaseException:  # no door let it through: it is told where a person looks
                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(said)
        os.close(to_err)
        fired, stderr = _read_to_end(heard), _read_to_end(err).decode()
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        calls = json.loads(told.read_text()) if told.exists() else []
        met = [tuple(line.split("\t")[1:]) for line in fired.decode().splitlines()]
        return Ended(ended, stderr, tuple(map(tuple, calls)), tuple(met), child)  # type: ignore[arg-type]

    def restore(self) -> None:
        """The city as it was before tonight."""
        shutil.rmtree(self.runs)
        shutil.copytree(self.kept, self.runs, symlinks=True)

    def state(self) -> dict[str, Any]:
        """What others see; each look is counted, and what it found torn or lost."""
        link, current = self.runs / "current", run_store.current_run(self.runs)
        whole = None if current is None else run_store.verified_manifest(current)
        looked = verify_trail(self.runs / "trail")
        status = run_store.read_status_file(self.runs)
        torn = whole is None or (link.is_symlink() and not link.exists())
        halves = [p.name for p in self.runs.glob("2*") if run_store.verified_manifest(p) is None]
        lost = max(0, trail_entries(self.runs) - looked.size)
        self.looks, self.torn, self.lost = self.looks + 1, self.torn + (torn or bool(halves)), self.lost + lost
        return {
            "current": None if current is None else current.name,
            "manifest": None if current is None else (current / "manifest.json").read_text(),
            "torn": torn, "halves": halves,
            "aside": sorted(self._asides()),
            "last": status.get("last_start"), "said": status.get("run_id"),
            "trail": looked.exit_code, "entries": looked.size, "faults": [str(one) for one in looked.faults],
            "lost": lost, "files": sorted(self._files()),
        }  # fmt: skip

    def _files(self) -> Iterator[str]:
        """Every name but those that tell of a start that failed: entries of the trail with their texts, receipts."""
        for path in self.runs.rglob("*"):
            name = path.relative_to(self.runs)
            if name.parts[0] not in {"trail", "refused"} and not path.name.startswith("."):
                yield name.as_posix()

    def _asides(self) -> Iterator[str]:
        for path in self.runs.rglob(".*"):
            if path.name not in {".lock", ".reserve"}:
                yield path.relative_to(self.runs).as_posix()

    def _must(self, ended: Ended) -> dict[str, Any]:
        assert ended.code == 0, ended.stderr
        return self.state()


def _read_to_end(handle: int) -> bytes:
    read = b""
    while block := os.read(handle, 65_536):
        read += block
    os.close(handle)
    return read
