"""Cities here and on Dask: the same function, each on its own; workers that are killed lose nothing."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from tests.io.cities.test_process import is_gone, starts, task, until

from patrolcast.domain.errors import CannotReadError, UsageError
from patrolcast.io.cities import engines
from patrolcast.io.cities.engines import cores, require_engine, run_cities
from patrolcast.io.cities.process import CityEnding

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # where a worker of Dask finds the play


def nobody(n: int, ending: CityEnding) -> None:
    pass


def test_each_city_ends_for_itself_and_in_the_order_of_the_tasks(tmp_path: Path) -> None:
    tasks = [
        task(tmp_path, name="slow", seconds=1.0),
        task(tmp_path, name="refused", code=10),
        task(tmp_path, name="killed", kills=9),
        task(tmp_path, name="well"),
        task(tmp_path, name="hangs", seconds=300, most_seconds=3.0),
    ]
    seen: list[int] = []
    endings = run_cities(tasks, engine="local", workers=2, done=lambda n, ending: seen.append(n))
    assert [ending.exit_code for ending in endings] == [0, 10, 143, 0, 70]
    assert (sorted(seen), seen[0]) == ([0, 1, 2, 3, 4], 1)


@pytest.mark.parametrize(("engine", "workers", "limit"), [("local", 1, 7), ("local", 2, 1), ("dask", 1, 1)])
def test_cities_that_run_side_by_side_share_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, workers: int, limit: int
) -> None:
    monkeypatch.setattr(engines, "cores", lambda: 3)
    monkeypatch.setenv("OMP_THREAD_LIMIT", "7")  # what whoever starts the night has set, where we set nothing
    [ending] = run_cities([task(tmp_path, tells_threads=True)], engine=engine, workers=workers, done=nobody)
    assert ending.document["status"]["threads"] == limit


def test_an_interrupt_ends_what_runs_and_starts_nothing_more(tmp_path: Path) -> None:
    # A shell that starts the tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    tasks = [task(tmp_path, name=name, seconds=300) for name in ("first", "second")]

    def interrupt() -> None:
        until(lambda: bool(starts(tmp_path, "first")))
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            run_cities(tasks, engine="local", workers=1, done=nobody)
    finally:
        signal.signal(signal.SIGINT, before)
    assert is_gone(starts(tmp_path, "first")[0])
    assert starts(tmp_path, "second") == []


@pytest.mark.parametrize(
    "text", ["", "ray", "dask://", "dask://host", "dask:// host:8786", "dask://u@h:1", "dask://h:1/x"]
)
def test_what_is_no_engine_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="must be local, dask or dask://HOST:PORT"):
        require_engine(text)


def test_the_engines_that_there_are() -> None:
    for text in ("local", "dask", "dask://scheduler.example.org:8786"):
        require_engine(text)
    assert cores() >= 1


def test_without_dask_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        UsageError, match=r"got dask, which is not installed; is an extra; pip install 'patrolcast\[dask\]'"
    ):
        run_cities([task(tmp_path)], engine="dask", workers=1, done=nobody)


@pytest.mark.long  # half a minute of waiting for nobody
def test_a_cluster_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotReadError, match="got no cluster at that address"):
        run_cities([task(tmp_path)], engine="dask://127.0.0.1:9", workers=1, done=nobody)


@pytest.mark.long  # a cluster of its own takes seconds to start
def test_a_worker_that_is_killed_loses_no_city(tmp_path: Path) -> None:
    tasks = [task(tmp_path, name=name, seconds=seconds) for name, seconds in (("a", 8), ("b", 0), ("c", 0), ("d", 0))]
    killed: list[int] = []

    def kill_the_worker() -> None:
        until(lambda: bool(starts(tmp_path, "a")))
        [city] = starts(tmp_path, "a")
        worker = int(Path(f"/proc/{city}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(worker, signal.SIGKILL)
        killed.append(worker)

    thread = threading.Thread(target=kill_the_worker)
    thread.start()
    endings = run_cities(tasks, engine="dask", workers=2, done=nobody)
    thread.join()
    assert [ending.exit_code for ending in endings] == [0, 0, 0, 0]
    assert len(starts(tmp_path, "a")) == 2  # once on the worker that was killed, once on another
    assert is_gone(killed[0])


@pytest.mark.long
def test_a_city_that_kills_every_worker_is_given_up_and_the_others_are_run(tmp_path: Path) -> None:
    tasks = [task(tmp_path, name="a", seconds=300), task(tmp_path, name="b")]
    stop = threading.Event()

    def kill_its_workers() -> None:
        n = 0
        while not stop.is_set():
            until(lambda n=n: stop.is_set() or len(starts(tmp_path, "a")) > n)
            if stop.is_set():
                return
            city = starts(tmp_path, "a")[n]
            worker = int(Path(f"/proc/{city}/stat").read_text().rpartition(")")[2].split()[1])
            os.kill(worker, signal.SIGKILL)
            n += 1

    thread = threading.Thread(target=kill_its_workers)
    thread.start()
    endings = run_cities(tasks, engine="dask", workers=2, done=nobody)
    stop.set()
    thread.join()
    assert [ending.exit_code for ending in endings] == [143, 0]
    assert endings[0].message == "the worker of this city was killed 3 times; start it again"
    assert len(starts(tmp_path, "a")) == 3
