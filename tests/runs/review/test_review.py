"""Answers and visits on a real published run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.reviewed_city import (
    ANALYST,
    FIRST,
    JO,
    MARTA,
    OFFICER,
    accept,
    copy_of,
    entries,
    first_of,
    published_run,
    refusals,
    settings_in,
    state_of,
)

from patrolcast.domain.errors import ConflictError, NotAllowedError, PausedError, UnknownError, UsageError
from patrolcast.domain.settings import Settings
from patrolcast.io.trail.verify import verify_trail
from patrolcast.patrol.decisions import Change
from patrolcast.runs.pause.pausing import pause
from patrolcast.runs.review import decide, deliver, open_suggestions, opened_review


def test_an_answer_stands_on_the_trail_with_its_person_and_its_reason(city: Settings) -> None:
    taken = accept(city, first_of(city), note="Shop owners asked for it.")
    (entry,) = entries(city, "review.decision")
    assert entry["actor"]["id"] == "m.diaz"
    assert entry["body"]["reason"] == "known_concern"
    assert "Shop owners" not in str(entry)
    assert taken.entry.body_digest == entry["body_digest"] is not None
    shown = state_of(city, first_of(city))
    assert (shown["decision"], shown["decided_by"], shown["decided_minutes"]) == ("accepted", "m.diaz", 30.0)
    assert verify_trail(city.city_runs() / "trail").exit_code == 0


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
        accept(city, first_of(city), **changed)
    assert entries(city, "review.") == []


def test_a_role_that_may_not_decide_is_refused_on_the_trail(city: Settings) -> None:
    for actor in (OFFICER, ANALYST):
        with pytest.raises(NotAllowedError, match="takes a person in the role records or supervisor"):
            accept(city, first_of(city), actor=actor)
    assert refusals(city) == ["not allowed"] * 2
    assert entries(city, "review.decision") == []


def test_an_unknown_run_or_suggestion_is_named(city: Settings) -> None:
    suggestion = first_of(city)
    with pytest.raises(UnknownError, match="must be a suggestion_id"):
        accept(city, "20260301T1200Z-882664cf25ffffe")
    with pytest.raises(UnknownError, match="must be the id of a run that was published"):
        decide(city, "20260301T1100Z-tiny-00000000", suggestion, answer="accepted", reason_code="known_concern",
               actor=MARTA, now=FIRST)  # fmt: skip


def test_what_expired_or_was_withdrawn_is_not_answered_and_the_attempt_stands_on_the_trail(city: Settings) -> None:
    run, suggestion = published_run(city), first_of(city)
    last = str(open_suggestions(city, now=FIRST)["suggestion_id"].iloc[-1])
    (city.city_runs() / "current").unlink()
    with pytest.raises(ConflictError, match="a run that is withdrawn"):
        decide(city, run, suggestion, answer="accepted", reason_code="known_concern", actor=JO, now=FIRST)
    assert refusals(city) == ["withdrawn"]
    (city.city_runs() / "current").symlink_to(run)
    with pytest.raises(ConflictError, match="not actioned before"):
        accept(city, last, now=FIRST + timedelta(days=40))
    assert refusals(city) == ["withdrawn", "decided"]


def test_an_amendment_takes_only_minutes_that_others_gave_up(city: Settings) -> None:
    more = {"answer": "amended", "reason_code": "better_time", "change": Change(minutes=45.0)}
    with pytest.raises(ConflictError, match="has 30 of its 120 left"):
        accept(city, first_of(city), **more)
    accept(city, first_of(city, 1), answer="declined", reason_code="nobody_free")
    accept(city, first_of(city), **more)
    assert state_of(city, first_of(city))["decided_minutes"] == 45.0
    assert refusals(city) == ["budget"]


def test_visits_add_up_and_only_for_what_was_accepted(city: Settings) -> None:
    suggestion, run = first_of(city), published_run(city)
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
    assert refusals(city) == ["not accepted", "not allowed"]


def test_reasons_and_activities_are_those_of_the_config(published_city: Path, tmp_path: Path) -> None:
    copy_of(published_city, tmp_path)
    own = settings_in(tmp_path / "city", add='[decisions.accept]\nbriefing = "discussed at the briefing"\n')
    accept(own, first_of(own), reason_code="briefing")
    with pytest.raises(UsageError, match="one of briefing"):
        accept(own, first_of(own, 1), reason_code="known_concern")


@pytest.mark.parametrize("name", ["suggestions.csv", "briefing.html", "rollcall.pdf", "forecast.parquet"])
def test_nothing_is_answered_or_open_when_a_published_file_was_changed(city: Settings, name: str) -> None:
    suggestion, file = first_of(city), city.city_runs() / published_run(city) / name
    whole = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(whole + b" ")
    with pytest.raises(ConflictError, match="a run that is withdrawn"):
        accept(city, suggestion)
    assert len(open_suggestions(city, now=FIRST)) == 0
    assert refusals(city) == ["withdrawn"]
    file.write_bytes(whole)
    assert accept(city, suggestion).body["decision"] == "accepted"


def test_a_run_that_expires_within_a_shift_is_not_answered_any_more(city: Settings) -> None:
    suggestion, run = first_of(city), published_run(city)
    asked = {"answer": "declined", "reason_code": "nobody_free", "actor": MARTA, "now": FIRST}
    with opened_review(city) as review:
        review.offered(run).manifest["expires_at"] = "2026-03-01T12:30:00Z"
        with pytest.raises(ConflictError, match="a run that is expired"):
            review.decide(run, suggestion, **asked)  # type: ignore[arg-type]
        review.offered(run).manifest["expires_at"] = "2026-03-01T12:30:01Z"
        review.decide(run, suggestion, **asked)  # type: ignore[arg-type]
    assert refusals(city) == ["expired"]


def test_what_was_decided_while_the_tool_was_paused_is_not_taken_afterwards_either(city: Settings) -> None:
    suggestion, run = first_of(city), published_run(city)
    pause(city, reason="the feed counts reports twice", actor=MARTA, now=FIRST)
    meanwhile = datetime.now(UTC) + timedelta(seconds=1)  # a pause counts from the clock of the trail
    with opened_review(city) as review, pytest.raises(PausedError, match="while the tool was paused"):
        review.decide(
            run, suggestion, answer="declined", reason_code="nobody_free", actor=MARTA, now=FIRST, decided_at=meanwhile
        )
    assert refusals(city) == ["paused"]
