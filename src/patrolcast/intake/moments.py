"""When each record happened and when it became known, as instants; and which of these cannot be true.

Where the agency has no time of report, a record counts as known ``reporting_delay_hours`` after the end of its range. A
date without a time of day is the range of that whole local day; where shifts are whole days it is noon instead, since
no draw within the day could change anything. A date is often written as midnight: where more than a quarter of a
column's times are midnight, each of these is such a date, and so is a report at the midnight that begins the day on
which it happened.
"""

import re
from dataclasses import dataclass, replace

import numpy as np

from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.intake.clock.apart import CLOCK_ROLES, NO_CLOCK, refuse_if_no_clock
from patrolcast.intake.clock.flipped import dates_of, exchanged_dates, misread_order
from patrolcast.intake.clock.rhythm import ONE_CLOCK_SHARE
from patrolcast.intake.persons import quoted, value_as_shown
from patrolcast.intake.raw_rows import RawTable
from patrolcast.intake.row_status import WHOLE_FILE_SHARE, RowStatus
from patrolcast.intake.times import DAY, HOUR, NOT_A_TIME, on_the_wall, to_utc
from patrolcast.numerics.arrays import BoolArray, IntArray

_EARLIEST = int(np.datetime64("1990-01-01", "us").astype(np.int64))
_LATEST = int(np.datetime64("2101-01-01", "us").astype(np.int64))
_PLACEHOLDERS = np.array(
    ["0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "9999-12-31"], dtype="datetime64[D]"
).astype(np.int64)
"""Days that databases and spreadsheets write where a time has no value."""
UNREADABLE_TIME = "time not in the declared format"
UNREADABLE_CLOCK = "no time of day"
_FEWEST_DATES = 20


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
    clock : a column of the export that is not read and whose name says that it holds the time of day, or "".
    """

    zone: str
    area_zone: str
    time_format: str | None
    delay_hours: float
    longest_range_days: float
    whole_day_shifts: bool
    headers: dict[str, str]
    clock: str = ""


@dataclass(frozen=True)
class Moments:
    """Instants of each row; NOT_A_TIME in ``start`` where there is none.

    ``start`` to ``end`` is the range in which it happened, the same moment where it is known exactly. ``reported`` is
    when it became known. ``impossible`` holds years that cannot be, ``doubtful`` local times that the clock skips or
    shows twice, ``at_midnight`` times of 00:00 exactly where times of day exist, ``days`` those of which only the day
    is known, ``placeholders`` ends that are a date which databases write for "none".
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
    placeholders: BoolArray
    days: BoolArray


@dataclass(frozen=True)
class _Stamps:
    """A column of times as it is read: instants or wall clock, and the rows that say a day only (by the wall clock)."""

    micros: IntArray
    is_instant: bool
    days: BoolArray
    impossible: BoolArray


def resolve_moments(raw: RawTable, rules: TimeRules, *, as_of: int | None = None) -> Moments:
    """Instants of every row of a table.

    Raises ConfigError: a time of day is named beside a column that has one itself.

    Parameters
    ----------
    as_of : what became known later says nothing of how a column is written; None: all is known.
    """
    occurred = _stamps("occurred_at", raw, rules)
    start, doubtful = _instants(occurred, rules)
    reports = None if "reported_at" not in raw.times else _stamps("reported_at", raw, rules)
    by = start if reports is None else _instants(reports, rules)[0]
    known = (by != NOT_A_TIME) & ((by + DAY <= as_of) if as_of is not None else True)
    if rules.whole_day_shifts and (dated := _dates_at_midnight(occurred, known, rules)) is not None:
        occurred = dated
        start, doubtful = _instants(occurred, rules)
    impossible, days, end = occurred.impossible, occurred.days, start
    if days.any():
        end = _instants(occurred, rules, shift=DAY)[0]
        if rules.whole_day_shifts:
            start = _instants(occurred, rules, shift=12 * HOUR)[0]
    # Where shifts are whole days the moment is noon, but the record still becomes known after the end of its day.
    day_end, end = end, (np.where(days, start, end) if rules.whole_day_shifts else end)
    backwards, placeholders = np.zeros(raw.n_rows, dtype=bool), np.zeros(raw.n_rows, dtype=bool)
    if "occurred_until" in raw.times:
        until = _stamps("occurred_until", raw, rules)
        placeholders = np.isin(raw.times["occurred_until"].micros // DAY, _PLACEHOLDERS)
        until = replace(until, impossible=until.impossible & ~placeholders)
        until = _dates_at_midnight(until, known, rules) or until
        last = _not_before(start, until, rules)
        stated = last != NOT_A_TIME
        backwards = stated & (last < start)
        end, day_end = np.where(stated, last, end), np.where(stated, last, day_end)
        impossible = impossible | until.impossible
    too_long = (end - start) > rules.longest_range_days * DAY
    reported = np.where(start == NOT_A_TIME, NOT_A_TIME, day_end + int(rules.delay_hours * HOUR))
    if reports is not None:
        reports = _dates_at_midnight(reports, known, rules) or _dates_of_the_same_day(reports, start, rules)
        reported = _not_before(start, reports, rules)
        impossible = impossible | reports.impossible
        # A range may not reach beyond the report: what was drawn there could not have been known when it was reported.
        end = np.where((reported != NOT_A_TIME) & (reported >= start), np.minimum(end, reported), end)
    at_midnight = np.zeros(raw.n_rows, dtype=bool)
    if not occurred.is_instant:
        at_midnight = (occurred.micros != NOT_A_TIME) & (occurred.micros // DAY * DAY == occurred.micros) & ~days
    only_dates = raw.times["occurred_at"].only_dates and "occurred_at" not in raw.clocks
    return Moments(
        start, end, reported, impossible, doubtful, backwards, too_long, at_midnight, only_dates, placeholders, days
    )  # fmt: skip


def _stamps(role: str, raw: RawTable, rules: TimeRules) -> _Stamps:
    """A column with its time of day, where that stands apart."""
    column, clock = raw.times[role], raw.clocks.get(role)
    stated = column.micros != NOT_A_TIME
    impossible = stated & ((column.micros < _EARLIEST) | (column.micros >= _LATEST))
    good = stated & ~impossible
    micros = np.where(good, column.micros, NOT_A_TIME) if impossible.any() else column.micros
    if clock is None:
        return _Stamps(micros, column.is_instant, good & column.only_dates, impossible)
    # A date that was made an instant is midnight in UTC or of the area: the one that more of them fit.
    of_area = on_the_wall(micros, rules.area_zone) if column.is_instant else micros
    if column.is_instant and (of_area[good] % DAY == 0).sum() < (micros[good] % DAY == 0).sum():
        of_area = micros
    if (of_area[good] % DAY != 0).sum() > WHOLE_FILE_SHARE * max(int(good.sum()), 1):
        key = next(key for key, of in CLOCK_ROLES.items() if of == role)
        raise ConfigError(
            f"[incidents.columns] {key}",
            rule=f"{shown(rules.headers.get(role, role))} already holds a time of day; {key} is only for columns that "
            "hold a date",
            cure="remove it",
        )
    known = good & (clock != NO_CLOCK)
    day = of_area - of_area % DAY
    joined = np.where(good, np.where(known, day + clock, day), NOT_A_TIME)
    return _Stamps(joined, False, good & ~known, impossible)


def _dates_at_midnight(stamps: _Stamps, known: BoolArray, rules: TimeRules) -> _Stamps | None:
    """The same column with its midnights as dates, where it has more of them than times of day can have."""
    timed = known & (stamps.micros != NOT_A_TIME)
    n = int(timed.sum())
    if n < _FEWEST_DATES:
        return None
    walls = [stamps.micros]
    if stamps.is_instant:
        walls.append(on_the_wall(stamps.micros, rules.area_zone))
    for wall in walls:
        midnight = (wall != NOT_A_TIME) & (wall % DAY == 0)
        if (midnight & timed).sum() > ONE_CLOCK_SHARE * n:
            return _Stamps(
                np.where(midnight, wall, stamps.micros), stamps.is_instant, midnight | stamps.days, stamps.impossible
            )
    return None


def _dates_of_the_same_day(reports: _Stamps, start: IntArray, rules: TimeRules) -> _Stamps:
    """A report at the midnight that begins the day on which it happened says that day."""
    if reports.is_instant:
        return reports
    midnight = (reports.micros != NOT_A_TIME) & (reports.micros % DAY == 0) & (start != NOT_A_TIME)
    at = np.flatnonzero(midnight & ~reports.days)
    days = reports.days.copy()
    happened = on_the_wall(start[at], rules.area_zone)
    days[at] = (happened > reports.micros[at]) & (happened < reports.micros[at] + DAY)
    return _Stamps(reports.micros, False, days, reports.impossible)


def resolve_updates(raw: RawTable, rules: TimeRules) -> IntArray | None:
    """When each row was last updated, as instants; NOT_A_TIME where it does not say, None without such a column."""
    if "updated_at" not in raw.times:
        return None
    return _instants(_stamps("updated_at", raw, rules), rules, shift=DAY)[0]


def mark_times(raw: RawTable, moments: Moments, rules: TimeRules, status: RowStatus, *, file: str) -> None:
    """Refuse rows whose times cannot be used.

    Raises DataRefusedError when most rows of a column do not fit the declared format, or its dates another one.
    """
    for role, column in raw.times.items():
        header = rules.headers.get(role, role)
        if role in raw.unreadable:
            rows, texts = raw.unreadable[role]
            _refuse_if_most_fail(rows, texts, raw.n_rows, rules, file=f"{file} column {shown(header)}")
            status.mark(rows, "refused", UNREADABLE_TIME, role)
        if role == "occurred_at":
            _refuse_other_dates(raw, rules, file=f"{file} column {shown(header)}")
        if role not in {"occurred_until", "updated_at"}:
            status.mark(column.missing, "refused", "no time", role)
    for role, of in CLOCK_ROLES.items():
        if role in raw.unreadable and of in raw.times:
            rows, texts = raw.unreadable[role]
            refuse_if_no_clock(rows, texts, raw.n_rows, file=f"{file} column {shown(rules.headers.get(role, role))}")
            status.mark(rows, "refused", UNREADABLE_CLOCK, role)
    n = int(moments.impossible.sum())
    if n > WHOLE_FILE_SHARE * raw.n_rows:
        got, rule = f"{n:,} of {raw.n_rows:,} rows with a year outside 1990 to 2100", "most times must be true"
        raise DataRefusedError(file, got=got, rule=rule, cure="check the columns and [incidents] time_format")
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
    if re.search(r"\d[eE]\+\d", text):
        cure = "a spreadsheet shortened them, and the minutes are lost: export them again in full"
    elif digits.isdigit() and 20_000 <= float(text) < 80_000:
        cure = "these are day numbers of a spreadsheet: export them as dates"
    elif text.isdigit() and len(digits) >= 9:
        counted = "epoch_ms" if len(digits) > 11 else "epoch"
        cure = f"these are counted {'milli' * (counted != 'epoch')}seconds: set [incidents] time_format = '{counted}'"
    got = f"{rows.size:,} of {n:,} that are not, e.g. {quoted(value_as_shown(text))}"
    raise DataRefusedError(file, got=got, rule=rule, cure=cure)


def _refuse_other_dates(raw: RawTable, rules: TimeRules, *, file: str) -> None:
    """Refuse dates whose day, month and year changed places; an order that is wrong in one of several files too."""
    column = raw.times["occurred_at"]
    wall = np.where((column.micros >= _EARLIEST) & (column.micros < _LATEST), column.micros, NOT_A_TIME)
    wall = on_the_wall(wall, rules.area_zone) if column.is_instant else wall
    n_files = int(raw.file.max(initial=0)) + 1
    dates = dates_of(wall)
    for i in range(n_files):
        if (misread := misread_order(dates if n_files == 1 else dates_of(wall[raw.file == i]))) is not None:
            got = misread if n_files == 1 else f"{misread} of file {i + 1} of {n_files}"
            cure = "check the order of day, month and year in [incidents] time_format"
            raise DataRefusedError(file, got=got, rule="incidents fall on every day of a month", cure=cure)
    if (exchanged := exchanged_dates(dates)) is not None:
        got = f"{exchanged[0]:,} of {exchanged[1]:,} dates with a day up to 12 far before or after all others"
        rule, cure = (
            "day and month seem to be swapped in part of the file",
            "export it again without opening it in a spreadsheet",
        )
        raise DataRefusedError(file, got=got, rule=rule, cure=cure)


def _not_before(start: IntArray, stamps: _Stamps, rules: TimeRules) -> IntArray:
    """Instants of a later time; where the clock shows it twice, the second if the first lies before ``start``."""
    instants, doubtful = _instants(stamps, rules, shift=DAY)
    again = np.flatnonzero(doubtful & ~stamps.days & (instants < start))
    if again.size:
        instants[again], _ = to_utc(stamps.micros[again], rules.zone, second=True)
    return instants


def _instants(stamps: _Stamps, rules: TimeRules, *, shift: int = 0) -> tuple[IntArray, BoolArray]:
    """A column as instants, days as their beginning, ``shift`` later on the wall clock; NOT_A_TIME stays."""
    instants, doubtful = stamps.micros, np.zeros(stamps.micros.size, dtype=bool)
    at = np.flatnonzero(stamps.days)
    if not stamps.is_instant and at.size < stamps.micros.size:
        instants, doubtful = to_utc(stamps.micros, rules.zone)
    if at.size:
        instants, doubtful = instants.copy(), doubtful.copy()
        instants[at], doubtful[at] = to_utc(stamps.micros[at] + shift, rules.area_zone)
    return instants, doubtful
