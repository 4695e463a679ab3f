"""What a run was made from, as rows of tables: rows used and refused, features admitted and excluded, gates."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from patrolcast.domain.matrix import Admission, AdmittedFeature
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import GateResult, GateVerdict, RunResult, SourceAccount, publishable
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words

EXCESS, CALIBRATION, OPPORTUNITY = "group_excess_", "group_calibration_", "group_opportunity_"
"""Checks of one group each: what their names start with."""
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


def _reason(what: str, name: str, rows: int, rows_in: int) -> dict[str, str]:
    return {"what": what, "reason": words.plain(name), "rows": f"{rows:,}", "share": words.share(rows / rows_in)}


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


def gate_rows(gates: Sequence[GateResult], called: GroupNames) -> list[dict[str, Any]]:
    """Gates as a table shows them; ``stops`` is True for one that stops publication.

    A check that has a verdict and no figure shows none: "not measured" stands only where that is the verdict.
    """
    return [_gate_row(gate, called) for gate in gates]


def _gate_row(gate: GateResult, called: GroupNames) -> dict[str, Any]:
    value, interval = words.number(gate.value, digits=3), ""
    if gate.lower is not None and gate.upper is not None:
        value, interval = words.with_interval(gate.value, gate.lower, gate.upper, digits=3)
    has_figure = value != words.MISSING or gate.verdict is GateVerdict.NOT_MEASURED
    return {
        "name": gate_title(gate.name, called),
        "value": value if has_figure else "",
        "interval": interval,
        "threshold": gate.threshold,
        "verdict": str(gate.verdict),
        "mark": _MARKS[gate.verdict],
        "key": gate.verdict.name.lower().replace("_", "-"),
        "detail": words.sentence(_readable(gate.detail)),
        "stops": gate.stops and gate.verdict in {GateVerdict.FAIL, GateVerdict.NOT_MEASURED},
    }


def _readable(detail: str) -> str:
    """What a check says of itself, with features by their layer, large counts in groups of three, and no key of ours.

    >>> _readable("1197333 incidents were counted, 12 in 2026"), _readable("hours between the newest report and as_of")
    ('1,197,333 incidents were counted, 12 in 2026', "hours between the newest report and the run's own time")
    """
    grouped = re.sub(r"(?<![\w.,/-])\d{5,}(?![\w/-]|\.\d)", lambda count: f"{int(count[0]):,}", words.features(detail))
    return grouped.replace("and as_of", "and the run's own time")


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
