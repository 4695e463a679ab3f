"""The process of one city: the verb's own exit code, and its end when the pipe to its starter closes."""

from __future__ import annotations

import os
import signal

import pytest

from patrolcast.cli import city_process


def test_the_night_is_the_one_of_the_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(city_process, "end_with_the_starter", lambda handle: None)
    monkeypatch.setattr(city_process, "main", lambda arguments: asked.append(arguments) or 21)
    assert city_process.run_one_city(["a.toml", "--json"]) == 21
    assert asked == [["nightly", "a.toml", "--json"]]


def test_when_the_pipe_closes_it_is_asked_to_end_and_then_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append(number))
    monkeypatch.setattr(city_process.time, "sleep", lambda seconds: sent.append(0))
    reading, writing = os.pipe()
    os.write(writing, b"not yet")
    os.close(writing)
    city_process.end_with_the_starter(reading)
    os.close(reading)
    assert sent == [signal.SIGTERM, 0, signal.SIGKILL]
