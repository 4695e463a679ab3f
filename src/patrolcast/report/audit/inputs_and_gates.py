"""What a run was made from, as rows of tables: rows used and refused, features admitted and excluded, gates."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from patrolcast.domain.matrix import Admission, AdmittedFeature
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import GateResult, GateVerdict, RunContext, RunResult, SourceAccount, publishable
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words

EXCESS, CALIBRATION, OPPORTUNITY = "group_excess_", "group_calibration_", "group_opportunity_"
"""Checks of one group each: what their names start with."""
_AGE = "report_age"
_UNITS = {
    "refused_share": (100, " %"),
    "cancelled_share": (100, " %"),
    OPPORTUNITY: (100, " points"),
    _AGE: (1, " hours"),
}
"""Checks whose figure has a unit: what it is multiplied by to be read in that unit, in the value and in the rule."""
_IN_RULE = re.compile(r"\d+(?:\.\d+)?(?:e-\d+)?")
_LARGE = re.compile(r"(?<![\w.,/-])(?:\d{5,}|\d{4}(?= (?:of|incidents?|rows?|suggestions?)\b))(?![\w/-]|\.\d)")
_MARKS = {
    GateVerdict.PASS: "✓",
    GateVerdict.WARN: "!",
    GateVerdict.FAIL: "✕",
    GateVerdict.WAIVED: "–",
    GateVerdict.NOT_MEASURED: "?",
}


def is_publishable(result: RunResult) -> bool:
    """True when gates were made and none that stops publication failed; whether one is missing, `runs` knows."""
    return bool(result.gates) and publishable(result.gates, required=frozenset())


def source_accounts(sources: tuple[SourceAccount, ...]) -> list[dict[str, Any]]:
    """Row accounting per source: rows in = kept + set aside + cancelled + refused, each by reason, largest first."""
    return [
        {
            "name": source.name,
            "size": words.size(source.bytes),
            "sha256": source.sha256,
            "rows_in": f"{source.rows_in:,}",
            "kept": f"{source.kept:,}",
            "set_aside": f"{sum(source.set_aside.values()):,}",
            "cancelled": f"{sum(source.cancelled.values()):,}",
            "refused": f"{sum(source.refused.values()):,}",
            "reasons": [
                *(_reason("Set aside", name, rows, source.rows_in) for name, rows in _largest(source.set_aside)),
                *(_reason("Cancelled", name, rows, source.rows_in) for name, rows in _largest(source.cancelled)),
                *(_reason("Refused", name, rows, source.rows_in) for name, rows in _largest(source.refused)),
            ],
            "notes": source.notes,
        }
        for source in sources
    ]


def _largest(rows: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(((name, n) for name, n in rows.items() if n), key=lambda pair: (-pair[1], pair[0]))


def _reason(outcome: str, name: str, rows: int, rows_in: int) -> dict[str, str]:
    return {"what": outcome, "reason": words.plain(name), "rows": f"{rows:,}", "share": words.share(rows / rows_in)}


def admitted_groups(admission: Admission) -> list[dict[str, Any]]:
    """Admitted features by family and rule, so that fifty names stay readable."""

    def of_what(feature: AdmittedFeature) -> tuple[str, Provenance, str]:
        return feature.spec.family, feature.spec.provenance, feature.rule

    grouped = groupby(sorted(admission.admitted, key=of_what), key=of_what)
    return [
        {
            "family": words.sentence(words.plain(family)),
            "provenance": str(provenance),
            "rule": rule,
            "names": [feature.spec.name for feature in group],
        }
        for (family, provenance, rule), group in grouped
    ]


def excluded_rows(admission: Admission) -> list[dict[str, str]]:
    """Excluded features, each with the rule that kept it out and the reason."""
    return [
        {
            "name": feature.spec.name,
            "provenance": str(feature.spec.provenance),
            "rule": words.plain(feature.rule),
            "reason": feature.reason,
        }
        for feature in admission.excluded
    ]


def stored_gate(document: Mapping[str, Any]) -> GateResult:
    """A gate as a stored document holds it."""
    return GateResult(**{**document, "verdict": GateVerdict(document["verdict"])})


def gate_title(name: str, called: GroupNames) -> str:
    """A check's name as a heading.

    >>> gate_title("group_excess_black", GroupNames()), gate_title("report_freshness", GroupNames())
    ('Group excess: Black', 'Report freshness')
    """
    for start in (EXCESS, CALIBRATION, OPPORTUNITY):
        if name.startswith(start):
            return f"{words.sentence(words.plain(start).strip())}: {called(name.removeprefix(start))}"
    return words.sentence(words.plain(name))


def stopping_names(result: RunResult, context: RunContext) -> list[str]:
    """The checks that keep a run from being published, by the names that its pages print."""
    return [str(gate["name"]) for gate in gate_rows(result.gates, context.group_names) if gate["stops"]]


def gate_rows(gates: Sequence[GateResult], called: GroupNames) -> list[dict[str, Any]]:
    """Gates as a table shows them; ``stops`` is True for one that stops publication.

    A check that has a verdict and no figure shows none: "not measured" stands only where that is the verdict.
    """
    return [_gate_row(gate, called) for gate in gates]


def _gate_row(gate: GateResult, called: GroupNames) -> dict[str, Any]:
    value, interval, threshold = _figures(gate)
    has_figure = value != words.MISSING or gate.verdict is GateVerdict.NOT_MEASURED
    return {
        "name": gate_title(gate.name, called),
        "value": value if has_figure else "",
        "interval": interval,
        "threshold": threshold,
        "verdict": str(gate.verdict),
        "mark": _MARKS[gate.verdict],
        "key": gate.verdict.name.lower().replace("_", "-"),
        "detail": words.sentence(_readable(gate.detail)),
        "stops": gate.stops and gate.verdict in {GateVerdict.FAIL, GateVerdict.NOT_MEASURED},
    }


def _figures(gate: GateResult) -> tuple[str, str, str]:
    """A check's value, interval and rule as people read them: shares in per cent, an age in hours."""
    times, unit = _UNITS.get(OPPORTUNITY if gate.name.startswith(OPPORTUNITY) else gate.name, (1, ""))
    rule = _IN_RULE.sub(lambda match: f"{float(match[0]) * times:g}{unit}", gate.threshold) if unit else gate.threshold
    if gate.value is None:
        return words.MISSING, "", rule
    if gate.lower is None or gate.upper is None:
        is_minutes = gate.name == _AGE and gate.value < 2
        if is_minutes:
            return words.count(round(60 * gate.value), "minute"), "", rule
        return words.number(times * gate.value, digits=3) + unit, "", rule
    value, interval = words.with_interval(times * gate.value, times * gate.lower, times * gate.upper, digits=3)
    return value + unit, interval, rule


def _readable(detail: str) -> str:
    """What a check says of itself, with features by their layer, large counts in groups of three, and no key of ours.

    >>> _readable("1197333 incidents were counted, 12 in 2026"), _readable("hours between the newest report and as_of")
    ('1,197,333 incidents were counted, 12 in 2026', "time between the newest report and the run's own time")
    >>> _readable("1573 of 101722 rows in 2026")
    '1,573 of 101,722 rows in 2026'
    """
    grouped = _LARGE.sub(lambda count: f"{int(count[0]):,}", words.features(detail))
    return grouped.replace("hours between", "time between").replace("and as_of", "and the run's own time")


def tally(gates: Sequence[GateResult]) -> str:
    """How many checks passed, warned, failed, were waived or not measured, as one sentence."""
    counts = [(verdict, sum(gate.verdict is verdict for gate in gates)) for verdict in GateVerdict]
    parts = [f"{words.small(n)} {_verb(verdict, n)}" for verdict, n in counts if n]
    return words.sentence(words.listed(parts)) + "." if parts else "No check was made."


def _verb(verdict: GateVerdict, n: int) -> str:
    were = "was" if n == 1 else "were"
    return {
        GateVerdict.PASS: "passed",
        GateVerdict.WARN: "warned",
        GateVerdict.FAIL: "failed",
        GateVerdict.WAIVED: f"{were} waived",
        GateVerdict.NOT_MEASURED: f"{were} not measured",
    }[verdict]
