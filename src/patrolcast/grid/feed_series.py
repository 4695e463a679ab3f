"""The feed as series: incidents by local day, of all, of each category and of each district."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from patrolcast.domain.counted import counted
from patrolcast.domain.shifts import WallTimes, wall_times
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from patrolcast.numerics.categories import codes_and_names
from patrolcast.numerics.distinct import distinct_points
from patrolcast.numerics.order import whole_median

_THIN_MONTH = 0.1
"""Share of the median month's incidents below which a month is before the history."""
_LATE_DAYS = 28
"""Reports that begin this much after occurrences do show an export that is cut by date of report."""


class SeriesPart(NamedTuple):
    """One category or one district by day, ``[n_days]``."""

    of: Literal["category", "district"]
    name: str
    counts: IntArray


@dataclass(frozen=True)
class FeedSeries:
    """Incidents one by one, as far as gaps need them.

    Attributes
    ----------
    day : local day of occurrence, counted from ``first``, ``[n]``.
    category, district : position in ``categories`` and ``districts``; -1 is none, ``[n]``.
    n_days : days that are known well enough to be looked at.
    """

    first: date
    n_days: int
    day: IntArray
    category: npt.NDArray[np.integer]
    categories: Sequence[str]
    district: npt.NDArray[np.integer]
    districts: Sequence[str]

    def counts(self) -> IntArray:
        """All incidents by day, ``[n_days]``."""
        return np.bincount(self.day[self._known], minlength=self.n_days).astype(np.int64)

    def parts(self, of: Literal["category", "district"]) -> list[SeriesPart]:
        """Each category, or each district, by day; none where there is only one."""
        code, names = (self.category, self.categories) if of == "category" else (self.district, self.districts)
        if len(names) < 2:
            return []
        # One pass over the incidents for all parts; those of none, -1, come first.
        at = (code[self._known].astype(np.int64) + 1) * self.n_days + self.day[self._known]
        by_day = np.bincount(at, minlength=(len(names) + 1) * self.n_days).reshape(len(names) + 1, self.n_days)
        return [SeriesPart(of, name, by_day[k + 1]) for k, name in enumerate(names)]

    @cached_property
    def _known(self) -> BoolArray:
        return (self.day >= 0) & (self.day < self.n_days)


def table_series(
    incidents: pd.DataFrame,
    districts: gpd.GeoDataFrame | None,
    *,
    as_of: datetime,
    timezone: str,
    times: tuple[WallTimes, WallTimes] | None = None,
    places: tuple[AnyIntArray, IntArray] | None = None,
) -> FeedSeries:
    """The series of a table of incidents, as the panel of a run would see them.

    Parameters
    ----------
    incidents : ``occurred_at``, ``reported_at`` (with zone), ``category``, ``longitude``, ``latitude``; known by
        ``as_of``, at least one.
    districts : WGS84 polygons with the column ``district``; None: they are not looked at one by one.
    times : of occurrence and of report by the clock of ``timezone``, where they are at hand.
    places : the distinct point of each incident, and the first incident of each point, where they are at hand.
    """
    wall = times or [wall_times(incidents[f"{event}_at"], timezone) for event in ("occurred", "reported")]
    occurred, reported = (clock.days for clock in wall)
    first = history_start(occurred, reported)
    delay = int(np.ceil(whole_median((reported - occurred).astype(np.int64))))
    codes, names = codes_and_names(incidents["category"])
    labels, district = [], np.full(len(incidents), -1, dtype=np.int32)
    if districts is not None:
        labels = sorted(districts["district"].astype(str).unique())
        # Cities report by the block: far fewer points than incidents.
        x, y = (incidents[name].to_numpy(dtype=np.float64) for name in ("longitude", "latitude"))
        of_place, one_of = places or distinct_points(x, y)
        numbers = pd.Index(labels).get_indexer(districts["district"].astype(str))
        district = _districts_of(x[one_of], y[one_of], districts.geometry.to_numpy(), numbers)[of_place]
    return FeedSeries(
        first=first,
        n_days=(as_of.astimezone(ZoneInfo(timezone)).date() - first).days - 1 - max(delay, 0),
        day=(occurred - np.datetime64(first, "D")).astype(np.int64),
        category=codes,
        categories=names,
        district=district,
        districts=labels,
    )


def _districts_of(
    x: FloatArray, y: FloatArray, areas: npt.NDArray[np.object_], numbers: npt.NDArray[np.integer]
) -> Int32Array:
    """The number of the last area that contains each point, -1 where none does; areas may be prepared by this."""
    shapely.prepare(areas)
    of_point = np.full(x.size, -1, dtype=np.int32)
    order = np.argsort(x)
    rising = x[order]
    for area, number in zip(areas, numbers, strict=True):
        west, south, east, north = shapely.bounds(area)
        near = order[np.searchsorted(rising, west) : np.searchsorted(rising, east, side="right")]
        near = near[(y[near] >= south) & (y[near] <= north)]
        of_point[near[shapely.contains_xy(area, x[near], y[near])]] = number
    return of_point


def history_start(days: npt.NDArray[np.datetime64], reported: npt.NDArray[np.datetime64] | None = None) -> date:
    """First day of the first local month that holds at least a tenth of the median month's incidents.

    Exports carry a few old occurrences reported late; a history that began with the oldest would be mostly empty. An
    export cut by date of report holds years of them, growing denser towards its first report: where reports begin a
    month or more after occurrences do, and far more than the usual delay, the history starts with the reports.

    Parameters
    ----------
    days, reported : local days on which each incident occurred and became known; without the latter the former decide.
    """
    start = _first_whole(days)
    if reported is None or not days.size:
        return start
    first_report = _first_whole(reported)
    usual = whole_median((reported - days).astype(np.int64))
    late = (first_report - start).days
    return first_report if late >= _LATE_DAYS and late > 2 * usual else start


def late_reports_note(times: tuple[WallTimes, WallTimes]) -> tuple[str, ...]:
    """A note on incidents that occurred before the first reports of the export: they say little of how many there were.

    Parameters
    ----------
    times : of occurrence and of report, by the wall clock of the agency.
    """
    occurred, reported = (clock.days for clock in times)
    if not occurred.size:
        return ()
    start = history_start(occurred, reported)
    if start == history_start(occurred):
        return ()
    n = int((occurred < np.datetime64(start, "D")).sum())
    before = counted(n, "incident occurred before and was", "incidents occurred before and were")
    return (
        f"reports begin on {start}: {before} reported later; the history starts there "
        f'([incidents] first_day = "{start}" sets them aside)',
    )


def _first_whole(days: npt.NDArray[np.datetime64]) -> date:
    low = days.min()
    n_of_day = np.bincount((days - low).astype(np.int64))
    occurs = np.flatnonzero(n_of_day)
    first_of_month = np.unique((low + occurs).astype("datetime64[M]"), return_index=True)[1]
    n = np.add.reduceat(n_of_day[occurs], first_of_month)
    start: date = (low + occurs[first_of_month[np.argmax(n >= _THIN_MONTH * np.median(n))]]).astype(object)
    return start
