"""Events: each has a name of its own, and every field goes where its name says."""

from __future__ import annotations

import dataclasses

from patrolcast.domain.trail import Event, Subject
from patrolcast.domain.trail.events import RunFinished, RunRefused, WaiverUsed


def kinds() -> list[type[Event]]:
    return Event.__subclasses__()


def test_every_kind_of_event_has_a_name_of_its_own_and_is_frozen() -> None:
    names = [kind.name for kind in kinds()]
    assert len(names) == len(set(names)) > 10
    assert all(dataclasses.fields(kind) and kind.__dataclass_params__.frozen for kind in kinds())  # type: ignore[attr-defined]


def test_what_it_is_about_what_is_detached_and_what_stays_are_kept_apart() -> None:
    refused = RunRefused(run="r1", exit_code=20, text="Jane Doe said no")
    assert (refused.subject, refused.detached, refused.body) == (
        Subject(run="r1"),
        "Jane Doe said no",
        {"exit_code": 20},
    )


def test_an_event_without_a_text_detaches_nothing_and_a_start_without_a_run_is_about_none() -> None:
    waiver = WaiverUsed(run="r1", kind="gate", of="skill", owner="Board", expires="2027-01-01", reason="because")
    assert (waiver.detached, RunRefused(exit_code=10, text="x").subject) == ("", Subject())


def test_lists_in_a_body_are_lists_as_a_reader_gets_them_back() -> None:
    event = RunFinished(run="r", manifest_sha256="", publishable=False, gates={}, stopped_by=("skill",))
    assert event.body["stopped_by"] == ["skill"]
