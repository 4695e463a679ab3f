"""Gaps: days on which a series of the feed is not itself, and whether they are left out of everything that is learned.

What is found (`grid/feed_health`) in all incidents, in each category and in each district is joined with what the
config declares. A day that is left out has no training target and no exposure: no rate, decayed count, season or level
sees it (`grid/exposed`, `numerics/exposure`). It stays in the records and in what pages count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from patrolcast.domain.settings import Incidents
from patrolcast.domain.shifts import local_days, to_instants
from patrolcast.grid.feed_health import FeedAnomaly, find_anomalies, usual_by_day
from patrolcast.numerics.arrays import BoolArray, IntArray

GapKind = Literal["hole", "event", "surge", "stop", "late start", "declared"]
LEFT_OUT: Final[tuple[GapKind, ...]] = ("hole", "event", "late start")
LONGEST_EVENT_DAYS: Final = 7
"""A surge of up to a week is a single event; a longer one may be the new level, and is only named."""
_MOST_DAYS = 0.7
_LEAST_OF_THE_REST = 5.0
_MOST_OF_A_HOLE, _LEAST_OF_A_SURGE = 0.6, 1.6
_MOST_NOTES = 8
_THIN_MONTH = 0.1
"""Share of the median month's incidents below which a month is before the history."""


@dataclass(frozen=True)
class Gap:
    """Days on which all incidents, one category or one district are not themselves.

    Attributes
    ----------
    first, last : its first and last local day.
    category, district : whose; None: all.
    left_out : whether these days are left out of what is learned.
    observed, expected : incidents that came, and that were usual; NaN for a declared gap.
    """

    kind: GapKind
    first: date
    last: date
    category: str | None
    district: str | None
    left_out: bool
    observed: float = float("nan")
    expected: float = float("nan")

    def sentence(self) -> str:
        """What stands on `check`, the briefing and the audit."""
        when = str(self.first) if self.first == self.last else f"{self.first} to {self.last}"
        whose = self.category.replace("_", " ") if self.category else "all incidents"
        whose += f" in district {self.district}" if self.district else ""
        if self.kind == "declared":
            return f"{whose}, {when}: left out of training, levels and seasons, as the config declares"
        return f"{whose}, {when}: {self.observed:,.0f} where about {self.expected:,.0f} are usual; {self._meaning()}"

    def _meaning(self) -> str:
        out = "left out of training, levels and seasons" if self.left_out else "counted as it stands"
        whose = "a district" if self.district else "a category" if self.category else "an export"
        return {
            "hole": f"are records missing? These days are {out}",
            "event": f"a single event, or records loaded twice? These days are {out}",
            "surge": f"a lasting rise, or records loaded twice? These days are {out}",
            "stop": f"{whose} renamed, or a feed cut off? The forecast expects what came last",
            "late start": f"does {whose} begin later than the oldest records? The days before are {out}",
            "declared": "",
        }[self.kind]


@dataclass(frozen=True)
class DeclaredGap:
    """What a config says of some days: leave them out, or count them whatever is found there."""

    first: date
    last: date
    category: str | None
    district: str | None
    leave_out: bool

    def covers(self, gap: Gap) -> bool:
        """Whether it speaks of the same days and of the whole of the gap's series."""
        ours = self.category in (None, gap.category) and self.district in (None, gap.district)
        return ours and self.first <= gap.last and gap.first <= self.last


@dataclass(frozen=True)
class GapRule:
    """Which kinds are left out, and what is declared."""

    kinds: tuple[str, ...] = LEFT_OUT
    declared: tuple[DeclaredGap, ...] = ()


DEFAULT_RULE: Final = GapRule()


def gap_rule(incidents: Incidents) -> GapRule:
    """The rule of a config."""
    declared = (
        DeclaredGap(
            date.fromisoformat(gap.first), date.fromisoformat(gap.last), gap.category, gap.district, gap.leave_out
        )
        for gap in incidents.gaps
    )
    return GapRule(tuple(incidents.leave_out), tuple(declared))


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
        return self._by_day(np.ones(len(self.day), dtype=bool))

    def parts(self, of: Literal["category", "district"]) -> list[SeriesPart]:
        """Each category, or each district, by day; none where there is only one."""
        code, names = (self.category, self.categories) if of == "category" else (self.district, self.districts)
        if len(names) < 2:
            return []
        return [SeriesPart(of, name, self._by_day(code == k)) for k, name in enumerate(names)]

    def _by_day(self, chosen: BoolArray) -> IntArray:
        known = chosen & (self.day >= 0) & (self.day < self.n_days)
        return np.bincount(self.day[known], minlength=self.n_days).astype(np.int64)


def table_series(
    incidents: pd.DataFrame, districts: gpd.GeoDataFrame | None, *, as_of: datetime, timezone: str
) -> FeedSeries:
    """The series of a table of incidents, as the panel of a run would see them.

    Parameters
    ----------
    incidents : ``occurred_at``, ``reported_at`` (with zone), ``category``, ``longitude``, ``latitude``; known by
        ``as_of``, at least one.
    districts : WGS84 polygons with the column ``district``; None: they are not looked at one by one.
    """
    occurred, reported = (
        local_days(to_instants(incidents[f"{what}_at"]), timezone) for what in ("occurred", "reported")
    )
    first = history_start(occurred)
    delay = int(np.ceil(np.median((reported - occurred).astype(np.int64))))
    categories = pd.Categorical(incidents["category"].astype(str))
    labels, district = [], np.full(len(incidents), -1)
    if districts is not None:
        labels = sorted(districts["district"].astype(str).unique())
        points = shapely.points(incidents["longitude"].to_numpy(), incidents["latitude"].to_numpy())
        at, which = shapely.STRtree(points).query(districts.geometry.to_numpy(), predicate="contains")
        district[which] = pd.Index(labels).get_indexer(districts["district"].astype(str))[at]
    return FeedSeries(
        first=first,
        n_days=(as_of.astimezone(ZoneInfo(timezone)).date() - first).days - 1 - max(delay, 0),
        day=(occurred - np.datetime64(first, "D")).astype(np.int64),
        category=categories.codes,
        categories=[str(name) for name in categories.categories],
        district=district,
        districts=labels,
    )


def history_start(days: npt.NDArray[np.datetime64]) -> date:
    """First day of the first local month that holds at least a tenth of the median month's incidents.

    Exports carry a few old occurrences reported late; a history that began with the oldest would be mostly empty.
    """
    month = days.astype("datetime64[M]")
    months, n = np.unique(month, return_counts=True)
    first = months[np.argmax(n >= _THIN_MONTH * np.median(n))]
    start: date = days[month == first].min().astype(object)
    return start


def gap_notes(gaps: Sequence[Gap]) -> list[str]:
    """Every gap in words; at most eight lines, what is left out and what is longest first."""
    ranked = sorted(gaps, key=lambda gap: (not gap.left_out, gap.first - gap.last, gap.first))
    more = len(ranked) - _MOST_NOTES
    notes = [gap.sentence() for gap in ranked[:_MOST_NOTES]]
    return notes + ([f"{more} more such findings in the feed's history"] if more > 0 else [])


def find_gaps(series: FeedSeries, rule: GapRule) -> tuple[Gap, ...]:
    """Everything found and declared, by series and first day.

    What all incidents show is not said again of a category or a district; what one large category or district makes all
    incidents show, while the others are as usual, is said of it alone.
    """
    if series.n_days <= 0:
        return ()
    weekday = (series.first.weekday() + np.arange(series.n_days)) % 7
    whole, kinds = series.counts(), (series.parts("category"), series.parts("district"))
    found = [[find_anomalies(part.counts, weekday) for part in parts] for parts in kinds]
    gaps: list[Gap] = []
    said: tuple[list[FeedAnomaly], list[FeedAnomaly]] = ([], [])  # what need not be said of categories, of districts
    for anomaly in find_anomalies(whole, weekday):
        categories, districts = (
            _is_of_some(anomaly, whole, of_parts, parts, weekday) for of_parts, parts in zip(found, kinds, strict=True)
        )
        if not categories:
            said[0].append(anomaly)
        if categories or not districts:  # what some categories show is not said of the districts in which they were
            said[1].append(anomaly)
        if not (categories or districts):
            gaps.append(_gap(anomaly, None, None, series.first, rule))
    for parts, of_parts, over in zip(kinds, found, said, strict=True):
        for part, anomalies in zip(parts, of_parts, strict=True):
            category, district = (part.name, None) if part.of == "category" else (None, part.name)
            new = (anomaly for anomaly in anomalies if not any(_same_days(anomaly, other) for other in over))
            gaps += [_gap(anomaly, category, district, series.first, rule) for anomaly in new]
    for declared in rule.declared:
        if declared.leave_out:
            whose = (declared.category, declared.district)
            gaps.append(Gap("declared", declared.first, declared.last, *whose, left_out=True))
    return tuple(gaps)


def _is_of_some(
    anomaly: FeedAnomaly,
    whole: IntArray,
    found: Sequence[tuple[FeedAnomaly, ...]],
    parts: Sequence[SeriesPart],
    weekday: IntArray,
) -> bool:
    """Whether some parts show the same and all others together are as usual on these days."""
    mine = [
        part
        for part, of_part in zip(parts, found, strict=True)
        if any(_same_days(anomaly, a) and _same_days(a, anomaly) for a in of_part)
    ]
    if not mine or len(mine) == len(parts):
        return False
    rest, days = whole - np.sum([part.counts for part in mine], axis=0), slice(anomaly.first, anomaly.last + 1)
    usual = usual_by_day(rest.astype(np.float64), weekday)[days].sum()
    share = rest[days].sum() / usual
    as_usual = share > _MOST_OF_A_HOLE if anomaly.share < 1 else share < _LEAST_OF_A_SURGE
    return bool(usual >= _LEAST_OF_THE_REST and as_usual)


def _same_days(one: FeedAnomaly, other: FeedAnomaly) -> bool:
    """Whether most days of the first are days of the other."""
    both = min(one.last, other.last) - max(one.first, other.first) + 1
    return both >= _MOST_DAYS * one.n_days


def _gap(anomaly: FeedAnomaly, category: str | None, district: str | None, first: date, rule: GapRule) -> Gap:
    kind: GapKind = anomaly.kind
    if kind == "surge" and anomaly.n_days <= LONGEST_EVENT_DAYS:
        kind = "event"
    begin, end = (first + timedelta(days=day) for day in (anomaly.first, anomaly.last))
    gap = Gap(kind, begin, end, category, district, kind in rule.kinds, anomaly.observed, anomaly.expected)
    counted = any(not one.leave_out and one.covers(gap) for one in rule.declared)
    return Gap(kind, begin, end, category, district, gap.left_out and not counted, gap.observed, gap.expected)
