"""A reader who follows `current` while run after run is published sees whole, consistent sets only."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from tests.faults.tally import counted
from tests.runs.finished import write_finished
from tests.runs.tiny_city import NOW

from patrolcast.io.store import run_store
from patrolcast.runs.forecast.publish import publish_with_status

SIZE = 200_000
"""Bytes of the file of each run: enough that a reader who meets it half written sees it."""
Record = Callable[[str, object], None]


def fault_seen(runs: Path) -> tuple[str, str]:
    """What a reader meets who follows `current` once: the run, and why what it holds is no whole set; "" where it is.

    The link is followed once, as whoever reads more than one file must: it may lead elsewhere a moment later.
    """
    folder = runs / (runs / "current").readlink()
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        read = {name: (folder / name).read_bytes() for name in manifest["outputs"]}
        record = json.loads((runs / "published" / f"{folder.name}.json").read_bytes())
        said = json.loads((runs / "status.json").read_bytes())["run_id"]
    except (OSError, ValueError, KeyError) as error:
        return folder.name, f"{type(error).__name__}: {error}"
    if manifest["run_id"] != folder.name or record["run_id"] != folder.name:
        return folder.name, f"run {manifest['run_id']}, record {record['run_id']}"
    wrong = [n for n, data in read.items() if hashlib.sha256(data).hexdigest() != manifest["outputs"][n]]
    if wrong or not read:
        return folder.name, f"other bytes in {wrong}"
    return folder.name, "" if run_store.verified_manifest(runs / str(said)) else f"status.json names {said}"


@contextmanager
def reader(runs: Path) -> Iterator[Callable[[], tuple[int, int, int]]]:
    """A process that looks again and again; a call gives its looks, runs seen and torn sets so far."""
    shared, parent = mmap.mmap(-1, 32), os.getpid()
    child = os.fork()
    if child == 0:
        seen, looks, torn = set[str](), 0, 0
        while os.getppid() == parent and shared[24] == 0:
            run, fault = fault_seen(runs)
            seen.add(run)
            looks, torn = looks + 1, torn + bool(fault)
            shared[:24] = struct.pack("3q", looks, len(seen), torn)
        os._exit(0)
    try:
        yield lambda: struct.unpack("3q", shared[:24])  # type: ignore[return-value]
    finally:
        shared[24] = 1
        os.waitpid(child, 0)


def published(runs: Path, number: int) -> None:
    """One more run, written and published as a night does."""
    night = NOW + timedelta(hours=number)
    run_id = f"{night:%Y%m%dT%H%M}Z-tiny-00000001"
    data = f"{number}\n".encode() * (SIZE // len(f"{number}\n"))
    run = write_finished(runs, run_id, suggestions=data, as_of=f"{night:%Y-%m-%dT%H:%M:%SZ}")
    publish_with_status(run, now=NOW)


@pytest.mark.parametrize("n_runs", [12, pytest.param(500, marks=pytest.mark.long)])
def test_a_reader_during_publications_sees_whole_sets_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Record, n_runs: int
) -> None:
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)  # made-up runs
    published(tmp_path, 0)
    with reader(tmp_path) as counts:
        for number in range(1, n_runs + 1):
            before = counts()[0]
            published(tmp_path, number)
            while counts()[0] < before + 2:  # one look at least begins after this publication
                os.sched_yield()
        looks, n_seen, torn = counts()
    counted(record_property, {"publications beside a reader": n_runs, "looks of readers": looks})
    counted(record_property, {"readers that saw a torn run": torn})
    assert (torn, run_store.current_run(tmp_path).name) == (
        0,
        f"{NOW + timedelta(hours=n_runs):%Y%m%dT%H%M}Z-tiny-00000001",
    )  # type: ignore[union-attr]
    assert looks >= 2 * n_runs
    assert n_seen >= n_runs / 2, "the reader must have looked in between"


def test_a_publisher_that_writes_over_files_is_caught_by_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)
    published(tmp_path, 0)
    folder = run_store.current_run(tmp_path)
    assert folder is not None
    with reader(tmp_path) as counts:
        while not counts()[2]:
            for fill in (b"a\n", b"b\n"):
                data = fill * (SIZE // 2)
                (folder / "suggestions.csv").write_bytes(data)
                manifest = json.loads((folder / "manifest.json").read_bytes())
                manifest["outputs"]["suggestions.csv"] = hashlib.sha256(data).hexdigest()
                (folder / "manifest.json").write_text(json.dumps(manifest))
