"""What every page has around it: the city, the pages of the role, and what everybody must know before anything else."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from patrolcast.domain.errors import PatrolcastError
from patrolcast.runs.console.shown import local_time
from patrolcast.web.accounts.models import Account, trained_until
from patrolcast.web.accounts.roles import AccountRole
from patrolcast.web.city import now, standing_pause, the_city
from patrolcast.web.pages.quiz import VERSION

PAGES: dict[AccountRole, tuple[tuple[str, str], ...]] = {
    AccountRole.SUPERVISOR: (("tonight", "Tonight"), ("handover", "Handover"), ("training", "Training")),
    AccountRole.OFFICER: (("visits", "My shift"),),
    AccountRole.ANALYST: (
        ("runs", "Runs"),
        ("checks", "Checks over time"),
        ("nights", "Two nights"),
        ("feed", "Feed"),
        ("tests", "Tests"),
        ("jobs", "Jobs"),
    ),
    AccountRole.AUDITOR: (
        *(("trail", "Audit trail"), ("follow", "Follow rate"), ("trained", "Training records")),
        *(("runs", "Runs"), ("tests", "Tests"), ("outcomes", "Outcomes")),
    ),
    AccountRole.CHIEF: (
        ("published", "Published"),
        ("waivers", "Waivers"),
        ("outcomes", "Outcomes"),
        ("runs", "Runs"),
        ("follow", "Follow rate"),
    ),
    AccountRole.ADMINISTRATOR: (("accounts", "Accounts"), ("trained", "Training records")),
}
"""The pages in each role's menu, the first of which is where it begins: name of the address, and what it is called."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    city = the_city()
    user = getattr(request, "user", None)
    moment = now()
    return {
        "city": city.settings.title,
        "menu": PAGES[AccountRole(user.role)] if isinstance(user, Account) else (),
        "role_name": AccountRole(user.role).label if isinstance(user, Account) else "",
        "here": getattr(getattr(request, "resolver_match", None), "url_name", ""),
        "demonstration": settings.PATROLCAST["later_seconds"] != 0,
        "moment": local_time(moment, city.zone),
        "trained_until": trained_until(user, VERSION) if isinstance(user, Account) else None,
        "directory": city_directory(),
        "paused": paused_words() if isinstance(user, Account) else "",
    }


def paused_words() -> str:
    """Who paused, since when and why; "" where nothing is paused, and where the trail cannot be read."""
    try:
        pause = standing_pause()
    except PatrolcastError:  # the page itself says what is wrong with it
        return ""
    return "" if pause is None else f"By {pause.who} since {local_time(pause.since, the_city().zone)}: {pause.reason}."


def city_directory() -> str:
    """What the department's directory is called, "" where there is none."""
    directory = settings.PATROLCAST["options"].directory
    return "" if directory is None else directory.name
