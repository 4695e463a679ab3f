"""How many came: of all incidents, of each category, of each district, and days on which next to nothing came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from patrolcast.audit.feed.comparison import (
    FEWEST_WEEKS,
    SPAN_NAMES,
    SPREADS,
    WINDOWS_DAYS,
    FeedTable,
    UsualCounts,
    usual_days,
    usual_of,
)
from patrolcast.audit.feed.names import not_measured
from patrolcast.audit.gates import pass_or_fail
from patrolcast.domain.records import GateResult
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

ROWS, PARTS = (0.5, 2.0), (0.25, 2.0)
"""Shares of what is usual: less than the first or more than the second is no ordinary night."""
PARTS_IN_A_DAY = 4.0
"""One district on one day: a festival in Chicago's first brought three times the usual thefts (2 August 2015)."""
NEXT_TO_NOTHING = 0.25
"""Of all incidents, less than this is no weather either, however much days vary: of 5,000 days of three cities none
brought less than .45 of what is usual (a blizzard in Chicago)."""
FEWEST_MORE = 20
"""A rise by fewer incidents is a bad evening, not a batch."""


@dataclass(frozen=True)
class Level:
    """What came of one part in one window, beside what is usual."""

    name: str
    days: int
    came: int
    usual: float
    breaks: bool

    @property
    def ratio(self) -> float:
        """What came of what is usual, 0 and more."""
        return self.came / max(self.usual, 1.0)

    @property
    def sentence(self) -> str:
        """For people."""
        whose = f"{self.name}: " if self.name else ""
        return f"{whose}{self.came:,} incidents in {SPAN_NAMES[self.days]} where {self.usual:,.0f} are usual"


@dataclass(frozen=True)
class LostDays:
    """Days of the newest fortnight on which too little came, as the search for holes in a feed's history finds them."""

    first: date
    last: date
    observed: float
    expected: float


def rows_check(feed: FeedTable) -> GateResult:
    """All incidents against the same weekday, and the same seven days, of the weeks before."""
    levels = _levels(feed, np.zeros(len(feed.known), dtype=np.int64), ("",), ROWS)
    return _gate("feed_rows", levels, ROWS, "incidents are too few, or the weeks of records too short")


def categories_check(feed: FeedTable) -> GateResult:
    """Each category: did one vanish or double?"""
    named = tuple(name.replace("_", " ") for name in feed.categories)
    levels = _levels(feed, feed.category, named, PARTS)
    return _gate("feed_categories", levels, PARTS, "no category has enough incidents a week")


def districts_check(feed: FeedTable) -> GateResult:
    """Each district."""
    named = tuple(f"district {name}" for name in feed.districts)
    levels = _levels(feed, feed.district, named, PARTS) if len(named) > 1 else []
    why = "no district has enough incidents a week" if len(named) > 1 else "there is one district only"
    return _gate("feed_districts", levels, PARTS, why)


def silent_days(feed: FeedTable) -> tuple[LostDays, ...]:
    """Days of the newest fortnight on which less than a quarter of what is usual became known.

    The search for holes looks at days of occurrence, which late reports fill; here a day without an export shows.
    """
    if not feed.is_long_enough:
        return ()
    counts = feed.by_day(np.zeros(len(feed.known), dtype=np.int64), 1)
    holes = []
    for week in range(2):
        middle = usual_days(counts[week + 1 :]).middle
        for day in np.flatnonzero(_next_to_nothing(counts[week], middle)[:, 0]).tolist():
            at = np.datetime64(feed.end, "us").astype("datetime64[D]").item() - timedelta(days=7 * week + day)
            holes.append(LostDays(at, at, float(counts[week, day, 0]), float(middle[day, 0])))
    return tuple(holes[::-1])


def days_check(lost: Sequence[LostDays] | None) -> GateResult:
    """No hole in the newest fortnight; None where the records are too short to look for one."""
    rule = "0 days of the last 14 on which next to nothing came"
    if lost is None:
        return not_measured("feed_days", rule, "the records are too short")
    n = sum((hole.last - hole.first).days + 1 for hole in lost)
    sentences = [
        f"{hole.first} to {hole.last}: {hole.observed:,.0f} incidents where {hole.expected:,.0f} are usual"
        for hole in lost
    ]
    return GateResult("feed_days", float(n), rule, pass_or_fail(not lost), "; ".join(sentences) or "no hole")


def _levels(feed: FeedTable, codes: IntArray, names: tuple[str, ...], limits: tuple[float, float]) -> list[Level]:
    """Every part in every window that is full enough for a total loss to stand out."""
    if not feed.is_long_enough:
        return []
    levels = []
    for days in WINDOWS_DAYS:
        counts = feed.counts(codes, len(names), days)
        usual = usual_of(counts[1:])
        if days == 1:
            by_day = usual_days(feed.by_day(codes, len(names))[1:])
            usual = UsualCounts(by_day.middle[0], by_day.spread[0])
        away = np.abs(counts[0] - usual.middle) > SPREADS * usual.spread
        few = counts[0] < limits[0] * usual.middle
        most = max(limits[1], PARTS_IN_A_DAY) if days == 1 and limits is PARTS else limits[1]
        many = (counts[0] > most * usual.middle) & (counts[0] - usual.middle > FEWEST_MORE)
        measured = usual.middle > SPREADS * usual.spread
        if limits is ROWS:
            lost = _next_to_nothing(counts[0], usual.middle)
            away, few, measured = away | lost, few | lost, measured | lost
        levels += [
            Level(name, days, int(counts[0, k]), float(usual.middle[k]), bool(away[k] and (few[k] or many[k])))
            for k, name in enumerate(names)
            if measured[k] or (away[k] and many[k])
        ]
    return levels


def _next_to_nothing(came: IntArray, middle: FloatArray) -> BoolArray:
    """Where so little came that neither chance nor a quiet day explains it."""
    low: BoolArray = (came < NEXT_TO_NOTHING * middle) & (middle - came > SPREADS * np.sqrt(middle))
    return low


def _gate(name: str, levels: list[Level], limits: tuple[float, float], why_not: str) -> GateResult:
    rule = f"{limits[0]:g} to {limits[1]:g} times the usual number, where chance does not explain it"
    rule += f"; up to {PARTS_IN_A_DAY:g} times on a single day" if limits is PARTS else ""
    if not levels:
        return not_measured(name, rule, f"{why_not} ({FEWEST_WEEKS} earlier weeks are needed)")
    worst = max(levels, key=lambda level: (level.breaks, abs(np.log(max(level.ratio, 1e-9)))))
    others = [level for level in levels if level.breaks and level is not worst]
    more = f"; {len(others)} more such" if others else ""
    return GateResult(name, round(worst.ratio, 4), rule, pass_or_fail(not worst.breaks), worst.sentence + more)
