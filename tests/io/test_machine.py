"""What the machine says of a run: seconds by stage, and the room on a disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.records import Progress
from patrolcast.io import machine
from patrolcast.io.machine import Stopwatch, free_bytes


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
