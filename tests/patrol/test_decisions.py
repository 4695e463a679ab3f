"""Which answers are legal; for each refusal its neighbour that passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.errors import ConflictError, NotAllowedError, UsageError
from patrolcast.patrol.decisions import (
    ACCEPTED,
    AMENDED,
    ANSWERS,
    DECLINED,
    MAY_DECIDE,
    NOT_ACTIONED,
    UNANSWERED,
    Answer,
    Change,
    Moment,
    Offer,
    answered,
    require_delivered,
    require_person,
)

START, END = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 20, tzinfo=UTC)
OFFER = Offer("r", "s", "1", "1-A", "here", START, END, 30.0, 120.0)
NOW = Moment(START + timedelta(hours=1), UNANSWERED, "published", minutes_left=45.0, cells=("beside",))


def conflict(decision: str, change: Change | None = None, moment: Moment = NOW) -> str:
    with pytest.raises(ConflictError) as error:
        answered(OFFER, decision, change, moment)
    return error.value.why


def test_an_open_suggestion_is_accepted_amended_or_declined() -> None:
    assert answered(OFFER, ACCEPTED, None, NOW) == Answer(ACCEPTED, 30.0, "here")
    assert answered(OFFER, DECLINED, None, NOW) == Answer(DECLINED, 0.0, "")
    assert answered(OFFER, AMENDED, Change(cell="beside"), NOW) == Answer(AMENDED, 30.0, "beside")


@pytest.mark.parametrize("state", [ACCEPTED, AMENDED, DECLINED, NOT_ACTIONED])
@pytest.mark.parametrize("decision", [ACCEPTED, DECLINED])
def test_an_answer_is_final(state: str, decision: str) -> None:
    assert conflict(decision, moment=replace(NOW, state=state)) == "decided"


@pytest.mark.parametrize("standing", ["withdrawn", "expired"])
def test_what_is_withdrawn_or_expired_is_not_answered(standing: str) -> None:
    assert conflict(ACCEPTED, moment=replace(NOW, standing=standing)) == standing


def test_nothing_is_answered_once_its_shift_is_over() -> None:
    assert conflict(DECLINED, moment=replace(NOW, at=END)) == "shift over"
    assert answered(OFFER, DECLINED, None, replace(NOW, at=END - timedelta(seconds=1))).decision == DECLINED


def test_an_amendment_stays_within_the_budget_to_the_minute() -> None:
    assert answered(OFFER, AMENDED, Change(minutes=45.0), NOW).minutes == 45.0
    assert conflict(AMENDED, Change(minutes=45.01)) == "budget"
    assert conflict(AMENDED, Change(minutes=45.0 + 1e-6)) == "budget"
    assert conflict(ACCEPTED, moment=replace(NOW, minutes_left=29.0)) == "budget"


def test_it_moves_only_to_a_cell_of_its_area() -> None:
    assert conflict(AMENDED, Change(cell="far")) == "place"


def test_a_later_start_leaves_time_for_its_minutes() -> None:
    latest = END - timedelta(minutes=30)
    assert answered(OFFER, AMENDED, Change(not_before=latest), NOW).not_before == latest
    assert conflict(AMENDED, Change(not_before=latest + timedelta(minutes=1))) == "shift over"
    assert conflict(AMENDED, Change(not_before=START)) == "shift over"
    with pytest.raises(UsageError, match="must have a zone"):
        answered(OFFER, AMENDED, Change(not_before=latest.replace(tzinfo=None)), NOW)


def test_a_later_start_is_still_to_come() -> None:
    soon = NOW.at + timedelta(minutes=1)
    assert answered(OFFER, AMENDED, Change(not_before=soon), NOW).not_before == soon
    assert conflict(AMENDED, Change(not_before=NOW.at)) == "shift over"
    assert conflict(AMENDED, Change(not_before=NOW.at - timedelta(minutes=10))) == "shift over"


@pytest.mark.parametrize("hours", [-14, 0, 14])
def test_a_start_at_the_end_of_the_calendar_is_refused_like_any_other(hours: int) -> None:
    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=hours)))
    assert conflict(AMENDED, Change(not_before=last)) == "shift over"


def test_an_amendment_leaves_at_least_a_minute_and_does_not_decline_in_all_but_name() -> None:
    assert answered(OFFER, AMENDED, Change(minutes=1.0), NOW).minutes == 1.0
    for minutes in (0.99, 1e-320, -1.0):
        with pytest.raises(UsageError, match="must be 1 or more; decline it instead"):
            answered(OFFER, AMENDED, Change(minutes=minutes), NOW)


@pytest.mark.parametrize(
    ("decision", "change"),
    [
        ("adopted", None),
        (AMENDED, None),
        (AMENDED, Change()),
        (AMENDED, Change(minutes=30.0)),
        (AMENDED, Change(minutes=0.0)),
        (AMENDED, Change(minutes=float("nan"))),
        (AMENDED, Change(minutes=float("inf"))),
        (ACCEPTED, Change(minutes=15.0)),
        (DECLINED, Change(cell="beside")),
    ],
)
def test_an_answer_that_is_none_is_refused(decision: str, change: Change | None) -> None:
    with pytest.raises(UsageError):
        answered(OFFER, decision, change, NOW)


@given(
    decision=st.sampled_from(ANSWERS),
    minutes=st.none() | st.floats(0.5, 500.0),
    cell=st.none() | st.sampled_from(["here", "beside", "far"]),
    later=st.none() | st.integers(-60, 600),
    left=st.floats(-50.0, 200.0),
)
def test_no_answer_leaves_budget_area_or_shift(
    decision: str, minutes: float | None, cell: str | None, later: int | None, left: float
) -> None:
    change = Change(minutes, cell, None if later is None else START + timedelta(minutes=later))
    try:
        then = answered(OFFER, decision, change if decision == AMENDED else None, replace(NOW, minutes_left=left))
    except (ConflictError, UsageError):
        return
    assert then.minutes <= max(left, 0.0) + 1e-9
    assert then.cell in {"", "here", "beside"}
    assert then.minutes >= 1.0 or decision == DECLINED
    begin = then.not_before or START
    assert then.not_before is None or begin > NOW.at
    assert begin + timedelta(minutes=then.minutes) <= END


@pytest.mark.parametrize(
    ("person", "role"), [("", "supervisor"), (" ", "supervisor"), ("x", "officer"), ("x", "clock"), ("x", "gate")]
)
def test_no_answer_without_a_person_in_the_role(person: str, role: str) -> None:
    with pytest.raises(NotAllowedError):
        require_person(person, role, may=MAY_DECIDE, what="a decision")


def test_a_supervisor_may_decide() -> None:
    require_person("m.diaz", "supervisor", may=MAY_DECIDE, what="a decision")


def deliver(state: str = ACCEPTED, visits: int = 2, minutes: float = 30.0, at: datetime = END) -> None:
    require_delivered(OFFER, state, visits=visits, minutes=minutes, at=at, late_hours=2.0)


def test_visits_are_recorded_for_what_was_accepted_up_to_so_many_hours_later() -> None:
    deliver()
    deliver(AMENDED, at=END + timedelta(hours=2))


@pytest.mark.parametrize("state", [UNANSWERED, DECLINED, NOT_ACTIONED])
def test_no_visit_is_recorded_for_what_nobody_accepted(state: str) -> None:
    with pytest.raises(ConflictError) as error:
        deliver(state)
    assert error.value.why == "not accepted"


@pytest.mark.parametrize(
    ("at", "why"), [(START - timedelta(seconds=1), "not yet"), (END + timedelta(hours=3), "shift over")]
)
def test_a_visit_is_recorded_in_its_time(at: datetime, why: str) -> None:
    with pytest.raises(ConflictError) as error:
        deliver(at=at)
    assert error.value.why == why


@pytest.mark.parametrize(("visits", "minutes"), [(0, 10.0), (51, 10.0), (1, -1.0), (1, 1441.0), (1, float("nan"))])
def test_no_number_of_visits_or_minutes_is_refused(visits: int, minutes: float) -> None:
    with pytest.raises(UsageError):
        deliver(visits=visits, minutes=minutes)
