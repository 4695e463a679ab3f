"""Answers and visits on a real published run: one wins, the rest is refused, and everything stands on the trail."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.reviewed_city import (
    ANALYST,
    FIRST,
    JO,
    MARTA,
    OFFICER,
    copy_of,
    entries,
    published_run,
    settings_in,
)

from patrolcast.domain.errors import ConflictError, NotAllowedError, PatrolcastError, UnknownError, UsageError
from patrolcast.domain.settings import Settings
from patrolcast.io.trail.verify import verify_trail
from patrolcast.patrol.decisions import Change
from patrolcast.runs.review import close_shift, decide, deliver, open_suggestions, opened_review


@pytest.fixture
def city(published_city: Path, tmp_path: Path) -> Settings:
    return copy_of(published_city, tmp_path)


def first(city: Settings, n: int = 0) -> str:
    return str(open_suggestions(city, now=FIRST)["suggestion_id"][n])


def accept(city: Settings, suggestion: str, **changed: Any) -> Any:
    asked = {"answer": "accepted", "reason_code": "known_concern", "note": "", "actor": MARTA, "now": FIRST, **changed}
    return decide(city, published_run(city), suggestion, **asked)


def why(city: Settings) -> list[str]:
    return [entry["body"]["why"] for entry in entries(city, "review.refused")]


def state_of(city: Settings, suggestion: str) -> dict[str, Any]:
    table = open_suggestions(city, now=FIRST, run=published_run(city)).set_index("suggestion_id")
    return dict(table.loc[suggestion])


def test_an_answer_stands_on_the_trail_with_its_person_and_its_reason(city: Settings) -> None:
    taken = accept(city, first(city), note="Shop owners asked for it.")
    (entry,) = entries(city, "review.decision")
    assert entry["actor"]["id"] == "m.diaz"
    assert entry["body"]["reason"] == "known_concern"
    assert "Shop owners" not in str(entry)
    assert taken.entry.body_digest == entry["body_digest"] is not None
    shown = state_of(city, first(city))
    assert (shown["decision"], shown["decided_by"], shown["decided_minutes"]) == ("accepted", "m.diaz", 30.0)
    assert verify_trail(city.city_runs() / "trail").exit_code == 0


def test_twenty_at_once_one_wins_and_nineteen_are_refused_on_the_trail(city: Settings) -> None:
    suggestion, won, refused = first(city), list[object](), list[ConflictError]()
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
    assert why(city) == ["decided"] * 19


def test_one_review_shared_by_threads_lets_one_win_too(city: Settings) -> None:
    suggestion, refused = first(city), list[ConflictError]()
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


@pytest.mark.parametrize(
    "changed",
    [
        {"reason_code": ""},
        {"reason_code": "nobody_free"},
        {"reason_code": "other"},
        {"reason_code": "other", "note": "  "},
        {"note": "🙂🙂🙂"},
        {"note": "x" * 1_000_000},
        {"answer": "not_actioned"},
        {"answer": "delivered"},
        {"request": "../../x"},
    ],
)
def test_no_answer_without_a_reason_of_the_config_in_words(city: Settings, changed: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        accept(city, first(city), **changed)
    assert entries(city, "review.") == []


def test_a_role_that_may_not_decide_is_refused_on_the_trail(city: Settings) -> None:
    for actor in (OFFICER, ANALYST):
        with pytest.raises(NotAllowedError, match="takes a person in the role records or supervisor"):
            accept(city, first(city), actor=actor)
    assert why(city) == ["not allowed"] * 2
    assert entries(city, "review.decision") == []


def test_an_unknown_run_or_suggestion_is_named(city: Settings) -> None:
    suggestion = first(city)
    with pytest.raises(UnknownError, match="must be a suggestion_id"):
        accept(city, "20260301T1200Z-882664cf25ffffe")
    with pytest.raises(UnknownError, match="must be the id of a run that was published"):
        decide(city, "20260301T1100Z-tiny-00000000", suggestion, answer="accepted", reason_code="known_concern",
               actor=MARTA, now=FIRST)  # fmt: skip


def test_what_expired_or_was_withdrawn_is_not_answered_and_the_attempt_stands_on_the_trail(city: Settings) -> None:
    run, suggestion = published_run(city), first(city)
    last = str(open_suggestions(city, now=FIRST)["suggestion_id"].iloc[-1])
    (city.city_runs() / "current").unlink()
    with pytest.raises(ConflictError, match="a run that is withdrawn"):
        decide(city, run, suggestion, answer="accepted", reason_code="known_concern", actor=JO, now=FIRST)
    assert why(city) == ["withdrawn"]
    (city.city_runs() / "current").symlink_to(run)
    with pytest.raises(ConflictError, match="not actioned before"):
        accept(city, last, now=FIRST + timedelta(days=40))
    assert why(city) == ["withdrawn", "decided"]


def test_an_amendment_takes_only_minutes_that_others_gave_up(city: Settings) -> None:
    more = {"answer": "amended", "reason_code": "better_time", "change": Change(minutes=45.0)}
    with pytest.raises(ConflictError, match="has 30 of its 120 left"):
        accept(city, first(city), **more)
    accept(city, first(city, 1), answer="declined", reason_code="nobody_free")
    accept(city, first(city), **more)
    assert state_of(city, first(city))["decided_minutes"] == 45.0
    assert why(city) == ["budget"]


def test_a_suggestion_moves_to_a_free_cell_of_its_area_and_only_once(city: Settings) -> None:
    suggestion, run = first(city), published_run(city)
    with opened_review(city) as review:
        offered = review.offered(run)
        beside = sorted(offered.cells_beside(offered.offer(suggestion)))
        named = {
            *map(str, offered.table.loc[offered.table["shift_start"] == offered.offer(suggestion).shift_start, "cell"])
        }
    assert beside
    assert not named & {*beside}
    move = {"answer": "amended", "reason_code": "better_place_nearby"}
    with pytest.raises(ConflictError, match="may move to a cell in or beside area"):
        accept(city, suggestion, **move, change=Change(cell=str(state_of(city, first(city, 1))["cell"])))
    accept(city, suggestion, **move, change=Change(cell=beside[0]))
    with pytest.raises(ConflictError) as error:
        accept(city, first(city, 1), **move, change=Change(cell=beside[0]))
    assert error.value.why == "place"


def test_a_request_that_comes_again_counts_once(city: Settings) -> None:
    suggestion = first(city)
    one = accept(city, suggestion, request="0123-abcd")
    again = accept(city, suggestion, request="0123-abcd", actor=MARTA)
    assert (one.repeated, again.repeated, again.entry.seq) == (False, True, one.entry.seq)
    visit = {"visits": 1, "minutes": 12.0, "activity": "foot_patrol", "actor": OFFICER, "now": FIRST}
    for _ in range(2):
        deliver(city, published_run(city), suggestion, **visit, request="visit-0001")  # type: ignore[arg-type]
    assert state_of(city, suggestion)["delivered_visits"] == 1.0
    with pytest.raises(UsageError, match="the id of another request"):
        accept(city, first(city, 1), request="0123-abcd")


def test_visits_add_up_and_only_for_what_was_accepted(city: Settings) -> None:
    suggestion, run = first(city), published_run(city)
    visit: dict[str, Any] = {"visits": 1, "minutes": 12.0, "activity": "foot_patrol", "actor": OFFICER, "now": FIRST}
    with pytest.raises(ConflictError, match="visits are recorded for what was accepted"):
        deliver(city, run, suggestion, **visit)
    accept(city, suggestion)
    deliver(city, run, suggestion, **visit)
    deliver(city, run, suggestion, **{**visit, "minutes": 10.0})
    shown = state_of(city, suggestion)
    assert (shown["delivered_visits"], shown["delivered_minutes"]) == (2.0, 22.0)
    with pytest.raises(NotAllowedError):
        deliver(city, run, suggestion, **{**visit, "actor": ANALYST})
    with pytest.raises(UsageError, match="must be one of foot_patrol"):
        deliver(city, run, suggestion, **{**visit, "activity": "stop_and_search"})
    assert why(city) == ["not accepted", "not allowed"]


def test_a_shift_that_ended_is_closed_by_whoever_looks_and_its_numbers_add_up(city: Settings) -> None:
    accept(city, first(city))
    accept(city, first(city, 1), answer="declined", reason_code="nobody_free")
    assert close_shift(city, now=FIRST) == []
    over = datetime.fromisoformat("2026-03-01T20:00:00+00:00")
    with pytest.raises(ConflictError, match="not actioned before"):
        accept(city, first(city, 2), now=over)
    (closed,) = entries(city, "shift.closed")
    body = closed["body"]
    assert body["suggestions"] == 8 == body["accepted"] + body["amended"] + body["declined"] + body["not_actioned"]
    assert len(entries(city, "review.not_actioned")) == body["not_actioned"] == 6
    assert {entry["actor"]["role"] for entry in entries(city, "review.not_actioned")} == {"clock"}
    assert close_shift(city, now=over) == []


def test_a_run_that_somebody_changed_is_answered_by_nobody(city: Settings) -> None:
    run, suggestion = published_run(city), first(city)
    path = city.city_runs() / run / "suggestions.geojson"
    path.write_bytes(path.read_bytes().replace(b"30.0", b"90.0"))
    assert b"90.0" in path.read_bytes()
    with pytest.raises(PatrolcastError, match="a run is never changed"):
        decide(city, run, suggestion, answer="accepted", reason_code="known_concern", actor=MARTA, now=FIRST)
    assert entries(city, "review.decision") == []


def test_reasons_and_activities_are_those_of_the_config(published_city: Path, tmp_path: Path) -> None:
    copy_of(published_city, tmp_path)
    own = settings_in(tmp_path / "city", add='[decisions.accept]\nbriefing = "discussed at the briefing"\n')
    accept(own, first(own), reason_code="briefing")
    with pytest.raises(UsageError, match="one of briefing"):
        accept(own, first(own, 1), reason_code="known_concern")
