"""Operational logs: the dosage log and the visits of an AVL or CAD extract become typed tables, or one line of refusal.

Nothing about officers passes: a column that names a person, a badge, a unit, a car or a radio refuses the file by its
header alone, mapped or not, because a car and a shift together are an officer.
"""

import re
from collections.abc import Sequence
from typing import Any

import h3
import numpy as np
import pandas as pd
import pyarrow as pa

from patrolcast.domain.dosage_log import (
    DECISION_COLUMNS,
    LOG_COLUMN_NAMES,
    LOG_COLUMNS,
    DosageLog,
    LogColumn,
    Visits,
    make_log,
)
from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError, shown
from patrolcast.domain.shifts import from_instants
from patrolcast.intake.persons import header_words, is_person_column
from patrolcast.intake.times import iso_instants, parse_times, to_utc
from patrolcast.numerics.arrays import FloatArray, IntArray, ObjectArray

_OFFICER = re.compile(
    r"\b(officers?|employee|badge|shield|serial|deput(y|ies)|trooper|constable|driver|operator|call ?sign|radio|unit|"
    r"car|vehicle|veh|mdt|device|user|login|assigned to|entered by|decided by|reviewer|supervisor)\b"
)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WHOLE = re.compile(r"\d{1,6}")
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,18})?([eE][-+]?\d{1,2})?")
LONGEST_VISIT_MINUTES = 24 * 60.0


def refuse_officer_columns(header: Sequence[str], *, file: str) -> None:
    """Refuse a log whose header names who patrolled, or any other person.

    Raises ProhibitedDataError, naming the columns, never a value.
    """
    named = [name for name in header if _OFFICER.search(header_words(name)) or is_person_column(name)]
    if named:
        raise ProhibitedDataError(
            f"{file} header",
            got=f"columns about officers or persons: {', '.join(shown(name) for name in named[:10])}",
            rule="a log holds places, times and visits, never who made them",
            cure="export it without them",
        )


def require_log_columns(header: Sequence[str], *, file: str, names: Sequence[str] = LOG_COLUMN_NAMES) -> None:
    """Refuse a header that is not exactly the documented one (the order is free).

    Raises DataRefusedError, naming the first column that is missing or unknown, or that one is named twice.
    """
    missing, more = [name for name in names if name not in header], [name for name in header if name not in names]
    if missing or more or len(set(header)) != len(header):
        got = f"no column {missing[0]}" if missing else f"column {shown(more[0])}" if more else "a column named twice"
        kind = "dosage log" if names is LOG_COLUMN_NAMES else "file of decisions"
        rule = f"a {kind} has exactly the documented columns"
        raise DataRefusedError(f"{file} header", got=got, rule=rule, cure="docs/dosage-log.md lists them")


def parse_log(columns: dict[str, ObjectArray], lines: IntArray, *, file: str) -> DosageLog:
    """A dosage log from its texts.

    Raises DataRefusedError, naming line and column of the first value that breaks its rule.
    """
    table = pd.DataFrame({column.name: _parsed(column, columns[column.name], lines, file) for column in LOG_COLUMNS})
    _require(table["shift_end"] > table["shift_start"], lines, file, "shift_end", "must lie after shift_start")
    _require(table["propensity"].between(0.0, 1.0, inclusive="right"), lines, file, "propensity", "above 0, at most 1")
    real = {cell for cell in table["cell"].unique() if h3.is_valid_cell(str(cell))}
    _require(table["cell"].isin(real), lines, file, "cell", "must be an H3 index")
    ids = table["shift_start"].dt.strftime("%Y%m%dT%H%MZ-") + table["cell"]
    _require(table["suggestion_id"] == ids, lines, file, "suggestion_id", "must be shift_start in UTC and cell")
    again = table.duplicated(["cell", "shift_start"])
    _require(~again, lines, file, "suggestion_id", "one row per cell and shift: this one stands above already")
    return make_log(table)


def parse_decisions(columns: dict[str, ObjectArray], lines: IntArray, *, file: str) -> pd.DataFrame:
    """Decisions from their texts: one row per suggestion, :data:`DECISION_COLUMNS`.

    Raises DataRefusedError, naming line and column of the first value that breaks its rule.
    """
    kinds = [column for column in LOG_COLUMNS if column.name in DECISION_COLUMNS]
    table = pd.DataFrame({column.name: _parsed(column, columns[column.name], lines, file) for column in kinds})
    again = table.duplicated("suggestion_id")
    _require(~again, lines, file, "suggestion_id", "one decision per suggestion: this one stands above already")
    return table


def parse_visits(
    texts: dict[str, ObjectArray], lines: IntArray, *, file: str, time_format: str, zone: str, resolution: int
) -> Visits:
    """Visits from the mapped columns of an extract: ``arrived_at``, ``left_at`` or ``minutes``, a cell or degrees.

    Local times that the clock shows twice are read as the first; visits longer than a day are refused.

    Raises DataRefusedError, naming line and column of the first value that breaks its rule.
    """
    arrived = _local(texts["arrived_at"], "arrived_at", lines, file, time_format, zone)
    if "left_at" in texts:
        left = _local(texts["left_at"], "left_at", lines, file, time_format, zone)
    else:
        left = arrived + (_numbers(texts["minutes"], "minutes", lines, file) * 60e6).astype(np.int64)
    _require(left >= arrived, lines, file, "left_at", "must not lie before arrived_at")
    short = left - arrived <= LONGEST_VISIT_MINUTES * 60e6
    _require(short, lines, file, "left_at", "a visit lasts at most a day")
    if "cell" in texts:
        cell = texts["cell"]
        real = {index for index in np.unique(cell.astype(str)) if h3.is_valid_cell(index)}
        _require(pd.Series(cell).isin(real), lines, file, "cell", "must be an H3 index")
    else:
        cell = _cells(texts, lines, file, resolution)
    table = pd.DataFrame({"cell": cell, "arrived_at": from_instants(arrived), "left_at": from_instants(left)})
    return Visits(table.sort_values(["arrived_at", "cell"], kind="stable", ignore_index=True))


def _parsed(column: LogColumn, texts: ObjectArray, lines: IntArray, file: str) -> Any:  # noqa: ANN401
    empty = texts == ""
    if not column.may_be_empty:
        _require(~empty, lines, file, column.name, "must not be empty")
    if column.kind == "instant":
        return _instants(texts, column.name, lines, file)
    if column.kind in {"number", "count"}:
        return _numbers(texts, column.name, lines, file, whole=column.kind == "count", may_be_empty=True)
    if column.choices:
        chosen = pd.Series(texts).isin(column.choices)
        _require(chosen, lines, file, column.name, f"must be one of {', '.join(column.choices)}")
    elif column.kind == "code":
        good = np.array([not text or bool(_CODE.fullmatch(text)) for text in texts], dtype=bool)
        _require(good, lines, file, column.name, "must be a code (a-z, 0-9, _), never free text")
    return texts


def _instants(texts: ObjectArray, name: str, lines: IntArray, file: str) -> pd.DatetimeIndex:
    zoned = pd.Series(texts).str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    _require(zoned, lines, file, name, "must be ISO 8601 with a zone, e.g. 2026-06-30T11:00:00Z")
    read = iso_instants(texts)
    _require(read.notna(), lines, file, name, "must be ISO 8601 with a zone, e.g. 2026-06-30T11:00:00Z")
    return read.as_unit("us")


def _numbers(
    texts: ObjectArray, name: str, lines: IntArray, file: str, *, whole: bool = False, may_be_empty: bool = False
) -> FloatArray:
    form = _WHOLE if whole else _NUMBER
    good = np.array([bool(form.fullmatch(text)) or (may_be_empty and not text) for text in texts], dtype=bool)
    _require(good, lines, file, name, f"must be a {'whole ' if whole else ''}number, 0 or more")
    return np.array([float(text) if text else np.nan for text in texts], dtype=np.float64)


def _local(texts: ObjectArray, name: str, lines: IntArray, file: str, time_format: str, zone: str) -> IntArray:
    read = parse_times(pa.array(texts, type=pa.string()), time_format)
    _require(~read.missing & (read.micros != np.iinfo(np.int64).min), lines, file, name, f"must read as {time_format}")
    return read.micros if read.is_instant else to_utc(read.micros, zone)[0]


def _cells(texts: dict[str, ObjectArray], lines: IntArray, file: str, resolution: int) -> ObjectArray:
    place = []
    for name, most in (("longitude", 180.0), ("latitude", 90.0)):
        number = pd.to_numeric(pd.Series(texts[name]), errors="coerce")
        _require(number.abs() <= most, lines, file, name, f"must be degrees within {most:.0f}")
        place.append(number.to_numpy(dtype=np.float64))
    return np.array([h3.latlng_to_cell(lat, lon, resolution) for lon, lat in zip(*place, strict=True)], dtype=object)


def _require(good: Any, lines: IntArray, file: str, column: str, rule: str) -> None:  # noqa: ANN401
    """Refuse at the first row that is not good. The value is not shown: a log may hold what it must not."""
    bad = np.flatnonzero(~np.asarray(good, dtype=bool))
    if len(bad):
        more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise DataRefusedError(f"{file} line {int(lines[bad[0]])}{more}: {column}", rule=rule, cure="correct the log")
