"""What every run says of feedback that nobody answered in time."""

import tomllib
from datetime import datetime
from pathlib import Path

from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import local_day
from patrolcast.io.governance.register import read_register
from patrolcast.io.store.run_store import read_or_none
from patrolcast.runs.feedback.register import ANSWER_DAYS, overdue_lines


def feedback_warnings(city_runs: Path, governance: Path, settings: Settings, *, now: datetime) -> list[str]:
    """A line for each item that is open for longer than the department allows itself, by the city's calendar.

    Parameters
    ----------
    governance : holds a folder of the city's name; its `oversight.toml` may name ``answer_days``.
    """
    today = local_day(now, settings.area.timezone)
    return overdue_lines(read_register(city_runs), today=today, days=answer_days(governance / settings.name))


def answer_days(governance: Path) -> int:
    """Days that `oversight.toml` allows for an answer; where it names none, or cannot be read, the usual number."""
    stated = read_or_none(governance / "oversight.toml")
    try:
        days = tomllib.loads((stated or b"").decode()).get("answer_days", ANSWER_DAYS)
    except ValueError:
        return ANSWER_DAYS
    return days if isinstance(days, int) and days > 0 else ANSWER_DAYS
