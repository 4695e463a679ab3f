"""Do the times of day look like times of day? One minute that holds too many, whole hours, quiet hours at noon.

A date without its time of day is often exported as midnight, at noon, or as an instant that is midnight in UTC. Such a
clock sends every incident into the same shift. And times in UTC that are read as local ones move each into another:
the file does not say it, but cities are quiet before dawn.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.shifts import WallTimes, months_of_days
from patrolcast.intake.times import DAY, on_the_wall
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, IntArray
from patrolcast.numerics.categories import codes_and_names
from patrolcast.numerics.order import rows_by

ONE_CLOCK_SHARE = 0.25
"""More times than this at one minute of the day are no times of day. Chicago has 2.5 % on its most frequent minute
(noon), and 5 % in the category that is worst (vehicle theft, 22:00)."""
_FEWEST = 200
_FEWEST_OF_PART, _FEWEST_DAYS = 100, 10
_WHOLE_HOURS = 0.95
"""Chicago has a third of its times on whole hours."""
_AFTERNOON, _NO_AFTERNOON, _HOURS_OF_HALF = 13 * 60, 0.005, 10
"""Chicago has half of its times from 13:00 on."""
_REPORT_HOURS, _MOST_APART, _SOONEST = 3.0, 14.0, 0.005
"""In the sample every fourth incident is reported within an hour; no zone is more than 14 hours from UTC."""
_MINUTE, _MINUTES_OF_DAY = 60_000_000, 1440
_THIN_DAYS, _ROUNDING = 0.1, 1e-6
_QUIET_HOUR, _FARTHEST_HOURS = 4.5, 4.5
_LEAST_RHYTHM = 0.1
"""Chicago is quietest around 5 o'clock and its daily rhythm is 0.43 (0.4 to 0.6 by category), the first harmonic of
the day over its mean."""


def refuse_one_clock(
    start: IntArray, exact: BoolArray, *, zones: tuple[str, ...], header: str, file: str, clock: str
) -> None:
    """Refuse times that are only dates in disguise; for shifts narrower than a day.

    Raises DataRefusedError: on an average day more than ``ONE_CLOCK_SHARE`` of the kept incidents stand at one and the
    same minute (by the day, so that one night of unrest under one time of day is not taken for it); or no time lies
    after 13:00, because AM and PM were lost.

    Parameters
    ----------
    start : instants of the kept incidents, of which ``exact`` are known exactly; below 200 a share says too little.
    zones : clocks to look by: that of the area first.
    clock : a column that is not read and whose name says that it holds the time of day, or "".
    """
    if start.size < _FEWEST or exact.mean() <= ONE_CLOCK_SHARE / 2:
        return
    by_zone: dict[str, tuple[int, float]] = {}
    for zone in dict.fromkeys(zones):
        local = on_the_wall(start, zone)
        day = local // DAY
        minute = (local - day * DAY) // _MINUTE
        _refuse_half_a_day(minute[exact], f"{file} column {shown(header)}")
        by_zone[zone] = _heap(np.where(exact, minute, _MINUTES_OF_DAY), day, above=ONE_CLOCK_SHARE)
    zone = max(by_zone, key=lambda zone: by_zone[zone][1])
    at, share = by_zone[zone]
    if share <= ONE_CLOCK_SHARE:
        return
    join = "if the time of day is in a column of its own, set [incidents.columns] time to its name"
    if clock:
        join = _clock_beside(clock)
    by = "" if zone == zones[0] else f" by the clock of {zone}"
    raise DataRefusedError(
        f"{file} column {shown(header)}",
        got=f"{share:.1%} of times at exactly {_shown(at)}{by}: the time of day seems to be missing",
        rule=f"with shifts shorter than a day at most {ONE_CLOCK_SHARE:.0%} may share one minute",
        cure=f'{join}; otherwise use one shift a day: [shifts] starts = ["00:00"]',
    )


def _refuse_half_a_day(minute: IntArray, column: str) -> None:
    counts = np.bincount(minute, minlength=_MINUTES_OF_DAY)
    counts[[0, 720]] = 0  # midnight and noon are often a time that nobody knew
    n = int(counts.sum())
    if n < _FEWEST or counts[_AFTERNOON:].sum() / n >= _NO_AFTERNOON:
        return
    if (counts.reshape(24, 60).sum(axis=1) > _NO_AFTERNOON * n).sum() >= _HOURS_OF_HALF:
        raise DataRefusedError(
            column,
            got=f"no time from 13:00 on among {n:,}",
            rule="half of a day has no incidents: AM and PM were lost, and afternoons are read as mornings",
            cure="export the time with AM and PM (%I:%M %p in time_format) or with 24 hours (%H:%M)",
        )


def late_clock_note(incidents: pd.DataFrame, reported: WallTimes) -> list[str]:
    """Reports that all come hours after their incidents: often the clock of the one is UTC and of the other local.

    Parameters
    ----------
    reported : the times of report by the wall clock of the agency.
    """
    if len(incidents) < _FEWEST:
        return []
    if (reported.minute == 0).mean() > ONE_CLOCK_SHARE:
        return []  # reports that are dates count from the end of their day
    hours = (incidents["reported_at"] - incidents["occurred_at"]).dt.total_seconds().to_numpy() / 3600
    soonest = float(np.quantile(hours, _SOONEST))
    if not _REPORT_HOURS <= soonest <= _MOST_APART:
        return []
    return [
        f"no report comes within {int(soonest)} hours of its incident: are reports written in another time zone (UTC) "
        "than occurrences? Ask in which zone the export writes each"
    ]


def rhythm_notes(
    incidents: pd.DataFrame, occurred: WallTimes, *, zone: str, area_zone: str, instants: bool = False
) -> list[str]:
    """What is odd about the times of day of the kept incidents, one sentence each.

    Parameters
    ----------
    occurred : their times by the wall clock of the agency.
    zone : of the times as written; ``area_zone`` that of the agency.
    instants : whether the times say their zone themselves, or count seconds in UTC.
    """
    if len(incidents) < _FEWEST:
        return []
    minute, day = occurred.minute, occurred.day
    some = pd.DatetimeIndex(incidents["occurred_at"].iloc[:: max(len(incidents) // 100_000, 1)]).tz_convert(area_zone)
    return [
        *_heaps_by_category(minute, day, incidents["category"]),
        *_heaps_by_month(minute, day, months_of_days(day)),
        *_whole_hours(minute),
        *_moved_rhythm(some, minute, zone=zone, area_zone=area_zone, instants=instants),
    ]


def narrow_shifts_note(clock: str) -> str:
    """Dates without a time of day cannot tell the shifts of a day apart; ``clock`` as for `refuse_one_clock`."""
    apart = f"; {_clock_beside(clock)}" if clock else ""
    return (
        "the export has dates without times, but shifts are shorter than a day: differences between the shifts of a "
        f"day are chance{apart}"
    )


def _clock_beside(clock: str) -> str:
    return f'{shown(clock)} seems to hold the time of day: set [incidents.columns] time = "{shown(clock)[1:-1]}"'


def _heaps_by_category(minute: AnyIntArray, day: AnyIntArray, category: pd.Series) -> list[str]:
    notes = []
    codes, names = codes_and_names(category)
    of = rows_by(codes)
    for code, name in enumerate(names):
        at, share = _heap(minute[of[code]], day[of[code]], above=ONE_CLOCK_SHARE)
        if share > ONE_CLOCK_SHARE:
            notes.append(
                f"{name.replace('_', ' ')}: {share:.1%} of times are exactly {_shown(at)}: does it stand for "
                "an unknown time? The split by shift is unreliable for this category"
            )
    return notes


def _heaps_by_month(minute: AnyIntArray, day: AnyIntArray, month: IntArray) -> list[str]:
    """Months in which times are dates in disguise, though the whole export is not: a system that was changed."""
    of = rows_by(month)
    bad = [m for m, rows in of.items() if _heap(minute[rows], day[rows], above=ONE_CLOCK_SHARE)[1] > ONE_CLOCK_SHARE]
    if not bad:
        return []
    rows = np.sort(np.concatenate([of[m] for m in bad]))
    at, share = _heap(minute[rows], day[rows])
    return [
        f"{month_spans(bad)}: {share:.1%} of times are exactly {_shown(at)}: the time of day seems to be "
        "missing; these times are used for training as they stand"
    ]


def _heap(minute: AnyIntArray, day: AnyIntArray, *, above: float = 0.0) -> tuple[int, float]:
    """The most frequent minute and its share on an average day; 0 where there are too few incidents or days.

    A minute beyond the day's last stands for a time that is not known exactly.

    Parameters
    ----------
    above : where no share can be greater than that, it may be 0 as well, which takes less time to see.
    """
    if len(minute) < _FEWEST_OF_PART:
        return 0, 0.0
    of_day = day - day.min()
    n_of_day = np.bincount(of_day)
    n_days = int(np.count_nonzero(n_of_day))
    if n_days < _FEWEST_DAYS:
        return 0, 0.0
    # On a day of at least so many, each weighs at most one of so many; a thinner day adds at most all of itself.
    enough = int(np.quantile(n_of_day[n_of_day > 0], _THIN_DAYS, method="lower"))
    thin = np.count_nonzero(n_of_day) - np.count_nonzero(n_of_day >= enough)
    most = int(np.bincount(minute, minlength=_MINUTES_OF_DAY)[:_MINUTES_OF_DAY].max())
    if (most / enough + thin) / n_days < above - _ROUNDING:
        return 0, 0.0
    weight = (1.0 / np.maximum(n_of_day * n_days, 1))[of_day]
    shares = np.bincount(minute, weights=weight, minlength=_MINUTES_OF_DAY)[:_MINUTES_OF_DAY]
    return int(shares.argmax()), float(shares.max())


def _whole_hours(minute: AnyIntArray) -> list[str]:
    share = float((minute % 60 == 0).mean())
    if share <= _WHOLE_HOURS:
        return []
    return [
        f"{share:.1%} of times are whole hours: shifts that do not begin on the hour receive some incidents of the "
        "shift before or after"
    ]


def _moved_rhythm(
    some: pd.DatetimeIndex, minute: AnyIntArray, *, zone: str, area_zone: str, instants: bool
) -> list[str]:
    """A quiet time of the day that is no night, and would be one if UTC had been read as local or the reverse."""
    quiet, strength = _quietest(minute)
    if strength < _LEAST_RHYTHM or _apart(quiet) <= _FARTHEST_HOURS:
        return []
    utc = zone == "UTC" or instants
    # The clock as written is taken for that of the area, or for UTC, whichever it was not.
    other = some.tz_convert("UTC") if utc else some.tz_localize(None).tz_localize("UTC").tz_convert(area_zone)
    then, _ = _quietest(np.asarray(other.hour * 60 + other.minute))
    if _apart(then) >= min(_apart(quiet) - 1.0, _FARTHEST_HOURS):
        return []
    if instants:
        return [
            f"the quiet hours lie around {_shown(int(quiet * 60))}; if the times were local ones that are only marked "
            f"or counted as UTC, they would lie around {_shown(int(then * 60))}, as in most cities: ask, and export "
            "them without the mark"
        ]
    key = "local" if utc else "UTC"
    return [
        f'the quiet hours lie around {_shown(int(quiet * 60))}; with [incidents] time_zone = "{key}" they would lie '
        f"around {_shown(int(then * 60))}, as in most cities: ask in which zone the export writes its times"
    ]


def _quietest(minute: AnyIntArray) -> tuple[float, float]:
    """Hour opposite the peak of the daily rhythm, and how strong that is (first harmonic over the mean).

    Midnight and noon exactly are left out: they are often a time that nobody knew.
    """
    n = np.bincount(minute, minlength=_MINUTES_OF_DAY)
    n[[0, 720]] = 0
    if not n.any():
        return 0.0, 0.0
    turn = n @ np.exp(2j * np.pi * (np.arange(n.size) + 0.5) / _MINUTES_OF_DAY) / n.sum()
    return float(((np.angle(turn) / (2 * np.pi) + 0.5) % 1.0) * 24), float(2 * abs(turn))


def _apart(hour: float) -> float:
    """Hours on the dial between an hour and the quiet one of most cities."""
    return abs((hour - _QUIET_HOUR + 12) % 24 - 12)


def _shown(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def month_spans(months: Sequence[int]) -> str:
    """Runs of months, counted from year 0, in words; at most four.

    >>> month_spans([24_000, 24_001, 24_005])
    '2000-01 to 2000-02, 2000-06'
    """
    runs = np.split(np.asarray(months), np.flatnonzero(np.diff(months) > 1) + 1)
    spans = [_month(run[0]) if len(run) == 1 else f"{_month(run[0])} to {_month(run[-1])}" for run in runs]
    return ", ".join(spans[:4]) + (f" and {len(spans) - 4} more spans" if len(spans) > 4 else "")


def _month(months: int) -> str:
    return f"{months // 12}-{months % 12 + 1:02d}"
