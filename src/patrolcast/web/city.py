"""What every page asks for: the city, the console's options, the time, and what is published."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from django.conf import settings

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.shifts import local_day
from patrolcast.domain.trail import Actor, Event
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.night import PublishedNight, published_night
from patrolcast.runs.review.calls import opened_review
from patrolcast.runs.review.review import Review
from patrolcast.runs.trail.pauses import Pause
from patrolcast.web.accounts.models import Account
from patrolcast.web.state import Options

T = TypeVar("T")

LOOKED_SECONDS = 5
"""The published run is looked at (and its files compared with their hashes) at most so often; decisions look anew."""


def the_city() -> ConsoleCity:
    """The city that this console is for."""
    city: ConsoleCity = settings.PATROLCAST["city"]
    return city


def options() -> Options:
    """The console's own options."""
    console_options: Options = settings.PATROLCAST["options"]
    return console_options


def later() -> timedelta:
    """How much later it is outside than the console takes it to be: nothing, but in a demonstration."""
    return timedelta(seconds=settings.PATROLCAST["later_seconds"])


def now() -> datetime:
    """The moment that the pages are about."""
    return datetime.now(UTC) - later()


def today() -> date:
    """The day on the calendar of the city: terms begin and end by it."""
    return local_day(now(), the_city().zone)


def tonight() -> PublishedNight:
    """What is published."""
    moment = now()
    night = _checked_night(time.monotonic() // LOOKED_SECONDS)
    over = night.expires_at is not None and moment >= night.expires_at
    return replace(night, state="expired") if night.state == "current" and over else night


@lru_cache(maxsize=1)
def _checked_night(_span: float) -> PublishedNight:
    return published_night(the_city(), now=now())


def forget_checked_night() -> None:
    """The next page looks anew."""
    _checked_night.cache_clear()


def actor_of(account: Account, *, way: str = "console") -> Actor:
    """The account as the trail names it."""
    return Actor(id=account.username, role=account.role, auth=way)


def record(event: Event, account: Account) -> None:
    """Writes an event of an account on the trail; raises where it cannot be written, and then nothing may happen."""
    record_as(event, actor_of(account))


def record_as(event: Event, actor: Actor) -> None:
    """The same for whoever has not signed in yet."""
    if the_city().has_trail:
        with_review(lambda review: review.trail.append(event, actor=actor))
    else:
        the_city().record(event, actor=actor)


_HELD = ExitStack()
_REVIEWS: list[Review] = []
_OPENING = threading.Lock()


def with_review(ask: Callable[[Review], T]) -> T:
    """Asks the city's review, whose trail is opened once for the process, since opening reads all of it.

    After a fault of the trail it is opened anew: what refused one entry must not refuse those after it for good.
    """
    try:
        return ask(_review())
    except PatrolcastError as error:
        if error.exit_code in range(30, 35) or error.exit_code in (73, 74, 75, 77):
            forget_review()
        raise


def standing_pause() -> Pause | None:
    """The pause that stands, None where nothing is paused."""
    if not the_city().has_trail:
        return None

    def read_pause(review: Review) -> Pause | None:
        review.trail.append_decided(lambda: None)  # what others wrote meanwhile
        return review.state.pause.now

    return with_review(read_pause)


def _review() -> Review:
    with _OPENING:
        if not _REVIEWS:
            city = the_city()
            _REVIEWS.append(_HELD.enter_context(opened_review(city.settings, runs=city.runs)))
        return _REVIEWS[0]


def forget_review() -> None:
    """Lets go of the trail; the next who asks opens it anew."""
    with _OPENING:
        _REVIEWS.clear()
        _HELD.close()
