"""What the machine says of an event: the time, twice, and the account that acts."""

import os
import pwd
import time
from datetime import UTC, datetime
from pathlib import Path

from patrolcast.domain.trail import Actor

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def clock_time() -> datetime:
    """Now, by the clock."""
    return datetime.now(UTC)


def time_text(moment: datetime) -> str:
    """A moment as an entry holds it: UTC, microseconds, always as long, so that texts sort as moments do."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def time_since_boot() -> str:
    """Nanoseconds since the machine was started, sleep included."""
    return str(time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)))


def boot_id() -> str:
    """Which start of the machine it is; "unknown" where the system does not say."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()[:64] or "unknown"
    except (OSError, UnicodeDecodeError):
        return "unknown"


def account(role: str) -> Actor:
    """The account of the operating system that this process runs under, in a role."""
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = f"uid {os.geteuid()}"
    return Actor(id=name, role=role, auth="operating system")
