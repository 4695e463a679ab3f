"""Was the clock set since the last start, and does a night look from a moment that it may publish?

A clock that was set is seen by the machine's own count of time, which nobody sets.

Each entry of the audit trail holds the time twice: by the clock, and since the machine was started. While the machine
was not started anew both grow alike; where they do not, somebody set the clock, to and fro, or it was wrong before.
"""

from datetime import datetime, timedelta
from pathlib import Path

from patrolcast.domain.errors import GateRefusedError
from patrolcast.io.encode import iso_utc
from patrolcast.io.trail import machine
from patrolcast.io.trail.entry import Entry
from patrolcast.runs.trail.pauses import pause_state

SKEW = timedelta(minutes=5)
"""Clocks of two machines, and one that a time server keeps right from one night to the next, differ by less."""


def clock_note(runs: Path) -> str:
    """What to say of a clock that was set since the last entry of the trail of a city's runs; "" where it was not.

    Also "" where that cannot be known: without a trail, and after the machine was started anew.

    Raises as `pause_state`.
    """
    last = pause_state(runs).last
    moved = None if last is None else _set_by(last)
    if last is None or moved is None or abs(moved) <= SKEW:
        return ""
    hours, way = abs(moved).total_seconds() / 3600.0, "forward" if moved > timedelta() else "back"
    return f"the clock was set {way} by {hours:.1f} hours since {iso_utc(_moment(last))}: is it right now?"


def require_not_future(as_of: datetime, *, now: datetime) -> None:
    """Passes where a run as of that moment is not dated into the future.

    Raises GateRefusedError: a date was mistyped, or the clock is wrong.
    """
    if as_of > now + SKEW:
        raise GateRefusedError(
            "publication",
            got=f"a run as of {iso_utc(as_of)}, and now is {iso_utc(now)}",
            rule="nothing is dated into the future",
            cure="name a moment that has passed; is the clock right?",
        )


def _set_by(last: Entry) -> timedelta | None:
    """By how much the clock went on more than the time that has passed; None where nobody knows that."""
    boot = machine.boot_id()
    if boot == "unknown" or last.boot_id != boot:
        return None
    passed = timedelta(microseconds=(int(machine.time_since_boot()) - int(last.mono_ns)) / 1000)
    return machine.clock_time() - _moment(last) - passed


def _moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.ts_utc)
