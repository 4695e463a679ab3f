"""Shifts that are over are closed, and their numbers add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.runs.reviewed_city import (
    FIRST,
    MARTA,
    accept,
    entries,
    first_of,
)
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import (
    ConflictError,
    PausedError,
)
from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.nightly.nightly import run_night
from patrolcast.runs.pause.pausing import pause
from patrolcast.runs.review import close_shift
from patrolcast.runs.review.closing import over_at
from patrolcast.runs.review.state import Publication


def test_a_shift_that_ended_is_closed_by_whoever_looks_and_its_numbers_add_up(city: Settings) -> None:
    accept(city, first_of(city))
    accept(city, first_of(city, 1), answer="declined", reason_code="nobody_free")
    assert close_shift(city, now=FIRST) == []
    over = datetime.fromisoformat("2026-03-01T20:00:00+00:00")
    with pytest.raises(ConflictError, match="not actioned before"):
        accept(city, first_of(city, 2), now=over)
    (closed,) = entries(city, "shift.closed")
    body = closed["body"]
    assert body["suggestions"] == 8 == body["accepted"] + body["amended"] + body["declined"] + body["not_actioned"]
    assert len(entries(city, "review.not_actioned")) == body["not_actioned"] == 6
    assert {entry["actor"]["role"] for entry in entries(city, "review.not_actioned")} == {"clock"}
    assert close_shift(city, now=over) == []


START, END = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "now", "late_hours", "closes"),
    [
        ({}, END, 0.0, True),
        ({}, END - timedelta(seconds=1), 0.0, False),
        ({}, END + timedelta(hours=1), 2.0, False),
        ({}, END + timedelta(hours=2), 2.0, True),
        ({"until": START}, END, 0.0, False),
        ({"until": START + timedelta(seconds=1)}, END, 0.0, True),
        ({"since": END}, END, 0.0, False),
        ({"recorded": END}, END + timedelta(days=9), 0.0, False),
        ({"recorded": END + timedelta(days=99)}, END, 0.0, True),
    ],
)
def test_a_shift_is_closed_once_it_is_over_and_only_by_the_run_that_stood_in_it(
    changed: dict[str, datetime], now: datetime, late_hours: float, closes: bool
) -> None:
    before = START - timedelta(hours=1)
    stands = replace(Publication("r", "", since=before, recorded=before), **changed)
    assert over_at(stands, START, END, now=now, late_hours=late_hours) is closes


def test_the_night_closes_shifts_too_also_while_it_is_paused(city: Settings) -> None:
    config = read_settings(city.city_runs().parents[1] / "configs" / "tiny.toml")
    pause(city, reason="the feed is wrong", actor=MARTA, now=NOW)
    with pytest.raises(PausedError):
        run_night(config, now=NOW + timedelta(days=3))
    assert len(entries(city, "shift.closed")) == 3
