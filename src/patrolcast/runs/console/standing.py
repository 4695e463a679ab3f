"""What a chief must know: what is open, what is aimed at, and on which written exceptions the city stands."""

from datetime import datetime
from typing import Any

from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings.deciding.objectives import ObjectiveReport
from patrolcast.domain.shifts import local_day
from patrolcast.io.store import run_store
from patrolcast.report import words
from patrolcast.report.audit.objectives import objective_rows
from patrolcast.report.index.verdict_lines import check_name
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.nightly.status import status_of


def open_findings(city: ConsoleCity, *, now: datetime) -> list[str]:
    """What a person should look at, a sentence each, checks called as the pages call them."""
    status = status_of(city.settings, city.runs, now=now)
    run_id = status.standing.run_id
    called = GroupNames.stored((run_id and run_store.manifest_or_none(city.runs / run_id)) or {})

    def quoted(check: str) -> str:
        return words.in_quotes(check_name(check, called))

    sentences = (finding.called(quoted) for finding in status.open_findings)
    return [words.sentence(words.features(words.exception(sentence))) for sentence in sentences]


def waiver_rows(city: ConsoleCity, *, now: datetime) -> list[dict[str, Any]]:
    """Every waiver of the config, the one that ends first at the top; ``days`` are those that it still holds."""
    today = local_day(now, city.zone)
    rows = []
    for waiver in city.settings.waivers:
        kind, of = waiver.subject
        days = (datetime.fromisoformat(waiver.expires).date() - today).days
        subject = words.plain(of.replace(".", ": "))
        rows.append(
            {
                "kind": kind,
                "of": subject,
                "owner": waiver.owner,
                "until": waiver.expires,
                "reason": waiver.reason,
                "days": days,
            }
        )
    return sorted(rows, key=lambda row: str(row["until"]))


def objectives_shown(city: ConsoleCity, run_id: str) -> list[dict[str, str]]:
    """A run against the agency's objectives, as its audit says it; nothing of a run from before there were any."""
    manifest = run_store.manifest_or_none(city.runs / run_id) or {}
    reports = [ObjectiveReport(**objective) for objective in manifest.get("objectives", ())]
    return objective_rows(reports, GroupNames.stored(manifest)) if reports else []
