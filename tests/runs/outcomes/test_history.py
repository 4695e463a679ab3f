"""What the trail says of the outcomes: named before or after the data, looked at how often."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.audit.planted_outcomes import declared, measure

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.outcomes.declared import Declared
from patrolcast.domain.trail import Actor, Event, Subject
from patrolcast.domain.trail.outcome_events import OutcomesDeclared, OutcomesImported, OutcomesReported
from patrolcast.domain.trail.review_events import Paused, Resumed
from patrolcast.io.trail.entry import Entry
from patrolcast.runs.outcomes.history import (
    OutcomeHistory,
    identities,
    months_by_outcome,
    require_declared,
)


def history(*events: Event) -> OutcomeHistory:
    found = OutcomeHistory()
    for seq, event in enumerate(events, start=1):
        found.learn(as_entry(seq, event))
    return found


def as_entry(seq: int, event: Event) -> Entry:
    """An entry as the trail reads it again."""
    from unittest.mock import Mock

    made = Mock(spec=Entry)
    made.seq, made.event, made.body, made.ts_utc = seq, event.name, event.body, f"2026-07-{seq:02}T00:00:00Z"
    made.actor, made.subject = Actor("a", "b", "c"), Subject()
    return made


def named(asked: Declared) -> OutcomesDeclared:
    return OutcomesDeclared("f" * 64, asked.adopted, identities(asked))


def imported(sha: str, *outcomes: str) -> OutcomesImported:
    months: tuple[dict[str, Any], ...] = tuple({"outcome": one, "first": "2024-01"} for one in outcomes)
    return OutcomesImported(sha, "f" * 64, "d" * 64, 3, months)


def reported(data: str) -> OutcomesReported:
    return OutcomesReported(data, "d", 1, "2026-01", "a", "b", ())


BOTH = declared(measures=[measure(), measure(id="late")])


def test_what_is_named_before_its_data_is_named_beforehand() -> None:
    assert history(named(declared()), imported("x", "use_of_force")).beforehand(BOTH) == {"force"}
    assert history(named(BOTH)).beforehand(BOTH) == {"force", "late"}


def test_what_is_named_after_its_data_is_not_however_often_it_is_named() -> None:
    after = history(named(declared()), imported("x", "use_of_force"), named(BOTH), imported("y", "use_of_force"))
    assert after.beforehand(BOTH) == {"force"}
    assert history(imported("x", "use_of_force"), named(declared())).beforehand(declared()) == set()


def test_of_many_ways_to_ask_named_beforehand_only_the_last_counts() -> None:
    """Else whoever names adoption in ten months beforehand takes the best of them afterwards."""
    other = declared(adopted="2024-02")
    found = history(named(declared()), named(other), imported("x", "use_of_force"))
    assert found.beforehand(other) == {"force"}
    assert found.beforehand(declared()) == set()
    again = history(named(declared()), named(other), named(declared()), imported("x", "use_of_force"))
    assert again.beforehand(declared()) == {"force"}


def test_contrasts_that_stood_when_the_data_came_in_and_are_gone_are_counted() -> None:
    assert history(named(BOTH), imported("x", "use_of_force")).dropped_contrasts(declared()) == 7
    assert history(named(BOTH), imported("x", "use_of_force")).dropped_contrasts(BOTH) == 0
    assert history(named(BOTH), named(declared()), imported("x", "use_of_force")).dropped_contrasts(declared()) == 0
    assert history(named(BOTH), imported("x", "stops")).dropped_contrasts(declared()) == 0


def test_a_question_that_was_named_after_other_data_and_is_gone_is_said_to_be() -> None:
    found = history(imported("x", "stops"), named(BOTH), imported("y", "use_of_force"))
    assert [one.id for one in found.withdrawn(declared())] == ["late"]


def test_reported_crime_has_looks_of_its_own() -> None:
    """The log grows each night while the counts stay as they are."""
    nights = [OutcomesReported("a", "d", 1, "2026-01", "a", "b", (), night, 1) for night in ("p", "q", "q")]
    found = history(reported("a"), *nights)
    assert [found.look(night, at="drawn_sha256") for night in ("p", "q", "r")] == [1, 2, 3]
    assert found.look("a") == 1


def test_a_pause_lasts_until_it_is_ended() -> None:
    pause, resume = Paused("person", "why"), Resumed("on", ("a", "b"))
    assert history(pause, pause, resume, pause).pauses == [
        (datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 3, tzinfo=UTC)),
        (datetime(2026, 7, 4, tzinfo=UTC), None),
    ]


def test_data_of_another_outcome_gives_nothing_away() -> None:
    assert history(imported("x", "stops"), named(declared())).beforehand(declared()) == {"force"}


@pytest.mark.parametrize(
    "changed", [{"adopted": "2024-02"}, {"suggested_areas": ["2"]}, {"measures": [measure(matters=1.2)]}]
)
def test_a_measure_that_was_changed_after_the_data_was_seen_is_another_one(changed: dict[str, Any]) -> None:
    now = declared(**changed)
    found = history(named(declared()), imported("x", "use_of_force"), named(now))
    assert found.beforehand(now) == set()
    assert [one.id for one in found.withdrawn(now)] == ["force"], "and the one it was is said to be gone"
    assert found.beforehand(declared()) == {"force"}


def test_what_was_changed_before_any_data_came_in_is_said_to_be_gone_as_well() -> None:
    now = declared(adopted="2024-02")
    found = history(named(declared()), named(now), imported("x", "use_of_force"))
    assert found.beforehand(now) == {"force"}
    assert [(one.id, one.day, one.entry) for one in found.withdrawn(now)] == [("force", "2026-07-01", 1)]
    assert found.withdrawn(declared()) != found.withdrawn(now)


def test_the_same_data_again_is_the_same_look_and_new_data_a_further_one() -> None:
    found = history(reported("a"), reported("a"), reported("b"), reported("a"))
    assert [found.look(data) for data in ("a", "b", "c")] == [1, 2, 3]
    assert history().look("a") == 1


def test_counts_come_in_their_order_and_months_are_summed_up() -> None:
    assert history(imported("x", "stops"), imported("y", "stops"), imported("x", "stops")).counts() == ["x", "y", "x"]
    assert months_by_outcome([("stops", "2026-02"), ("stops", "2026-01"), ("stops", "2026-02")]) == (
        {"outcome": "stops", "first": "2026-01", "last": "2026-02", "months": 2},
    )


def test_measures_that_are_not_on_the_trail_as_they_are_are_refused(tmp_path: Any) -> None:
    require_declared(history(named(declared())), declared(), tmp_path / "tiny.toml")
    with pytest.raises(GovernanceError, match="not on the audit trail: force"):
        require_declared(history(named(declared())), declared(adopted="2024-02"), tmp_path / "tiny.toml")
