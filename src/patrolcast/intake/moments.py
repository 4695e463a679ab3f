"""When each record happened and when it became known, as instants; and which of these cannot be true.

Where the agency has no time of report, a record counts as known ``reporting_delay_hours`` after the end of its range. A
date without a time of day is the range of that whole local day; where shifts are whole days it is noon instead, since
no draw within the day could change anything.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.intake.raw_rows import RawTable, TimeColumn
from patrolcast.intake.row_status import WHOLE_FILE_SHARE, RowStatus
from patrolcast.intake.times import DAY, HOUR, NOT_A_TIME, to_utc
from patrolcast.numerics.arrays import BoolArray, IntArray

_EARLIEST = int(np.datetime64("1990-01-01", "us").astype(np.int64))
_LATEST = int(np.datetime64("2101-01-01", "us").astype(np.int64))
UNREADABLE_TIME = "time not in the declared format"


@dataclass(frozen=True)
class TimeRules:
    """What the config says about times.

    Attributes
    ----------
    zone : IANA zone of the times as written; ``area_zone`` that of the wall clock whose midnight begins a day.
    delay_hours : assumed from the end of the range to the report, where the agency has no time of report.
    longest_range_days : a longer range of occurrence is refused.
    whole_day_shifts : whether the shifts are whole days.
    headers : role -> column name, for messages.
    """

    zone: str
    area_zone: str
    time_format: str | None
    delay_hours: float
    longest_range_days: float
    whole_day_shifts: bool
    headers: dict[str, str]


@dataclass(frozen=True)
class Moments:
    """Instants of each row; NOT_A_TIME in ``start`` where there is none.

    ``start`` to ``end`` is the range in which it happened, the same moment where it is known exactly. ``reported`` is
    when it became known. ``impossible`` holds years that cannot be, ``doubtful`` local times that the clock skips or
    shows twice, ``at_midnight`` times of 00:00 exactly where times of day exist.
    """

    start: IntArray
    end: IntArray
    reported: IntArray
    impossible: BoolArray
    doubtful: BoolArray
    backwards: BoolArray
    too_long: BoolArray
    at_midnight: BoolArray
    only_dates: bool


def resolve_moments(raw: RawTable, rules: TimeRules) -> Moments:
    """Instants of every row of a table."""
    occurred = raw.times["occurred_at"]
    impossible = _impossible(occurred)
    start, doubtful = _instants(occurred, rules, impossible)
    end = start
    if occurred.only_dates:
        end, _ = _instants(occurred, rules, impossible, shift=DAY)
        if rules.whole_day_shifts:
            noon, _ = _instants(occurred, rules, impossible, shift=12 * HOUR)
            start = noon
    # Where shifts are whole days the moment is noon, but the record still becomes known after the end of its day.
    day_end, end = end, (start if occurred.only_dates and rules.whole_day_shifts else end)
    until = raw.times.get("occurred_until")
    backwards = np.zeros(raw.n_rows, dtype=bool)
    if until is not None:
        bad = _impossible(until)
        last = _not_before(start, until, rules, bad)
        stated = last != NOT_A_TIME
        backwards = stated & (last < start)
        end, day_end = np.where(stated, last, end), np.where(stated, last, day_end)
        impossible |= bad
    too_long = (end - start) > rules.longest_range_days * DAY
    reported = np.where(start == NOT_A_TIME, NOT_A_TIME, day_end + int(rules.delay_hours * HOUR))
    if (stated_report := raw.times.get("reported_at")) is not None:
        bad = _impossible(stated_report)
        reported = _not_before(start, stated_report, rules, bad)
        impossible |= bad
        # A range may not reach beyond the report: what was drawn there could not have been known when it was reported.
        end = np.where((reported != NOT_A_TIME) & (reported >= start), np.minimum(end, reported), end)
    at_midnight = np.zeros(raw.n_rows, dtype=bool)
    if not occurred.only_dates and not occurred.is_instant:
        at_midnight = (occurred.micros != NOT_A_TIME) & (occurred.micros % DAY == 0)
    return Moments(
        start, end, reported, impossible, doubtful, backwards, too_long, at_midnight, occurred.only_dates
    )  # fmt: skip


def mark_times(raw: RawTable, moments: Moments, rules: TimeRules, status: RowStatus, *, file: str) -> None:
    """Refuse rows whose times cannot be used.

    Raises DataRefusedError when most rows of a column do not fit the declared format.
    """
    for role, column in raw.times.items():
        header = rules.headers.get(role, role)
        if role in raw.unreadable:
            rows, texts = raw.unreadable[role]
            _refuse_if_most_fail(rows, texts, raw.n_rows, rules, file=f"{file} column {shown(header)}")
            status.mark(rows, "refused", UNREADABLE_TIME, role)
        if role != "occurred_until":
            status.mark(column.missing, "refused", "no time", role)
    status.mark(moments.impossible, "refused", "year outside 1990 to 2100", "occurred_at")
    status.mark(moments.backwards, "refused", "ends before it begins", "occurred_until")
    status.mark(moments.too_long, "refused", f"range longer than {rules.longest_range_days:g} days", "occurred_until")
    if "reported_at" in raw.times:
        status.mark(moments.reported < moments.start, "refused", "known before it happened", "reported_at")


def _refuse_if_most_fail(rows: IntArray, texts: list[str], n: int, rules: TimeRules, *, file: str) -> None:
    if rows.size <= WHOLE_FILE_SHARE * n:
        return
    text = texts[0].strip()
    rule = f"times are written as {rules.time_format}"
    cure = "declare the format they have in [incidents] time_format"
    digits = text.replace(".", "", 1)
    if digits.isdigit() and 20_000 <= float(text) < 80_000:
        cure = "these are day numbers of a spreadsheet: export them as dates"
    elif digits.isdigit() and len(digits) >= 9:
        cure = "these are counted seconds: export them as dates"
    got = f"{rows.size:,} of {n:,} that are not, e.g. {shown(text)}"
    raise DataRefusedError(file, got=got, rule=rule, cure=cure)


def _impossible(column: TimeColumn) -> BoolArray:
    stated = column.micros != NOT_A_TIME
    return stated & ((column.micros < _EARLIEST) | (column.micros >= _LATEST))


def _not_before(start: IntArray, column: TimeColumn, rules: TimeRules, impossible: BoolArray) -> IntArray:
    """Instants of a later time; where the clock shows it twice, the second if the first lies before ``start``."""
    shift = DAY if column.only_dates else 0
    instants, doubtful = _instants(column, rules, impossible, shift=shift)
    again = np.flatnonzero(doubtful & (instants < start))
    if again.size:
        instants[again], _ = to_utc(column.micros[again] + shift, rules.zone, second=True)
    return instants


def _instants(
    column: TimeColumn, rules: TimeRules, impossible: BoolArray, *, shift: int = 0
) -> tuple[IntArray, BoolArray]:
    """A column, ``shift`` later on the wall clock, as instants; NOT_A_TIME stays, impossible years become it."""
    stated = (column.micros != NOT_A_TIME) & ~impossible
    local = np.where(stated, column.micros + np.where(stated, shift, 0), NOT_A_TIME)
    if column.is_instant:
        return local, np.zeros(local.size, dtype=bool)
    return to_utc(local, rules.area_zone if column.only_dates else rules.zone)
