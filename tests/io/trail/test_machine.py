"""What the machine says of an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from patrolcast.io.trail.entry import _COUNT, _TIME
from patrolcast.io.trail.machine import account, boot_id, clock_time, time_since_boot, time_text


def test_times_are_as_an_entry_needs_them_and_sort_as_moments_do() -> None:
    early = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-6)))
    late = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert time_text(early) == "2026-03-02T05:30:00.000000Z" < time_text(late)
    assert _TIME.fullmatch(time_text(clock_time()))


def test_the_count_since_the_start_of_the_machine_grows() -> None:
    one, other = time_since_boot(), time_since_boot()
    assert int(one) <= int(other)
    assert _COUNT.fullmatch(one)


def test_an_account_of_the_system_acts_and_the_start_of_the_machine_is_known_or_said_to_be_unknown() -> None:
    actor = account("nightly")
    assert (bool(actor.id), actor.role, actor.auth) == (True, "nightly", "operating system")
    assert boot_id()
