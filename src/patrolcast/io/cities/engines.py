"""Where cities are run: a few at a time on this machine, or on the workers of a Dask cluster.

A pool of processes would break as a whole when one of them is killed, and a worker of Dask would hang or die with its
city. So a thread here, and a worker there, only waits for the city's own process (`process.run_city`).
"""

import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

from patrolcast.domain.errors import DEFECT, CannotReadError, EndedBySignalError, UsageError, shown
from patrolcast.io.cities.process import MOST_TRIES, CityEnding, CityTask, installed, run_city

LOCAL, DASK = "local", "dask"
Done = Callable[[int, CityEnding], None]
"""Called with a task's number as it ends, here and in order of ending."""
_ADDRESS = re.compile(r"dask://(?P<at>[A-Za-z0-9.-]{1,253}:\d{1,5})")
_LOCKED_SECONDS = 180.0


def require_engine(text: str) -> None:
    """Raises UsageError: neither "local", "dask" nor the address of a cluster."""
    if text not in {LOCAL, DASK} and not _ADDRESS.fullmatch(text):
        raise UsageError("--engine", got=shown(text), rule="must be local, dask or dask://HOST:PORT")


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def run_cities(tasks: Sequence[CityTask], *, engine: str, workers: int, done: Done) -> list[CityEnding]:
    """How each city ended, in the order of the tasks; an interrupt ends those that run.

    Raises
    ------
    UsageError
        no such engine, or Dask is not installed.
    CannotReadError
        no cluster answers at the address.

    Parameters
    ----------
    workers : cities at a time, here or on the local cluster; of a cluster by address, its own workers count. Cities
        side by side share the cores: two that ask for two threads each on two cores only wait for each other.
    """
    require_engine(engine)
    if engine == LOCAL:
        threads = max(1, cores() // workers) if workers > 1 else 0
        return _locally([replace(task, threads=threads) for task in tasks], workers, done)
    return _on_dask(tasks, engine, workers, done)


def _locally(tasks: Sequence[CityTask], workers: int, done: Done) -> list[CityEnding]:
    stop = Event()
    with ThreadPoolExecutor(workers) as threads:
        futures = {threads.submit(run_city, task, stop): n for n, task in enumerate(tasks)}
        try:
            return _collected(futures, as_completed(futures), done)
        except BaseException:
            stop.set()
            threads.shutdown(wait=True, cancel_futures=True)
            raise


def _on_dask(tasks: Sequence[CityTask], engine: str, workers: int, done: Done) -> list[CityEnding]:
    with _client(engine, workers) as client:
        from distributed import as_completed as completed

        # A worker stands for one core, as on any cluster of Dask's.
        same = [replace(task, locked_seconds=_LOCKED_SECONDS, identity=installed(), threads=1) for task in tasks]
        # One city at a time and worker, in order; a city whose worker dies is given to another one, a few times.
        futures = {client.submit(run_city, task, pure=False): n for n, task in enumerate(same)}
        try:
            return _collected(futures, completed(futures, loop=client.loop), done)
        finally:
            client.cancel(list(futures))


def _collected(futures: dict[Any, int], ended: Iterator[Any], done: Done) -> list[CityEnding]:
    endings: dict[int, CityEnding] = {}
    for future in ended:
        n = futures[future]
        endings[n] = _ending_of(future)
        done(n, endings[n])
    return [endings[n] for n in sorted(endings)]


def _ending_of(future: "Future[CityEnding]") -> CityEnding:
    """What a future holds; where it holds an error, the machine failed and not the city."""
    error = future.exception()
    if error is None:
        return future.result()
    kind = type(error).__name__
    if kind == "KilledWorker":
        why = f"the worker of this city was killed {MOST_TRIES} times; start it again"
        return CityEnding(EndedBySignalError.exit_code, why, 0.0, MOST_TRIES)
    return CityEnding(DEFECT, f"it could not be run ({kind}); look at the worker's log", 0.0, 0)


@contextmanager
def _client(engine: str, workers: int) -> Iterator[Any]:
    """A client of the cluster at the address, or of one on this machine that ends with the night."""
    try:
        import dask
        from distributed import Client, LocalCluster
    except ModuleNotFoundError:
        cure = "pip install 'patrolcast[dask]', or --engine local"
        raise UsageError("--engine", got="dask, which is not installed", rule="is an extra", cure=cure) from None
    address = _ADDRESS.fullmatch(engine)
    with dask.config.set({"distributed.scheduler.allowed-failures": MOST_TRIES - 1}):
        if address is not None:
            try:
                client = Client(f"tcp://{address['at']}", timeout=10, set_as_default=False)
            except (OSError, TimeoutError):
                cure = "see that its scheduler runs, and that this machine may reach it"
                raise CannotReadError("--engine", got="no cluster at that address", cure=cure) from None
            with client:
                yield client
            return
        options = {"n_workers": workers, "threads_per_worker": 1, "processes": True, "memory_limit": 0}
        quiet = {"dashboard_address": None, "silence_logs": logging.CRITICAL}
        with (
            LocalCluster(host="127.0.0.1", **options, **quiet) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
