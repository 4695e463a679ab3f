"""Is the feed well: what `check` found when it was last asked, dated, and what it did not look at."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from patrolcast.audit.feed.names import AGE, ASKED, FEED_CHECKS, breaches
from patrolcast.domain.counted import counted
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.io.jobs import folder as stored
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import gate_rows, stored_gate, tally
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.jobs import FEED, JOBS, JobRow, listed_jobs

OLD_HOURS = 24.0
"""A look that is older says nothing of tonight."""


@dataclass(frozen=True)
class FeedHealth:
    """What a look found.

    Attributes
    ----------
    looked : when, local; ``old`` : it is older than a day.
    good : every check was made and none stops a night.
    finding : in a sentence.
    checks : rows of the table; each has ``asks``, the question to the records unit, where it stops a night.
    unmade : checks that the look did not make, by name.
    sources : name, rows in, kept, refused, set aside, cancelled of every file.
    """

    looked: str
    old: bool
    by: str
    good: bool
    finding: str
    as_of: str
    newest: str
    checks: tuple[dict[str, Any], ...]
    tally: str
    unmade: tuple[str, ...]
    sources: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def feed_health(city: ConsoleCity, *, now: datetime) -> tuple[FeedHealth | None, JobRow | None]:
    """The newest look that left a report, and the newest that was started where that is another one.

    A look that died, was stopped or is at work leaves nothing, and what is shown then is older: both are said.
    """
    looks = [row for row in listed_jobs(city, now=now) if row.kind == FEED]
    for row in looks:
        report = None if row.state not in ("done", "refused") else _report(city, row.job)
        if report is not None and (health := _health(city, row, report, now)) is not None:
            return health, (looks[0] if looks[0] is not row else None)
    return None, (looks[0] if looks else None)


def _report(city: ConsoleCity, job: str) -> dict[str, Any] | None:
    data = stored.read_output(city.state / JOBS / job)
    try:
        report = json.loads(data or b"")
    except ValueError:
        return None
    return report if isinstance(report, dict) and report.get("name") == city.settings.name else None


def _health(city: ConsoleCity, row: JobRow, report: dict[str, Any], now: datetime) -> FeedHealth | None:
    """What a stored report says; None where it is none that can be read."""
    try:
        checks = [stored_gate(check) for check in report["feed"]]
        problems, warnings = tuple(map(str, report["problems"])), tuple(map(str, report["warnings"]))
        sources = tuple(_source(source) for source in report["sources"])
        as_of, newest = (_moment(report[key], city.zone) for key in ("as_of", "newest_report"))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    checked = {check.name for check in checks}
    unmade = tuple(words.sentence(words.plain(name)) for name in sorted((FEED_CHECKS | {AGE}) - checked))
    stopping = breaches(checks)
    questions = [ASKED.get(check.name, "") if check in stopping else "" for check in checks]
    rows = gate_rows(checks, GroupNames.of(city.settings.residents))
    return FeedHealth(
        looked=row.started,
        old=(now - row.began).total_seconds() > OLD_HOURS * 3600.0,
        by=row.by,
        good=row.state == "done" and not (problems or unmade or stopping),
        finding=_finding(problems, stopping, unmade, checks, is_done=row.state == "done"),
        as_of=as_of,
        newest=newest,
        checks=tuple({**row, "asks": words.sentence(asks)} for row, asks in zip(rows, questions, strict=True)),
        tally=tally(checks) if checks else "",
        unmade=unmade,
        sources=sources,
        problems=problems,
        warnings=warnings,
    )


def _finding(
    problems: tuple[str, ...],
    stopping: list[GateResult],
    unmade: tuple[str, ...],
    checks: list[GateResult],
    *,
    is_done: bool,
) -> str:
    if problems or not is_done:
        return "A run cannot start. What could not be read was not checked: not checked is not well."
    if stopping:
        return f"The night would stop: {words.listed(words.in_quotes(check.name) for check in stopping)}."
    if unmade:
        return "Not every check was made: not made is not passed."
    unmeasured = sum(check.verdict is GateVerdict.NOT_MEASURED for check in checks)
    but = f" {counted(unmeasured, 'was', 'were')} not measured: that is not passed." if unmeasured else ""
    return f"No check of the feed stops a night.{but}"


def _source(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": str(source["name"]),
        "rows": int(source["rows_in"]),
        "kept": int(source["kept"]),
        **{key: sum(map(int, source[key].values())) for key in ("refused", "set_aside", "cancelled")},
        "why": "; ".join(f"{n:,}: {why}" for why, n in sorted(source["refused"].items()) if n),
    }


def _moment(text: object, zone: str) -> str:
    return "not known" if text is None else words.moment(datetime.fromisoformat(str(text)), zone)
