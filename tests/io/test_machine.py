"""What the machine says of a run: seconds by stage, and the room on a disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.records import Progress
from patrolcast.io import machine
from patrolcast.io.machine import Stopwatch, free_bytes, memory_kept


def test_stages_and_their_parts_are_timed_and_no_name_of_the_machine_is_kept() -> None:
    watch, seen = Stopwatch(), []
    progress = watch.timed(Progress(lambda name, done, total: seen.append((name, done, total))))
    with watch.stage("load"):
        for done in range(3):
            progress.step("rows", done, 2)
    timing = watch.timing()
    assert seen == [("rows", 0, 2), ("rows", 1, 2), ("rows", 2, 2)]
    assert list(timing["seconds"]) == ["load"]
    assert [part["name"] for part in timing["parts"]] == [machine.START, "rows", machine.ELSEWHERE]
    assert sum(part["cpu_seconds"] for part in timing["parts"]) == pytest.approx(timing["cpu_seconds"])
    assert timing.keys() == {
        "started_at", "finished_at", "seconds", "parts", "cpu_seconds", "peak_memory_mib", "cpus", "machine", "system",
    }  # fmt: skip


def test_the_room_on_a_disk_is_in_bytes_and_none_where_the_system_does_not_say(tmp_path: Path) -> None:
    free = free_bytes(tmp_path)
    assert free is not None
    assert free > 0
    assert free_bytes(tmp_path / "gone") is None


class Library:
    """A C library that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def gnu_get_libc_version(self) -> None:
        raise AssertionError("only looked for")

    def mallopt(self, option: int, value: int) -> None:
        self.told.append((option, value))


def test_memory_is_kept_as_long_as_it_is_asked_for_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda _: library)

    @memory_kept()
    def refuse() -> None:
        assert library.told == [(-4, 0), (-1, 2**31 - 1)]
        raise ValueError("of the rules")

    with pytest.raises(ValueError, match="of the rules"):
        refuse()
    assert dict(library.told) == {-4: 65_536, -3: 32 * 2**20, -1: 64 * 2**20}


def test_a_library_that_is_not_gnus_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda _: object())
    with memory_kept():
        pass


def test_memory_that_is_kept_within_kept_memory_goes_back_twice() -> None:
    with memory_kept(), memory_kept():
        assert bytearray(10**6)
    assert bytearray(10**6)
