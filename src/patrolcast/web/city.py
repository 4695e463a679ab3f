"""What every page asks for: the city, the console's options, the time, and what is published."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings

from patrolcast.domain.trail import Actor, Event
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.night import Night, published_night
from patrolcast.web.accounts.models import Account
from patrolcast.web.state import Options

LOOKED_SECONDS = 5
"""The published run is looked at (and its files compared with their hashes) at most so often; decisions look anew."""


def the_city() -> ConsoleCity:
    """The city that this console is for."""
    city: ConsoleCity = settings.PATROLCAST["city"]
    return city


def options() -> Options:
    """The console's own options."""
    given: Options = settings.PATROLCAST["options"]
    return given


def later() -> timedelta:
    """How much later it is outside than the console takes it to be: nothing, but in a demonstration."""
    return timedelta(seconds=settings.PATROLCAST["later_seconds"])


def now() -> datetime:
    """The moment that the pages are about."""
    return datetime.now(UTC) - later()


def tonight() -> Night:
    """What is published."""
    moment = now()
    night = _looked(time.monotonic() // LOOKED_SECONDS)
    over = night.expires_at is not None and moment >= night.expires_at
    return replace(night, state="expired") if night.state == "current" and over else night


@lru_cache(maxsize=1)
def _looked(_span: float) -> Night:
    return published_night(the_city(), now=now())


def forget_looked() -> None:
    """The next page looks anew."""
    _looked.cache_clear()


def actor_of(account: Account, *, way: str = "console") -> Actor:
    """The account as the trail names it."""
    return Actor(id=account.username, role=account.role, auth=way)


def record(event: Event, account: Account) -> None:
    """Writes an event of an account on the trail; raises where it cannot be written, and then nothing may happen."""
    the_city().record(event, actor=actor_of(account))
