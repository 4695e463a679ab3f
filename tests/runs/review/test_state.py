"""What stands by the entries of a trail: which run was the published one when, and what was answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import Published
from patrolcast.domain.trail.review_events import Decided, NotActioned
from patrolcast.io.trail import Trail
from patrolcast.runs.review.state import ReviewState

DAY = datetime(2026, 3, 1, 11, tzinfo=UTC)


def published(run: str, as_of: datetime) -> Published:
    return Published(run, "m", "s", as_of.isoformat(), None, None, False)


def test_a_run_is_the_published_one_from_its_moment_to_that_of_the_next(tmp_path: Path) -> None:
    state = ReviewState()
    with Trail(tmp_path, city="x", actor=Actor("a", "operator", "none"), on_entry=state.learn) as trail:
        trail.append(published("one", DAY))
        trail.append(published("two", DAY + timedelta(days=1)))
        trail.append(published("one", DAY - timedelta(days=1)))  # forced: an older one takes the place of a newer
    assert [state.published_at(DAY + timedelta(hours=h)) for h in (-25, -1, 0, 23)] == [None, "one", "one", "one"]
    assert state.published_at(DAY + timedelta(days=1)) == "one"
    assert [one.until is None for one in state.publications] == [False, False, True]


def test_the_state_is_the_same_whoever_reads_the_entries(tmp_path: Path) -> None:
    first, again = ReviewState(), ReviewState()
    decided = Decided("r", "s", "c", "accepted", "known_concern", "t", 30.0, "c", "", "console", "request-1", "a note")
    with Trail(tmp_path, city="x", actor=Actor("a", "supervisor", "none"), on_entry=first.learn) as trail:
        trail.append(decided)
        trail.append(NotActioned("r", "other", "c", "t", "the shift ended"))
    with Trail(tmp_path, city="x", actor=Actor("a", "operator", "none"), on_entry=again.learn):
        pass
    for state in (first, again):
        assert [state.state("r", name) for name in ("s", "other", "third")] == [
            "accepted",
            "not_actioned",
            "unanswered",
        ]
        assert state.answer("r", "third") == {}
        assert list(state.requests) == ["request-1"]
