"""What `as_of` means: now, a stated moment, or the newest report that can be believed; and the rows as known then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from patrolcast.domain.settings import Settings, parse_as_of
from patrolcast.domain.shifts import from_instants, to_instants
from patrolcast.grid.newest_report import find_newest
from patrolcast.intake.corrections.resolve import NOT_YET_KNOWN
from patrolcast.intake.raw_rows import RawTable
from patrolcast.intake.rules import IntakeResult, IntakeRules, apply_intake_rules
from patrolcast.intake.times import NOT_A_TIME
from patrolcast.numerics.arrays import IntArray

if TYPE_CHECKING:
    from patrolcast.io.databases.statement import Known


def known_at(settings: Settings, as_of: str, now: datetime) -> Known | None:
    """What a query of a database may know of the moment; None where the config names none."""
    incidents = settings.incidents
    if incidents.database is None:
        return None
    from patrolcast.io.databases.statement import Known

    moment = now if as_of == "now" else None if as_of == "last-report" else parse_as_of(as_of)
    zone = settings.area.timezone if incidents.time_zone == "local" else incidents.time_zone
    since = None if incidents.first_day is None else date.fromisoformat(incidents.first_day)
    return Known(moment, zone, since)


def resolve_as_of(
    raw: RawTable, rules: IntakeRules, bad: dict[str, IntArray], as_of: str, now: datetime
) -> tuple[datetime, IntakeResult]:
    """The moment that ``as_of`` means, and the rows as known then.

    "last-report" is the newest report of a counted incident, without those that stand alone far beyond all others
    (`grid.newest_report`). Only the rules say which incidents are counted, so they run twice: what became known after
    that report must not decide about a row.
    """
    moment = now if as_of in {"now", "last-report"} else parse_as_of(as_of)
    result = apply_intake_rules(raw, rules, as_of=to_micros(moment), bad_rows=bad)
    if as_of == "last-report" and (newest := newest_report(result.incidents)) is not None:
        moment = newest
        del result  # two of them would be held at once
        result = apply_intake_rules(raw, rules, as_of=to_micros(moment), bad_rows=bad)
    return moment, result


def newest_report(incidents: pd.DataFrame) -> datetime | None:
    """The newest report that can be believed, of a table in the order of its reports."""
    newest = find_newest(to_instants(incidents["reported_at"]))
    return None if newest is None else incidents["reported_at"].iloc[newest.position].to_pydatetime()


def isolated_reports(intake: IntakeResult) -> list[str]:
    """A note on reports far beyond all others, whether they are counted by now or not known yet."""
    later = intake.moments.reported[intake.status.marked(NOT_YET_KNOWN)]
    every = np.concatenate([to_instants(intake.incidents["reported_at"]), later[later != NOT_A_TIME]])
    every.sort(kind="stable")  # quick, as nearly all of it is in order
    newest = find_newest(every)
    if newest is None or not newest.n_beyond:
        return []
    first = from_instants(every[newest.position + 1 :][:1])[0]
    after = f"{newest.gap_days:,.0f} days after all others: a mistyped date?"
    if newest.n_beyond == 1:
        return [f"1 report is dated {first:%Y-%m-%d}, {after} It is ignored when the newest report is determined"]
    return [
        f"{newest.n_beyond:,} reports are dated {first:%Y-%m-%d} or later, {after} They are ignored when the newest "
        "report is determined"
    ]


def to_micros(moment: datetime) -> int:
    """A moment as an instant in microseconds."""
    return int(to_instants(pd.DatetimeIndex([moment.astimezone(UTC)]))[0])
