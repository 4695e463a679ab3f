"""What a chief must know: what is open, and on which written exceptions the city stands."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from patrolcast.report import words
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.nightly.status import status_of


def open_findings(city: ConsoleCity, *, now: datetime) -> list[str]:
    """What a person should look at, a sentence each, checks called as the pages call them."""
    found = status_of(city.settings, city.runs, now=now).open_findings
    return [words.sentence(words.features(words.exception(one))) for one in found]


def waiver_rows(city: ConsoleCity, *, now: datetime) -> list[dict[str, Any]]:
    """Every waiver of the config, the one that ends first at the top; ``days`` are those that it still holds."""
    today = now.astimezone(ZoneInfo(city.zone)).date()
    rows = []
    for waiver in city.settings.waivers:
        kind, of = waiver.subject
        days = (datetime.fromisoformat(waiver.expires).date() - today).days
        what = words.plain(of.replace(".", ": "))
        rows.append(
            {
                "kind": kind,
                "of": what,
                "owner": waiver.owner,
                "until": waiver.expires,
                "reason": waiver.reason,
                "days": days,
            }
        )
    return sorted(rows, key=lambda row: str(row["until"]))
