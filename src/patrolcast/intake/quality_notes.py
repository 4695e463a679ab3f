"""Peculiarities of the kept incidents, in sentences: heaps on one value, coarse places, a level or codes that change.

None of them refuses anything: each is true of some honest export. A reader of the forecast should know them all the
same, because a heap is often a default value and a break is often a change in recording, not in what happened.
"""

import numpy as np
import pandas as pd

from patrolcast.domain.counted import counted
from patrolcast.domain.shifts import from_instants, months_of_days, to_instants
from patrolcast.intake.clock.rhythm import month_spans
from patrolcast.intake.persons import NO_CODE
from patrolcast.intake.raw_rows import RawTable
from patrolcast.intake.rules import IntakeResult, list_codes
from patrolcast.intake.times import DAY, HOUR, NOT_A_TIME
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, IntArray
from patrolcast.numerics.categories import codes_and_names
from patrolcast.numerics.order import rows_by

_CODES = {"offence": "offence codes", "call source": "call sources"}
_FEWEST_INCIDENTS = 200
"""Below this many incidents, shares say too little for a note."""
_MANY_AT_MIDNIGHT = 0.05
_MANY_ON_FIRST = 0.07
_MANY_AT_ONE_POINT = 0.02
_NO_PLACE = ("no location", "coordinate is not a number", "coordinates (0, 0)", "coordinates outside their range")
_MANY_WITHOUT_PLACE, _TIMES_FEWER, _FEWEST_OF_PART = 0.03, 2.0, 500
"""Chicago lacks at most 0.6 % of places in any year or category, the sample 0.8 %."""
_BLOCK = 28 * DAY
_FEWEST_BLOCKS = 4
_BLOCKS = 14
"""The newest 28 days and the 13 blocks before them: about a year, so that seasons are in the comparison."""
_USUAL_LEVEL = (0.5, 1.7)
_MANY_NEW_CODES = 0.2
_FEWEST_OF_MONTH, _TIMES_COARSER = 100, 3.0
_FEWEST_ON_POINT, _MUCH_OF_CATEGORY, _TIMES_NEXT = 30, 0.04, 3.0
_NEWEST_DAYS, _MUCH_OF_NEWEST, _TIMES_BEFORE = 182, 0.01, 8.0


def quality_notes(
    raw: RawTable, result: IntakeResult, *, delay_hours: float, places: tuple[AnyIntArray, IntArray]
) -> list[str]:
    """Peculiarities of the kept incidents that a reader should know, one sentence each.

    Parameters
    ----------
    places : the distinct point of each incident, and the first incident of each point.
    """
    kept = result.status.open
    n = int(kept.sum())
    moments = result.moments
    notes: list[str] = []
    if "reported_at" not in raw.times:
        notes.append(f"no time of report: a record counts as known {delay_hours:g} hours after it happened")
    if moments.only_dates:
        notes.append("dates without a time of day: each record stands for its whole local day")
    elif days := int((kept & moments.days).sum()):
        some = counted(days, "incident has", "incidents have")
        notes.append(f"{some} a date without a time of day: each stands for its whole local day")
    ranges = drawn_moments(result)
    if ranges:
        which = "happened at an unknown moment within a stated range: one moment is drawn at random within it"
        notes.append(f"{counted(ranges, 'incident')} {which}")
    if placeholders := int((kept & moments.placeholders).sum()):
        some = counted(placeholders, "end of a range is", "ends of a range are")
        notes.append(f"{some} a placeholder such as 1900-01-01: read as no end")
    if doubtful := int((kept & moments.doubtful).sum()):
        reading = "skipped ones are moved to its end, repeated ones are read as the first"
        falls = counted(doubtful, "time falls", "times fall")
        notes.append(f"{falls} in the hour that a clock change skips or repeats: {reading}")
    if result.unknown_codes:
        lists = [f"{_CODES[kind]} not in the codebook: {list_codes(n)}" for kind, n in result.unknown_codes.items()]
        notes.append("; ".join(lists).replace(f"{NO_CODE} (", "empty ("))
    return notes + (
        [
            *_heaps(result, kept, n),
            *_busy_points(result, *places),
            *_coarser_months(result, *places),
            *_without_place(raw, result, kept),
            *_breaks(raw, result, kept),
        ]
        if n >= _FEWEST_INCIDENTS
        else []
    )


def drawn_moments(result: IntakeResult) -> int:
    """Kept incidents of which a span of time is known, each counted at one moment drawn within it."""
    moments = result.moments
    return 0 if moments.only_dates else int((result.status.open & (moments.end > moments.start)).sum())


def _heaps(result: IntakeResult, kept: BoolArray, n: int) -> list[str]:
    """Values that hold more incidents than chance would put there."""
    notes: list[str] = []
    share = float((kept & result.moments.at_midnight).sum()) / n
    if share > _MANY_AT_MIDNIGHT:
        notes.append(f"{share:.1%} of times are midnight exactly: often a time that nobody knew")
    step = max(n // 100_000, 1)
    first = float((from_instants(result.moments.start[kept][::step]).day == 1).mean())
    if first > _MANY_ON_FIRST:
        notes.append(f"{first:.1%} of incidents fall on the first of a month: often a date that nobody knew")
    most = result.most_on_one_point
    if most > _MANY_AT_ONE_POINT * n:
        notes.append(f"{most / n:.1%} of incidents stand on one point: perhaps a default address")
    thousandths = result.incidents["latitude"].to_numpy()[::step] * 1000
    if np.mean(np.abs(thousandths - np.round(thousandths)) < 1e-6) > 0.5:
        notes.append("most coordinates have three decimals or fewer: places are known to about 100 m")
    return notes


def _busy_points(result: IntakeResult, of: AnyIntArray, first: IntArray) -> list[str]:
    """Points (to about 10 m) that hold much of one category, or much more than ever before in the newest half year.

    A default address of one kind of report, or of a new system, is too rare among all incidents to be found there.
    """
    table = result.incidents
    longitude, latitude = (table[axis].to_numpy()[first] for axis in ("longitude", "latitude"))
    square = pd.factorize(np.round(longitude * 1e4) * 1e8 + np.round((latitude + 90) * 1e4))[0].astype(np.int32)
    point = square[of]
    notes: list[str] = []
    codes, categories = codes_and_names(table["category"])
    for code, category in enumerate(categories):
        counts = np.bincount(point[codes == code])
        most, n_rows = int(counts.max()), int(counts.sum())
        if most >= _FEWEST_ON_POINT and most > _MUCH_OF_CATEGORY * n_rows and most > _TIMES_NEXT * _next(counts):
            where = _place(table, int(np.flatnonzero(point == counts.argmax())[0]))
            notes.append(
                f"{most / n_rows:.1%} of {category.replace('_', ' ')} ({most:,}) stand on one point, {where}: "
                "a default address of these reports, or one busy place? They are counted there"
            )
    occurred = to_instants(table["occurred_at"])
    is_new = (occurred.max() - occurred) // DAY < _NEWEST_DAYS
    n_new, n_old = int(is_new.sum()), int((~is_new).sum())
    if n_old < _FEWEST_INCIDENTS or n_new < _FEWEST_INCIDENTS:
        return notes
    n_points = int(point.max()) + 1
    now = np.bincount(point[is_new], minlength=n_points)
    before = np.bincount(point, minlength=n_points) - now
    usual = before * (n_new / n_old) + 1.0
    at = int((now - usual).argmax())
    if now[at] >= _FEWEST_ON_POINT and now[at] > _MUCH_OF_NEWEST * n_new and now[at] > _TIMES_BEFORE * usual[at]:
        where = _place(table, int(np.flatnonzero(point == at)[0]))
        notes.append(
            f"{now[at]:,} incidents of the newest half year stand on one point, {where}, where about {usual[at]:,.0f} "
            "were usual before: a default address of a new system? They are counted there"
        )
    return notes


def _next(counts: IntArray) -> int:
    """The second largest."""
    return int(np.partition(counts, -2)[-2]) if counts.size > 1 else 0


def _place(table: pd.DataFrame, row: int) -> str:
    return f"{table['latitude'].iloc[row]:.4f}, {table['longitude'].iloc[row]:.4f}"


def _coarser_months(result: IntakeResult, of: AnyIntArray, first: IntArray) -> list[str]:
    """Months whose places are far fewer than those of other months: rounded, moved to centers, or a column repeated."""
    by_month = rows_by(months_of_days(to_instants(result.incidents["occurred_at"]) // DAY))
    full = {month: rows for month, rows in by_month.items() if rows.size >= _FEWEST_OF_MONTH}
    if len(full) < 2:
        return []
    bad: set[int] = set()
    for axis in ("longitude", "latitude"):
        value = pd.factorize(result.incidents[axis].to_numpy()[first])[0].astype(np.int32)  # of each point
        share = np.array([_n_different(value[of[rows]]) / rows.size for rows in full.values()])
        few = share * _TIMES_COARSER < np.quantile(share, 0.75)
        bad |= {month for month, is_few in zip(full, few, strict=True) if is_few}
    if not bad:
        return []
    return [
        f"{month_spans(sorted(bad))}: incidents stand on far fewer different places than in other months: were places "
        "rounded, moved to the middle of an area, or a coordinate repeated? They are counted where they stand"
    ]


def _n_different(codes: AnyIntArray) -> int:
    return int(np.count_nonzero(np.bincount(codes)))


def _without_place(raw: RawTable, result: IntakeResult, kept: BoolArray) -> list[str]:
    """Records of forecast categories without a usable place: does their share rise, and of what kind are they?"""
    lost = np.zeros(kept.size, dtype=bool)
    for rule in _NO_PLACE:
        lost |= result.status.marked(rule)
    rows = np.flatnonzero((kept | lost) & (result.category >= 0) & (result.moments.start != NOT_A_TIME))
    year = months_of_days(result.moments.start[rows] // DAY) // 12
    by_year, by_category = _shares(year, lost[rows]), _shares(result.category[rows], lost[rows])
    notes: list[str] = []
    if len(by_year) > 1:
        first, last = min(by_year), max(by_year)
        low, high = by_year[first], by_year[last]
        if high >= _MANY_WITHOUT_PLACE and high >= _TIMES_FEWER * low:
            notes.append(
                f"records without a usable place rose from {low:.1%} in {first} to {high:.1%} in {last}: these "
                "records are refused, so the forecast sees a smaller share of incidents each year"
            )
    if len(by_category) > 1:
        most = max(by_category, key=lambda code: by_category[code])
        least = min(by_category, key=lambda code: by_category[code])
        low, high = by_category[least], by_category[most]
        if high >= _MANY_WITHOUT_PLACE and high >= _TIMES_FEWER * low:
            named = [result.categories[code].replace("_", " ") for code in (most, least)]
            notes.append(
                f"{high:.1%} of {named[0]} and {low:.1%} of {named[1]} have no usable place: these records are "
                f"refused, so the forecast undercounts {named[0]}"
            )
    return notes + _hours_without_place(raw, result, rows, lost)


def _hours_without_place(raw: RawTable, result: IntakeResult, rows: IntArray, lost: BoolArray) -> list[str]:
    """A third of the day whose records have no place far more often: its shifts are undercounted."""
    if raw.times["occurred_at"].is_instant or result.moments.only_dates:
        return []
    clock = raw.times["occurred_at"].micros[rows]
    if "occurred_at" in raw.clocks:
        clock += raw.clocks["occurred_at"][rows]
    by_hours = _shares(clock % DAY // (8 * HOUR), lost[rows])
    if len(by_hours) < 2:
        return []
    most, least = max(by_hours, key=lambda k: by_hours[k]), min(by_hours, key=lambda k: by_hours[k])
    if by_hours[most] < max(_MANY_WITHOUT_PLACE, _TIMES_FEWER * by_hours[least]):
        return []
    spans = [f"{8 * k:02d}:00 and {8 * k + 8:02d}:00" for k in (most, least)]
    return [
        f"{by_hours[most]:.1%} of records between {spans[0]} and {by_hours[least]:.1%} of those between {spans[1]} "
        "have no usable place: these records are refused, so the forecast undercounts these hours"
    ]


def _shares(part: AnyIntArray, lost: BoolArray) -> dict[int, float]:
    """Part -> share of its records without a place, for parts of at least 500."""
    if not part.size:
        return {}
    low = int(part.min())
    at = part - low
    n, n_lost = np.bincount(at), np.bincount(at[lost], minlength=int(part.max()) - low + 1)
    return {int(p) + low: int(n_lost[p]) / int(n[p]) for p in np.flatnonzero(n >= _FEWEST_OF_PART)}


def _breaks(raw: RawTable, result: IntakeResult, kept: BoolArray) -> list[str]:
    """A level or a set of codes that changes in the newest 28 days against the 28-day blocks of the year before."""
    start, codes = result.moments.start[kept], raw.offence.codes[kept]
    block = (start.max() - start) // _BLOCK
    counts = np.bincount(np.minimum(block, _BLOCKS), minlength=_BLOCKS + 1)[:_BLOCKS]
    before = counts[1 : int(block.max())]  # the oldest block is rarely whole
    if len(before) < _FEWEST_BLOCKS:
        return []
    notes: list[str] = []
    # The median, because one earlier month with a gap of its own must not make an ordinary month look like a rise.
    ratio = counts[0] / max(float(np.median(before)), 1.0)
    if not _USUAL_LEVEL[0] < ratio < _USUAL_LEVEL[1]:
        cause = "a feed read twice, or an agency that joined or left?"
        notes.append(f"the last 28 days hold {ratio:.1f} times the usual number of incidents: {cause}")
    new = ~np.isin(codes[block == 0], codes[block > 0])
    if new.mean() > _MANY_NEW_CODES:
        cause = "a new taxonomy? What came before it is not comparable"
        notes.append(f"{new.mean():.0%} of the last 28 days have codes that never occurred before: {cause}")
    return notes
