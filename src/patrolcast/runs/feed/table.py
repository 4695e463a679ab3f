"""The newest weeks of a city's incidents as the feed checks need them, and days on which too little came."""

from datetime import datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.audit.feed.comparison import DAY_US, FeedTable
from patrolcast.audit.feed.counts import LostDays
from patrolcast.domain.shifts import from_instants, to_instants
from patrolcast.grid.feed_health import find_anomalies
from patrolcast.grid.feed_series import table_series
from patrolcast.numerics.arrays import IntArray
from patrolcast.numerics.distinct import distinct_points

WEEKS = 18
"""Eight weeks that are usual, each beside the eight before it, and the newest."""
_HOLE_YEARS_DAYS, _LEAST_HOLE_DAYS, _NEWEST_DAYS = 400, 120, 14
_HOLES = ("hole", "stop")
_SLACK = 2 * 3_600_000_000


def feed_table(
    incidents: pd.DataFrame, districts: gpd.GeoDataFrame | None, *, newest: datetime, timezone: str
) -> FeedTable:
    """The incidents of the last 18 weeks.

    Parameters
    ----------
    incidents : counted ones, with ``occurred_at``, ``reported_at``, ``category``, ``offence``, place; known by as_of.
    newest : the newest report that can be believed; what is dated later is left out.
    """
    first = newest - timedelta(weeks=WEEKS)
    recent = incidents[(incidents["reported_at"] > first) & (incidents["reported_at"] <= newest)]
    recent = recent.sort_values("reported_at", kind="stable", ignore_index=True)
    # Of all incidents: a category that has vanished for months is still one.
    names = tuple(sorted(map(str, incidents["category"].unique())))
    series = table_series(recent, districts, as_of=newest, timezone=timezone) if len(recent) else None
    occurred = from_instants(to_instants(recent["occurred_at"])).tz_convert(timezone)
    longitude, latitude = (recent[axis].to_numpy(dtype=np.float64) for axis in ("longitude", "latitude"))
    point, _ = distinct_points(longitude, latitude)
    offence = pd.factorize(recent["offence"].astype(str), sort=True)[0]
    day = occurred.tz_localize(None).as_unit("us").asi8 // DAY_US
    known = _wall(recent["reported_at"], timezone)
    end = int(_wall(pd.Series([newest]), timezone)[0])
    return FeedTable(
        known=known,
        hour=np.asarray(occurred.hour, dtype=np.int64),
        category=pd.Index(names).get_indexer(pd.Index(recent["category"].astype(str))).astype(np.int64),
        categories=names,
        district=np.zeros(0, dtype=np.int64) if series is None else series.district.astype(np.int64),
        districts=() if series is None else tuple(series.districts),
        offence=offence.astype(np.int64),
        point=np.asarray(point, dtype=np.int64),
        again=_again(day, np.asarray(point), offence),
        end=end + _slack(known, end),
    )


def lost_days(incidents: pd.DataFrame, newest: datetime, timezone: str) -> tuple[LostDays, ...] | None:
    """Holes that reach into the newest fortnight, as `grid.feed_health` finds them; None: too few days."""
    recent = incidents[incidents["reported_at"] > newest - timedelta(days=_HOLE_YEARS_DAYS)]
    if recent.empty:
        return None
    series = table_series(recent, None, as_of=newest, timezone=timezone)
    if series.n_days < _LEAST_HOLE_DAYS:
        return None
    weekday = (series.first.weekday() + np.arange(series.n_days)) % 7
    since = series.n_days - _NEWEST_DAYS
    holes = [
        anomaly
        for anomaly in find_anomalies(series.counts(), weekday)
        if anomaly.kind in _HOLES and anomaly.last >= since
    ]
    return tuple(
        LostDays(
            series.first + timedelta(days=max(hole.first, since)),
            series.first + timedelta(days=hole.last),
            hole.observed,
            hole.expected,
        )
        for hole in holes
    )


def _wall(moments: pd.Series, timezone: str) -> IntArray:
    """Microseconds of the local wall clock, rising also where the clock is put back."""
    local = from_instants(to_instants(moments)).tz_convert(timezone).tz_localize(None).as_unit("us").asi8
    return np.maximum.accumulate(local.astype(np.int64))


def _slack(known: IntArray, end: int) -> int:
    """Two hours, where most reports come at one time of the day; else none.

    Dates without a time become known at midnight, and a delay of whole hours moves that to 01:00 or 23:00 when the
    clocks change: a window that ended there would hold two days, and the next one none.
    """
    away = np.abs((known - end + DAY_US // 2) % DAY_US - DAY_US // 2)
    return _SLACK if len(known) and float((away <= _SLACK).mean()) > 0.5 else 0


def _again(day: IntArray, point: IntArray, offence: IntArray) -> IntArray:
    """1 for each row that has the day, place and offence of an earlier one."""
    rows = pd.DataFrame({"day": day, "point": point, "offence": offence})
    return rows.duplicated(keep="first").to_numpy().astype(np.int64)
