"""Holes in a part of the feed: one shift, one weekday, one category in one district, the last days of every month.

A feed that loses its nights or its Sundays looks whole by the day and by the month, and the forecast learns that
nothing happens there. Each part is compared, week by week, with what the rest of the feed says of that week: seasons,
trends and holes of the whole then say nothing about the part. What is usual is the median over quarters of a year. A
run of weeks is scored as in `grid/feed_health`. Such weeks are named and counted as they stand: no rule can tell a lost
shift from a quiet one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from patrolcast.domain.counted import counted
from patrolcast.domain.shifts import WallTimes
from patrolcast.grid.feed_health import LEAST_SCORE, maximal_runs, overdispersion
from patrolcast.grid.feed_series import FeedSeries
from patrolcast.grid.gaps import Gap
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray

_FEWEST_WEEKS, _QUARTER = 26, 13
_HOLE, _MOST_OF_A_PART, _MOST_OF_A_PAIR = 0.4, 0.5, 0.3
_MOST_OF_A_WEEK = 1.5
_MOST_NOTES = 6
_FEWEST_MONTHS = 6
_STEP_WEEKS, _HALF_YEAR_WEEKS, _LEAST_STEP, _LEAST_Z, _YEAR_WEEKS = 8, 26, 1.55, 6.0, 52
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True)
class _Hole:
    whose: str
    first: date
    last: date
    observed: float
    expected: float
    to_the_end: bool

    def sentence(self) -> str:
        cure = "is this part of the feed cut off?" if self.to_the_end else "are records missing?"
        return (
            f"{self.whose}, {self.first} to {self.last}: {self.observed:,.0f} incidents where about "
            f"{self.expected:,.0f} are expected from the rest of the feed; {cure} They are counted as they stand, "
            "and the forecast learns from them"
        )


def part_notes(
    series: FeedSeries, gaps: Sequence[Gap], *, shift: IntArray | None = None, shifts: Sequence[str] = ()
) -> tuple[str, ...]:
    """What is missing in parts of the feed, the most missing first.

    Parameters
    ----------
    gaps : what is said already of all incidents, of categories and of districts.
    shift : position in ``shifts`` of each incident of the series, ``[n]``; None: times of day are not known.
    shifts : how each is called.
    """
    n_weeks = series.n_days // 7
    if n_weeks < _FEWEST_WEEKS:
        return ()
    known = (series.day >= 0) & (series.day < 7 * n_weeks)
    week = np.where(known, series.day // 7, 0)
    holes = [*_weekdays(series, n_weeks)]
    if shift is not None and len(shifts) > 1:
        at = week[known] * len(shifts) + shift[known]
        by_shift = np.bincount(at, minlength=n_weeks * len(shifts)).reshape(n_weeks, len(shifts))
        whole = by_shift.sum(axis=1)
        for mine, name in zip(by_shift.T, shifts, strict=True):
            holes += _holes(f"shift {name}", mine, whole - mine, series.first, _MOST_OF_A_PART)
    holes += _pairs(series, gaps, week, known, n_weeks)
    ranked = sorted(holes, key=lambda hole: hole.observed - hole.expected)
    notes = [hole.sentence() for hole in ranked[:_MOST_NOTES]]
    more = len(ranked) - _MOST_NOTES
    notes += [f"{counted(more, 'more hole', 'more holes')} in single shifts, weekdays or districts"] * (more > 0)
    return (*notes, *_days_of_month(series, gaps))


def shift_positions(occurred: WallTimes, starts: Sequence[str]) -> tuple[IntArray, tuple[str, ...]]:
    """Position of the shift in which each incident of a table occurred, ``[n]``, and what the shifts are called.

    Parameters
    ----------
    occurred : times of the incidents by the wall clock of the agency.
    starts : local times at which shifts begin, rising.
    """
    begins = [int(start[:2]) * 60 + int(start[3:5]) for start in starts]
    names = tuple(f"{start} to {end}" for start, end in zip(starts, [*starts[1:], starts[0]], strict=True))
    of_minute = (np.searchsorted(begins, np.arange(1440), side="right") - 1) % len(starts)
    return of_minute[occurred.minute], names


def _weekdays(series: FeedSeries, n_weeks: int) -> Iterator[_Hole]:
    by_day = series.counts()[: 7 * n_weeks].reshape(n_weeks, 7)
    whole = by_day.sum(axis=1)
    for day, name in enumerate(_WEEKDAYS):
        mine = by_day[:, (day - series.first.weekday()) % 7]
        yield from _holes(name, mine, whole - mine, series.first, _MOST_OF_A_PART)


def _pairs(series: FeedSeries, gaps: Sequence[Gap], week: IntArray, known: BoolArray, n_weeks: int) -> Iterator[_Hole]:
    """Each category in each district; not where the district has a gap of its own then."""
    if len(series.districts) < 2 or len(series.categories) < 2:
        return
    n_categories, n_districts = len(series.categories), len(series.districts)
    placed = known & (series.category >= 0) & (series.district >= 0)
    at = (series.category[placed].astype(np.int64) * n_districts + series.district[placed]) * n_weeks + week[placed]
    table = np.bincount(at, minlength=n_categories * n_districts * n_weeks)
    table = table.reshape(n_categories, n_districts, n_weeks)
    for k, category in enumerate(series.categories):
        of_category = table[k].sum(axis=0)
        for d, district in enumerate(series.districts):
            mine = table[k, d]
            whose = f"{category.replace('_', ' ')} in district {district}"
            for hole in _holes(whose, mine, of_category - mine, series.first, _MOST_OF_A_PAIR):
                if not any(_says(gap, hole, district) for gap in gaps):
                    yield hole


def _says(gap: Gap, hole: _Hole, district: str) -> bool:
    """What the whole district shows, each of its categories shows too; a gap of a category is one of all districts."""
    of_it = (gap.category, gap.district) == (None, district)
    return of_it and gap.first <= hole.last and hole.first <= gap.last


def _holes(whose: str, mine: IntArray, others: IntArray, first: date, most: float) -> Iterator[_Hole]:
    """Runs of weeks in which a part is far below its usual share of the others."""
    quarters = [slice(i, i + _QUARTER) for i in range(0, len(mine) - _QUARTER + 1, _QUARTER)]
    shares = [mine[q].sum() / others[q].sum() for q in quarters if others[q].sum()]
    usual_share = float(np.median(shares)) if shares else 0.0
    if not usual_share:
        return
    came, usual = mine.astype(np.float64), np.maximum(_without_surges(others) * usual_share, 1e-9)
    score = (came * np.log(_HOLE) + usual * (1.0 - _HOLE)) / _scale(came, usual)
    for begin, end, total in maximal_runs(score):
        observed, expected = float(came[begin : end + 1].sum()), float(usual[begin : end + 1].sum())
        if total >= LEAST_SCORE and observed <= most * expected:
            last = first + timedelta(days=7 * end + 6)
            yield _Hole(whose, first + timedelta(days=7 * begin), last, observed, expected, end == len(came) - 1)


def _without_surges(others: IntArray) -> FloatArray:
    """What came otherwise, each week at most one and a half times what is usual around it.

    One night of unrest brings as many as a week does, and says nothing of what a shift or a Sunday should have had.
    """
    padded = np.pad(others.astype(np.float64), _QUARTER // 2, mode="reflect")
    around = np.median(np.lib.stride_tricks.sliding_window_view(padded, _QUARTER), axis=1)
    return np.minimum(others, _MOST_OF_A_WEEK * np.maximum(around, 1.0))


def _scale(came: FloatArray, usual: FloatArray) -> float:
    return overdispersion(np.repeat(came / 7, 7), np.repeat(usual / 7, 7))


def _days_of_month(series: FeedSeries, gaps: Sequence[Gap]) -> tuple[str, ...]:
    """The last days of every month are missing where an export stops at a number of rows."""
    counts = series.counts().astype(np.float64)
    day = np.datetime64(series.first, "D") + np.arange(series.n_days)
    for gap in gaps:
        if gap.category is None and gap.district is None:
            counts[(day >= np.datetime64(gap.first)) & (day <= np.datetime64(gap.last))] = np.nan
    of_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    finite = np.isfinite(counts)
    n = np.bincount(of_month[finite], minlength=32)
    came = np.bincount(of_month[finite], weights=counts[finite], minlength=32)
    usual = n * float(np.median(came[1:29] / np.maximum(n[1:29], 1)))
    score = came * np.log(_HOLE) + usual * (1.0 - _HOLE)
    begin = max(range(15, 31), key=lambda day: score[day:].sum())
    late = slice(begin, 32)
    enough = n[begin] >= _FEWEST_MONTHS and score[late].sum() >= 2 * LEAST_SCORE
    if not enough or came[late].sum() > _MOST_OF_A_PART * usual[late].sum():
        return ()
    return (
        f"from day {begin} on of every month: {came[late].sum():,.0f} incidents where about {usual[late].sum():,.0f} "
        "are usual; is each month cut off at a largest number of rows?",
    )


def step_notes(series: FeedSeries, gaps: Sequence[Gap]) -> tuple[str, ...]:
    """Levels that change from one week to the next and stay: half of a feed that is lost, codes that are counted
    otherwise; all incidents first, then categories and districts.

    Parameters
    ----------
    gaps : what is said already.
    """
    parts: list[tuple[str, str | None, str | None, IntArray]] = [("all incidents", None, None, series.counts())]
    for part in series.parts("category"):
        parts.append((part.name.replace("_", " "), part.name, None, part.counts))
    for part in series.parts("district"):
        parts.append((f"all incidents in district {part.name}", None, part.name, part.counts))
    steps = [
        (*step, whose)
        for whose, category, district, counts in parts
        if (step := _step(counts, series.first, [g for g in gaps if _concerns(g, category, district)])) is not None
    ]
    whole = [day for day, *_, whose in steps if whose == "all incidents"]
    steps = [s for s in steps if s[3] == "all incidents" or not any(abs((s[0] - day).days) <= 14 for day in whole)]
    notes = [
        f"{whose}: from {day} on {after:,.1f} incidents a week where {before:,.1f} were usual, unlike the year before "
        "or after. Is part of the feed lost or loaded twice, or did the way of recording change? They are counted as "
        "they stand"
        for day, before, after, whose in steps[:_MOST_NOTES]
    ]
    more = len(steps) - _MOST_NOTES
    others = counted(more, "more category or district has", "more categories or districts have")
    return (*notes, *[f"{others} such a step"] * (more > 0))


def _concerns(gap: Gap, category: str | None, district: str | None) -> bool:
    return gap.category in (None, category) and gap.district in (None, district)


def _step(counts: IntArray, first: date, gaps: Sequence[Gap]) -> tuple[date, float, float] | None:
    """The clearest step: its day, incidents a week in the half years before and after it (or what there is of them)."""
    n_weeks = len(counts) // 7
    weekly = counts[: 7 * n_weeks].reshape(n_weeks, 7).sum(axis=1).astype(np.float64)
    for gap in gaps:
        begin, end = (gap.first - first).days // 7, (gap.last - first).days // 7
        weekly[max(begin, 0) : max(end + 1, 0)] = np.nan
    near_before, near_after, n_near = _around(weekly, _STEP_WEEKS)
    before, after, _ = _around(weekly, _HALF_YEAR_WEEKS)
    close, wide = (np.abs(np.log((b + 0.1) / (a + 0.1))) for a, b in ((near_before, near_after), (before, after)))
    steep = (n_near >= _STEP_WEEKS - 1) & (np.minimum(close, wide) >= np.log(_LEAST_STEP))
    best: tuple[float, int, float, float] | None = None
    for week in (np.flatnonzero(steep[_STEP_WEEKS : n_weeks - _STEP_WEEKS + 1]) + _STEP_WEEKS).tolist():
        near = weekly[week - _STEP_WEEKS : week], weekly[week : week + _STEP_WEEKS]
        spread = max(1.0, *(float(np.nanvar(side) / max(np.nanmean(side), 1e-9)) for side in near))
        n = [float(np.nansum(side)) + 1.0 for side in near]
        z = close[week] / np.sqrt(spread * (1.0 / n[0] + 1.0 / n[1]))
        if z >= _LEAST_Z and (best is None or z > best[0]) and not _is_a_season(weekly, week):
            best = z, week, float(before[week]), float(after[week])
    if best is None:
        return None
    return first + timedelta(days=7 * best[1]), best[2], best[3]


def _around(weekly: FloatArray, reach: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """Of each week, and of the end: the mean of up to ``reach`` weeks before it and from it on, NaN where none is
    known, and of how many known weeks the one is that has fewer; ``[n_weeks + 1]`` each.
    """
    known = np.isfinite(weekly)
    total = np.r_[0.0, np.cumsum(np.where(known, weekly, 0.0))]  # of whole numbers: exact in any order
    n = np.r_[0, np.cumsum(known)]
    week = np.arange(len(weekly) + 1)
    begin, end = np.maximum(week - reach, 0), np.minimum(week + reach, len(weekly))
    n_before, n_after = n[week] - n[begin], n[end] - n[week]
    with np.errstate(invalid="ignore"):
        before, after = (total[week] - total[begin]) / n_before, (total[end] - total[week]) / n_after
    return before, after, np.minimum(n_before, n_after)


def _is_a_season(weekly: FloatArray, week: int) -> bool:
    """Whether a step may be one of the time of year: the weeks after it are as they were a year before, or those
    before it are so again a year later; also where the history is too short to say.
    """
    before, after = weekly[week - _STEP_WEEKS : week], weekly[week : week + _STEP_WEEKS]
    year_before, year_after = week - _YEAR_WEEKS, week + _YEAR_WEEKS
    pairs = [(weekly[year_before:][:_STEP_WEEKS], after)] if year_before >= 0 else []
    pairs += [(before, weekly[:year_after][-_STEP_WEEKS:])] if year_after <= len(weekly) else []
    pairs = [pair for pair in pairs if all(np.isfinite(side).any() for side in pair)]
    step = _log_ratio(before, after)
    return not pairs or any(np.sign(step) * _log_ratio(*pair) < np.log(_LEAST_STEP) for pair in pairs)


def _log_ratio(before: FloatArray, after: FloatArray) -> float:
    return float(np.log((np.nanmean(after) + 0.1) / (np.nanmean(before) + 0.1)))
