"""What every page asks for: the published night is looked at anew, and a fault of the trail does not last."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.trail.console import Exported


def account() -> object:
    from patrolcast.web.accounts.models import Account
    from patrolcast.web.accounts.roles import AccountRole

    return Account(username="desk-1", role=AccountRole.AUDITOR)


def test_the_night_is_looked_at_anew_once_it_is_forgotten(place: Path) -> None:
    from patrolcast.web import city

    night = city.tonight()
    assert (night.state, city.the_city().runs) == ("current", place / "runs" / "tiny")
    (place / "runs" / "tiny" / "current").unlink()
    city.forget_checked_night()
    assert city.tonight().state == "none"


def test_what_another_process_wrote_is_seen_and_what_is_recorded_follows_it(place: Path) -> None:
    from tests.web.asked import entries

    from patrolcast.web import city

    city.record(Exported("one"), account())  # type: ignore[arg-type]
    city.the_city().record(Exported("two"), actor=city.actor_of(account()))  # type: ignore[arg-type]
    city.record_as(Exported("three"), city.actor_of(account()))  # type: ignore[arg-type]
    assert [entry["body"]["what"] for entry in entries(place, "export")] == ["one", "two", "three"]


def test_after_a_fault_of_the_trail_the_next_entry_is_taken_again(place: Path) -> None:
    from patrolcast.web import city

    trail = place / "runs" / "tiny" / "trail" / "trail.jsonl"
    right = trail.read_bytes()
    trail.write_bytes(right.replace(b'"run.start"', b'"run.stare"', 1))
    for _ in range(2):
        with pytest.raises(PatrolcastError, match="audit trail"):
            city.record(Exported("one"), account())  # type: ignore[arg-type]
    trail.write_bytes(right)
    city.record(Exported("one"), account())  # type: ignore[arg-type]


def test_without_a_trail_nothing_is_paused_and_the_first_entry_makes_one(place: Path) -> None:
    import shutil

    from patrolcast.web import city

    shutil.rmtree(place / "runs" / "tiny")
    assert city.standing_pause() is None
    city.record(Exported("one"), account())  # type: ignore[arg-type]
    assert city.the_city().has_trail


def test_the_consoles_clock_is_that_of_the_machine_outside_a_demonstration(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime, timedelta

    from django.conf import settings

    from patrolcast.web import city

    assert city.now() < datetime.now(UTC) - timedelta(days=30)
    monkeypatch.setitem(settings.PATROLCAST, "later_seconds", 0.0)
    before = datetime.now(UTC)
    assert before <= city.now() <= datetime.now(UTC)
    assert city.options().failures == 5
