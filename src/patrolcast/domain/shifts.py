"""Shifts: the operational periods of patrol. Words that look alike, and what each means:

====================  ==========================================================================================
*instant*             a point on the world's time line; always stored in UTC
*local time*          what the wall clock of the agency shows; 02:30 may not exist (spring) or exist twice (autumn)
*shift*               from one local start to the next: 7, 8 or 9 hours long on a day when the clock changes
*slot*                which of the day's shifts it is: 0 for the first start of the list
*shift day*           the local date on which the shift starts, also when it ends on the next
====================  ==========================================================================================

::

    local   06:00        14:00        22:00        06:00
              |--slot 0----|--slot 1----|--slot 2----|
    day       Fri          Fri          Fri          Sat

A start that falls into the missing hour of spring moves to the first instant after the gap; one that falls into the
repeated hour of autumn means its first occurrence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt
import pandas as pd

from patrolcast.domain.errors import DataRefusedError
from patrolcast.numerics.arrays import AnyIntArray, Int32Array, IntArray

MICROSECONDS_PER_HOUR = 3_600_000_000
_MICROSECONDS_PER_DAY = np.int64(24 * MICROSECONDS_PER_HOUR)
_BLOCK = 2**18
_SATURDAY_SUNDAY, _A_MOMENT = (5, 6), pd.Timedelta(microseconds=1)

EPOCHS = {"epoch": 1_000_000, "epoch_ms": 1_000}
"""Formats of counted times, since 1970-01-01T00:00Z: microseconds in one of them."""


def to_instants(moments: pd.Series | pd.DatetimeIndex) -> IntArray:
    """Time-zone-aware moments as microseconds in UTC, whatever unit pandas keeps them in."""
    index = pd.DatetimeIndex(moments)
    if index.tz is None:
        raise ValueError("moments have no zone")
    instants = index.tz_convert("UTC").as_unit("us").asi8.view()
    instants.flags.writeable = False  # no copy: what pandas holds is looked at
    return instants


def from_instants(instants: npt.ArrayLike) -> pd.DatetimeIndex:
    """Microseconds in UTC as time-zone-aware moments."""
    return pd.DatetimeIndex(np.asarray(instants, dtype="datetime64[us]")).tz_localize("UTC")


def local_days(instants: npt.ArrayLike, timezone: str) -> npt.NDArray[np.datetime64]:
    """The local calendar day of each instant (microseconds in UTC), in days."""
    local = from_instants(instants).tz_convert(timezone).tz_localize(None)
    return np.asarray(local.to_numpy().astype("datetime64[D]"))


@dataclass(frozen=True)
class WallTimes:
    """Moments by the wall clock of the agency, ``[n]`` each: what many looks at times of day need, made once.

    Attributes
    ----------
    day : local day, counted from 1970-01-01.
    minute : of that day, 0 to 1439.
    """

    day: Int32Array
    minute: Int32Array

    @property
    def days(self) -> npt.NDArray[np.datetime64]:
        """The local days as dates."""
        return self.day.astype("datetime64[D]")


def wall_times(moments: pd.Series | pd.DatetimeIndex, timezone: str) -> WallTimes:
    """Time-zone-aware moments by the wall clock of ``timezone``.

    >>> wall_times(pd.DatetimeIndex(["2026-01-01T05:30Z"]), "America/Chicago")
    WallTimes(day=array([20453], dtype=int32), minute=array([1410], dtype=int32))
    """
    instants = to_instants(moments)
    day, minute = np.empty((2, instants.size), dtype=np.int32)
    for begin in range(0, instants.size, _BLOCK):  # so that little beside the result is as long as it
        part = slice(begin, begin + _BLOCK)
        local = from_instants(instants[part]).tz_convert(timezone).tz_localize(None).asi8
        np.floor_divide(local, _MICROSECONDS_PER_DAY, out=day[part], casting="unsafe")
        np.floor_divide(local - day[part] * _MICROSECONDS_PER_DAY, 60_000_000, out=minute[part], casting="unsafe")
    return WallTimes(day, minute)


def months_of_days(days: AnyIntArray) -> IntArray:
    """The month of each day (counted from 1970-01-01), counted from year 0.

    >>> months_of_days(np.array([-1, 0, 31])).tolist()
    [23639, 23640, 23641]
    """
    if not days.size:
        return np.zeros(0, dtype=np.int64)
    low, high = int(days.min()), int(days.max())
    of_day = np.arange(low, high + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return of_day[days - low]


def local_day(moment: datetime, timezone: str) -> date:
    """The calendar day of a moment where the city is: the one meaning of "today" in checks, waivers and terms.

    >>> local_day(datetime(2026, 7, 1, 3, tzinfo=ZoneInfo("UTC")), "America/Chicago")
    datetime.date(2026, 6, 30)
    """
    return moment.astimezone(ZoneInfo(timezone)).date()


_OF_THE_MACHINE = {"localtime", "posixrules", "Factory"}


def zone_exists(name: str) -> bool:
    """True for a zone of the IANA database, exactly as it is written there; names that each machine fills are none.

    >>> zone_exists("America/Chicago"), zone_exists("america/chicago"), zone_exists("localtime"), zone_exists("Factory")
    (True, False, False, False)
    """
    return name not in _OF_THE_MACHINE and name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def local_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which the wall clock of ``zone`` shows ``clock`` on ``day`` (gap: first instant after it).

    >>> local_instant(date(2026, 3, 8), time(2, 30), ZoneInfo("America/Chicago")).isoformat()
    '2026-03-08T08:00:00+00:00'
    """
    utc = ZoneInfo("UTC")
    moment = datetime.combine(day, clock, tzinfo=zone).astimezone(utc)
    if moment.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, clock):
        return moment
    # The wall clock never shows it: bisect to the end of the gap, which lies within a day of the naive reading.
    low, high = moment - timedelta(hours=26), moment + timedelta(hours=26)
    target = datetime.combine(day, clock)
    while high - low > timedelta(microseconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < target:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0) if high.microsecond < 2 else high


def shift_calendar(starts: Sequence[str], *, timezone: str, first_day: date, last_day: date) -> pd.DataFrame:
    """Every shift that starts on a local day from ``first_day`` to ``last_day``, both included.

    Parameters
    ----------
    starts : rising local start times, "HH:MM".
    timezone : IANA zone of the agency.

    Returns
    -------
    Table with one row per shift, in order: ``shift_start``, ``shift_end`` (UTC), ``shift_day`` (local date at
    midnight, without zone), ``slot`` (0..len(starts)-1), ``weekday`` (0 = Monday), ``weekend`` (1: the shift ends on a
    Saturday or Sunday, as Friday's night does and Sunday's does not), ``hours`` (real length).
    """
    zone = ZoneInfo(timezone)
    clocks = [time.fromisoformat(text) for text in starts]
    n_days = (last_day - first_day).days + 1
    if n_days < 1:
        raise DataRefusedError("shifts", got=f"{first_day} to {last_day}", rule="the last day is not before the first")
    days = [first_day + timedelta(days=i) for i in range(n_days + 1)]
    instants = [local_instant(day, clock, zone) for day in days for clock in clocks]
    n_shifts = n_days * len(clocks)
    begin = pd.DatetimeIndex(instants[:n_shifts]).as_unit("us")
    end = pd.DatetimeIndex(instants[1 : n_shifts + 1]).as_unit("us")
    shift_day = pd.DatetimeIndex(np.repeat(np.array(days[:n_days], dtype="datetime64[us]"), len(clocks)))
    return pd.DataFrame(
        {
            "shift_start": begin,
            "shift_end": end,
            "shift_day": shift_day,
            "slot": np.tile(np.arange(len(clocks), dtype=np.int8), n_days),
            "weekday": shift_day.day_of_week.to_numpy().astype(np.int8),
            "weekend": np.isin((end - _A_MOMENT).tz_convert(timezone).day_of_week, _SATURDAY_SUNDAY).astype(np.int8),
            "hours": (end - begin).total_seconds().to_numpy() / 3600.0,
        }
    )


def daily_origins(as_of: datetime, *, timezone: str, n_days: int) -> IntArray:
    """The instants at which the wall clock shows the time of ``as_of``, on its day and the ``n_days - 1`` before.

    Rising; the last is ``as_of`` itself. These are the moments at which a nightly run would have been made, so that
    training sees the past exactly as each night saw it.
    """
    zone = ZoneInfo(timezone)
    local = as_of.astimezone(zone)
    earlier = [local_instant(local.date() - timedelta(days=i), local.time(), zone) for i in range(n_days - 1, 0, -1)]
    return to_instants(pd.DatetimeIndex([*earlier, as_of.astimezone(ZoneInfo("UTC"))]))
