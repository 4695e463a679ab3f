"""What holds for every test."""

from __future__ import annotations

import functools
import importlib.metadata
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.faults import tally
from tests.postgres import Server, running

# Before any library that has threads is loaded: those that wait sleep instead of spinning beside the other worker.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# What is installed does not change while tests run; a run asks for 15 versions, a loop test for those of each part.
importlib.metadata.version = functools.cache(importlib.metadata.version)

# A busy machine makes an example slow, not wrong. Child processes have time limits, since else they could hang.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# `make test` says the same of a commit each time it runs; `make check-long` looks for examples nobody has tried.
settings.register_profile("same examples", settings.get_profile("busy machine"), derandomize=True)
settings.register_profile("new examples", settings.get_profile("busy machine"))
settings.load_profile("same examples")


def pytest_make_parametrize_id(val: object) -> str | None:
    """No name of a test holds bytes: those of an archive hold the time, and two workers would collect other tests."""
    return "bytes" if isinstance(val, bytes) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the fault sweeps counted (`tests/faults/tally.py`)."""
    reports = [report for name in ("passed", "failed") for report in terminalreporter.stats.get(name, ())]
    if found := tally.lines(reports):
        terminalreporter.section("counted by the fault sweeps")
        for line in found:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real server of this test process's own (`tests/postgres.py`)."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def published_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny city with one published run, made once; tests work on copies (`tests/runs/reviewed_city.py`)."""
    from tests.runs.reviewed_city import make_published

    return make_published(tmp_path_factory.mktemp("published"))
