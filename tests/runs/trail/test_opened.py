"""A trail that is shorter than a publication says is not written to."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.reviewed_city import copy_of, entries

from patrolcast.domain.errors import TrailTruncatedError
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.review_events import ResumeAsked
from patrolcast.runs.trail.opened import opened_trail

ACTOR = Actor("a", "operator", "none")


def test_entries_are_shown_in_order_and_a_trail_that_was_cut_is_refused(published_city: Path, tmp_path: Path) -> None:
    city, seen = copy_of(published_city, tmp_path), list[int]()
    with opened_trail(city.city_runs(), "tiny", (), ACTOR, on_entry=lambda entry: seen.append(entry.seq)) as trail:
        trail.append(ResumeAsked("a test"))
    assert seen == [entry["seq"] for entry in entries(city)]
    path = city.city_runs() / "trail" / "trail.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    with pytest.raises(TrailTruncatedError), opened_trail(city.city_runs(), "tiny", (), ACTOR):
        pass
