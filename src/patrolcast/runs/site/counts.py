"""The counts that a release may show for the first time: whole months of reports, and residents of a census.

Each is shown once. A month comes when its reports are complete and is never counted again, since two releases of one
month would show by their difference single reports that came late. Cities that cover the same land show the counts of
one of them: the difference of two variants would show what only one of them counts.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from patrolcast.audit.small_cells.ranges import exposed_totals
from patrolcast.audit.small_cells.suppress import suppressed
from patrolcast.audit.small_cells.totals import totals_of
from patrolcast.domain.errors import GateRefusedError
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.public.count_table import CountTable, with_margins
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import local_day
from patrolcast.grid.feed_series import FeedSeries, table_series
from patrolcast.intake.codebook import parse_codebook
from patrolcast.io.codebook_files import read_codebook
from patrolcast.report.site.count_pages import REPORTS, RESIDENTS
from patrolcast.runs.load.city import load_city

WHOLE_AREA = "the whole area"
"""The only row of a city without districts."""


def months_due(settings: Settings, as_of: datetime, shown: Collection[str]) -> list[str]:
    """Months whose reports are complete by ``as_of`` and that come behind every month that was shown, oldest first.

    >>> from types import SimpleNamespace as S
    >>> from zoneinfo import ZoneInfo
    >>> city = S(area=S(timezone="UTC"), model=S(maturity_days=7), site=S(months=2))
    >>> months_due(city, datetime(2026, 6, 5, tzinfo=ZoneInfo("UTC")), ())
    ['2026-03', '2026-04']
    """
    ripe = local_day(as_of, settings.area.timezone) - timedelta(days=settings.model.maturity_days)
    months, month = list[str](), ripe.replace(day=1)
    while len(months) < settings.site.months:
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(f"{month:%Y-%m}")
    latest = max(shown, default="")
    return [month for month in reversed(months) if month > latest]


def report_tables(settings: Settings, as_of: datetime, months: Collection[str]) -> list[CountTable]:
    """Citizen reports of each month by district and category, whole; months outside the history are left out.

    Raises PatrolcastError: the records cannot be read.
    """
    loaded = load_city(settings, as_of=as_of.isoformat(), now=as_of)
    incidents = loaded.tables.incidents.table
    if incidents.empty:
        return []
    series = table_series(incidents, loaded.tables.districts, as_of=loaded.as_of, timezone=settings.area.timezone)
    categories = _columns(settings, series)
    return [table for month in months if (table := _table_of(series, month, categories)) is not None]


def _columns(settings: Settings, series: FeedSeries) -> list[str]:
    """Categories that citizens may report by the codebook, seen or not.

    A column that comes with the first report of its kind would show that there was one, and none before.
    """
    codebook = parse_codebook(read_codebook(settings.codebook.path), file=settings.codebook.path.name)
    named = {of for of, who in codebook.offences.values() if of and who is not Provenance.OFFICER}
    return sorted({*named, *series.categories})


def _table_of(series: FeedSeries, month: str, categories: Sequence[str]) -> CountTable | None:
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    begin, end = (first - series.first).days, (after - series.first).days
    if begin < 0 or end > series.n_days:
        return None
    inside = (series.day >= begin) & (series.day < end)
    # What lies in no district has no row: one that comes and goes would show whether there was any.
    rows = list(series.districts) or [WHOLE_AREA]
    inside &= (series.district >= 0) | (not series.districts)
    counts = np.zeros((len(rows), len(categories)), dtype=np.int64)
    column = np.array([categories.index(name) for name in series.categories], dtype=np.int64)
    np.add.at(counts, (np.maximum(series.district[inside], 0), column[series.category[inside]]), 1)
    return with_margins(REPORTS, month, rows, categories, counts.tolist(), by_row=True)


def resident_table(audit: Mapping[str, Any]) -> CountTable | None:
    """Residents by district and group as the audit of a run has them, whole and rounded; None where it has none."""
    disparity = audit.get("disparity")
    if not isinstance(disparity, Mapping) or not (districts := disparity.get("districts")):
        return None
    groups = sorted({str(row["group"]) for rows in districts.values() for row in rows})
    counts = []
    for rows in districts.values():
        of_group = {str(row["group"]): round(float(row["residents"])) for row in rows}
        if of_group.keys() != {*groups}:
            return None
        counts.append([of_group[group] for group in groups])
    return with_margins(
        RESIDENTS, str(disparity.get("vintage") or "census"), list(districts), groups, counts, by_row=False
    )


def as_shown(table: CountTable, *, land: str, least: int) -> CountTable:
    """The table with small counts withheld, after an attack on it found none of them out.

    Raises GateRefusedError: the attack found something out; nothing may be shown.
    """
    shown = suppressed(table, least=least)
    whole = totals_of(table, land=land)
    small = {total.atoms for total in whole if total.value is not None and total.value < least}
    exposed = exposed_totals(totals_of(shown, land=land), least, small=small)
    if exposed:
        rule, cure = f"no count below {least} may be found out", "nothing was written; show fewer counts"
        raise GateRefusedError("small counts of the site", got=exposed[0].sentence, rule=rule, cure=cure)
    return shown
