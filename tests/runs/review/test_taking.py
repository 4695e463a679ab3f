"""Of many that ask at once one wins; a request counts once; what is refused stands on the trail."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from tests.runs.reviewed_city import (
    FIRST,
    JO,
    MARTA,
    OFFICER,
    accept,
    entries,
    first_of,
    published_run,
    refusals,
    state_of,
)

from patrolcast.domain.errors import ConflictError, UsageError
from patrolcast.domain.settings import Settings
from patrolcast.patrol.decisions import Change
from patrolcast.runs.review import deliver, opened_review


def test_twenty_at_once_one_wins_and_nineteen_are_refused_on_the_trail(city: Settings) -> None:
    suggestion, won, refused = first_of(city), list[object](), list[ConflictError]()
    together = threading.Barrier(20)

    def ask(n: int) -> None:
        together.wait()
        try:
            won.append(accept(city, suggestion, actor=JO if n % 2 else MARTA, now=FIRST + timedelta(seconds=n)))
        except ConflictError as error:
            refused.append(error)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 19)
    assert {error.why for error in refused} == {"decided"}
    assert {error.exit_code for error in refused} == {22}
    assert len(entries(city, "review.decision")) == 1
    assert refusals(city) == ["decided"] * 19


def test_one_review_shared_by_threads_lets_one_win_too(city: Settings) -> None:
    suggestion, refused = first_of(city), list[ConflictError]()
    with opened_review(city) as review:

        def ask() -> None:
            try:
                review.decide(
                    published_run(city), suggestion, answer="declined", reason_code="nobody_free", actor=JO, now=FIRST
                )
            except ConflictError as error:
                refused.append(error)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refused) == 7
    assert len(entries(city, "review.decision")) == 1


def test_a_request_that_comes_again_counts_once(city: Settings) -> None:
    suggestion = first_of(city)
    one = accept(city, suggestion, request="0123-abcd")
    again = accept(city, suggestion, request="0123-abcd", actor=MARTA)
    assert (one.repeated, again.repeated, again.entry.seq) == (False, True, one.entry.seq)
    visit = {"visits": 1, "minutes": 12.0, "activity": "foot_patrol", "actor": OFFICER, "now": FIRST}
    for _ in range(2):
        deliver(city, published_run(city), suggestion, **visit, request="visit-0001")  # type: ignore[arg-type]
    assert state_of(city, suggestion)["delivered_visits"] == 1.0
    with pytest.raises(UsageError, match="the id of another request"):
        accept(city, first_of(city, 1), request="0123-abcd")


def test_another_thing_under_a_known_request_is_never_said_to_be_done(city: Settings) -> None:
    suggestion, run = first_of(city), published_run(city)
    accept(city, suggestion, request="0123-abcd")
    visit = {"visits": 1, "minutes": 12.0, "activity": "foot_patrol", "actor": OFFICER, "now": FIRST}
    deliver(city, run, suggestion, **visit, request="visit-0001")  # type: ignore[arg-type]
    before = len(entries(city))
    for changed in (
        {"answer": "declined", "reason_code": "nobody_free"},
        {"reason_code": "no_objection"},
        {"actor": JO},
        {"actor": OFFICER},
    ):
        with pytest.raises(UsageError, match="the id of another request"):
            accept(city, suggestion, request="0123-abcd", **changed)
    for other in ({"minutes": 55.0}, {"visits": 2}, {"activity": "advice"}, {"actor": MARTA}):
        with pytest.raises(UsageError, match="the id of another request"):
            deliver(city, run, suggestion, **{**visit, **other}, request="visit-0001")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="the id of another request"):
        deliver(city, run, suggestion, **visit, request="0123-abcd")  # type: ignore[arg-type]
    assert len(entries(city)) == before


def test_an_amendment_that_comes_again_counts_once_and_another_one_does_not(city: Settings) -> None:
    asked = {"answer": "amended", "reason_code": "fewer_minutes", "request": "0123-abcd"}
    one = accept(city, first_of(city), **asked, change=Change(minutes=15.0))
    assert accept(city, first_of(city), **asked, change=Change(minutes=15.0)).entry.seq == one.entry.seq
    with pytest.raises(UsageError, match="the id of another request"):
        accept(city, first_of(city), **asked, change=Change(minutes=20.0))
