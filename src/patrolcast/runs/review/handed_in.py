"""Decisions and visits that another system keeps (CAD, a records system), handed in as CSV.

The same refusals as by hand. A row that was taken before is not taken again, so a file may be handed in as often as one
likes, also when it has grown. Nothing about persons passes: whoever hands the file in answers for it on the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import ConflictError, DataRefusedError, PausedError, UnknownError, UsageError, shown
from patrolcast.domain.trail import Actor
from patrolcast.intake.operations import refuse_officer_columns
from patrolcast.io.csv.strict import open_csv, read_text_columns
from patrolcast.io.encode import iso_utc
from patrolcast.io.hashing import digest
from patrolcast.patrol.decisions import (
    AMENDED,
    ANSWERS,
    DECLINED,
    LEAST_MINUTES,
    MOST_VISIT_MINUTES,
    MOST_VISITS,
    Change,
)
from patrolcast.runs.review.review import Review
from patrolcast.runs.review.taking import IMPORT
from patrolcast.runs.review.words import checked_reason

NEEDED = ("suggestion_id", "decision", "reason", "decided_at")
MORE = ("run_id", "minutes", "cell", "not_before", "delivered_visits", "delivered_minutes", "activity")
MOST_ROWS = 100_000


@dataclass(frozen=True)
class HandedIn:
    """What became of a file: rows taken now, taken before, and refused, each with its line and why."""

    taken: int
    repeated: int
    refused: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    place: str
    suggestion: str
    run: str
    decision: str
    reason: str
    decided_at: datetime
    change: Change | None
    visits: int | None
    minutes: float
    activity: str


def hand_in(review: Review, path: Path, *, actor: Actor, now: datetime) -> HandedIn:
    """Takes every row of a file (docs/decisions-and-pause.md lists its columns).

    Raises
    ------
    DataRefusedError
        the file is not whole, has an unknown column, or a value that breaks its rule: then nothing of it was taken.
    ProhibitedDataError
        a column is about officers or persons.
    """
    rows = _read(review, path)
    review.close_shifts(now=now)
    taken, repeated, refused = 0, 0, list[str]()
    for row in rows:
        try:
            again = _take(review, row, actor=actor, now=now)
        except (ConflictError, DataRefusedError, PausedError, UnknownError, UsageError) as error:
            refused.append(f"{row.place}: {error}")
        else:
            taken, repeated = taken + (not again), repeated + again
    return HandedIn(taken, repeated, tuple(refused))


def _take(review: Review, row: _Row, *, actor: Actor, now: datetime) -> bool:
    """Takes one row; True where all of it was taken before."""
    if row.decided_at > now:
        raise ConflictError(row.suggestion, why="not yet", got="a decision in the future", rule="must be over")
    run = row.run or review.state.published_at(row.decided_at)
    if run is None:
        rule = "a run must have been published when it was decided"
        raise UnknownError(f"suggestion {row.suggestion}", got="no run", rule=rule, cure="look at decided_at")
    decided = review.decide(
        run, row.suggestion, answer=row.decision, reason_code=row.reason, actor=actor, change=row.change, now=now,
        decided_at=row.decided_at, source=IMPORT,
        request=_request(row, "decided", row.decision, row.reason, row.change),
    )  # fmt: skip
    if row.visits is None:
        return decided.repeated
    delivered = review.deliver(
        run, row.suggestion, visits=row.visits, minutes=row.minutes, activity=row.activity, actor=actor, now=now,
        source=IMPORT, request=_request(row, "delivered", row.visits, row.minutes, row.activity), once=True,
    )  # fmt: skip
    return decided.repeated and delivered.repeated


def _request(row: _Row, *facts: object) -> str:
    """The same for the same row, whatever file it stands in, and whatever zone its moment is written in."""
    return f"import-{digest([row.run, row.suggestion, iso_utc(row.decided_at), *map(repr, facts)])[:40]}"


def _read(review: Review, path: Path) -> list[_Row]:
    source = open_csv(path)
    refuse_officer_columns(source.header, file=source.name)
    unknown = [name for name in source.header if name not in {*NEEDED, *MORE}]
    missing = [name for name in NEEDED if name not in source.header]
    if unknown or missing:
        got = f"column {shown(unknown[0])}" if unknown else f"no column {missing[0]}"
        rule, cure = "has the documented columns and no other", "docs/decisions-and-pause.md lists them"
        raise DataRefusedError(f"{source.name} header", got=got, rule=rule, cure=cure)
    text = read_text_columns(source, source.header)
    if len(text.lines) > MOST_ROWS:
        raise DataRefusedError(source.name, got=f"{len(text.lines):,} rows", rule=f"at most {MOST_ROWS:,}")
    names = list(text.columns)
    rows = list[_Row]()
    for line, values in zip(text.lines.tolist(), zip(*text.columns.values(), strict=True), strict=True):
        rows.append(_row(review, f"{source.name} line {line}", dict(zip(names, values, strict=True))))
    return rows


def _row(review: Review, place: str, texts: Mapping[str, str]) -> _Row:
    """One row, every value checked; none is shown, as a file may hold what it must not."""

    def of(name: str) -> str:
        return texts.get(name, "")

    decision, reason, settings = of("decision"), of("reason"), review.settings.decisions
    if decision not in ANSWERS:
        raise _wrong(place, "decision", f"must be one of {', '.join(ANSWERS)}")
    try:
        checked_reason(settings, decision, reason)
    except UsageError as error:
        raise _wrong(place, "reason", str(error.rule)) from None
    if reason in settings.note_needed or of("activity") in settings.note_needed:
        raise _wrong(place, "reason, activity", "must be codes that need no note: a file carries no free text")
    decided_at = _moment(place, "decided_at", of("decided_at"))
    visits = _visits(review, place, of, decision)
    change = None
    if decision == AMENDED:
        change = _change(place, of)
    elif of("minutes") or of("cell") or of("not_before"):
        raise _wrong(place, "minutes, cell, not_before", "are for what was amended")
    return _Row(
        place, of("suggestion_id"), of("run_id"), decision, reason, decided_at, change,
        visits, _number(place, "delivered_minutes", of("delivered_minutes")) or 0.0, of("activity"),
    )  # fmt: skip


def _visits(review: Review, place: str, of: Callable[[str], str], decision: str) -> int | None:
    """Visits of a row; None where it names none."""
    visits = _number(place, "delivered_visits", of("delivered_visits"))
    minutes = _number(place, "delivered_minutes", of("delivered_minutes"))
    if visits is None:
        if minutes is not None or of("activity"):
            raise _wrong(place, "delivered_minutes, activity", "are of visits: delivered_visits says how many")
        return None
    if decision == DECLINED:
        raise _wrong(place, "delivered_visits", "are of what was accepted or amended")
    if of("activity") not in review.settings.decisions.activities:
        raise _wrong(place, "delivered_visits", "stands with an activity of the config beside it")
    if visits != int(visits) or not 1 <= visits <= MOST_VISITS:
        raise _wrong(place, "delivered_visits", f"must be a whole number, 1 to {MOST_VISITS}; left empty for none")
    if minutes is None or minutes > MOST_VISIT_MINUTES:
        raise _wrong(place, "delivered_minutes", f"must be stated, 0 to {MOST_VISIT_MINUTES:g}")
    return int(visits)


def _change(place: str, of: Callable[[str], str]) -> Change:
    """What an amended row changes."""
    later, minutes = of("not_before"), _number(place, "minutes", of("minutes"))
    if not (later or of("cell") or minutes is not None):
        raise _wrong(place, "minutes, cell, not_before", "one of them must say what was amended")
    if minutes is not None and minutes < LEAST_MINUTES:
        raise _wrong(place, "minutes", f"must be {LEAST_MINUTES:g} or more")
    return Change(minutes, of("cell") or None, _moment(place, "not_before", later) if later else None)


def _moment(place: str, name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(UTC)  # the ends of the calendar have none
    except (OverflowError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _wrong(place, name, "must be ISO 8601 with a zone, e.g. 2026-06-30T11:00:00Z")
    return moment


def _number(place: str, name: str, text: str) -> float | None:
    if not text:
        return None
    plain = text.replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 9):
        raise _wrong(place, name, "must be a number, 0 or more")
    return float(text)


def _wrong(place: str, column: str, rule: Any) -> DataRefusedError:  # noqa: ANN401
    return DataRefusedError(f"{place}: {column}", rule=str(rule), cure="correct the file; nothing of it was taken")
