"""Times as they are written -> instants: a declared format, a declared zone, and a rule where the clock is unclear.

A local time that the clock skips in spring moves to the first instant after the gap; one that it shows twice in
autumn means the first (the same rule as `domain/shifts`), unless an end or a report would then come before the
beginning. "Some time between A and B" is drawn once, uniformly within the range (Ratcliffe 2002, aoristic signatures,
doi:10.1023/A:1013240828824): one incident stays one incident, so counts are conserved. The draw is a hash of the
record itself: the same record falls on the same moment in every run, wherever in the file it stands and whatever
stands around it.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from patrolcast.domain.shifts import EPOCHS, local_instant, to_instants
from patrolcast.numerics.arrays import BoolArray, IntArray
from patrolcast.numerics.missing import is_missing
from patrolcast.numerics.typed_text import typed_as_float

NOT_A_TIME = np.iinfo(np.int64).min
DAY = 86_400_000_000
HOUR = 3_600_000_000
_FARTHEST = 250_000 * 365 * DAY
_MICROS_IN_ONE = {"s": 1_000_000, "ms": 1_000}
"""Of the units of typed times that reach further than microseconds do."""
_PLAIN = {
    "Y": r"(?:19|20)\d\d", "y": r"\d\d", "m": r"(?:0?[1-9]|1[0-2])", "d": r"(?:0?[1-9]|[12]\d|3[01])",
    "H": r"(?:0?\d|1\d|2[0-3])", "I": r"(?:0?[1-9]|1[0-2])", "M": r"(?:0?\d|[1-5]\d)", "S": r"(?:0?\d|[1-5]\d)",
    "p": "(?:AM|PM|am|pm)",
}  # fmt: skip
"""Parts of a time as both parsers read them, in years in which they agree."""
_DAYS_OVER = np.array([0, 0, 3, 0, 1, 0, 1, 0, 0, 1, 0, 1])
"""How many of each month's first days a date can land on that the month before does not have."""
Bits = npt.NDArray[np.uint64]
_SALT = np.uint64(0x9E3779B97F4A7C15)
_BLOCK = 2**15


@dataclass(frozen=True)
class ParsedTimes:
    """Microseconds since 1970 as written (local or instant), NOT_A_TIME where unreadable or missing.

    ``only_dates``: none has a time of day; ``is_date``: nor could one have, by its type or format.
    """

    micros: IntArray
    missing: BoolArray
    is_instant: bool
    only_dates: bool
    is_date: bool = False


def parse_times(values: pa.Array, time_format: str | None) -> ParsedTimes:
    """One batch of a time column.

    Raises TypeError: numbers, or text without a declared format.

    Parameters
    ----------
    values : text in ``time_format``, timestamps, or dates; counted times where the format is "epoch" or "epoch_ms".
    """
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        missing = np.asarray(values.is_null())
        micros = _plain(_within_reach(values).cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False))
        whole_days = bool((micros[micros != NOT_A_TIME] % DAY == 0).all())
        is_instant = getattr(kind, "tz", None) is not None
        return ParsedTimes(micros, missing, is_instant, whole_days and not is_instant, pa.types.is_date(kind))
    if pa.types.is_null(kind):
        micros = np.full(len(values), NOT_A_TIME, dtype=np.int64)
        return ParsedTimes(micros, np.ones(len(values), dtype=bool), False, True)
    if time_format in EPOCHS:
        return _counted(values, EPOCHS[time_format])
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise TypeError(f"{'numbers' if is_number(kind) else 'values'} ({kind})")
    if time_format is None:
        raise TypeError("text")
    values = pc.utf8_trim_whitespace(values.cast(pa.string()))
    missing = is_missing(values)
    only_dates = re.search("%[HI]", time_format) is None
    micros = np.where(missing, NOT_A_TIME, _parse_text(values, time_format))
    return ParsedTimes(micros, missing, "%z" in time_format, only_dates, only_dates)


def _within_reach(values: pa.Array) -> pa.Array:
    """Nothing where a time lies so far off that as microseconds it would begin anew, on some other day."""
    kind = values.type
    in_one = DAY if pa.types.is_date32(kind) else _MICROS_IN_ONE.get("ms" if pa.types.is_date64(kind) else kind.unit)
    if in_one is None:
        return values
    numbers = np.asarray(pc.fill_null(values.cast(pa.int32() if in_one == DAY else pa.int64()), 0))
    near = (numbers < _FARTHEST // in_one) & (numbers > -_FARTHEST // in_one)
    return values if near.all() else pc.if_else(pa.array(near), values, pa.scalar(None, kind))


def is_number(kind: pa.DataType) -> bool:
    """True for columns of numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def iso_instants(texts: Any) -> pd.DatetimeIndex:  # noqa: ANN401
    """ISO 8601 texts with zone as instants, NaT where one is none."""
    column = pd.Series(texts, dtype="object")
    read = pd.to_datetime(column.mask(_is_clock_word(column)), utc=True, errors="coerce", format="ISO8601")
    return pd.DatetimeIndex(read)


def _is_clock_word(texts: pd.Series) -> pd.Series:
    """Texts that pandas reads off the clock of the machine, whatever the format."""
    return texts.astype("string").str.strip().str.lower().isin(["now", "today"])


def _counted(values: pa.Array, micros_in_one: int) -> ParsedTimes:
    if is_number(values.type):
        missing = np.asarray(values.is_null())
        numbers = np.asarray(pc.fill_null(typed_as_float(values), np.nan), dtype=np.float64)
    else:
        texts = pc.utf8_trim_whitespace(values.cast(pa.string()))
        missing = is_missing(texts)
        # A spreadsheet wrote 1.69E+12: the minutes are lost.
        whole = pc.if_else(pc.match_substring_regex(texts, r"[eE]\+"), pa.scalar(None, pa.string()), texts)
        numbers = pd.to_numeric(pd.Series(whole.to_pylist(), dtype="object"), errors="coerce").to_numpy(np.float64)
    missing = missing | (np.isnan(numbers) & is_number(values.type))
    readable = np.abs(numbers) < _FARTHEST / micros_in_one
    micros = np.round(np.where(readable, numbers, 0.0) * micros_in_one).astype(np.int64)
    return ParsedTimes(np.where(readable & ~missing, micros, NOT_A_TIME), missing, True, False)


def _parse_text(values: pa.Array, time_format: str) -> IntArray:
    """One meaning, that of the exact parser; the fast one reads only texts that both read alike."""
    pattern = _plain_pattern(time_format)
    if pattern is None:
        return _parse_exactly(values, time_format)
    plain = pc.fill_null(pc.match_substring_regex(values, pattern), False)
    fast = pc.if_else(plain, values, pa.scalar(None, pa.string()))
    micros = _plain(pc.strptime(fast, format=time_format, unit="us", error_is_null=True))
    # strptime turns 30 February into 2 March: the few days a wrong date can land on are read again, strictly.
    day = (micros // DAY).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    landed = (day - month).astype(np.int64) < _DAYS_OVER[month.astype(np.int64) % 12]
    again = np.flatnonzero(landed | (micros == NOT_A_TIME) | ~np.asarray(plain))
    if again.size:
        micros[again] = _parse_exactly(values.take(pa.array(again)), time_format)
    return micros


def _plain_pattern(time_format: str) -> str | None:
    """The texts that every parser reads alike; None for formats in which there are none.

    A leading zero may be left out only where a mark stands on both sides.
    """
    parts = re.split(r"(%.)", time_format)
    pattern = ""
    for i, part in enumerate(parts):
        if i % 2 == 0:
            if re.search(r"\d|\s\s|%", part):
                return None
            pattern += re.escape(part)
        elif part[1] not in _PLAIN:
            return None
        else:
            apart = (i == 1 or parts[i - 1]) and (parts[i + 1] or i + 2 == len(parts))
            pattern += _PLAIN[part[1]].replace("0?", "0?" if apart else "0")
    return f"^{pattern}$"


def _parse_exactly(values: pa.Array, time_format: str) -> IntArray:
    encoded = pc.dictionary_encode(values)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = pd.Series(encoded.dictionary.to_pylist(), dtype="object")
    try:
        moments = pd.to_datetime(
            texts.mask(_is_clock_word(texts)), format=time_format, errors="coerce", utc="%z" in time_format
        )
    except ValueError:  # a format that cannot be one fits no text
        return np.full(len(values), NOT_A_TIME, dtype=np.int64)
    distinct = pd.DatetimeIndex(moments).as_unit("us").asi8.astype(np.int64)
    if "%f" in time_format:  # to the nanosecond, years reach to 2262 only: 9999 is a year all the same
        for i in np.flatnonzero(distinct == NOT_A_TIME):
            with contextlib.suppress(ValueError, TypeError, OverflowError):
                distinct[i] = int(np.datetime64(datetime.strptime(texts[i], time_format), "us").astype(np.int64))
    codes = np.asarray(pc.fill_null(encoded.indices, -1)).astype(np.int64)
    return np.append(distinct, NOT_A_TIME)[codes]


def _plain(values: Any) -> IntArray:  # noqa: ANN401
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    filled = pc.fill_null(values.cast(pa.timestamp("us")).cast(pa.int64()), NOT_A_TIME)
    return np.array(filled, dtype=np.int64)


def to_utc(local: IntArray, zone: str, *, second: bool = False) -> tuple[IntArray, BoolArray]:
    """Local wall-clock microseconds as instants, and which of them the clock skips or shows twice.

    ``second`` reads a time that is shown twice as the second of the two.

    NOT_A_TIME stays NOT_A_TIME; callers keep years within 1678..2261.
    """
    doubtful = np.zeros(local.size, dtype=bool)
    stated = local != NOT_A_TIME
    if zone == "UTC" or not stated.any():
        return local, doubtful
    low = int(local[stated].min()) // HOUR
    hour = local // HOUR
    hour -= low
    hour[~stated] = 0
    hour = hour.astype(np.int32)
    occurs = np.flatnonzero(np.bincount(hour))
    shift = np.zeros(int(occurs[-1]) + 1, dtype=np.int64)
    shift[occurs] = _whole_hours_apart((occurs + low) * HOUR, zone)
    apart = shift[hour]
    near = np.flatnonzero(stated & (apart == NOT_A_TIME))
    instants = np.add(local, apart, out=apart)
    instants[~stated] = NOT_A_TIME
    if near.size:
        instants[near], doubtful[near] = _to_utc_one_by_one(local[near], zone, second=second)
    return instants, doubtful


def _whole_hours_apart(begin: IntArray, zone: str) -> IntArray:
    """How far UTC is from each hour of the wall clock, in microseconds; NOT_A_TIME where the clock changes in it."""
    ends = [
        pd.DatetimeIndex(edge.view("datetime64[us]")).tz_localize(zone, ambiguous="NaT", nonexistent="NaT").asi8 - edge
        for edge in (begin, begin + (HOUR - 1))
    ]
    # An hour whose first and last moment are equally far from UTC holds no change of the clock; two that are unclear
    # (NaT) are never equally far.
    return np.where(ends[0] == ends[1], ends[0], NOT_A_TIME)


def _to_utc_one_by_one(local: IntArray, zone: str, *, second: bool) -> tuple[IntArray, BoolArray]:
    index = pd.DatetimeIndex(local.view("datetime64[us]"))
    first = index.tz_localize(zone, ambiguous=np.full(len(index), not second), nonexistent="NaT")
    instants = first.asi8.astype(np.int64)
    # pandas' own "shift_forward" is an hour late in some zones (Anchorage) and a day early in others (Apia, 2011).
    skipped = np.flatnonzero((instants == NOT_A_TIME) & (local != NOT_A_TIME))
    for value in np.unique(local[skipped]):
        moment = pd.Timestamp(int(value), unit="us").to_pydatetime()
        end = local_instant(moment.date(), moment.time(), ZoneInfo(zone))
        instants[skipped[local[skipped] == value]] = int(to_instants(pd.DatetimeIndex([end]))[0])
    strict = index.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").asi8
    doubtful = (strict == NOT_A_TIME) & (local != NOT_A_TIME)
    return instants, doubtful


def on_the_wall(instants: IntArray, zone: str) -> IntArray:
    """Instants as microseconds of the wall clock of a zone; NOT_A_TIME stays."""
    if zone == "UTC":
        return instants
    local = pd.DatetimeIndex(instants.view("datetime64[us]")).tz_localize("UTC").tz_convert(zone)
    return np.asarray(local.tz_localize(None).asi8, dtype=np.int64)


def mix(bits: Bits, more: npt.NDArray[Any]) -> Bits:
    """Mix 64 more bits per record into its hash (the finaliser of splitmix64: Steele, Lea & Flood 2014,
    doi:10.1145/2714064.2660195).
    """
    mixed, more = np.empty_like(bits), np.ascontiguousarray(more).view(np.uint64)
    room = np.empty(min(bits.size, _BLOCK), dtype=np.uint64)
    for begin in range(0, bits.size, _BLOCK):  # what a core works on then lies in its cache
        part = slice(begin, begin + _BLOCK)
        z = np.bitwise_xor(bits[part], more[part], out=mixed[part])
        moved = room[: z.size]
        z += _SALT
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            z ^= np.right_shift(z, np.uint64(shift), out=moved)
            z *= np.uint64(factor)
        z ^= np.right_shift(z, np.uint64(31), out=moved)
    return mixed


def draw_within(start: IntArray, end: IntArray, bits: Bits) -> IntArray:
    """One moment in ``[start, end)`` per record, uniform in the bits of its hash; ``start`` where the range is empty.

    >>> int(draw_within(np.array([0]), np.array([100]), np.array([2**63], dtype=np.uint64))[0])
    50
    """
    ranges = np.flatnonzero(end > start)
    if not ranges.size:
        return start
    share = (bits[ranges] >> np.uint64(11)).astype(np.float64) * 2.0**-53
    width = np.maximum(end[ranges] - start[ranges], 0)
    drawn = start.copy()
    drawn[ranges] += np.minimum((share * width).astype(np.int64), np.maximum(width - 1, 0))
    return drawn
