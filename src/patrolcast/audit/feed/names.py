"""What the feed checks are called, what each asks the records unit, and how a breach reads in one line."""

from collections.abc import Sequence

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import GateResult, GateVerdict

AGE = "report_age"
"""The gate on the newest report: one rule, measured before the run as well as in it."""
SETTLED = "feed_settled"
ASKED = {
    SETTLED: "is the copy finished? start again when nothing writes to the file any more",
    "feed_end": "does the file end where the export ended? send it again, whole",
    "feed_size": "why is the export smaller than the last one? send it again, whole",
    "feed_past": "were earlier records deleted, recoded or sent again on purpose?",
    AGE: "did the last export run, and up to which moment?",
    "feed_rows": "is everything in the export, and nothing twice?",
    "feed_days": "are reports of these days missing?",
    "feed_categories": "was an offence renamed or recoded, or is a part of the feed missing or doubled?",
    "feed_districts": "is everything of this district in the export, and nothing twice?",
    "feed_codes": "did the offence codes change, and since when?",
    "feed_doubled": "was a batch exported twice?",
    "feed_points": "does this place stand for an unknown address?",
    "feed_hours": "does this hour stand for an unknown time?",
    "feed_clock": "are times written by another clock or time zone, and since when?",
}
"""Check -> the question to the records unit. Every check has one, so that nobody has to guess what to do."""
FEED_CHECKS = frozenset(ASKED) - {AGE}
STOPS = frozenset({GateVerdict.FAIL, GateVerdict.NOT_MEASURED})


def not_measured(name: str, rule: str, why: str) -> GateResult:
    """What cannot be measured of this feed by its nature; it is said, and stops nothing."""
    return GateResult(name, None, rule, GateVerdict.NOT_MEASURED, why, stops=False)


def breaches(checks: Sequence[GateResult]) -> list[GateResult]:
    """The checks that stop a night, in their order: failed, or unmeasured where that stops."""
    return [check for check in checks if check.stops and check.verdict in STOPS]


def refuse_breaches(checks: Sequence[GateResult]) -> None:
    """Stops a night whose feed breaks a check that no waiver covers.

    Raises DataRefusedError: one line with the first breach, the question to the records unit, and the others by name.
    """
    broken = breaches(checks)
    if broken:
        raise refusal_of(*broken)


def refusal_of(first: GateResult, *others: GateResult) -> DataRefusedError:
    """The one line about a breach, and the names of others."""
    more = f" (and {', '.join(check.name for check in others)})" if others else ""
    cure = f"ask the records unit: {ASKED[first.name]}"
    got = first.detail if first.value is None or first.name != AGE else f"{first.value:g} {first.detail}"
    return DataRefusedError(f"feed check {first.name}{more}", got=got, rule=first.threshold, cure=cure)
