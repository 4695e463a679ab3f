"""What intake has to tell: the quarantine's rows, and accepted peculiarities in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from patrolcast.domain.errors import shown
from patrolcast.domain.shifts import from_instants
from patrolcast.intake.persons import masked
from patrolcast.intake.raw_rows import NUMBER_ROLES, RawTable
from patrolcast.intake.rules import IntakeResult, list_codes
from patrolcast.intake.times import NOT_A_TIME
from patrolcast.numerics.arrays import BoolArray, IntArray

_MANY_AT_MIDNIGHT = 0.05
_MANY_ON_FIRST = 0.07
_MANY_AT_ONE_POINT = 0.02
_ENOUGH = 200
_BLOCK = 28 * 86_400_000_000
_LEAST_BLOCKS = 5
_USUAL_LEVEL = (0.5, 1.7)
_MANY_NEW_CODES = 0.2
NUMBER_RULES = {"coordinate is not a number"}


def refused_rows(raw: RawTable, judged: IntakeResult, headers: dict[str, str]) -> pd.DataFrame:
    """Refused rows: ``file`` (number), ``line`` (record number), ``column``, ``rule``, ``value`` (escaped, cut)."""
    parts = []
    verdicts = judged.verdicts
    for code, reason in enumerate(verdicts.reasons, start=1):
        if reason.kind != "refused":
            continue
        rows = np.flatnonzero(verdicts.status == code)
        role, values = _values(raw, rows, reason.told, reason.role)
        columns = [headers.get(one, one) for one in role]
        parts.append(
            pd.DataFrame(
                {
                    "file": raw.file[rows].astype(np.int64),
                    "line": raw.record[rows].astype(np.int64),
                    "column": pd.Series(columns, dtype="str"),
                    "rule": pd.Series([reason.told] * rows.size, dtype="str"),
                    "value": pd.Series(values, dtype="str"),
                }
            )
        )
    if parts:
        return pd.concat(parts, ignore_index=True)
    empty = pd.Series([], dtype="str")
    numbers = np.array([], dtype=np.int64)
    return pd.DataFrame({"file": numbers, "line": numbers, "column": empty, "rule": empty, "value": empty})


def _values(raw: RawTable, rows: IntArray, rule: str, role: str) -> tuple[list[str], list[str]]:
    """The column and the value that each refused row is refused for."""
    if rule in NUMBER_RULES or rule == "time not in the declared format":
        return _unreadable(raw, rows, NUMBER_ROLES if rule in NUMBER_RULES else (role,))
    if role in raw.times:
        micros = raw.times[role].micros[rows]
        stated = micros != NOT_A_TIME
        told = np.full(rows.size, "", dtype=object)
        told[stated] = [shown(str(t)) for t in np.datetime_as_string(micros[stated].view("datetime64[us]"), unit="s")]
        return [role] * rows.size, told.tolist()
    if role in NUMBER_ROLES:
        pairs = zip(raw.longitude[rows], raw.latitude[rows], strict=True)
        return [role] * rows.size, ["" if np.isnan(x) or np.isnan(y) else f"{x:.10g} {y:.10g}" for x, y in pairs]
    column = {"offence": raw.offence, "call_source": raw.call_source}.get(role)
    if column is not None:
        texts = [shown(masked(text)) for text in column.texts]
        return [role] * rows.size, [texts[code] for code in column.codes[rows]]
    return [role] * rows.size, [""] * rows.size


def _unreadable(raw: RawTable, rows: IntArray, roles: tuple[str, ...]) -> tuple[list[str], list[str]]:
    found: dict[int, tuple[str, str]] = {}
    wanted = set(rows.tolist())
    for role in reversed(roles):
        at, texts = raw.unreadable.get(role, (np.array([], dtype=np.int64), []))
        found |= {row: (role, text) for row, text in zip(at.tolist(), texts, strict=True) if row in wanted}
    told = [found.get(row, (roles[0], "")) for row in rows.tolist()]
    return [role for role, _ in told], [shown(masked(text)) for _, text in told]


def quality_notes(raw: RawTable, judged: IntakeResult, *, delay_hours: float) -> list[str]:
    """Peculiarities of the kept incidents that a reader should know."""
    kept = judged.verdicts.open
    n = int(kept.sum())
    notes: list[str] = []
    moments = judged.moments
    if "reported_at" not in raw.times:
        notes.append(f"no time of report: a record counts as known {delay_hours:g} hours after it happened")
    if moments.only_dates:
        notes.append("dates without a time of day: each record stands for its whole local day")
    ranges = int((kept & (moments.end > moments.start)).sum())
    if ranges and not moments.only_dates:
        notes.append(f"{ranges:,} incidents have a range of time: one moment is drawn within it (aoristic)")
    if doubtful := int((kept & moments.doubtful).sum()):
        told = "moved to the end of the gap, or read as the first of the two"
        notes.append(f"{doubtful:,} local times that the clock skips or shows twice: {told}")
    if judged.unknown_codes:
        notes.append(f"codes that the codebook lacks: {list_codes(judged.unknown_codes)}")
    return notes + ([*_heaps(judged, kept, n), *_breaks(raw, judged, kept)] if n >= _ENOUGH else [])


def _heaps(judged: IntakeResult, kept: BoolArray, n: int) -> list[str]:
    notes: list[str] = []
    share = float((kept & judged.moments.at_midnight).sum()) / n
    if share > _MANY_AT_MIDNIGHT:
        notes.append(f"{share:.1%} of times are midnight exactly: often a time that nobody knew")
    step = max(n // 100_000, 1)
    first = float((from_instants(judged.moments.start[kept][::step]).day == 1).mean())
    if first > _MANY_ON_FIRST:
        notes.append(f"{first:.1%} of incidents fall on the first of a month: often a date that nobody knew")
    most = judged.most_on_one_point
    if most > _MANY_AT_ONE_POINT * n:
        notes.append(f"{most / n:.1%} of incidents stand on one point: perhaps a default address")
    degrees = judged.incidents["latitude"].to_numpy()[::step]
    if np.mean(np.abs(degrees * 1000 - np.round(degrees * 1000)) < 1e-6) > 0.5:
        notes.append("most coordinates have three decimals or fewer: places are known to about 100 m")
    return notes


def _breaks(raw: RawTable, judged: IntakeResult, kept: BoolArray) -> list[str]:
    """A level or a set of codes that changes in the newest 28 days against the 28-day blocks of the year before."""
    start, codes = judged.moments.start[kept], raw.offence.codes[kept]
    block = (start.max() - start) // _BLOCK
    counts = np.bincount(np.minimum(block, 14), minlength=15)[:14]
    before = counts[1 : int(block.max())]  # the oldest block is rarely whole
    if len(before) < _LEAST_BLOCKS - 1:
        return []
    notes: list[str] = []
    ratio = counts[0] / max(float(np.median(before)), 1.0)
    if not _USUAL_LEVEL[0] < ratio < _USUAL_LEVEL[1]:
        told = "a feed read twice, or an agency that joined or left?"
        notes.append(f"the last 28 days hold {ratio:.1f} times the usual number of incidents: {told}")
    new = ~np.isin(codes[block == 0], codes[block > 0])
    if new.mean() > _MANY_NEW_CODES:
        told = "a new taxonomy? What came before it is not comparable"
        notes.append(f"{new.mean():.0%} of the last 28 days have codes that never occurred before: {told}")
    return notes
