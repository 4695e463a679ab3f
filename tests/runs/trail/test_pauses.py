"""Which times were paused, by the entries of a trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.review_events import Paused, ResumeAsked, Resumed
from patrolcast.io.trail import Trail
from patrolcast.runs.trail.pauses import PauseState, pause_of

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def test_times_between_a_pause_and_its_end_were_paused_and_no_others(tmp_path: Path) -> None:
    state, at = PauseState(), [DAY]
    actor = Actor("a", "chief", "none")
    with Trail(tmp_path / "trail", city="x", actor=actor, clock=lambda: at[0], on_entry=state.learn) as trail:
        for hours, event in (
            (1, Paused("person", "a reason in words")),
            (2, Paused("gate", "a second one changes nothing")),
            (3, ResumeAsked("")),
            (4, Resumed("", ("a", "b"))),
            (9, Paused("monitor", "an alarm", "r")),
        ):
            at[0] = DAY + timedelta(hours=hours)
            trail.append(event)
    hours = [n for n in range(12) if state.paused_at(DAY + timedelta(hours=n))]
    assert hours == [1, 2, 3, 9, 10, 11]
    stands = pause_of(tmp_path)
    assert stands == state.now
    assert stands is not None
    assert (stands.who, stands.person, stands.run) == ("an alarm of the monitor", None, "r")
    assert pause_of(tmp_path / "nothing") is None
