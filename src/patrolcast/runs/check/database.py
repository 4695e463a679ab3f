"""What a query of `[incidents]` returns, said before anything runs: columns, what they hold, rows, the newest report.

Nothing is decided here. Columns about persons refuse the query before a row of it is looked at, as they do in a run.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import shown
from patrolcast.domain.settings import Settings
from patrolcast.intake.persons import refuse_person_columns
from patrolcast.intake.times import NOT_A_TIME, parse_times
from patrolcast.io.sources.databases import database_extra
from patrolcast.io.sources.export import mapped_columns
from patrolcast.runs.load.as_of import known_at


@dataclass(frozen=True)
class QueryLook:
    """What a database gives.

    Attributes
    ----------
    columns : name -> what it holds, in the order of the query.
    roles : name -> the roles of `[incidents.columns]` that it is mapped to.
    newest : the newest time of report (or of occurrence, where none is mapped), as the records write it.
    """

    name: str
    n_rows: int
    columns: dict[str, str]
    roles: dict[str, list[str]]
    newest: str

    def lines(self) -> tuple[str, ...]:
        """As a person reads it."""
        head = f"{self.name} returns {counted(self.n_rows, 'row')} of {counted(len(self.columns), 'column')}"
        mapped = {name: f", read as {' and '.join(roles)}" for name, roles in self.roles.items()}
        columns = (f"  {shown(name)}: {kind}{mapped.get(name, '')}" for name, kind in self.columns.items())
        return (f"{head}; newest {self.newest}" if self.newest else head, *columns)


def look_at_database(settings: Settings, *, now: datetime) -> QueryLook | None:
    """What the query or table of `[incidents]` returns; None where the records are files.

    Raises PatrolcastError: what a run would refuse, in the same words.
    """
    known = known_at(settings, settings.as_of, now)
    if known is None:
        return None
    with database_extra("[incidents] database"):
        from patrolcast.io.databases.rows import database_rows
    source = database_rows(settings.incidents, known)
    columns = mapped_columns(settings.incidents)
    refuse_person_columns(source.header, set(columns.values()), file=source.name)
    roles: dict[str, list[str]] = {}
    for role, name in columns.items():
        roles.setdefault(name, []).append(role)
    role = "reported_at" if "reported_at" in columns else "occurred_at"
    newest = ""
    if columns[role] in source.plain:
        moments = [
            parse for batch, _ in source.batches({role: columns[role]}) if (parse := _newest(batch[role], settings))
        ]
        newest = f"{role} {max(moments)}" if moments else ""
    return QueryLook(source.name, source.n_rows, {name: source.kinds[name] for name in source.header}, roles, newest)


def _newest(values: object, settings: Settings) -> str:
    try:
        times = parse_times(values, settings.incidents.time_format)
    except TypeError:  # the run says what is wrong with them
        return ""
    micros = times.micros[times.micros != NOT_A_TIME]
    if not micros.size:
        return ""
    moment = pd.Timestamp(int(np.max(micros)), unit="us").to_pydatetime()
    if times.is_instant:
        return f"{moment.replace(tzinfo=UTC).astimezone(ZoneInfo(settings.area.timezone)):%Y-%m-%d %H:%M %Z}"
    return f"{moment:%Y-%m-%d %H:%M}, as written"
